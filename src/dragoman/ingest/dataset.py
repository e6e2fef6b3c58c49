"""Hugging Face datasets: folders saved with ``save_to_disk`` and, where the user asks for it, the hub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dragoman.errors import DataError
from dragoman.ingest.build import Columns, Row
from dragoman.ingest.sources import HUB
from dragoman.ingest.tables import BATCH, batch_records, check_columns
from dragoman.records import Reject


def read_saved(folder: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields the rows of a dataset folder, split by split in the order of their names."""
    from datasets import load_from_disk

    try:
        loaded = load_from_disk(folder)
    except Exception as error:  # the library documents no set of errors for damaged folders
        yield Reject(folder, "", "unreadable", f"not a sound dataset folder: {_first_line(error)}")
        return
    yield from _rows(folder, loaded, columns)


def read_hub(name: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields the rows of ``hf:NAME[:CONFIG][@SPLIT]``, streamed; all splits when none is named.

    Raises:
        DataError: the dataset cannot be loaded.
    """
    from datasets import load_dataset

    where, _, split = name.removeprefix(HUB).partition("@")
    path, _, config = where.partition(":")
    try:
        loaded = load_dataset(path, config or None, split=split or None, streaming=True)
        yield from _rows(name, loaded, columns)
    except Exception as error:  # network, hub, data and parser errors of several libraries
        raise DataError(
            f"articles: {name}: cannot be loaded ({_first_line(error)}); check the name and the network, "
            "or give a local folder"
        ) from error


def _rows(source: str, loaded: Any, columns: Columns) -> Iterator[Row | Reject]:
    splits = dict(sorted(loaded.items())) if isinstance(loaded, dict) else {"": loaded}
    for split, data in splits.items():
        prefix = f"{split} " if split else ""
        number = 0
        for batch in data.with_format("arrow").iter(BATCH):
            if number == 0 and (problem := check_columns(source, batch.column_names, columns)):
                yield problem
                break
            yield from batch_records(source, batch, prefix, number)
            number += batch.num_rows


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
