"""Fetching the source files of a model part, checked against the recipe and against the first fetch."""

from __future__ import annotations

import shutil
import urllib.parse
from pathlib import Path
from typing import Any

from dragoman.errors import ModelError
from dragoman.models.archive import unpack
from dragoman.models.download import download
from dragoman.models.hub import fetch_hub
from dragoman.models.layout import select
from dragoman.models.recipe import Part
from dragoman.store import read_json, sha256, write_json


def listing_path(folder: Path) -> Path:
    """Returns the file that lists what was fetched into a folder."""
    return folder.parent / f"{folder.name}.json"


def lock_path(folder: Path) -> Path:
    """Returns the file that keeps what the first fetch of a source found."""
    return folder.parent / f"{folder.name}.lock.json"


def fetch(part: Part, folder: Path) -> dict[str, Any]:
    """Brings a part's source files into a folder and nothing else.

    Every file is held to the recipe's ``sha256``. For a source that is not local, what the first fetch found
    is kept in ``<folder>.lock.json``: files that are there and agree with it are not fetched again, and a
    file that has changed under the same address and revision is an error.

    Args:
        part: the part.
        folder: where its files go; survives a failed run, so that the next one goes on.

    Returns:
        ``{"source", "archive", "files"}``: the recipe's source and what it was resolved to, the sha256 of an
        archive by its name, and of the files by theirs.

    Raises:
        ModelError: the source cannot be had, lacks a file, or a file does not have the checksum.
    """
    lock = read_json(lock_path(folder)) if part.path is None and lock_path(folder).is_file() else None
    if lock is not None and lock["asked"] != part.source:
        lock = None
    if lock is not None and _unchanged(folder, lock["files"]):
        found = {key: lock[key] for key in ("source", "archive", "files")}
        _check(folder, found["archive"] | found["files"], part.sha256, "the recipe")
        return found
    folder.mkdir(parents=True, exist_ok=True)
    found = _from_source(part, folder)
    if lock is not None:
        by = f"{lock_path(folder)}, the first fetch"
        hint = "; pin source.revision, or delete that file to accept the change"
        _check(folder, found["files"], lock["files"], by, hint)
        if added := sorted(set(found["files"]) - set(lock["files"])):
            raise ModelError(f"{folder}: {', '.join(added)} came to the source since {by}{hint}")
    _check(folder, found["archive"] | found["files"], part.sha256, "the recipe")
    _prune(folder, set(found["files"]))
    if part.path is None and lock is None:
        write_json(lock_path(folder), {"asked": part.source, **found})
    return found


def _from_source(part: Part, folder: Path) -> dict[str, Any]:
    """Brings the files in from wherever they are and returns their checksums, unchecked as yet."""
    source = dict(part.source)
    archive: dict[str, str] = {}
    if "hub" in source:
        names, source["commit"] = fetch_hub(
            source["hub"], source["revision"], part.format, folder, pickle=part.pickle
        )
    elif part.path is None:
        name = Path(urllib.parse.urlparse(source["url"]).path).name
        file = folder / ".download" / name
        if not file.is_file():
            download(source["url"], file)
        archive[name] = sha256(file)
        _check(file.parent, archive, {n: v for n, v in part.sha256.items() if n == name}, "the recipe")
        names = _unpacked(file, folder, part, source["url"])
        file.unlink()
    else:
        names = _from_path(part, part.path, folder)
    return {"source": source, "archive": archive, "files": {name: sha256(folder / name) for name in names}}


def _from_path(part: Part, path: Path, folder: Path) -> list[str]:
    what = f"path: {path}"
    if path.is_dir():
        names = select(
            (file.name for file in path.iterdir() if file.is_file()), part.format, what, pickle=part.pickle
        )
        for name in names:
            shutil.copyfile(path / name, folder / name)
        return names
    if not path.is_file():
        raise ModelError(f"{what}: not there; it starts from the recipe's folder {part.folder}")
    return unpack(path, folder, part.format, what, pickle=part.pickle)


def _unpacked(file: Path, folder: Path, part: Part, what: str) -> list[str]:
    """Unpacks a downloaded archive; a broken one is deleted so that a re-run fetches it again."""
    try:
        return unpack(file, folder, part.format, what, pickle=part.pickle)
    except ModelError:
        file.unlink()
        raise


def local_files(part: Part) -> list[Path]:
    """Returns the files of a ``path`` source that a change of asks for a new installation; else []."""
    if part.path is None:
        return []
    if part.path.is_dir():
        return sorted(file for file in part.path.iterdir() if file.is_file())
    return [part.path]


def _unchanged(folder: Path, files: dict[str, str]) -> bool:
    """Tells whether a folder holds exactly these contents."""
    return all((folder / name).is_file() and sha256(folder / name) == value for name, value in files.items())


def _check(folder: Path, found: dict[str, str], expected: dict[str, str], by: str, hint: str = "") -> None:
    """Holds checksums to the expected ones; a file that has another one is deleted.

    Raises:
        ModelError: the first file that differs or is missing, with both checksums.
    """
    for name, value in expected.items():
        if name not in found:
            raise ModelError(f"{folder}: the source has no {name}, which has a checksum in {by}{hint}")
        if found[name] != value:
            (folder / name).unlink(missing_ok=True)
            raise ModelError(
                f"{folder / name}: sha256 {found[name]}, expected {value} by {by}; "
                f"the file was deleted, run again to fetch it anew{hint}"
            )


def _prune(folder: Path, keep: set[str]) -> None:
    """Deletes files of an earlier source, which conversion might take for this one's."""
    for file in folder.iterdir():
        if file.is_file() and file.name not in keep:
            file.unlink()
