"""The corpus as JSON Lines: one object per segment, everything in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from dragoman import store
from dragoman.export.splits import Shares, split_of
from dragoman.records import AlignedUnit


def corpus_row(unit: AlignedUnit, split: str) -> dict[str, Any]:
    """Returns the object of ``corpus.jsonl``: the languages stand beside ``ar`` at the top level."""
    return {
        "id": unit.id,
        "article": unit.article,
        "n": unit.n,
        "paragraph": unit.paragraph,
        "kind": unit.kind,
        "ar": unit.ar,
        **unit.targets,
        "scores": unit.scores,
        "flags": unit.flags,
        "methods": unit.methods,
        "quality": unit.qualities,
        "estimates": unit.estimates,
        **({"round_trips": unit.round_trips} if unit.round_trips else {}),
        **({"comets": unit.comets} if unit.comets else {}),
        "split": split,
    }


class Writer:
    """Adds units to an open file."""

    def __init__(self, file: IO[str], shares: Shares) -> None:
        self._file = file
        self._shares = shares

    def add(self, unit: AlignedUnit) -> None:
        """Writes one line."""
        self._file.write(store.dumps(corpus_row(unit, split_of(unit.article, self._shares))) + "\n")


def names(languages: Sequence[str]) -> list[str]:
    """Returns the names of the files that ``writer`` makes."""
    return ["corpus.jsonl"]


@contextlib.contextmanager
def writer(folder: Path, languages: Sequence[str], shares: Shares) -> Iterator[Writer]:
    """Opens ``corpus.jsonl`` in ``folder``; the file appears when the block succeeds."""
    with store.atomic(folder / "corpus.jsonl") as file:
        yield Writer(file, shares)
