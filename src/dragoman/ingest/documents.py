"""Formats that hold one article per file: plain text, Markdown, HTML."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dragoman.ingest.build import Columns, Row
from dragoman.ingest.encoding import open_text, read_all
from dragoman.ingest.sources import stem_of
from dragoman.ingest.values import clean
from dragoman.records import Reject

MAX_PAGE = 1 << 23
"""Longest web page in characters; its tree takes a hundred times the room of its text."""


def read_text(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields a text file as one row whose id is the file's stem."""
    with open_text(path) as (stream, notes):
        text = read_all(stream)
    yield row_of({"id": stem_of(path), "text": text}, columns, notes)


def read_markdown(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields a Markdown file as one row: front matter and first heading read, markup removed."""
    from dragoman.ingest import markdown

    with open_text(path) as (stream, notes):
        fields = markdown.parse(read_all(stream))
    yield row_of(fields | {"id": stem_of(path)}, columns, notes)


def read_html(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields a web page as one row: the main text, a line per paragraph, and what the page says of itself."""
    from trafilatura import bare_extraction

    # its complaints about a page come back as a reject; on the console they would name no file
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    with open_text(path) as (stream, notes):
        page, page_notes = clean(read_all(stream, MAX_PAGE))
    document = bare_extraction(
        page,
        include_comments=False,
        with_metadata=True,
        # the defaults guess a date from the text and compare it with the day of the run
        date_extraction_params={"original_date": True, "extensive_search": False, "max_date": "2099-12-31"},
    )
    text = (document.text or "") if document is not None else ""
    if not text.strip():
        yield Reject(path, "", "no-text", "no main text was found in the page", stem_of(path))
        return
    title = " ".join((document.title or "").split())
    first, _, rest = text.partition("\n")
    if rest and " ".join(first.split()) == title:
        text = rest
    fields = {"text": text, "title": title, "date": document.date, "source": document.url}
    yield row_of(fields | {"id": stem_of(path)}, columns, [*notes, *page_notes])


def row_of(fields: Mapping[str, Any], columns: Columns, notes: Sequence[str] = ()) -> Row:
    """Returns the row of a file, its fields under the names that the configuration looks for."""
    return Row("", {columns.get(name, name): value for name, value in fields.items()}, notes)
