"""Installed models: their manifest, and the check that they are what was tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dragoman.errors import DataError, ModelError
from dragoman.store import read_json, sha256

MANIFEST = "manifest.json"


def verify(folder: Path) -> dict[str, Any]:
    """Checks that an installed model is the one that was tested.

    Returns:
        Its manifest.

    Raises:
        ModelError: no model is installed there, or a file is missing or has changed.
    """
    try:
        manifest: dict[str, Any] = read_json(folder / MANIFEST)
    except DataError as error:
        raise ModelError(f"{folder}: no installed model ({error}); run snakemake to install it") from error
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"{path}: missing; delete {folder} and run again to install anew")
        if (found := sha256(path)) != expected:
            raise ModelError(
                f"{path}: sha256 {found}, expected {expected}; delete {folder} and run again to install anew"
            )
    return manifest
