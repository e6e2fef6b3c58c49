"""People's translations: TMX files are compiled into one file that translate jobs look segments up in.

TMX comes from outside, so it is read as a stream, without entities, network or DTD, and within limits.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dragoman.errors import ConfigError, DataError
from dragoman.store import working_folder

SOURCE_LANGUAGE = "ar"
MAX_BYTES = 8 * 2**30
"""Largest TMX file."""
MAX_CHARACTERS = 10_000
"""Longest side of a unit; what is longer is no sentence."""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
"""Elements of a segment that hold another program's markup, not text."""
_TABLE = """CREATE TABLE units (
    language TEXT, key BLOB, target TEXT NOT NULL, PRIMARY KEY (language, key)
) WITHOUT ROWID"""
_ASK = 500


def find_files(paths: Iterable[str]) -> None:
    """Checks that translation memories are there, before any job starts.

    Raises:
        ConfigError: one is not.
    """
    for path in paths:
        if not Path(path).is_file():
            raise ConfigError(f"memory.tmx: {path}: no such file")


def build(files: Sequence[Path], languages: Sequence[str], output: Path) -> dict[str, int]:
    """Compiles TMX files into one file; of two translations of a text the later one holds.

    Args:
        files: TMX files, in ascending order of authority.
        languages: target languages to keep.
        output: the file to write; appears when it is complete.

    Returns:
        Units by language, and under ``too long`` the number of pairs left out for their length.

    Raises:
        DataError: a file is missing, too large, no TMX, or has no pair for any of the languages.
    """
    counts: Counter[str] = Counter()
    with working_folder(output) as folder:
        part = folder / "part"
        with contextlib.closing(sqlite3.connect(part)) as connection:
            connection.execute(_TABLE)
            for path in files:
                with connection:
                    connection.executemany(
                        "INSERT OR REPLACE INTO units VALUES (?, ?, ?)", _rows(path, languages, counts)
                    )
            found = dict(connection.execute("SELECT language, count(*) FROM units GROUP BY language"))
        part.replace(output)
    return {**{language: found.get(language, 0) for language in languages}, "too long": counts["too long"]}


def _rows(path: Path, languages: Sequence[str], counts: Counter[str]) -> Iterator[tuple[str, bytes, str]]:
    pairs = 0
    for language, source, target in read_tmx(path, languages):
        pairs += 1
        if max(len(source), len(target)) > MAX_CHARACTERS:
            counts["too long"] += 1
        else:
            yield language, _key(source), target
    if not pairs:
        raise DataError(
            f"{path}: no unit with both {SOURCE_LANGUAGE} and one of {', '.join(languages)}; check xml:lang"
        )


def read_tmx(path: Path, languages: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yields ``(language, source, target)`` for each unit that has Arabic and a language; one unit in memory.

    Languages match by their first subtag, so that ``ar-SA`` is ``ar``. Inline codes are left out.

    Raises:
        DataError: the file is missing, too large, or not TMX.
    """
    from lxml import etree

    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path}: larger than {MAX_BYTES // 2**30} GiB; split it")
        events = etree.iterparse(
            str(path),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        _, root = next(events)
        if etree.QName(root).localname != "tmx":
            raise DataError(f"{path}: not TMX: the root is <{root.tag}>")
        for event, element in events:
            if event == "end" and element.tag in ("tu", "header"):
                if element.tag == "tu":
                    yield from _unit(element, languages, path)
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise DataError(f"{path}: not TMX: {' '.join(str(error).split()) or 'empty'}") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or 'not there'})") from error


def _unit(unit: Any, languages: Sequence[str], path: Path) -> Iterator[tuple[str, str, str]]:
    texts: dict[str, str] = {}
    for variant in unit.iterfind("tuv"):
        language = (variant.get(_XML_LANG) or variant.get("lang") or "").partition("-")[0].lower()
        segment = variant.find("seg")
        if segment is not None and language:
            texts.setdefault(language, " ".join("".join(_text(segment, path)).split()))
    if source := texts.get(SOURCE_LANGUAGE):
        yield from ((language, source, texts[language]) for language in languages if texts.get(language))


def _text(element: Any, path: Path) -> Iterator[str]:
    if not isinstance(element.tag, str):
        raise DataError(f"{path}: entity &{element.name}; in a segment; entities are not expanded")
    if element.tag not in _CODES:
        yield element.text or ""
        for child in element:
            yield from _text(child, path)
            yield child.tail or ""


def _key(text: str) -> bytes:
    """Returns the digest that texts share which differ in white space or Unicode composition at most."""
    normal = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=20).digest()


class TranslationMemory:
    """Looks up people's translations into one language."""

    def __init__(self, path: Path, language: str) -> None:
        """Opens what ``build`` wrote.

        Raises:
            DataError: it cannot be read.
        """
        self._language = language
        self._path = path
        try:
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            self._connection.execute("SELECT 1 FROM units LIMIT 1")
        except sqlite3.Error as error:
            raise DataError(
                f"{path}: no compiled translation memory ({error}); delete it and run again"
            ) from error

    def __call__(self, texts: Iterable[str]) -> dict[str, str]:
        """Returns the translations of those texts that have one."""
        keys = {text: _key(text) for text in texts}
        wanted = list(keys.values())
        found: dict[bytes, str] = {}
        for start in range(0, len(wanted), _ASK):
            part = wanted[start : start + _ASK]
            marks = ",".join("?" * len(part))
            question = f"SELECT key, target FROM units WHERE language = ? AND key IN ({marks})"
            found.update(self._connection.execute(question, [self._language, *part]))
        return {text: found[key] for text, key in keys.items() if key in found}
