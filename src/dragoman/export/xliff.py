"""The corpus for translators: XLIFF 2.1, a file per target language, an element ``file`` per article.

A segment is a unit with one segment in it. The model's text is in state ``translated``, a person's in
``reviewed``, a copy in ``final`` and not to be translated; scores and flags are in the metadata module.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from dragoman import store
from dragoman.records import AlignedUnit
from dragoman.xmltext import ILLEGAL, legal

CORE = "urn:oasis:names:tc:xliff:document:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PREFIXES: dict[Any, str] = {None: CORE, "mda": METADATA}
_STATES = {"model": "translated", "rescue": "translated", "memory": "reviewed", "copy": "final"}


class _Document:
    """An open XLIFF file for one target language."""

    def __init__(self, xml: Any, language: str, notes: Sequence[str]) -> None:
        self._xml = xml
        self._notes = notes
        self._language = language
        self._article: str | None = None
        self._files = 0
        self._open = contextlib.ExitStack()

    def add(self, unit: AlignedUnit) -> None:
        if unit.article != self._article:
            self.close()
            self._files += 1
            attributes = {"id": f"f{self._files}", "original": legal(unit.article)[0], "srcDir": "rtl"}
            self._open.enter_context(self._xml.element(f"{{{CORE}}}file", attributes))
            self._xml.write("\n")
            if self._notes:
                self._xml.write(self._licences())
            self._article = unit.article
        self._xml.write(self._unit(unit))

    def close(self) -> None:
        """Ends the article."""
        self._open.close()
        if self._article is not None:
            self._xml.write("\n")
        self._article = None

    def _licences(self) -> etree._Element:
        notes = etree.Element(f"{{{CORE}}}notes", nsmap=_PREFIXES)
        for text in self._notes:
            etree.SubElement(notes, f"{{{CORE}}}note", {"category": "licence"}).text = legal(text)[0]
        notes.tail = "\n"
        return notes

    def _unit(self, unit: AlignedUnit) -> etree._Element:
        language = self._language
        attributes = {"id": f"u{unit.n}", "name": legal(unit.id)[0], _SPACE: "preserve"}
        if unit.kind == "verbatim":
            attributes["translate"] = "no"
        element = etree.Element(f"{{{CORE}}}unit", attributes, nsmap=_PREFIXES)
        facts = [("score", repr(unit.scores[language]))] if unit.scores[language] is not None else []
        if language in unit.qualities:
            facts.append(("quality", unit.qualities[language]))
        if (back := unit.round_trips.get(language)) is not None:
            facts.append(("round-trip", repr(back)))
        if (comet := unit.comets.get(language)) is not None:
            facts.append(("comet", repr(comet)))
        facts += [("flag", flag) for flag in unit.flags[language]]
        if facts:
            metadata = etree.SubElement(element, f"{{{METADATA}}}metadata")
            group = etree.SubElement(metadata, f"{{{METADATA}}}metaGroup", {"category": "dragoman"})
            for name, value in facts:
                etree.SubElement(group, f"{{{METADATA}}}meta", {"type": name}).text = value
        segment = etree.SubElement(element, f"{{{CORE}}}segment", {"id": "s"})
        _text(segment, "source", unit.ar)
        target = unit.targets[language]
        if target:
            method = unit.methods.get(language, "model")
            segment.set("state", _STATES[method])
            segment.set("subState", f"dragoman:{method}")
            _text(segment, "target", target)
        element.tail = "\n"
        return element


def _text(segment: etree._Element, tag: str, text: str) -> None:
    """Adds a text; a character that XML cannot hold becomes XLIFF's ``cp``."""
    element = etree.SubElement(segment, f"{{{CORE}}}{tag}")
    end = 0
    last: etree._Element | None = None
    for match in ILLEGAL.finditer(text):
        _append(element, last, text[end : match.start()])
        last = etree.SubElement(element, f"{{{CORE}}}cp", {"hex": f"{ord(match.group()):04X}"})
        end = match.end()
    _append(element, last, text[end:])


def _append(element: etree._Element, last: etree._Element | None, text: str) -> None:
    if last is None:
        element.text = text
    else:
        last.tail = text


class Writer:
    """Adds units to the open files, one per target language."""

    def __init__(self, documents: Sequence[_Document]) -> None:
        self._documents = documents

    def add(self, unit: AlignedUnit) -> None:
        """Writes one unit to each file."""
        for document in self._documents:
            document.add(unit)


def names(languages: Sequence[str]) -> list[str]:
    """Returns the names of the files that ``writer`` makes."""
    return [f"corpus.{language}.xlf" for language in languages]


@contextlib.contextmanager
def writer(folder: Path, languages: Sequence[str], *, notes: Sequence[str] = ()) -> Iterator[Writer]:
    """Opens ``corpus.<language>.xlf``, with ``notes``, in ``folder``; they appear when the block succeeds."""
    with contextlib.ExitStack() as stack:
        documents = []
        for language, name in zip(languages, names(languages), strict=True):
            file = stack.enter_context(store.atomic(folder / name, "wb"))
            xml = stack.enter_context(etree.xmlfile(file, encoding="utf-8"))
            xml.write_declaration()
            attributes = {"version": "2.1", "srcLang": "ar", "trgLang": language}
            stack.enter_context(xml.element(f"{{{CORE}}}xliff", attributes, nsmap=_PREFIXES))
            xml.write("\n")
            documents.append(_Document(xml, language, notes))
            stack.callback(documents[-1].close)
        yield Writer(documents)
