"""Unpacking the zip file of a model: only its files, flat, within limits."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from dragoman.errors import ModelError
from dragoman.models.layout import select
from dragoman.store import atomic

MAX_MEMBERS = 1000
MAX_BYTES = 8 * 2**30
"""Limit on what a download or an archive may hold; the largest OPUS-MT release has about 1 GB."""
MAX_RATIO = 100
"""Limit on unpacked to packed size of one member, past ``RATIO_FROM`` bytes; vocabularies reach about 5."""
RATIO_FROM = 2**20


def unpack(archive: Path, folder: Path, format_name: str, what: str, *, pickle: bool = False) -> list[str]:
    """Unpacks the files of a model into a folder, each by its bare name.

    Members in one folder of the archive and members at its root are taken alike; nothing is written outside
    ``folder`` because only bare names are used. An archive that tries is refused all the same.

    Args:
        archive: a zip file.
        folder: where the files go; created.
        format_name: a key of ``layout.LAYOUTS``.
        what: the archive's name for messages.
        pickle: whether pickled weights may be used.

    Returns:
        The names unpacked, sorted.

    Raises:
        ModelError: not a zip file, a member that escapes, a limit exceeded, or a file that is missing.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = _checked(file.infolist(), what)
            names = select(members, format_name, what, pickle=pickle)
            for name in names:
                with file.open(members[name]) as source, atomic(folder / name, "wb") as target:
                    shutil.copyfileobj(source, target, 2**20)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{what}: the zip file cannot be unpacked ({error}); fetch it again") from error
    return names


def _checked(members: list[zipfile.ZipInfo], what: str) -> dict[str, zipfile.ZipInfo]:
    """Returns the regular files by bare name, after checking all members.

    Raises:
        ModelError: the first member that may not be there.
    """
    if len(members) > MAX_MEMBERS:
        raise ModelError(f"{what}: {len(members)} members in the zip file, over the limit of {MAX_MEMBERS}")
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise ModelError(f"{what}: the zip file unpacks to more than {MAX_BYTES // 2**30} GiB; refused")
    files: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise ModelError(f"{what}: member {member.filename!r} points outside the archive; refused")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ModelError(f"{what}: member {member.filename!r} is a symbolic link; refused")
        if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise ModelError(f"{what}: member {member.filename!r} grows over {MAX_RATIO}-fold; refused")
        if member.is_dir():
            continue
        if path.name in files:
            raise ModelError(f"{what}: two members are called {path.name!r}; unpack it and use path: folder")
        files[path.name] = member
    return files
