"""Which files the ``articles`` of the configuration stand for."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.errors import DataError
from dragoman.records import Reject

FORMATS = (".txt", ".md", ".html", ".htm", ".docx", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".ar")
"""Endings; ``.ar`` is the Arabic side of line-aligned text."""
HUB = "hf:"


@dataclass(frozen=True, slots=True)
class Sources:
    """What there is to read.

    Attributes:
        entries: files, folders saved with ``datasets.save_to_disk`` and ``hf:`` names, sorted; each is read
            once, in this order.
        files: every existing file whose change should make the articles be read again, sorted.
        rejects: what lies in the given folders but cannot be read, sorted by path.
    """

    entries: tuple[str, ...]
    files: tuple[str, ...]
    rejects: tuple[Reject, ...]


def format_of(path: str) -> str:
    """Returns the ending in lower case, without ``.gz``: one of ``FORMATS``, or "" for anything else."""
    name = path.lower().removesuffix(".gz")
    return next((ending for ending in FORMATS if name.endswith(ending)), "")


def stem_of(path: str) -> str:
    """Returns the file's name without its format's ending and ``.gz``: the id of a one-article file."""
    name = Path(path).name
    if name.lower().endswith(".gz"):
        name = name[:-3]
    return name[: len(name) - len(format_of(name))]


def state_of(files: Sequence[str]) -> str:
    """Digests names, sizes and times of files: what has changed shows, whatever its time is."""
    digest = hashlib.sha256()
    for path in files:
        with contextlib.suppress(OSError):
            stat = Path(path).stat()
            digest.update(f"{path}\0{stat.st_size} {stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]


def find_sources(articles: Sequence[str]) -> Sources:
    """Expands files, folders, globs and dataset folders.

    Hidden files and folders inside a folder are passed over. A folder reached through a symbolic link is
    read once per entry of ``articles``, so links in a circle end.

    Args:
        articles: paths, glob patterns and ``hf:NAME[:CONFIG][@SPLIT]``.

    Raises:
        DataError: a path does not exist, a pattern matches nothing, a file has an unknown ending, a folder
            cannot be listed or holds nothing that can be read.
    """
    found: dict[str, str] = {}
    for given in articles:
        if given.startswith(HUB):
            if not given.removeprefix(HUB).partition("@")[0].strip(":"):
                raise DataError(f"articles: {given}: no dataset is named; write hf:NAME[:CONFIG][@SPLIT]")
            found[given] = given
            continue
        try:
            for path in _expand(given):
                found.setdefault(str(Path(path).absolute()), path)
        except (OSError, ValueError) as error:  # a name that is too long, or holds a NUL
            raise DataError(f"articles: {given[:80]!r}: not a path ({error}); correct it") from error
    entries: list[str] = []
    files: list[str] = []
    rejects: list[Reject] = []
    for path in sorted(found.values()):
        if path.startswith(HUB):
            entries.append(path)
        elif Path(path).is_dir():
            entries.append(path)
            files.extend(str(p) for p in Path(path).rglob("*") if p.is_file())
        elif not Path(path).is_file():
            rejects.append(Reject(path, "", "unreadable", "not a regular file, or a link that leads nowhere"))
        else:
            files.append(path)
            if format_of(path) == ".ar":
                files.extend(p for p in _beside(path) if p not in found.values())
            if format_of(path):
                entries.append(path)
            elif not _is_side(path):
                detail = f"the ending is none of {_endings()}"
                rejects.append(Reject(path, "", "unsupported", detail))
    return Sources(tuple(entries), tuple(sorted(files)), tuple(rejects))


def _beside(path: str) -> Iterator[str]:
    """Yields the files that may be other sides of an ``.ar`` file."""
    folder, stem = Path(path).parent, stem_of(path)
    yield from (str(p) for p in folder.glob(f"{glob.escape(stem)}.*") if p.is_file() and str(p) != path)


def _is_side(path: str) -> bool:
    """Whether a file is the other side of line-aligned text: ``NAME.en`` beside ``NAME.ar``."""
    packed = ".gz" if path.lower().endswith(".gz") else ""
    base = Path(path.removesuffix(packed))
    return (
        bool(re.fullmatch(r"\.[a-z]{2,3}", base.suffix))
        and Path(f"{base.with_suffix('.ar')}{packed}").is_file()
    )


def _endings() -> str:
    return f"{' '.join(FORMATS)} (each also .gz)"


def _expand(given: str) -> Iterator[str]:
    """Yields the paths that one entry of ``articles`` stands for."""
    path = os.path.normpath(Path(given).expanduser() if given.startswith("~/") else given)
    if Path(path).is_dir():
        yield from _folder(path)
    elif os.path.lexists(path):
        if not format_of(path):
            raise DataError(f"articles: {given}: unknown ending; convert it to one of {_endings()}")
        if not Path(path).is_file():
            raise DataError(f"articles: {given}: not a regular file; give a file, a folder or a pattern")
        yield path
    elif glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
        kept = [found for match in matches for found in (_walk(match) if Path(match).is_dir() else [match])]
        if not any(_usable(p) for p in kept):
            raise DataError(
                f"articles: {given}: the pattern matches no article; correct it, or use {_endings()}"
            )
        yield from kept
    else:
        raise DataError(f"articles: {given}: no such file or folder; correct the path in the configuration")


def _folder(path: str) -> list[str]:
    found = list(_walk(path))
    if not any(_usable(p) for p in found):
        raise DataError(f"articles: {path}: no article in this folder; put in files that end in {_endings()}")
    return found


def _usable(path: str) -> bool:
    return Path(path).is_dir() or (bool(format_of(path)) and Path(path).is_file())


def _walk(top: str) -> Iterator[str]:
    """Yields the files and the saved datasets below a folder, without hidden ones."""

    def stop(error: OSError) -> None:
        raise DataError(f"articles: {error.filename}: cannot be listed ({error.strerror}); allow reading it")

    seen: set[str] = set()
    for folder, subfolders, names in os.walk(top, onerror=stop, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            subfolders.clear()
            continue
        seen.add(real)
        if _is_dataset(names):
            subfolders.clear()
            yield folder
            continue
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            # Word puts a ~$name.docx beside a document while it is open
            if not name.startswith((".", "~$")):
                yield str(Path(folder, name))


def _is_dataset(names: Sequence[str]) -> bool:
    """Whether a folder with these files was written by ``datasets.save_to_disk``."""
    return "dataset_dict.json" in names or {"dataset_info.json", "state.json"} <= set(names)
