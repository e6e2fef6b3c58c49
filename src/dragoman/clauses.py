"""Cutting text that is too long at the best places: sentences, then clauses, then words, then anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

from dragoman import data

_OPENERS = "|".join(map(re.escape, data.load("clauses.yaml")["openers"]))

# from the best place to cut to the worst; a cut lies at the end of the match
_CUTS = [
    re.compile(pattern)
    for pattern in (
        r"[.؟?!…۔][»”\")\]]*\s+",
        r"[؛;:]\s+",
        r"[،,]\s+",
        rf"\s+(?=(?:{_OPENERS})\s)|\s+(?=و[^\W\d_]{{2}})|\s+[–—-]\s+",
        r"\s+",
    )
]


def split(text: str, fits: Callable[[str], bool], *, between_words: bool = True) -> list[str]:
    """Cuts a text into pieces that fit, as few and as even as its clauses allow.

    A text that does not fit is cut once, at the best kind of place that its middle half offers, as near to
    the middle as possible, and its halves are treated alike; the last resort cuts between any two
    characters.

    Args:
        text: the text; its white space is kept.
        fits: whether a piece is short enough; must hold for every single character.
        between_words: whether to cut between words, or characters, where no clause ends. Otherwise a piece
            whose middle half has no such place stays as it is.

    Returns:
        Pieces that concatenate to ``text``.
    """
    pieces: list[str] = []
    todo = [text]
    while todo:
        piece = todo.pop()
        if len(piece) < 2 or fits(piece) or not (cut := _best_cut(piece, between_words)):
            pieces.append(piece)
        else:
            todo += [piece[cut:], piece[:cut]]
    return pieces


def _best_cut(text: str, between_words: bool) -> int:
    """Returns where to cut, strictly inside the text; 0 for nowhere."""
    middle = len(text) // 2
    low, high = len(text) // 4, min(len(text) - len(text) // 4, len(text) - 1)
    for pattern in _CUTS if between_words else _CUTS[:-1]:
        ends = [match.end() for match in pattern.finditer(text, low, high)]
        if ends:
            return min(ends, key=lambda end: abs(end - middle))
    return max(1, middle) if between_words else 0
