"""Spellings that stand in the source already when the engine reads it, for models that copy them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dragoman.arabic import for_model
from dragoman.engine import Decoding, Hypothesis, Pending, Translator
from dragoman.facts.people import find_people
from dragoman.facts.places import find_places
from dragoman.names.glossary import Glossary, place, read_glossary
from dragoman.names.inline import inlined
from dragoman.names.press import press_spelling, words_of
from dragoman.names.romanise import Romaniser, romaniser

REMEMBERED = 10_000
"""Texts whose spellings are kept: they are counted before they are handed to the engine."""


class Spellings:
    """What the names of a text are called in a language: people, what a glossary has, and places."""

    def __init__(
        self, language: str, glossary: Glossary | None = None, spell: Romaniser | None = None
    ) -> None:
        """Reads nothing yet.

        Args:
            language: target language.
            glossary: spellings that people ask for; they go before all others.
            spell: spells words of names that the press does not spell in its way.
        """
        self._language = language
        self._glossary = glossary
        self._spell = spell

    def __call__(self, texts: Sequence[str], *, places: bool) -> list[dict[str, str]]:
        """Returns the spellings by name, for each text.

        Args:
            texts: normalised Arabic.
            places: whether to name places as well.
        """
        people = [dict.fromkeys(person.name for person in find_people(text, ())) for text in texts]
        words = dict.fromkeys(word for names in people for name in names for word in words_of(name))
        spelt = {word: press_spelling(word, self._language) for word in words}
        unknown = [word for word, spelling in spelt.items() if not spelling]
        if unknown and self._spell:
            spelt |= self._spell(unknown, self._language)
        found = []
        for text, names in zip(texts, people, strict=True):
            spellings = dict(self._places(text)) if places else {}
            parts = {name: [spelt[word] for word in words_of(name)] for name in names}
            spellings |= {name: " ".join(words) for name, words in parts.items() if all(words)}
            found.append(
                spellings | (self._glossary.spellings(text, self._language) if self._glossary else {})
            )
        return found

    def known(self, spellings: Mapping[str, str]) -> dict[str, int]:
        """Returns those of people that are the press's in every word, each to stand in a translation once."""
        return {
            spelling: 1
            for name, spelling in spellings.items()
            if spelling == " ".join(press_spelling(word, self._language) for word in words_of(name))
        }

    def _places(self, text: str) -> Iterator[tuple[str, str]]:
        for code, names in find_places(text, [self._language]):
            # Oman and Amman are written alike: the model may know which
            if " " not in code or " / " not in names[self._language]:
                yield names["ar"], names[self._language]


class SpellingTranslator:
    """A ``Translator`` that puts spellings into the sources before its engine reads them.

    What it makes of a name that the press spells in one way is mended: a copy may lose its end. Places are
    put in only where a text is decoded a second time: the model knows most of them, and what it knows it
    writes more fluently than what it is given.
    """

    def __init__(self, translator: Translator, spellings: Spellings) -> None:
        """Puts spellings before an engine.

        Args:
            translator: the engine, of a model that copies them.
            spellings: what there is to copy.
        """
        self._translator = translator
        self._spellings = spellings
        self._known: dict[tuple[str, bool], tuple[str, dict[str, int]]] = {}

    @property
    def max_source_tokens(self) -> int:
        """Longest source, in tokens without prefix and end mark, that translates well in one piece."""
        return self._translator.max_source_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of source tokens of each text, spellings in it."""
        return self._translator.count([source for source, _ in self._spelt(texts)])

    def submit(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> Pending:
        """Hands the texts to the engine, spellings in them; see ``Translator``."""
        given = self._spelt(texts)
        if decoding.is_strict:
            placed = self._spelt(texts, places=True)
            sizes = self._translator.count([source for source, _ in placed])
            given = [
                longer if size <= self.max_source_tokens else shorter
                for shorter, longer, size in zip(given, placed, sizes, strict=True)
            ]
        pending = self._translator.submit([source for source, _ in given], decoding, progress)

        def wait() -> list[Hypothesis]:
            return [
                replace(hypothesis, text=place(hypothesis.text, known)[0]) if known else hypothesis
                for hypothesis, (_, known) in zip(pending(), given, strict=True)
            ]

        return wait

    def _spelt(self, texts: Sequence[str], *, places: bool = False) -> list[tuple[str, dict[str, int]]]:
        new = [text for text in dict.fromkeys(texts) if (text, places) not in self._known]
        if len(self._known) + len(new) > REMEMBERED:
            self._known.clear()
            new = list(dict.fromkeys(texts))
        for text, spellings in zip(new, self._spellings(new, places=places), strict=True):
            # most texts name nobody, and are normalised already
            source = for_model(inlined(text, spellings)) if spellings else text
            self._known[text, places] = source, self._spellings.known(spellings)
        return [self._known[text, places] for text in texts]


def with_spellings(
    translator: Translator,
    manifest: Mapping[str, Any],
    language: str,
    *,
    glossary: Path | None = None,
    speller: Path | None = None,
) -> Translator:
    """Returns an engine that is given spellings, where its model copies them; otherwise the engine itself.

    Args:
        translator: the engine for ``language``.
        manifest: the installed model's.
        language: target language.
        glossary: table of spellings that people ask for.
        speller: folder of an installed model that spells names.

    Raises:
        DataError: the glossary cannot be read, or is not what it should be.
        ModelError: the speller is not there or was changed since it was tested.
    """
    if not manifest.get("copies_names"):
        return translator
    spellings = Spellings(
        language,
        read_glossary(glossary, [language], some=True) if glossary else None,
        romaniser(speller) if speller else None,
    )
    return SpellingTranslator(translator, spellings)
