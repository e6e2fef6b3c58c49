"""Whether a text, or a row of pieces, repeats itself as a decoder does that has lost its way or a word."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_DOUBLED = re.compile(r"\b([^\W\d_]{3,})\s+\1\b", re.IGNORECASE)
_RIGHTLY_DOUBLED = frozenset({"had", "that", "nous", "vous"})
"""Words that grammar puts twice in a row: he had had, vous vous rappelez."""
_NO_LETTERS = re.compile(r"[\d\W_]{2,}")
# looking ahead first passes over nearly all words
_CHARACTER_LOOP = re.compile(r"(\S)\1{6}|(?=\S{14})(\S{2,8}?)\2{6}")


def loops(text: str) -> bool:
    """Tells whether a text repeats itself as a decoder does that has lost its way.

    A word four times in a row, two words three times, or three to eight words twice; or a few characters
    seven times in a row.
    """
    if _CHARACTER_LOOP.search(_NO_LETTERS.sub(lambda m: m.group()[0], text)):
        return True
    words = _WORD.findall(text.casefold())
    # whatever comes again in a row brings two words in a row again, which few texts have
    if len(set(itertools.pairwise(words))) == max(0, len(words) - 1):
        return False
    return repeats(words, [(1, 4), (2, 3), *((size, 2) for size in range(3, 9))])


def doubles(text: str) -> bool:
    """Tells whether a word of three letters or more stands twice in a row, where grammar does not want it."""
    return any(match[1].casefold() not in _RIGHTLY_DOUBLED for match in _DOUBLED.finditer(text))


def repeats(items: Sequence[str], limits: Iterable[tuple[int, int]]) -> bool:
    """Tells whether a run of items comes several times in a row.

    Args:
        items: words or pieces.
        limits: pairs of a run's length and how many times in a row are too many.
    """
    for size, times in limits:
        same = 0
        for index in range(size, len(items)):
            same = same + 1 if items[index] == items[index - size] else 0
            if same >= size * (times - 1):
                return True
    return False
