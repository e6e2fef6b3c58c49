"""What verbs share that read the files of all shards."""

from __future__ import annotations

import argparse
import itertools
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dragoman import store
from dragoman.errors import DataError, ModelError

log = logging.getLogger("dragoman")
Arguments = argparse.Namespace


def manifests(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Reads model manifests, each once."""
    try:
        return [store.read_json(path) for path in dict.fromkeys(paths)]
    except DataError as error:
        raise ModelError(f"{error}; run snakemake to install the model") from error


def shards(folder: Path, number: int) -> list[Path]:
    """Returns a stage's files of all shards; so many paths would not fit on a command line."""
    return [store.shard_path(folder, shard) for shard in range(number)]


def chain(paths: Sequence[Path], record: type[Any]) -> Iterator[Any]:
    """Yields the records of several files in a row."""
    return itertools.chain.from_iterable(store.read(path, record) for path in paths)
