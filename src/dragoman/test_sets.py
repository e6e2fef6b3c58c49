"""Test sets and other aligned text: folders of line-aligned files, and files of trilingual news articles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dragoman.errors import DataError
from dragoman.store import read_rows

TARGETS = ("en", "fr")
"""Languages beside the Arabic of a file of news articles."""


@dataclass(frozen=True, slots=True)
class TestSet:
    """A test set for one pair.

    Attributes:
        name: of the folder, or of the file and its folder.
        sources: Arabic, a segment each.
        references: their translations by people.
        domains: what each is about, "" where the set does not say.
    """

    name: str
    sources: list[str]
    references: list[str]
    domains: list[str]


def read_test_set(path: Path, language: str) -> TestSet | None:
    """Reads a test set.

    Args:
        path: a folder with one ``.ar`` file and one of the target language, aligned by line, and perhaps one
            ``.domain`` beside them; or a file of news articles (``.jsonl``), whose domain is what
            stands before the first dash of their id; or one of training rows, see ``training.collect``.
        language: target language.

    Returns:
        The set, or None where it has no such language.

    Raises:
        DataError: there is no Arabic side, more than one file of a language, or the sides differ in length.
    """
    if path.suffix == ".jsonl":
        rows = itertools.islice(read_rows(path), 1)
        if any("ar" in row for row in rows):
            return _rows_set(path, language)
        return _news_set(path, language) if language in TARGETS else None
    sides = {code: sorted(path.glob(f"*.{code}")) for code in ("ar", language, "domain")}
    if not sides["ar"]:
        raise DataError(f"{path}: no .ar file; a test set is a folder with NAME.ar and NAME.{language}")
    if not sides[language]:
        return None
    for code, files in sides.items():
        if len(files) > 1:
            raise DataError(f"{path}: {len(files)} .{code} files; a test set has one a language")
    texts = {
        code: files[0].read_text(encoding="utf-8").splitlines() for code, files in sides.items() if files
    }
    for code, lines in texts.items():
        if len(lines) != len(texts["ar"]):
            raise DataError(f"{path}: {len(texts['ar'])} lines of ar but {len(lines)} of {code}")
    return TestSet(path.name, texts["ar"], texts[language], texts.get("domain", [""] * len(texts["ar"])))


def _news_set(path: Path, language: str) -> TestSet:
    found = TestSet(f"{path.absolute().parent.name}-{path.stem}", [], [], [])
    for segment in news_segments(path):
        if segment.get("kind", "text") == "text":
            found.sources.append(" ".join(segment["ar"].split()))
            found.references.append(" ".join(segment[language].split()))
            found.domains.append(segment["domain"])
    return found


def _rows_set(path: Path, language: str) -> TestSet | None:
    rows = [row for row in read_rows(path) if row["language"] == language]
    sides = ([row[key] for row in rows] for key in ("ar", "text", "domain"))
    return TestSet(path.stem, *sides) if rows else None


def read_evaluation(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Yields ``(language, text)`` of everything that must not be trained on.

    Args:
        paths: folders with ``NAME.ar``, ``NAME.en``, ``NAME.fr``, or files of news articles (``.jsonl``).

    Raises:
        DataError: a path holds neither.
    """
    for path in paths:
        files = [path] if path.suffix == ".jsonl" else sorted(path.glob("*.*"))
        found = False
        for file in files:
            for language, text in _sides(file):
                found = True
                yield language, text
        if not found:
            raise DataError(
                f"{path}: no evaluation text; name a folder with NAME.ar, NAME.en or a .jsonl file"
            )


def _sides(file: Path) -> Iterator[tuple[str, str]]:
    if file.suffix == ".jsonl":
        for segment in news_segments(file):
            yield from ((language, segment[language]) for language in ("ar", *TARGETS))
    elif file.suffix[1:] in ("ar", *TARGETS):
        yield from ((file.suffix[1:], line) for line in read_lines(file))


def news_segments(path: Path) -> Iterator[dict[str, str]]:
    """Yields the titles and sentences of news articles, each with its three languages.

    Raises:
        DataError: an article lacks its title, its sentences or a language.
    """
    for number, article in enumerate(read_rows(path), 1):
        try:
            segments = [article["title"], *article["sentences"]]
            missing = any(not isinstance(s[language], str) for s in segments for language in ("ar", *TARGETS))
        except (KeyError, TypeError):
            missing = True
        if missing:
            raise DataError(
                f"{path}: line {number} is no article with title and sentences in three languages"
            )
        domain = str(article.get("id", "")).partition("-")[0]
        yield from ({**segment, "domain": domain} for segment in segments)


def read_lines(path: Path) -> list[str]:
    """Returns the lines of a text.

    Raises:
        DataError: it cannot be read as UTF-8.
    """
    try:
        # not splitlines: a line may hold U+2028 and the like
        return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as UTF-8 text ({error})") from error
