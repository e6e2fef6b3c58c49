"""The corpus as plain text in the manner of Moses: one file per language, line ``i`` of all says the same."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from dragoman import store
from dragoman.records import AlignedUnit

# Whatever some reader ends a line at (str.splitlines has ten such characters, awk and wc one), and the other
# control characters, which have no place in plain text and end a line or a file for old tools.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def line(text: str) -> str:
    """Returns ``text`` as one line: runs of line ends, tabs and control characters become one space."""
    return _BREAKS.sub(" ", text).strip(" ")


class Writer:
    """Adds units to the open files, one per language."""

    def __init__(self, files: Mapping[str, IO[str]]) -> None:
        self._files = files

    def add(self, unit: AlignedUnit) -> None:
        """Writes one line to each file; an empty text is an empty line."""
        for language, file in self._files.items():
            file.write(line(unit.ar if language == "ar" else unit.targets[language]) + "\n")


def names(languages: Sequence[str]) -> list[str]:
    """Returns the names of the files that ``writer`` makes."""
    return [f"corpus.{language}" for language in ("ar", *languages)]


@contextlib.contextmanager
def writer(folder: Path, languages: Sequence[str]) -> Iterator[Writer]:
    """Opens ``corpus.ar`` and ``corpus.<language>`` in ``folder``; they appear when the block succeeds."""
    with contextlib.ExitStack() as stack:
        files = {
            language: stack.enter_context(store.atomic(folder / f"corpus.{language}"))
            for language in ("ar", *languages)
        }
        yield Writer(files)
