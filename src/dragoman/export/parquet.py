"""The corpus as a folder that ``datasets.load_dataset`` reads offline: Parquet files and a dataset card."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dragoman import store
from dragoman.export.splits import Shares, split_of
from dragoman.records import AlignedUnit

FOLDER = "dataset"
ROWS_PER_FILE = 500_000
ROWS_PER_GROUP = 5_000  # held in memory before they are written; a few MiB of news


def schema(languages: Sequence[str]) -> Any:
    """Returns the corpus's ``pyarrow.Schema``, with its features stated as ``datasets`` reads them.

    They are written here as that library writes them: to load it takes two seconds, more than to write the
    corpus of a morning.
    """
    import pyarrow

    string, integer, real = (_value(name) for name in ("string", "int32", "float64"))
    features = {
        "id": string,
        "article": string,
        "n": integer,
        "paragraph": integer,
        "kind": string,
        "translation": {"languages": ["ar", *languages], "_type": "Translation"},
        "scores": dict.fromkeys(languages, real),
        "flags": {key: {"feature": string, "_type": "List"} for key in languages},
        "methods": dict.fromkeys(languages, string),
        "quality": dict.fromkeys(languages, string),
        "estimates": dict.fromkeys(languages, real),
        "round_trips": dict.fromkeys(languages, real),
        "comets": dict.fromkeys(languages, real),
    }
    fields = {
        "id": pyarrow.string(),
        "article": pyarrow.string(),
        "n": pyarrow.int32(),
        "paragraph": pyarrow.int32(),
        "kind": pyarrow.string(),
        "translation": pyarrow.struct([(name, pyarrow.string()) for name in sorted(["ar", *languages])]),
        "scores": pyarrow.struct([(name, pyarrow.float64()) for name in languages]),
        "flags": pyarrow.struct([(name, pyarrow.list_(pyarrow.string())) for name in languages]),
        "methods": pyarrow.struct([(name, pyarrow.string()) for name in languages]),
        "quality": pyarrow.struct([(name, pyarrow.string()) for name in languages]),
        "estimates": pyarrow.struct([(name, pyarrow.float64()) for name in languages]),
        "round_trips": pyarrow.struct([(name, pyarrow.float64()) for name in languages]),
        "comets": pyarrow.struct([(name, pyarrow.float64()) for name in languages]),
    }
    return pyarrow.schema(fields, {"huggingface": json.dumps({"info": {"features": features}})})


def _value(name: str) -> dict[str, str]:
    return {"dtype": name, "_type": "Value"}


class _Split:
    """The numbered Parquet files of one split.

    The number of files stands in each file's name and is known only at the end, so the files get their
    names in ``finish``.
    """

    def __init__(self, folder: Path, name: str, arrow_schema: Any) -> None:
        self._folder = folder
        self._name = name
        self._schema = arrow_schema
        self._files = contextlib.ExitStack()
        self._paths: list[Path] = []
        self._rows: list[dict[str, Any]] = []
        self._open()

    def add(self, row: dict[str, Any]) -> None:
        if self._room == 0:
            self._close()
            self._open()
        self._rows.append(row)
        self._room -= 1
        if len(self._rows) == ROWS_PER_GROUP:
            self._flush()

    def finish(self) -> None:
        self._close()
        for number, path in enumerate(self._paths):
            name = f"{self._name}-{number:05d}-of-{len(self._paths):05d}.parquet"
            path.rename(path.with_name(name))

    def abandon(self) -> None:
        self._files.close()

    def _open(self) -> None:
        import pyarrow.parquet

        path = self._folder / f"{self._name}.{len(self._paths):05d}.parquet"
        file = self._files.enter_context(store.atomic(path, "wb"))
        self._parquet = self._files.enter_context(pyarrow.parquet.ParquetWriter(file, self._schema))
        self._paths.append(path)
        self._room = ROWS_PER_FILE

    def _flush(self) -> None:
        import pyarrow

        self._parquet.write_table(pyarrow.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []

    def _close(self) -> None:
        if self._rows:
            self._flush()
        self._files.close()


class Writer:
    """Adds units to the Parquet files of their splits, below ``folder``."""

    def __init__(self, folder: Path, languages: Sequence[str], shares: Shares) -> None:
        self._folder = folder
        self._shares = shares
        # the schema carries the features as metadata, so that an empty corpus keeps its columns
        self._schema = schema(languages)
        self._splits = {"train": _Split(folder / "data", "train", self._schema)}

    def add(self, unit: AlignedUnit) -> None:
        """Takes one row."""
        split = split_of(unit.article, self._shares)
        if split not in self._splits:
            self._splits[split] = _Split(self._folder / "data", split, self._schema)
        self._splits[split].add(
            {
                "id": unit.id,
                "article": unit.article,
                "n": unit.n,
                "paragraph": unit.paragraph,
                "kind": unit.kind,
                "translation": {"ar": unit.ar, **unit.targets},
                "scores": unit.scores,
                "flags": unit.flags,
                "methods": unit.methods,
                "quality": unit.qualities,
                "estimates": unit.estimates,
                "round_trips": unit.round_trips,
                "comets": unit.comets,
            }
        )

    def finish(self, card: str) -> None:
        """Closes the last files, names all files and writes the card."""
        for split in self._splits.values():
            split.finish()
        with store.atomic(self._folder / "README.md") as file:
            file.write(card)

    def abandon(self) -> None:
        """Closes the open files without their last rows."""
        for split in self._splits.values():
            split.abandon()


def names(languages: Sequence[str]) -> list[str]:
    """Returns the name of the folder that ``writer`` makes."""
    return [FOLDER]


@contextlib.contextmanager
def writer(folder: Path, languages: Sequence[str], shares: Shares) -> Iterator[Writer]:
    """Builds ``dataset/`` beside its place in ``folder`` and swaps it in when the block succeeds.

    The caller ends with ``Writer.finish``.
    """
    place, fresh, stale = (folder / name for name in (FOLDER, f".{FOLDER}.part", f".{FOLDER}.old"))
    for leftover in (fresh, stale):
        shutil.rmtree(leftover, ignore_errors=True)
    dataset = Writer(fresh, languages, shares)
    try:
        yield dataset
    except BaseException:
        dataset.abandon()
        shutil.rmtree(fresh)
        raise
    # a folder with files in it cannot be replaced in one step
    if place.exists():
        place.rename(stale)
    fresh.rename(place)
    shutil.rmtree(stale, ignore_errors=True)
