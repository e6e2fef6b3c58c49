"""How the press spells names: families of people whom the news names, and given names."""

from __future__ import annotations

import functools
import re

from dragoman import data
from dragoman.names.skeleton import latin_skeleton

_SERVANT_OF = re.compile(r"(?<!\w)عبد ال(?=\w)")
_COLUMNS = {"en": 0, "fr": 1}


def words_of(name: str) -> list[str]:
    """Returns the words that a name is spelt by: عبد and what comes after are one."""
    return _SERVANT_OF.sub("عبدال", name).split()


def press_spelling(word: str, language: str) -> str:
    """Returns how the press spells a word of a name, "" where the table lacks it.

    Args:
        word: normalised Arabic, one of ``words_of``.
        language: target language; others than English and French have what is spelt alike in both.
    """
    found = _spellings().get(word, [""])
    if len(found) == 1:
        return found[0]
    return found[_COLUMNS[language]] if language in _COLUMNS else ""


def is_as_known(name: str, text: str, language: str) -> bool:
    """Tells whether a rendering has a family that the news knows, by its spelling or its sound.

    Args:
        name: normalised Arabic.
        text: its rendering.
        language: the rendering's.

    Returns:
        True also for other families, of which nothing is known.
    """
    family = words_of(name)[-1]
    spelt = press_spelling(family, language) if family in known_families() else ""
    if spelt.casefold() in text.casefold():
        return True
    return latin_skeleton(spelt) in {latin_skeleton(word) for word in text.split()}


@functools.cache
def known_families() -> frozenset[str]:
    """Returns the families by which alone people are known: Lavrov, Netanyahu."""
    table = data.load("spellings.yaml")
    return frozenset().union(*table["families"].values()) - {*table["also_words"].split()}


@functools.cache
def _spellings() -> dict[str, list[str]]:
    table = data.load("spellings.yaml")
    groups = (*table["families"].values(), table["given"], table["surnames"])
    words = {word: spelt for group in groups for word, spelt in group.items()}
    return {word: [spelt] if isinstance(spelt, str) else spelt for word, spelt in words.items()}
