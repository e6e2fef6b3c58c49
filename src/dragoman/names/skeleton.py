"""Whether an Arabic and a Latin word may be the same name: their consonants, by how they are rendered.

Arabic writes no short vowels and each language renders the rest in its own way (شريف is Sharif, Cherif or
Sherif), so only the consonants count, in classes that hold what is commonly exchanged. The idea is that of
Soundex; the classes are those of the romanisations of Arabic in English and French.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from dragoman import data

_TABLE = data.load("names.yaml")
_ARABIC = {letter: key for key, letters in _TABLE["arabic"].items() for letter in letters}
_SPELLINGS = [(spelling, key) for key, found in _TABLE["latin"].items() for spelling in found.split()]
# the longest first: sh before s
_LATIN = dict(sorted(_SPELLINGS, key=lambda pair: -len(pair[0])))
_PIECE = re.compile("|".join(_LATIN))
_KIN = {frozenset(pair) for pair in _TABLE["kin"]}


@functools.lru_cache(maxsize=100_000)
def arabic_skeleton(word: str) -> str:
    """Returns the classes of the consonants of an Arabic word, a letter each, doubled ones once."""
    # ch, as in Chad, has no letter of its own
    return _once("".join(_ARABIC.get(letter, "") for letter in word.replace("تش", "چ")))


@functools.lru_cache(maxsize=100_000)
def latin_skeleton(word: str) -> str:
    """Returns the same of a word in Latin script."""
    return _once("".join(_LATIN[match.group()] for match in _PIECE.finditer(without_accents(word))))


def without_accents(text: str) -> str:
    """Returns a text in small letters without accents."""
    small = text.casefold()
    if small.isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))


@functools.lru_cache(maxsize=200_000)
def likeness(one: str, other: str) -> float:
    """Returns how alike two skeletons are, 0 to 1: the weighted edit distance over the longer length.

    Classes that are sometimes exchanged (the j of Jamal, the g of Gamal) cost half.
    """
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    row = [float(place) for place in range(len(other) + 1)]
    for number, left in enumerate(one, 1):
        above, row[0] = row[0], float(number)
        for place, right in enumerate(other, 1):
            cost = 0.0 if left == right else 0.5 if frozenset((left, right)) in _KIN else 1.0
            above, row[place] = row[place], min(above + cost, row[place] + 1, row[place - 1] + 1)
    return 1 - row[-1] / max(len(one), len(other))


def _once(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)
