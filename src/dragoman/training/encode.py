"""Rows as token ids, packed into one small file that travels to a GPU machine; and batches of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.errors import DataError
from dragoman.store import atomic
from dragoman.training.collect import Row
from dragoman.training.vocabulary import EOS, PREFIXES, UNK, Ids, tag_symbol, target_ids

MAX_TOKENS = 100
"""Longest side in tokens; what is longer is left out."""
CHUNK = 40_000
"""Examples sorted by length together: little padding, and batches of all lengths in any order."""
GROUP = 2
"""Lengths of targets, in tokens, that are sorted by the length of their sources."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Encoded pairs.

    Attributes:
        sources: language token, pieces, end mark.
        targets: pieces, end mark.
        weights: times that each pair is used in an epoch.
        outputs: ids that a target may have, ascending.
    """

    sources: list[Ids]
    targets: list[Ids]
    weights: npt.NDArray[np.float32]
    outputs: Ids

    def __len__(self) -> int:
        """Returns the number of pairs."""
        return len(self.sources)


def encode(
    rows: Iterable[Row],
    vocabulary: Path,
    weights: Mapping[str, float],
    tags: Mapping[str, str] | None = None,
) -> Examples:
    """Encodes cleaned rows.

    Args:
        rows: the rows.
        vocabulary: sentencepiece model.
        weights: times that a row is used in an epoch, by source; a row's own ``times`` multiplies it.
        tags: the tag of its rows, by source; none for a source that is not there.

    Raises:
        DataError: no row is short enough, a target has what none may have, or the vocabulary lacks a tag.
    """
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    prefix = {language: processor.piece_to_id(symbol) for language, symbol in PREFIXES.items()}
    tagged = {name: _tag(processor, tag) for name, tag in (tags or {}).items()}
    sources, targets, shares = [], [], []
    for row in rows:
        source, target = processor.encode(row["ar"]), processor.encode(row["text"])
        if len(source) <= MAX_TOKENS and len(target) <= MAX_TOKENS:
            sources.append(
                np.array([prefix[row["language"]], *tagged.get(row["source"], []), *source, EOS], np.int32)
            )
            targets.append(np.array([*target, EOS], np.int32))
            shares.append(weights[row["source"]] * row.get("times", 1))
    if not sources:
        raise DataError(f"no pair of at most {MAX_TOKENS} tokens a side to train on")
    outputs = np.array(target_ids(vocabulary), np.int32)
    if not np.isin(np.concatenate(targets), outputs).all():
        raise DataError("a target holds Arabic letters; clean the rows first")
    return Examples(sources, targets, np.array(shares, np.float32), outputs)


def _tag(processor: Any, tag: str) -> list[int]:
    """Returns the id of a tag.

    Raises:
        DataError: the vocabulary was learnt without it, as that of a warm start may be.
    """
    number: int = processor.piece_to_id(tag_symbol(tag))
    if number == UNK:
        raise DataError(f"the vocabulary has no token for the tag {tag}; learn another, or leave the tag out")
    return [number]


def save(examples: Examples, path: Path) -> None:
    """Writes examples as a compressed ``.npz`` of 16-bit ids."""
    arrays: dict[str, Any] = {"weights": examples.weights, "outputs": examples.outputs.astype(np.uint16)}
    for name, sides in (("source", examples.sources), ("target", examples.targets)):
        arrays[name] = np.concatenate(sides).astype(np.uint16)
        arrays[f"{name}_lengths"] = np.array([len(side) for side in sides], np.uint16)
    with atomic(path, "wb") as file:
        np.savez_compressed(file, **arrays)


def load(path: Path) -> Examples:
    """Reads examples that ``save`` wrote."""
    with np.load(path) as arrays:
        sides = {
            name: np.split(
                arrays[name].astype(np.int32), np.cumsum(arrays[f"{name}_lengths"].astype(np.int64))[:-1]
            )
            for name in ("source", "target")
        }
        outputs = arrays["outputs"].astype(np.int32)
        return Examples(sides["source"], sides["target"], arrays["weights"], outputs)


def epoch(examples: Examples, tokens: int, seed: int, number: int) -> list[list[int]]:
    """Returns the batches of an epoch, each a list of example numbers.

    Args:
        examples: the pairs.
        tokens: most padded tokens of a batch, both sides together.
        seed: with ``number``, decides the order.
        number: the epoch, from 0.
    """
    rng = random.Random(f"{seed} {number}")
    order: list[int] = []
    for index, weight in enumerate(examples.weights.tolist()):
        order += [index] * (int(weight) + (rng.random() < weight % 1))
    rng.shuffle(order)
    batches: list[list[int]] = []
    for start in range(0, len(order), CHUNK):
        batches += pack(order[start : start + CHUNK], examples, tokens)
    rng.shuffle(batches)
    return batches


def pack(indices: Sequence[int], examples: Examples, tokens: int) -> Iterator[list[int]]:
    """Yields batches of pairs of similar length, of at most ``tokens`` padded tokens or of one pair."""
    batch: list[int] = []
    source = target = 0

    def place(index: int) -> tuple[int, int]:
        # back and forth: at the end of one group of targets the sources are as long as where the next begins
        group, length = len(examples.targets[index]) // GROUP, len(examples.sources[index])
        return group, length if group % 2 else -length

    for index in sorted(indices, key=place):
        length = max(source, len(examples.sources[index])), max(target, len(examples.targets[index]))
        if batch and sum(length) * (len(batch) + 1) > tokens:
            yield batch
            batch, length = [], (len(examples.sources[index]), len(examples.targets[index]))
        batch.append(index)
        source, target = length
    if batch:
        yield batch


def padded(sides: Sequence[Ids]) -> npt.NDArray[np.int64]:
    """Returns the sides as one array ``(len(sides), longest)``, padded with 0."""
    out = np.zeros((len(sides), max(map(len, sides))), np.int64)
    for row, side in zip(out, sides, strict=True):
        row[: len(side)] = side
    return out
