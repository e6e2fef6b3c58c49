"""Downloading one large file over HTTP, resumable."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path

from dragoman.errors import ModelError
from dragoman.models.archive import MAX_BYTES

ATTEMPTS = 4
TIMEOUT = 60.0
"""Seconds without a byte before the connection counts as lost."""
BLOCK = 2**20
PARTIAL = 206
RANGE_NOT_SATISFIABLE = 416


def download(url: str, target: Path, *, pause: float = 1.0) -> None:
    """Downloads a file; what an earlier attempt or run has of it is kept and the rest asked for.

    Args:
        url: http or https address.
        target: the final file; ``<target>.part`` holds what has come so far.
        pause: seconds to wait after a lost connection, times the number of attempts.

    Raises:
        ModelError: the server refuses, cannot be reached, sends too much, or the connection is lost
            ``ATTEMPTS`` times.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    lost: Exception | None = None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(pause * attempt)
        try:
            if _fetch_rest(url, part):
                part.replace(target)
                return
        except urllib.error.HTTPError as error:
            raise ModelError(
                f"{url}: the server answers {error.code} {error.reason}; check the address"
            ) from error
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            lost = error
    detail = f" ({lost})" if lost else ""
    raise ModelError(f"{url}: the connection was lost {ATTEMPTS} times{detail}; run again to go on")


def _fetch_rest(url: str, part: Path) -> bool:
    """Appends what is missing to ``part``; True when the file is complete."""
    have = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if not have or error.code != RANGE_NOT_SATISFIABLE:
            raise
        if error.headers.get("Content-Range", "").rpartition("/")[2] == str(have):
            return True
        part.unlink()
        return False
    with response:
        if response.status != PARTIAL:
            have = 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with part.open("ab" if have else "wb") as file:
            while block := response.read1(BLOCK):
                have += len(block)
                if have > MAX_BYTES:
                    raise ModelError(f"{url}: more than {MAX_BYTES // 2**30} GiB; refused")
                file.write(block)
    return total is None or have == total
