"""Formats that hold one article per file: plain text, Markdown, HTML."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

from dragoman.ingest import markdown
from dragoman.ingest.build import SAME, build
from dragoman.ingest.encoding import open_text
from dragoman.ingest.sources import stem_of
from dragoman.records import Article, Reject


def read_text(path: str, columns: Mapping[str, str]) -> Iterator[Article | Reject]:
    """Yields a text file as an article whose id is the file's stem."""
    with open_text(path) as (stream, notes):
        text = stream.read()
    yield build({"id": stem_of(path), "text": text}, SAME, path, "", notes)


def read_markdown(path: str, columns: Mapping[str, str]) -> Iterator[Article | Reject]:
    """Yields a Markdown file as an article: front matter and first heading read, markup removed."""
    with open_text(path) as (stream, notes):
        fields = markdown.parse(stream.read())
    fields["id"] = stem_of(path)
    yield build(fields, SAME, path, "", notes)


def read_html(path: str, columns: Mapping[str, str]) -> Iterator[Article | Reject]:
    """Yields a web page as an article: the main text, a line per paragraph, and what the page says of itself."""
    from trafilatura import bare_extraction

    # its complaints about a page come back as a reject; on the console they would name no file
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    with open_text(path) as (stream, notes):
        page = stream.read()
    identifier = stem_of(path)
    document = bare_extraction(
        page,
        include_comments=False,
        with_metadata=True,
        # the defaults guess a date from the text and compare it with the day of the run
        date_extraction_params={"original_date": True, "extensive_search": False, "max_date": "2099-12-31"},
    )
    text = (document.text or "") if document is not None else ""
    if not text.strip():
        yield Reject(path, "", "no-text", "no main text found in the page", build_id(identifier))
        return
    title = " ".join((document.title or "").split())
    first, _, rest = text.partition("\n")
    if title and rest and " ".join(first.split()) == title:
        text = rest
    fields = {"id": identifier, "text": text, "title": title, "date": document.date, "source": document.url}
    yield build(fields, SAME, path, "", notes)
