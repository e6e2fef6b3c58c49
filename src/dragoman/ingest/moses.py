"""Line-aligned text as OPUS gives it out: a segment per line of ``NAME.ar``, with ``NAME.en`` beside it."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

from dragoman.ingest.build import Columns, Row
from dragoman.ingest.encoding import MAX_CHARACTERS, lines_of, open_text
from dragoman.ingest.sources import format_of, stem_of
from dragoman.records import Reject

LINES = 1000
"""Lines of an article: there is no telling where a document ends, and a shard needs more than one article."""


def read_moses(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields a row for every thousand lines of an ``.ar`` file; its id is the file's stem and the first line.

    With ``columns["given"]`` the files of those endings beside it are read along. A file that lacks one of
    them, or whose sides differ in length, is one reject: what stands on a line would belong to another.
    """
    packed = path[-3:] if path.lower().endswith(".gz") else ""
    base = path.removesuffix(packed)
    base = base[: len(base) - len(format_of(path))]
    sides = {"": path, **{name: f"{base}.{name}{packed}" for name in columns["given"].values()}}
    for name, side in sides.items():
        if not Path(side).is_file():
            detail = f"{Path(side).name} is not beside it; take {name} out of columns.given to translate it"
            yield Reject(path, "", "no-given", detail)
            return
    lengths = {Path(side).name: _length(side) for side in sides.values()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        yield Reject(path, "", "unaligned", f"the files differ in lines: {told}")
        return
    with contextlib.ExitStack() as stack:
        opened = {name: stack.enter_context(open_text(side, newline="\n")) for name, side in sides.items()}
        notes = [note for _, found in opened.values() for note in found]
        streams = {name: lines_of(stream) for name, (stream, _) in opened.items()}
        for first in itertools.count(1, LINES):
            texts = {name: list(itertools.islice(lines, LINES)) for name, lines in streams.items()}
            if not texts[""]:
                return
            for name, lines in texts.items():
                if None in lines:
                    position = f"line {first + lines.index(None)}"
                    detail = f"{Path(sides[name]).name}: more than {MAX_CHARACTERS:,} characters; split it"
                    yield Reject(path, position, "bad-line", detail)
                    return
            # a line end that is none of Moses's is white space within a segment
            joined = {
                name: "\n".join(" ".join((line or "").splitlines()) for line in lines)
                for name, lines in texts.items()
            }
            fields = {columns["id"]: f"{stem_of(path)}:{first}", columns["text"]: joined.pop(""), **joined}
            yield Row(f"lines {first} to {first + len(texts['']) - 1}", fields, notes)


def _length(path: str) -> int:
    with open_text(path, newline="\n") as (stream, _):
        return sum(1 for _ in lines_of(stream))
