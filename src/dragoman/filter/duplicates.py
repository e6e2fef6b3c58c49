"""Segments that came before: the same Arabic, or nearly the same, over the whole corpus.

Nearly the same is told by MinHash signatures over runs of characters (Broder 1997) and banding (Leskovec,
Rajaraman and Ullman 2014, chapter 3): two texts are compared where all rows of a band agree. One band is in
memory at a time.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman import store
from dragoman.arabic import for_model
from dragoman.overlap import folded, words_of
from dragoman.records import AlignedUnit, Verdict

SIZE = 128
"""Hashes of a signature."""
ROWS = 8
"""Hashes of a band. With 16 bands of 8, 95 of 100 pairs of likeness 0.8 are found and all but one in 10,000
of likeness 0.9; below 0.7 too many are missed to promise anything."""
SHINGLE = 5
"""Characters of a run."""
_SEED = 1
_EXACT = 2  # columns of 32 bits for the digest of the text

Signatures = npt.NDArray[np.uint32]


@contextlib.contextmanager
def signature_writer(path: Path, near: bool) -> Iterator[Callable[[AlignedUnit], object]]:
    """Opens a shard's file of signatures and yields what adds a unit that no other block has left out.

    Args:
        path: the file, rows of 32-bit numbers; it appears when the block succeeds.
        near: whether to look for nearly the same.
    """
    with store.atomic(path, "wb") as file:
        yield lambda unit: file.write(signature(unit.ar, near).tobytes())


def signature(text: str, near: bool) -> Signatures:
    """Returns the row for an Arabic text: the digest of its words and, with ``near``, ``SIZE`` hashes.

    Case, punctuation and marks make no difference; figures do for the digest and do not for the likeness.
    """
    plain = for_model(text)
    words = " ".join(words_of(plain)) or text
    digest = np.frombuffer(
        hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "<u4"
    )
    if not near:
        return digest
    import rensa

    likeness = folded(plain)
    runs = {likeness[start : start + SHINGLE] for start in range(max(1, len(likeness) - SHINGLE + 1))}
    sketch = rensa.RMinHash(num_perm=SIZE, seed=_SEED)
    sketch.update([run.encode("utf-8", "surrogatepass") for run in sorted(runs)])
    return np.concatenate([digest, np.array(sketch.digest(), "<u4")])


class Index:
    """Signatures of all shards, read column by column."""

    def __init__(self, paths: Sequence[Path], near: bool) -> None:
        """Opens the files.

        Args:
            paths: in the order of the shards.
            near: as they were written.
        """
        width = _EXACT + SIZE * near
        self._parts: list[Signatures] = [
            np.memmap(path, "<u4", "r").reshape(-1, width) for path in paths if path.stat().st_size
        ]
        self._starts = np.cumsum([0, *map(len, self._parts)])

    def __len__(self) -> int:
        """Returns the number of signatures."""
        return int(self._starts[-1])

    def columns(self, start: int, stop: int) -> Signatures:
        """Returns some columns of all rows."""
        found = [np.ascontiguousarray(part[:, start:stop]) for part in self._parts]
        return np.concatenate(found) if found else np.empty((0, stop - start), np.uint32)

    def rows(self, numbers: npt.NDArray[np.int64]) -> Signatures:
        """Returns whole rows."""
        parts = np.searchsorted(self._starts, numbers, side="right") - 1
        pairs = zip(parts.tolist(), numbers.tolist(), strict=True)
        return np.array([self._parts[part][number - self._starts[part]] for part, number in pairs])


def earlier(index: Index, near: float | None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Returns for each signature an earlier one that it repeats, -1 for none, and their likeness.

    Of texts that resemble each other, directly or over others, the first repeats none.

    Args:
        index: all signatures.
        near: smallest likeness (Jaccard, estimated) of what is nearly the same; None for the same only.
    """
    first = np.full(len(index), -1, np.int64)
    likeness = np.zeros(len(index), np.float32)
    numbers, leaders = _followers(index.columns(0, _EXACT))
    first[numbers], likeness[numbers] = leaders, 1.0
    if near is None:
        return first, likeness
    for start in range(_EXACT, _EXACT + SIZE, ROWS):
        numbers, leaders = _followers(index.columns(start, start + ROWS))
        open_ = first[numbers] < 0
        numbers, leaders = numbers[open_], leaders[open_]
        for begin in range(0, len(numbers), _CHUNK):
            some, theirs = numbers[begin : begin + _CHUNK], leaders[begin : begin + _CHUNK]
            alike = (index.rows(some)[:, _EXACT:] == index.rows(theirs)[:, _EXACT:]).mean(1)
            found = alike >= near
            first[some[found]], likeness[some[found]] = theirs[found], alike[found]
    return first, likeness


_CHUNK = 10_000


def _followers(columns: Signatures) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Returns the rows that equal an earlier one, ascending, and for each the first that it equals."""
    keys = np.ascontiguousarray(columns).view(np.dtype((np.void, columns.shape[1] * 4))).ravel()
    _, firsts, groups = np.unique(keys, return_index=True, return_inverse=True)
    leaders = firsts[groups.ravel()]
    numbers = np.flatnonzero(leaders != np.arange(len(keys)))
    return numbers, leaders[numbers]


def repeated(
    verdicts: Iterable[Verdict], first: npt.NDArray[np.int64], likeness: npt.NDArray[np.float32]
) -> Iterator[dict[str, Any]]:
    """Yields what repeats an earlier segment, in the order of the corpus: ``{"id", "of", "likeness"}``.

    Args:
        verdicts: of all shards; those without a block have the signatures.
        first: from ``earlier``.
        likeness: from ``earlier``.
    """
    wanted = dict.fromkeys(first[first >= 0].tolist(), "")
    number = 0
    for verdict in verdicts:
        if verdict.block:
            continue
        if number in wanted:
            wanted[number] = verdict.id
        if first[number] >= 0:
            yield {
                "id": verdict.id,
                "of": wanted[int(first[number])],
                "likeness": round(float(likeness[number]), 2),
            }
        number += 1
