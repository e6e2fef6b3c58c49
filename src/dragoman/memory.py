"""The sentence memory: what the engine made of a text is kept, so that a later run decodes only what is new.

It sits between the translate stage and the engine and speaks the engine's protocol, so everything after the
engine (joining, checks, rescue) is done anew by today's code. An entry is found by a digest of all that
decides the engine's answer, and of the text; what is found is what would have been decoded.

One SQLite file, of which the library takes care: jobs on one machine write to it side by side, and a killed
one leaves it whole. A memory only saves time, so none of its failures ends a job.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dragoman.engine import Decoding, Hypothesis, Pending, Translator
from dragoman.errors import DataError

log = logging.getLogger("dragoman")

WAIT = 60.0
"""Seconds to wait for another job that is writing."""
APPLICATION = 0x44726167
"""SQLite's application id of our files, "Drag": another program's database is left alone."""
DIGEST_BYTES = 20
_ASK = 500
"""Keys in one question; SQLite's limit was 999 for long."""
_TABLE = """CREATE TABLE IF NOT EXISTS hypotheses (
    key BLOB PRIMARY KEY,
    text TEXT NOT NULL, score REAL NOT NULL, tokens INTEGER NOT NULL, complete INTEGER NOT NULL
) WITHOUT ROWID"""
_INSERT = "INSERT OR IGNORE INTO hypotheses VALUES (?, ?, ?, ?, ?)"


class Memory:
    """Hypotheses by digest, in a file."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made where it is missing.

        Raises:
            DataError: it cannot be opened, or is something else.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise DataError(f"{path}: no sentence memory ({error})") from error

    def _prepare(self) -> None:
        # both looks in one transaction, and the making in another: a second job may be making the file
        self._connection.execute("BEGIN")
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        self._connection.execute("COMMIT")
        if application != APPLICATION and (tables or application):
            raise sqlite3.DatabaseError("a database of another program")
        if not tables:
            with self._transaction():
                self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
                self._connection.execute(_TABLE)

    def __len__(self) -> int:
        """Returns the number of entries."""
        return int(self._connection.execute("SELECT count(*) FROM hypotheses").fetchone()[0])

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Hypothesis]:
        """Returns the hypotheses that are there, by key.

        Raises:
            sqlite3.Error: the file is locked for too long, or broken.
        """
        found = {}
        for start in range(0, len(keys), _ASK):
            part = keys[start : start + _ASK]
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(f"SELECT * FROM hypotheses WHERE key IN ({marks})", part)
            for key, text, score, tokens, complete in rows:
                found[key] = Hypothesis(text, score, tokens, bool(complete), recalled=True)
        return found

    def put(self, hypotheses: Mapping[bytes, Hypothesis]) -> None:
        """Adds hypotheses, all or none; one that is there stays.

        Raises:
            sqlite3.Error: the file is locked for too long, read-only or broken, or the disk is full.
        """
        rows = sorted((key, h.text, h.score, h.tokens, int(h.complete)) for key, h in hypotheses.items())
        with self._transaction():
            self._connection.executemany(_INSERT, rows)

    def merge(self, other: Path) -> int:
        """Adds what another memory has; returns the number of new entries.

        Raises:
            DataError: the other one is not there, or either of them cannot be used.
        """
        if not other.is_file():
            raise DataError(f"{other}: no sentence memory there")
        Memory(other).close()
        before = len(self)
        try:
            self._connection.execute("ATTACH DATABASE ? AS other", (str(other),))
            with self._transaction():
                self._connection.execute(
                    "INSERT OR IGNORE INTO hypotheses SELECT * FROM other.hypotheses ORDER BY key"
                )
            self._connection.execute("DETACH DATABASE other")
        except sqlite3.Error as error:
            raise DataError(f"{other}: not merged into {self.path} ({error})") from error
        return len(self) - before

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        # with the write lock from the start: two readers that both want to write would wait for each other
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # SQLite may have rolled back already, on a full disk for one
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


class RememberingTranslator:
    """A ``Translator`` that asks the memory first and its engine for the rest."""

    def __init__(self, translator: Translator, memory: Memory, identity: Sequence[str]) -> None:
        """Puts a memory before an engine.

        Args:
            translator: the engine.
            memory: where hypotheses are kept.
            identity: what decides the engine's answers besides the decoding and the text: the model and its
                language, how and with which version it is computed.
        """
        self._translator = translator
        self._memory: Memory | None = memory
        self._identity = list(identity)

    @property
    def max_source_tokens(self) -> int:
        """Longest source, in tokens without prefix and end mark, that translates well in one piece."""
        return self._translator.max_source_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of source tokens of each text."""
        return self._translator.count(texts)

    def submit(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> Pending:
        """Hands the texts that are not remembered to the engine; see ``Translator``."""
        keys = self._keys(texts, decoding)
        known = self._recall(list(keys.values()))
        new = [text for text in texts if keys[text] not in known]
        pending = self._translator.submit(new, decoding, progress)
        if progress and len(new) < len(texts):
            progress(len(texts) - len(new))

        def wait() -> list[Hypothesis]:
            decoded = {keys[text]: hypothesis for text, hypothesis in zip(new, pending(), strict=True)}
            self._remember(decoded)
            found = known | decoded
            return [found[keys[text]] for text in texts]

        return wait

    def _keys(self, texts: Iterable[str], decoding: Decoding) -> dict[str, bytes]:
        how = json.dumps([*self._identity, decoding.to_list()])
        start = hashlib.blake2b(how.encode() + b"\0", digest_size=DIGEST_BYTES)
        keys = {}
        for text in texts:
            digest = start.copy()
            digest.update(text.encode())
            keys[text] = digest.digest()
        return keys

    def _recall(self, keys: Sequence[bytes]) -> dict[bytes, Hypothesis]:
        try:
            return {} if self._memory is None else self._memory.get(keys)
        except sqlite3.Error as error:
            self._give_up(error)
            return {}

    def _remember(self, decoded: Mapping[bytes, Hypothesis]) -> None:
        try:
            if self._memory is not None and decoded:
                self._memory.put(decoded)
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        if self._memory is not None:
            log.warning("%s: going on without the sentence memory (%s)", self._memory.path, error)
            self._memory = None
