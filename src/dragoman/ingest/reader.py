"""All sources as one stream of articles and rejects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dragoman.ingest import dataset, documents, moses, tables, word
from dragoman.ingest.build import Columns, Row, build
from dragoman.ingest.encoding import BROKEN
from dragoman.ingest.sources import HUB, Sources, format_of
from dragoman.ingest.values import plain
from dragoman.records import Article, Reject

Reader = Callable[[str, Mapping[str, str]], Iterator[Row | Reject]]

READERS: dict[str, Reader] = {
    ".txt": documents.read_text,
    ".md": documents.read_markdown,
    ".html": documents.read_html,
    ".htm": documents.read_html,
    ".docx": word.read_docx,
    ".jsonl": tables.read_jsonl,
    ".ndjson": tables.read_jsonl,
    ".csv": tables.read_csv,
    ".tsv": tables.read_csv,
    ".parquet": tables.read_parquet,
    ".ar": moses.read_moses,
}


def read_sources(sources: Sources, columns: Columns) -> Iterator[Article | Reject]:
    """Reads every source in order.

    Each article that is yielded has an id of its own and an Arabic text; everything else is yielded as a
    reject in its place. Tables are read row by row; the ids seen take about 200 bytes per article.

    Args:
        sources: from ``find_sources``.
        columns: the sources' names of id, text, title, date and source, by ours, and ``given``: those of
            translations that are kept, by language.

    Raises:
        DataError: an ``hf:`` dataset cannot be loaded.
    """
    yield from map(_writable, sources.rejects)
    origins: dict[bytes, str] = {}
    for entry in sources.entries:
        found = False
        for row in _read(entry, columns):
            found = True
            record = build(row, columns, entry) if isinstance(row, Row) else row
            if isinstance(row, Row) and isinstance(record, Article):
                record = _first(record, entry, row.position, origins)
            yield _writable(record) if isinstance(record, Reject) else record
        if not found:
            yield _writable(Reject(entry, "", "empty", "there is no record in it"))


def _read(entry: str, columns: Columns) -> Iterator[Row | Reject]:
    reader = READERS.get(format_of(entry), dataset.read_saved)
    if entry.startswith(HUB):
        reader = dataset.read_hub
    elif Path(entry).is_dir():
        reader = dataset.read_saved
    try:
        yield from reader(entry, columns)
    except BROKEN as error:
        yield Reject(entry, "", "unreadable", str(error) or type(error).__name__)


def _first(article: Article, entry: str, position: str, origins: dict[bytes, str]) -> Article | Reject:
    """Returns the article, or a reject when another one had its id; takes note of the id."""
    key = hashlib.blake2b(article.id.encode(), digest_size=16).digest()
    first = origins.setdefault(key, article.origin)
    if first == article.origin:
        return article
    detail = f"{article.origin} has the id of {first}, which is kept"
    return Reject(entry, position, "duplicate-id", detail, article.id)


def _writable(reject: Reject) -> Reject:
    """Returns the reject without the lone surrogates that names of files may hold."""
    return Reject.from_json(plain(reject.to_json()))
