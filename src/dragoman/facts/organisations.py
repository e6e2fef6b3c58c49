"""Organisations of the news in Arabic text, with their names in each language from a table."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from dragoman import data
from dragoman.facts.matching import names_in, pattern_of


def find_organisations(text: str, languages: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields the organisations of a text.

    Args:
        text: normalised Arabic.
        languages: those to name them in; one that the table lacks gets the Arabic.

    Yields:
        The English name, and the name by language, under ``ar`` the one that stands in the text.
    """
    pattern, known = _table()
    for name, _, _ in names_in(text, pattern):
        row = known[name]
        if "en" in row:
            yield row["en"], {**{language: row.get(language, name) for language in languages}, "ar": name}


@functools.cache
def _table() -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    known = {name: row for row in data.load("organisations.yaml") for name in row["ar"]}
    return pattern_of(known), known
