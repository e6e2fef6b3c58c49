"""Reading and writing shards: JSON Lines, atomic, counted."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import json
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

from dragoman.errors import ConfigError, DataError
from dragoman.records import Record

log = logging.getLogger("dragoman")

R = TypeVar("R", bound=Record)

_AGAIN = "delete the file and run again"


@contextlib.contextmanager
def atomic(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    r"""Opens a temporary file beside ``path`` and renames it over ``path`` when the block succeeds.

    The temporary file is locked, so that ``sweep`` tells what is being written from what a killed job has
    left. The file is fsynced before the rename, so a killed job or a power cut leaves the old file or the new
    one, never a part. Text is UTF-8 with ``\n`` line ends.

    Args:
        path: the final file; its folder is created.
        mode: ``w`` or ``wb``.

    Yields:
        The open file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.parent / f".{path.name[:80]}.{secrets.token_hex(8)}.part"
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"}
    try:
        with part.open(mode.replace("w", "x"), **text) as file:  # type: ignore[call-overload]
            _lock(file.fileno())
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            # a full disk does not say which file it had no room for
            error.filename = str(path)
        part.unlink(missing_ok=True)
        raise


def _lock(handle: int) -> bool:
    """Locks an open file or folder unless another process has; False also where there are no locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def working_folder(target: Path) -> Iterator[Path]:
    """Makes a folder beside ``target`` for the time of the block; removes those that killed jobs left."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target.parent, f".{target.name}.*.part")
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle)
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder)


def claim(folder: Path) -> IO[bytes]:
    """Keeps other runs out of a results folder, which is made where it is missing.

    Returns:
        An open file; the folder is ours until it is closed or the process ends, however it ends.

    Raises:
        DataError: another run has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / ".lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise DataError(
            f"{folder}: another run is writing here; wait for it, or give this one its own results folder"
        ) from error
    except OSError:
        log.warning("%s: the file system has no locks; see that no two runs write here at once", folder)
    return file


def sweep(folder: Path, pattern: str = ".*.part") -> None:
    """Removes the temporary files and folders below a folder that a killed job has left.

    Args:
        folder: searched with all that is in it.
        pattern: of their names.
    """
    for part in sorted(folder.rglob(pattern)):
        with contextlib.suppress(FileNotFoundError):
            handle = os.open(part, os.O_RDONLY)
            try:
                if _lock(handle):
                    if part.is_dir():
                        shutil.rmtree(part, ignore_errors=True)
                    else:
                        part.unlink()
            finally:
                os.close(handle)


def check_writable(folder: Path, what: str) -> Path:
    """Checks that a folder can be written to, or made, before any job starts.

    Args:
        folder: the folder.
        what: what it is for, for the message.

    Returns:
        The folder itself, or the nearest one above it that is there.

    Raises:
        ConfigError: it cannot.
    """
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    if not there.is_dir():
        raise ConfigError(f"{what}: {folder}: {there} is a file; name a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ConfigError(f"{what}: {folder}: {there} cannot be written to; name another folder")
    return there


def dumps(value: Any) -> str:
    """Returns ``value`` as one line of JSON, non-ASCII kept, NaN refused."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Writes JSON objects, one per line, atomically; returns how many."""
    count = 0
    with atomic(path) as file:
        for row in rows:
            file.write(dumps(row) + "\n")
            count += 1
    return count


def write(path: Path, records: Iterable[Record]) -> int:
    """Writes a shard atomically; returns the number of records."""
    return write_rows(path, (record.to_json() for record in records))


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the JSON objects of a file.

    Raises:
        DataError: the file is missing, or a line is not a JSON object.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); run the stage before again") from error
    with file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise DataError(f"{path}: line {number} is not JSON; {_AGAIN}") from error
            if not isinstance(row, dict):
                raise DataError(f"{path}: line {number} is not an object; {_AGAIN}")
            yield row


def read(path: Path, record: type[R]) -> Iterator[R]:
    """Yields the records of a shard.

    Raises:
        DataError: as ``read_rows``, or a row does not fit the record.
    """
    for number, row in enumerate(read_rows(path), 1):
        try:
            yield record.from_json(row)
        except DataError as error:
            raise DataError(f"{path}: line {number} is {error}; {_AGAIN}") from error


def by_article(records: Iterable[Any]) -> Callable[[str], list[Any]]:
    """Joins a stream that not every article is in.

    Args:
        records: with the attribute ``article``, those of an article next to each other.

    Returns:
        A function that gives an article's records, asked for in the order of the articles.
    """
    groups = itertools.groupby(records, key=lambda record: record.article)
    following: list[tuple[str, list[Any]]] = []

    def of(article: str) -> list[Any]:
        if not following:
            following.extend((name, list(group)) for name, group in itertools.islice(groups, 1))
        return following.pop()[1] if following and following[0][0] == article else []

    return of


def count(path: Path) -> int:
    """Returns the number of records of a shard, from its line ends alone."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def write_json(path: Path, value: Any) -> None:
    """Writes one JSON document, indented, atomically."""
    with atomic(path) as file:
        json.dump(value, file, ensure_ascii=False, indent=2, allow_nan=False)
        file.write("\n")


def read_json(path: Path) -> Any:
    """Reads one JSON document.

    Raises:
        DataError: the file is missing or not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise DataError(f"{path}: not JSON ({error})") from error


def shard_path(folder: Path, number: int) -> Path:
    """Returns the file of a shard in a stage's folder."""
    return folder / f"{number:04}.jsonl"


def files_of(paths: Iterable[Path | str]) -> list[str]:
    """Returns the files in folders, in order of name, and other paths as they are.

    A folder's time stays as it is when a file in it is written again, so a rule that reads one has its
    files as input too.
    """
    return [
        str(file)
        for path in map(Path, paths)
        for file in (sorted(filter(Path.is_file, path.iterdir())) if path.is_dir() else [path])
    ]


def sha256(path: Path) -> str:
    """Returns the hex SHA-256 of a file, read in blocks of 1 MiB."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
