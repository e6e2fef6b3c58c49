"""Articles to shards: which shard, and files that change only when their articles do."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dragoman import store
from dragoman.errors import DataError
from dragoman.records import Article, Reject

log = logging.getLogger(__name__)

# characters kept before they are appended to the shards' parts: few enough for any machine, and enough
# that a shard's part is opened rarely; all parts cannot stay open, as 9,999 are more than systems allow
BUFFER = 1 << 23

PARTS = ".parts"

MAX_HOSTS = 20
"""Sites that the catalogue names, those with most articles."""


def shard_of(article_id: str, shards: int) -> int:
    """Returns the shard of an article: the same on every machine and in every version.

    Args:
        article_id: the article's id.
        shards: number of shards.

    Returns:
        SHA-256 of the id's UTF-8, as a big-endian integer, modulo ``shards``.
    """
    return int.from_bytes(hashlib.sha256(article_id.encode()).digest()) % shards


def write_shards(
    records: Iterable[Article | Reject], folder: Path, rejects: Path, shards: int, policy: str
) -> dict[str, Any]:
    """Writes articles to ``folder/NNNN.jsonl`` and rejects to one file, in the order they come.

    A shard's file is replaced only when its bytes change, so that its modification time tells whether the
    stages after must run again. Files of shards past the last are deleted. When anything fails, the files
    are as they were.

    Args:
        records: from ``read_sources``; streamed.
        folder: of the shards; created.
        rejects: JSON Lines file for the rejects.
        shards: number of shards.
        policy: ``reject`` or ``fail``: what a reject does.

    Returns:
        The catalogue: articles and SHA-256 by shard, articles and characters (of the texts) in total,
        rejects by reason, articles by licence and by site.

    Raises:
        DataError: the policy is ``fail`` and there is a reject.
    """
    parts = folder / PARTS
    _remove_leftovers(folder, rejects)
    parts.mkdir(parents=True)
    try:
        writer = _Parts(parts)
        reasons: Counter[str] = Counter()
        characters = 0
        licences: Counter[str] = Counter()
        hosts: Counter[str] = Counter()
        with store.atomic(rejects) as file:
            for record in records:
                if isinstance(record, Article):
                    writer.add(shard_of(record.id, shards), store.dumps(record.to_json()) + "\n")
                    characters += len(record.text)
                    licences[licence_of(record)] += 1
                    hosts[host_of(record)] += 1
                    continue
                if policy == "fail":
                    raise DataError(_message(record))
                reasons[record.reason] += 1
                file.write(store.dumps(record.to_json()) + "\n")
            writer.flush()
            for shard in range(shards):
                _settle(store.shard_path(folder, shard), writer.part(shard), writer.digest(shard))
    finally:
        shutil.rmtree(parts)
    for path in folder.glob("[0-9][0-9][0-9][0-9].jsonl"):
        if int(path.stem) >= shards:
            path.unlink()
    if reasons:
        listed = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        log.warning("%d records cannot be used (%s); see %s", reasons.total(), listed, rejects)
    return {
        "shards": {
            f"{shard:04}": {"articles": writer.counts[shard], "sha256": writer.digest(shard)}
            for shard in range(shards)
        },
        "articles": writer.counts.total(),
        "rejects": dict(sorted(reasons.items())),
        "characters": characters,
        "licences": dict(sorted(licences.items())),
        "hosts": dict(hosts.most_common(MAX_HOSTS)),
    }


def licence_of(article: Article) -> str:
    """Returns the licence that an article states in a field of that name, "" where it states none."""
    for key in ("licence", "license"):
        value = article.extra.get(key)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return ""


def host_of(article: Article) -> str:
    """Returns the host of an article's address, "" where it has none."""
    try:
        return urlsplit(article.source).hostname or ""
    except ValueError:
        return ""


class _Parts:
    """The shards' files as they grow, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.counts: Counter[int] = Counter()
        self._folder = folder
        self._digests: dict[int, Any] = defaultdict(hashlib.sha256)
        self._lines: dict[int, list[str]] = defaultdict(list)
        self._waiting = 0

    def add(self, shard: int, line: str) -> None:
        self.counts[shard] += 1
        self._lines[shard].append(line)
        self._waiting += len(line)
        if self._waiting > BUFFER:
            self.flush()

    def flush(self) -> None:
        for shard, lines in self._lines.items():
            data = "".join(lines).encode()
            self._digests[shard].update(data)
            with self.part(shard).open("ab") as file:
                file.write(data)
        self._lines.clear()
        self._waiting = 0

    def part(self, shard: int) -> Path:
        return self._folder / f"{shard:04}"

    def digest(self, shard: int) -> str:
        return str(self._digests[shard].hexdigest())


def _settle(path: Path, part: Path, digest: str) -> None:
    """Makes ``path`` the content of ``part`` (nothing, when there is no part) unless it is that already."""
    with contextlib.suppress(FileNotFoundError):
        if store.sha256(path) == digest:
            return
    with part.open("ab") as file:
        if file.tell():  # an empty file has no content that could get lost, and there may be thousands
            os.fsync(file.fileno())
    part.replace(path)


def _remove_leftovers(folder: Path, rejects: Path) -> None:
    """Deletes what a killed run left behind."""
    if (folder / PARTS).is_dir():
        shutil.rmtree(folder / PARTS)
    for path in rejects.parent.glob(f".{rejects.name}.*.part"):
        path.unlink()


def _message(reject: Reject) -> str:
    place = f"{reject.source}, {reject.position}" if reject.position else reject.source
    message = f"{place}: {reject.reason}: {reject.detail}; mend it, or set on_bad_record: reject"
    return " ".join(message.split())
