"""The corpus as a translation memory: TMX 1.4, all languages in one unit, written as a stream.

Copied (``verbatim``) segments are left out: a pair of equal texts teaches a memory nothing. There is no
creation date, so that the same corpus gives the same bytes, and no DOCTYPE, so that no reader looks for one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from lxml import etree

from dragoman import __version__, store
from dragoman.records import AlignedUnit
from dragoman.xmltext import legal

NAME = "corpus.tmx"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Writer:
    """Adds units to TMX files, as many as the limit makes.

    Attributes:
        units: translation units written.
        removed: XML-illegal characters removed.
    """

    def __init__(
        self,
        folder: Path,
        languages: Sequence[str],
        notes: Sequence[str],
        limit: int,
        begins: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._languages = languages
        self._notes = notes
        self._limit = limit
        self._begins = begins
        self._open = contextlib.ExitStack()
        self._body = self._document(NAME)
        self.units = 0
        self.removed = 0

    def __enter__(self) -> Self:
        """Returns itself; its first file is open."""
        return self

    def __exit__(self, *error: Any) -> None:
        """Ends the file that is open; with an error it does not appear."""
        self._open.__exit__(*error)

    def _document(self, name: str) -> Any:
        """Ends the file that is open and opens another."""
        self._open.close()
        return self._open.enter_context(_body(self._folder / name, self._notes))

    def add(self, unit: AlignedUnit) -> None:
        """Writes one ``tu``; passes over a copied segment."""
        if unit.kind == "verbatim":
            return
        if self._limit and self.units and self.units % self._limit == 0:
            name = f"corpus.{self.units // self._limit + 1}.tmx"
            self._begins(name)
            self._body = self._document(name)
        element = etree.Element("tu", {"tuid": self._legal(unit.id)})
        self._text(element, "prop", unit.article, type="x-article")
        self._text(element, "prop", str(unit.paragraph), type="x-paragraph")
        variant = etree.SubElement(element, "tuv", {_XML_LANG: "ar"})
        self._text(variant, "seg", unit.ar)
        for language in self._languages:
            variant = etree.SubElement(element, "tuv", {_XML_LANG: language})
            # the DTD wants every prop before the seg
            score = unit.scores[language]
            if score is not None:
                self._text(variant, "prop", repr(score), type="x-score")
            if unit.methods.get(language) == "memory":
                self._text(variant, "prop", "memory", type="x-method")
            if language in unit.qualities:
                self._text(variant, "prop", unit.qualities[language], type="x-quality")
            if (back := unit.round_trips.get(language)) is not None:
                self._text(variant, "prop", repr(back), type="x-round-trip")
            if (comet := unit.comets.get(language)) is not None:
                self._text(variant, "prop", repr(comet), type="x-comet")
            for flag in unit.flags[language]:
                self._text(variant, "prop", flag, type="x-flag")
            self._text(variant, "seg", unit.targets[language])
        element.tail = "\n"
        self._body.write(element)
        self.units += 1

    def _text(self, parent: etree._Element, tag: str, text: str, **attributes: str) -> None:
        etree.SubElement(parent, tag, attributes).text = self._legal(text)

    def _legal(self, text: str) -> str:
        text, removed = legal(text)
        self.removed += removed
        return text


def names(languages: Sequence[str]) -> list[str]:
    """Returns the names of the files that ``writer`` makes whatever it is given."""
    return [NAME]


def writer(
    folder: Path,
    languages: Sequence[str],
    *,
    notes: Sequence[str] = (),
    limit: int = 0,
    begins: Callable[[str], None] = lambda name: None,
) -> Writer:
    """Opens ``corpus.tmx`` in ``folder``; it appears when the block succeeds or it is full.

    Args:
        folder: where to write.
        languages: target languages in order.
        notes: stated in the header of each file.
        limit: most units of a file, 0 for one file; the others are ``corpus.2.tmx`` and so on.
        begins: called with the name of each file after the first before it is opened.
    """
    return Writer(folder, languages, notes, limit, begins)


@contextlib.contextmanager
def _body(path: Path, notes: Sequence[str]) -> Iterator[Any]:
    """Opens a TMX document and yields what takes its units."""
    header = etree.Element(
        "header",
        {
            "creationtool": "dragoman",
            "creationtoolversion": __version__,
            "segtype": "sentence",
            "o-tmf": "dragoman-jsonl",
            "adminlang": "en",
            "srclang": "ar",
            "datatype": "plaintext",
        },
    )
    for note in notes:
        etree.SubElement(header, "note").text = legal(note)[0]
    header.tail = "\n"
    with store.atomic(path, "wb") as file, etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("tmx", {"version": "1.4"}):
            xml.write("\n", header)
            with xml.element("body"):
                xml.write("\n")
                yield xml
