"""Parallel text from named sources, as rows of one shape.

A row is ``{"source", "domain", "language", "ar", "text"}``: a segment and its translation into one language.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.config import read_yaml, schema
from dragoman.errors import ConfigError, DataError
from dragoman.test_sets import TARGETS as LANGUAGES
from dragoman.test_sets import news_segments, read_lines
from dragoman.training.names import name_pairs

Row = dict[str, Any]

MOSES = (("tri", LANGUAGES), ("ar-en", ("en",)), ("ar-fr", ("fr",)))
"""Stems of line-aligned files and the target languages beside their Arabic."""
HELD_OUT = "dev.jsonl"
"""The news file that is for evaluation."""


@dataclass(frozen=True, slots=True)
class Source:
    """A named source of parallel text.

    Attributes:
        name: its name.
        path: its folder.
        format: ``moses`` or ``news``.
        licence: as the source states it.
        domain: what the text is about.
        weight: times a row is used in an epoch; below 1 a sample of the rows.
        limit: most rows, None for all.
        tag: word that sets its rows apart while training, "" for none.
        take: ``text`` for all rows, ``names`` for the names in them, see ``name_pairs``.
    """

    name: str
    path: Path
    format: str
    licence: str
    domain: str
    weight: float
    limit: int | None = None
    take: str = "text"
    tag: str = ""


def read_sources(path: Path, root: Path) -> list[Source]:
    """Reads the list of sources.

    Args:
        path: YAML file, see ``schemas/training-sources.schema.json``.
        root: folder that paths start from, unless they begin with ``./`` or ``../``: then the YAML's folder.

    Raises:
        ConfigError: the first thing that is wrong, in one line.
    """
    values = read_yaml(path, schema("training-sources"))
    names = [value["name"] for value in values]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"{path}: {repeated[0]} is named twice")
    return [
        Source(
            value["name"],
            (path.parent if value["path"].startswith(".") else root) / value["path"],
            value["format"],
            value["licence"],
            value["domain"],
            float(value["weight"]),
            value.get("limit"),
            value.get("take", "text"),
            value.get("tag", ""),
        )
        for value in values
    ]


def collect(source: Source) -> Iterator[Row]:
    """Yields the rows of a source, in the order of its files.

    Raises:
        DataError: the folder has no such text, or the sides differ in length.
    """
    if not source.path.is_dir():
        raise DataError(f"source {source.name}: {source.path} is not a folder; correct its path or the root")
    found = False
    pairs = itertools.islice((_news if source.format == "news" else _moses)(source.path), source.limit)
    for arabic, language, text in name_pairs(pairs) if source.take == "names" else pairs:
        found = True
        yield {
            "source": source.name,
            "domain": source.domain,
            "language": language,
            "ar": arabic,
            "text": text,
        }
    if not found:
        raise DataError(f"source {source.name}: no text of the format {source.format} in {source.path}")


def _moses(folder: Path) -> Iterator[tuple[str, str, str]]:
    for stem, languages in MOSES:
        if not (folder / f"{stem}.ar").is_file():
            continue
        arabic = read_lines(folder / f"{stem}.ar")
        for language in languages:
            target = read_lines(folder / f"{stem}.{language}")
            if len(target) != len(arabic):
                raise DataError(
                    f"{folder / stem}: {len(arabic)} lines of ar but {len(target)} of {language}; "
                    "they must be aligned by line"
                )
            for source, text in zip(arabic, target, strict=True):
                yield source, language, text


def _news(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(folder.glob("*.jsonl")):
        if path.name == HELD_OUT:
            continue
        for segment in news_segments(path):
            for language in LANGUAGES:
                yield segment["ar"], language, segment[language]
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(read_lines(path), 1):
            sides = line.split("\t")
            if len(sides) != 1 + len(LANGUAGES):
                raise DataError(f"{path}: line {number} has {len(sides)} columns, not {1 + len(LANGUAGES)}")
            for language, text in zip(LANGUAGES, sides[1:], strict=True):
                yield sides[0], language, text
