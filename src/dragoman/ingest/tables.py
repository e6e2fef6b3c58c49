"""Formats that hold an article per row: JSON Lines, CSV, TSV, Parquet."""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from dragoman.ingest.build import Columns, Row
from dragoman.ingest.encoding import MAX_CHARACTERS, lines_of, open_bytes, open_text
from dragoman.ingest.sources import format_of
from dragoman.records import Reject

BATCH = 256


def read_jsonl(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields a row per line of JSON; blank lines are passed over."""
    with open_text(path) as (stream, notes):
        for number, line in enumerate(lines_of(stream), 1):
            if line is None:
                detail = f"more than {MAX_CHARACTERS:,} characters; split it"
                yield Reject(path, f"line {number}", "bad-line", detail)
                continue
            # a mark inside the file comes from files that were put together
            line = line.strip().lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
            if not line:
                continue
            try:
                fields = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield Reject(path, f"line {number}", "bad-line", f"not JSON: {error}")
                continue
            if isinstance(fields, dict):
                yield Row(f"line {number}", fields, notes)
            else:
                yield Reject(path, f"line {number}", "bad-line", f"a JSON object is due, not {line[:20]!r}")


def read_csv(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields the rows of a table with a header.

    The separator of a ``.tsv`` is the tab, that of a ``.csv`` the one of ``, ; |`` and tab that its first
    line has most of. Fields may be quoted with ``"``, and quotes must be well formed: a row where they are
    not is a reject rather than a text that has silently lost or gained something.
    """
    csv.field_size_limit(MAX_CHARACTERS)
    with open_text(path, newline="") as (stream, notes):
        head = stream.readline()
        separator = "\t" if format_of(path) == ".tsv" else max(",;\t|", key=head.count)
        reader = csv.reader(itertools.chain([head], stream), delimiter=separator, strict=True)
        header: list[str] = []
        while True:
            position = f"line {reader.line_num + 1}"
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                detail = f"lines {position.split()[1]} to {reader.line_num}: {error}"
                yield Reject(path, position, "bad-line", detail)
                if not header:
                    return
                continue
            if not values:
                continue
            if not header:
                header = [name.strip() for name in values]
                if problem := check_columns(path, header, columns):
                    yield problem
                    return
            elif len(values) != len(header):
                detail = f"{len(values)} fields where the header has {len(header)}"
                yield Reject(path, position, "bad-line", detail)
            else:
                yield Row(position, dict(zip(header, values, strict=True)), notes)


def read_parquet(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields the rows of a Parquet file, in batches of ``BATCH``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _seekable(path) as file:
        number = 0
        try:
            table = pq.ParquetFile(file)
            if problem := check_columns(path, table.schema_arrow.names, columns):
                yield problem
                return
            for batch in table.iter_batches(batch_size=BATCH):
                yield from batch_records(path, batch, "", number)
                number += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            position = f"after row {number}" if number else ""
            yield Reject(path, position, "unreadable", f"not a sound Parquet file: {error}")


@contextlib.contextmanager
def _seekable(path: str) -> Iterator[BinaryIO]:
    """Opens a file that can be read from its end, unpacked to a temporary file where it is compressed."""
    with open_bytes(path) as file:
        if not path.lower().endswith(".gz"):
            yield file
            return
        with tempfile.TemporaryFile() as unpacked:
            shutil.copyfileobj(file, unpacked)
            unpacked.seek(0)
            yield unpacked


def batch_records(source: str, batch: Any, prefix: str, start: int) -> Iterator[Row | Reject]:
    """Yields the rows of an Arrow batch or table.

    Args:
        source: the file or dataset.
        batch: a ``pyarrow.RecordBatch`` or ``pyarrow.Table``.
        prefix: written before ``row N``, such as the name of the split and a space.
        start: number of rows before this batch.
    """
    try:
        rows = batch.to_pylist()
    except (ValueError, OverflowError):  # a string that is not UTF-8, a date past the year 9999
        rows = [None] * batch.num_rows
    for index, fields in enumerate(rows):
        position = f"{prefix}row {start + index + 1}"
        if fields is None:
            try:
                fields = batch.slice(index, 1).to_pylist()[0]
            except (ValueError, OverflowError) as error:
                yield Reject(source, position, "unreadable", f"a value cannot be read: {error}")
                continue
        yield Row(position, fields)


def check_columns(source: str, names: Iterable[str], columns: Columns) -> Reject | None:
    """Returns what is wrong with the columns of a whole table, None when it has those that it needs."""
    names = list(names)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        return Reject(source, "", "bad-line", f"column {twice[0]!r} is there twice; rename one")
    wanted = [("id", columns["id"], "no-id"), ("text", columns["text"], "no-text")]
    wanted += [(f"translation to {code}", name, "no-given") for code, name in columns["given"].items()]
    for part, name, reason in wanted:
        if name and name not in names and name.partition(".")[0] not in names:
            there = ", ".join(map(repr, names[:20]))
            detail = f"no column {name!r}; name the column of the {part} under columns: {there}"
            return Reject(source, "", reason, detail)
    return None
