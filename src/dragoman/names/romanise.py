"""Spelling of last resort: a table of how the press spells, and a model of letters for all other words.

For names that the translations leave out or spell now this way and now that. Both know no context: a word is
spelt by itself. Of the model only a spelling that sounds like the Arabic is taken.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from dragoman import data
from dragoman.engine import Decoding, Translator, open_translator
from dragoman.facts.people import known_families
from dragoman.names.skeleton import arabic_skeleton, latin_skeleton, likeness

Speller = Callable[[Sequence[str], str], Mapping[str, str]]
"""Takes distinct Arabic words and a language; returns a spelling for each, "" where there is none."""

GREEDY = Decoding(beam_size=1)
"""As exact as four beams on names held back, and 2.3 times as fast."""
SOUND = 0.6
"""Least likeness of the consonants of a name and its spelling."""
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SERVANT_OF = re.compile(r"(?<!\w)عبد ال(?=\w)")


def words_of(name: str) -> list[str]:
    """Returns the words that a name is spelt by: عبد and what comes after are one."""
    return _SERVANT_OF.sub("عبدال", name).split()


def press_spelling(word: str, language: str) -> str:
    """Returns how the press spells a word of a name, "" where the table lacks it.

    Args:
        word: normalised Arabic, one of ``words_of``.
        language: target language; others than English and French have what is spelt alike in both.
    """
    spellings = _press().get(word, [])
    places = {"en": spellings[:1], "fr": spellings[-1:]}
    return next(iter(places.get(language, [] if len(spellings) > 1 else spellings)), "")


def is_as_known(name: str, text: str, language: str) -> bool:
    """Tells whether a rendering spells a family that the news knows as the press does; True of others.

    Args:
        name: normalised Arabic.
        text: its rendering.
        language: the rendering's.
    """
    family = words_of(name)[-1]
    spelt = press_spelling(family, language) if family in known_families() else ""
    return spelt.casefold() in text.casefold()


@functools.cache
def _press() -> dict[str, list[str]]:
    table = data.load("spellings.yaml")
    groups = (*table["families"].values(), table["given"])
    words = {word: spelt for group in groups for word, spelt in group.items()}
    return {word: [spelt] if isinstance(spelt, str) else spelt for word, spelt in words.items()}


class Romaniser:
    """An installed model of letters."""

    def __init__(self, languages: Iterable[str], open_language: Callable[[str], Translator]) -> None:
        """Opens nothing yet.

        Args:
            languages: those that it spells for.
            open_language: opens the model for one of them.
        """
        self._languages = frozenset(languages)
        self._open = functools.cache(open_language)

    def __call__(self, words: Sequence[str], language: str) -> dict[str, str]:
        """Spells words; see ``Speller``."""
        if language not in self._languages:
            return dict.fromkeys(words, "")
        engine = self._open(language)
        sizes = engine.count(words)
        fitting = [word for word, size in zip(words, sizes, strict=True) if size <= engine.max_source_tokens]
        found = engine.submit(fitting, GREEDY)()
        spelt = {word: _checked(word, made.text) for word, made in zip(fitting, found, strict=True)}
        return {word: spelt.get(word, "") for word in words}


def romaniser(folder: Path, threads: int = 1) -> Romaniser:
    """Returns the romaniser of an installed model.

    Args:
        folder: the model.
        threads: workers.

    Raises:
        ModelError: it is not there or was changed since it was tested.
    """
    from dragoman.models import verify

    manifest = verify(folder)
    # one type of numbers everywhere: what the installation found to be fastest may differ between machines
    return Romaniser(
        manifest["languages"],
        lambda language: open_translator(folder, language, compute_type="float32", threads=threads),
    )


def _checked(word: str, spelling: str) -> str:
    """Returns a spelling with its capitals, "" where it is no word or does not sound like the Arabic."""
    bare = word.removeprefix("ال") if len(word) > 4 else word
    heard = latin_skeleton(spelling)
    alike = max(likeness(arabic_skeleton(form), heard) for form in (word, bare))
    # a name without consonants has nothing to compare
    if not _LATIN_WORD.fullmatch(spelling) or (alike < SOUND and arabic_skeleton(bare)):
        return ""
    return spelling.title()
