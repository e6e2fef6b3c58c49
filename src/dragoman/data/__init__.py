"""Word lists and other data that stages read; a module names the file that it needs."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Any

import yaml

# the same loader in C, eight times as fast, where PyYAML was built with it: every job reads some of this
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str) -> Any:
    """Returns the content of YAML text that is part of this package."""
    return yaml.load(text, _LOADER)


@functools.cache
def load(name: str) -> Any:
    """Returns the parsed content of a YAML file of this folder.

    Args:
        name: file name as a literal, so that ``provenance`` sees which stage depends on it.
    """
    return parse((files(__package__) / name).read_text(encoding="utf-8"))


@functools.cache
def lines(name: str) -> tuple[str, ...]:
    """Returns the lines of a text file of this folder, without comments.

    Args:
        name: as for ``load``.
    """
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if not line.startswith("#"))
