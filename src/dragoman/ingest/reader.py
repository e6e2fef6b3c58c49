"""All sources as one stream of articles and rejects."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from dragoman.ingest import dataset, documents, tables
from dragoman.ingest.encoding import BROKEN
from dragoman.ingest.sources import HUB, Sources, format_of
from dragoman.ingest.values import plain
from dragoman.records import Article, Reject

Reader = Callable[[str, Mapping[str, str]], Iterator[Article | Reject]]

READERS: dict[str, Reader] = {
    ".txt": documents.read_text,
    ".md": documents.read_markdown,
    ".html": documents.read_html,
    ".htm": documents.read_html,
    ".jsonl": tables.read_jsonl,
    ".ndjson": tables.read_jsonl,
    ".csv": tables.read_csv,
    ".tsv": tables.read_csv,
    ".parquet": tables.read_parquet,
    "": dataset.read_saved,
}

# share of the letters that must be of the Arabic script: low enough for a report full of Latin names and
# links, high enough to refuse a French page with an Arabic byline
MIN_ARABIC_SHARE = 0.3

ARABIC_BLOCKS = [(0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)]


def read_sources(sources: Sources, columns: Mapping[str, str]) -> Iterator[Article | Reject]:
    """Reads every source in order.

    Each article that is yielded has an id of its own, a text, and Arabic in it; everything else is
    yielded as a reject in its place. The files are read as they are needed, row by row where the format
    allows it; the ids seen take about 200 bytes per article.

    Args:
        sources: from ``find_sources``.
        columns: the sources' names of id, text, title, date and source, by ours.

    Raises:
        DataError: an ``hf:`` dataset cannot be loaded.
    """
    yield from (_writable(reject) for reject in sources.rejects)
    origins: dict[bytes, str] = {}
    for entry in sources.entries:
        count = 0
        for record in _read(entry, columns):
            count += 1
            if isinstance(record, Article):
                record = dataclasses.replace(record, origin=plain(record.origin))
                reject = _check(record, entry, origins)
                yield record if reject is None else _writable(reject)
            else:
                yield _writable(record)
        if count == 0:
            yield _writable(Reject(entry, "", "empty", "there is no record in it"))


def _read(entry: str, columns: Mapping[str, str]) -> Iterator[Article | Reject]:
    reader = dataset.read_hub if entry.startswith(HUB) else READERS[format_of(entry)]
    try:
        yield from reader(entry, columns)
    except BROKEN as error:
        yield Reject(entry, "", "unreadable", str(error) or type(error).__name__)


def _check(article: Article, entry: str, origins: dict[bytes, str]) -> Reject | None:
    """Returns why an article cannot be used, None when it can; takes note of its id."""
    position = article.origin.removeprefix(plain(entry)).removeprefix(", ")
    if not article.text.strip():
        return Reject(entry, position, "empty", "the text is empty", article.id)
    letters, arabic = count_letters(article.text)
    if arabic < MIN_ARABIC_SHARE * letters or not letters:
        detail = f"{arabic} of {letters} letters are Arabic; at least {MIN_ARABIC_SHARE:.0%} must be"
        return Reject(entry, position, "not-arabic", detail, article.id)
    key = hashlib.blake2b(article.id.encode(), digest_size=16).digest()
    first = origins.setdefault(key, article.origin)
    if first is not article.origin:
        detail = f"{article.origin} has the id of {first}, which is kept"
        return Reject(entry, position, "duplicate-id", detail, article.id)
    return None


def count_letters(text: str) -> tuple[int, int]:
    """Returns the number of letters in a text and how many of them are of the Arabic script."""
    letters = arabic = 0
    for character, count in Counter(text).items():
        if character.isalpha():
            letters += count
            if any(low <= ord(character) <= high for low, high in ARABIC_BLOCKS):
                arabic += count
    return letters, arabic


def _writable(reject: Reject) -> Reject:
    """Returns the reject without the lone surrogates that names of files may hold."""
    return Reject.from_json(plain(reject.to_json()))
