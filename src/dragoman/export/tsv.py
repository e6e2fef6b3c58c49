"""The corpus as a table with tabs: a line per segment, no quotes, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection").
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from dragoman import store
from dragoman.export.moses import line
from dragoman.export.splits import Shares, split_of
from dragoman.records import AlignedUnit

_FACTS = ("score", "flags", "method", "quality", "estimate", "round_trip", "comet")
_FORMULA = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20]")


def cell(text: str) -> str:
    """Returns a text as one cell: no tab or line end in it, and no formula."""
    text = line(text)
    return f"'{text}" if _FORMULA.match(text) else text


class Writer:
    """Adds units to an open table."""

    def __init__(self, file: IO[str], languages: Sequence[str], shares: Shares) -> None:
        self._file = file
        self._shares = shares
        self._languages = languages
        columns = [f"{what}_{language}" for language in languages for what in _FACTS]
        self._write(["id", "article", "n", "paragraph", "kind", "ar", *languages, *columns, "split"])

    def add(self, unit: AlignedUnit) -> None:
        """Writes one line."""
        row = [cell(unit.id), cell(unit.article), str(unit.n), str(unit.paragraph), unit.kind, cell(unit.ar)]
        row += [cell(unit.targets[language]) for language in self._languages]
        for language in self._languages:
            score = unit.scores[language]
            row += ["" if score is None else repr(score), " ".join(unit.flags[language])]
            row += [unit.methods.get(language, "model"), unit.qualities.get(language, "")]
            figures = (figure.get(language) for figure in (unit.estimates, unit.round_trips, unit.comets))
            row += ["" if figure is None else repr(figure) for figure in figures]
        row.append(split_of(unit.article, self._shares))
        self._write(row)

    def _write(self, row: Sequence[str]) -> None:
        self._file.write("\t".join(row) + "\n")


def names(languages: Sequence[str]) -> list[str]:
    """Returns the names of the files that ``writer`` makes."""
    return ["corpus.tsv"]


@contextlib.contextmanager
def writer(folder: Path, languages: Sequence[str], shares: Shares) -> Iterator[Writer]:
    """Opens ``corpus.tsv`` in ``folder``; the file appears when the block succeeds."""
    with store.atomic(folder / "corpus.tsv") as file:
        yield Writer(file, languages, shares)
