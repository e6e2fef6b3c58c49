"""Digests of the sources that a stage depends on, so that an edit re-runs exactly the stages it touches.

Snakemake re-runs a rule when its ``params`` change but does not see edits to a package. Each rule carries
``source_digest(<stage module>)`` in its params. The dependencies are read from the import statements, so
there is no table to keep up to date.
"""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent


def source_digest(*modules: str) -> str:
    """Digests the modules, everything of this package that they import, and the data files that they name.

    Args:
        modules: dotted names within the package, such as ``segment`` or ``export.tmx``.

    Returns:
        16 hex digits; the same for the same sources wherever they are installed.
    """
    paths = {path for module in modules for path in sources(module)}
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@functools.cache
def sources(module: str) -> frozenset[Path]:
    """Returns the files that a module's behaviour depends on: imports, transitively, and data files.

    Args:
        module: dotted name within the package.

    Raises:
        ValueError: there is no such module.
    """
    found: set[Path] = set()
    todo = [_path(module)]
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".py":
            todo.extend(_dependencies(path))
    return frozenset(found)


def _path(module: str) -> Path:
    base = PACKAGE.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    raise ValueError(f"no module dragoman.{module}")


@functools.cache
def _dependencies(path: Path) -> tuple[Path, ...]:
    return tuple(_named(path))


def _named(path: Path) -> Iterator[Path]:
    """Yields the package's files that a module imports or names.

    A package's ``__init__`` stands for the whole folder's data (templates); a string that is the name of a
    file in ``data/`` counts as a use of it.
    """
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE.name:
            inner = ".".join(node.module.split(".")[1:])
            yield from _existing(inner)
            for alias in node.names:
                yield from _existing(f"{inner}.{alias.name}" if inner else alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(f"{PACKAGE.name}."):
                    yield from _existing(alias.name.partition(".")[2])
        elif isinstance(node, ast.Constant) and node.value in _data_files():
            yield PACKAGE / "data" / str(node.value)
    if path.name == "__init__.py" and path.parent != PACKAGE / "data":
        yield from (p for p in path.parent.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc"))


@functools.cache
def _data_files() -> frozenset[object]:
    return frozenset(path.name for path in (PACKAGE / "data").iterdir() if path.suffix not in (".py", ".pyc"))


def _existing(module: str) -> Iterator[Path]:
    if module:
        try:
            yield _path(module)
        except ValueError:
            return
