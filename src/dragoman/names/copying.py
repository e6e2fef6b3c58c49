"""Spellings that stand in the source already when the engine reads it, for models that copy them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dragoman.arabic import for_model
from dragoman.engine import Decoding, Pending, Translator
from dragoman.facts.people import find_people
from dragoman.names.glossary import Glossary
from dragoman.names.inline import inlined
from dragoman.names.press import has_press_name, press_spelling, words_of


def with_spellings(
    translator: Translator, manifest: Mapping[str, Any], language: str, glossary: Glossary | None = None
) -> Translator:
    """Returns an engine that is given spellings, where its model copies them; otherwise the engine itself.

    Args:
        translator: the engine for ``language``.
        manifest: the installed model's; ``copies_names`` tells what it has learnt.
        language: target language.
        glossary: spellings that people ask for; they go before those that Dragoman knows.
    """
    if not manifest.get("copies_names"):
        return translator

    def spellings(text: str) -> dict[str, str]:
        asked = glossary.spellings(text, language) if glossary else {}
        return known_people(text, language) | asked

    return SpellingTranslator(translator, spellings)


def known_people(text: str, language: str) -> dict[str, str]:
    """Returns the people of a text each word of whose name the press spells in one way, with that spelling.

    Args:
        text: normalised Arabic.
        language: target language.
    """
    # most texts have none, and to look for people takes ten times as long
    if not has_press_name(text):
        return {}
    spelt = {
        person.name: [press_spelling(word, language) for word in words_of(person.name)]
        for person in find_people(text, ())
    }
    return {name: " ".join(words) for name, words in spelt.items() if all(words)}


class SpellingTranslator:
    """A ``Translator`` that puts spellings into the sources before its engine reads them."""

    def __init__(self, translator: Translator, spellings: Callable[[str], Mapping[str, str]]) -> None:
        """Puts spellings before an engine.

        Args:
            translator: the engine, of a model that copies them.
            spellings: returns those for a text, by name.
        """
        self._translator = translator
        self._spelt = functools.lru_cache(maxsize=10_000)(
            lambda text: for_model(inlined(text, spellings(text)))
        )

    @property
    def max_source_tokens(self) -> int:
        """Longest source, in tokens without prefix and end mark, that translates well in one piece."""
        return self._translator.max_source_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of source tokens of each text, spellings in it."""
        return self._translator.count([self._spelt(text) for text in texts])

    def submit(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> Pending:
        """Hands the texts to the engine, spellings in them; see ``Translator``."""
        return self._translator.submit([self._spelt(text) for text in texts], decoding, progress)
