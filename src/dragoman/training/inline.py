"""Pairs whose names stand in the source in the letters of the target, so that a model learns to copy them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from dragoman.names.find import arabic_words, matches
from dragoman.names.inline import inlined
from dragoman.training.collect import Row

_SOME = 0.7
"""Share of the names of a pair that are written so: the others are translated, as ever."""


def with_names(rows: Iterable[Row], times: float) -> Iterator[Row]:
    """Yields rows and, after each that has names on both sides, a copy with some of them in its source.

    Args:
        rows: cleaned rows.
        times: how often a copy is used for each use of its row; the copy has it under ``times``.
    """
    for row in rows:
        yield row
        names = matches(arabic_words(row["ar"]), row["text"], row["language"]) if times else []
        chosen = random.Random(f"{row['ar']}\t{row['text']}")
        some = {name: spelling for name, spelling in names if chosen.random() < _SOME}
        text = inlined(row["ar"], some)
        if text != row["ar"]:
            yield {**row, "ar": text, "times": times}
