"""What the corpus filter left out: a file with the reasons, and a table of before and after."""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from dragoman import store
from dragoman.errors import DataError
from dragoman.export.tally import Tally
from dragoman.records import AlignedUnit, Verdict

NAME = "filtered.jsonl"
TABLE = "filter.tsv"
DUPLICATES = "duplicates"


class Sieve:
    """Tells which units stay, in one pass beside them, and writes down the others."""

    def __init__(
        self, verdicts: Iterable[Verdict], repeated: Iterable[dict[str, Any]], blocks: Sequence[str]
    ) -> None:
        """Takes the findings.

        Args:
            verdicts: one for each unit, in the same order.
            repeated: rows of ``filter.duplicates.repeated``, in the same order.
            blocks: the blocks that are on.
        """
        self._verdicts = iter(verdicts)
        self._repeated = iter(repeated)
        self._next = next(self._repeated, None)
        self._removed = Counter(dict.fromkeys(blocks, 0))
        self._file: IO[str] | None = None

    @contextlib.contextmanager
    def writing(self, folder: Path) -> Iterator[None]:
        """Opens ``filtered.jsonl`` in ``folder`` for what is left out."""
        with store.atomic(folder / NAME) as self._file:
            yield

    def keeps(self, unit: AlignedUnit) -> bool:
        """Tells whether a unit stays.

        Raises:
            DataError: the verdicts are of other units.
        """
        verdict = next(self._verdicts, None)
        if verdict is None or verdict.id != unit.id:
            raise DataError(f"filter: no verdict for {unit.id}; delete the folder filtered and run again")
        if verdict.block:
            self._write(unit, verdict.block, {"language": verdict.language, "detail": verdict.detail})
            return False
        if self._next and self._next["id"] == unit.id:
            self._write(unit, DUPLICATES, {"of": self._next["of"], "likeness": self._next["likeness"]})
            self._next = next(self._repeated, None)
            return False
        return True

    def counts(self) -> dict[str, Any]:
        """Returns ``removed``: segments by block."""
        return {"removed": dict(self._removed)}

    def _write(self, unit: AlignedUnit, block: str, why: dict[str, Any]) -> None:
        self._removed[block] += 1
        row = {"id": unit.id, "block": block, **why, "ar": unit.ar, **unit.targets, "scores": unit.scores}
        if self._file:
            self._file.write(store.dumps(row) + "\n")


def write_table(path: Path, before: Tally, after: Tally) -> None:
    """Writes what changed as tab-separated ``what``, ``before``, ``after``."""
    kept = after.statistics()
    with store.atomic(path) as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["what", "before", "after"])
        table.writerows([name, value, kept.get(name, "")] for name, value in before.statistics().items())
