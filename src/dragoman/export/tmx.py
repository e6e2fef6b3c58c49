"""The corpus as a translation memory: TMX 1.4, all languages in one unit, written as a stream.

Copied (``verbatim``) segments are left out: a pair of equal texts teaches a memory nothing. There is no
creation date, so that the same corpus gives the same bytes, and no DOCTYPE, so that no reader looks for one.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from dragoman import __version__, store
from dragoman.records import AlignedUnit

# the complement of Char in XML 1.0, production 2
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def legal(text: str) -> tuple[str, int]:
    """Removes the characters that XML 1.0 cannot hold, not even escaped.

    Returns:
        The text without them, and how many there were.
    """
    return ILLEGAL.subn("", text)


class Writer:
    """Adds units to an open TMX body.

    Attributes:
        units: translation units written.
        removed: XML-illegal characters removed.
    """

    def __init__(self, body: Any, languages: Sequence[str]) -> None:
        self._body = body
        self._languages = languages
        self.units = 0
        self.removed = 0

    def add(self, unit: AlignedUnit) -> None:
        """Writes one ``tu``; passes over a copied segment."""
        if unit.kind == "verbatim":
            return
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
    """Returns the names of the files that ``writer`` makes."""
    return ["corpus.tmx"]


@contextlib.contextmanager
def writer(folder: Path, languages: Sequence[str]) -> Iterator[Writer]:
    """Opens ``corpus.tmx`` in ``folder``; the file appears when the block succeeds."""
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
    header.tail = "\n"
    with store.atomic(folder / "corpus.tmx", "wb") as file, etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("tmx", {"version": "1.4"}):
            xml.write("\n", header)
            with xml.element("body"):
                xml.write("\n")
                yield Writer(xml, languages)
