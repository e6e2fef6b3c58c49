"""Word documents (.docx): one article per file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from dragoman.ingest.build import Columns, Row
from dragoman.ingest.documents import row_of
from dragoman.ingest.encoding import Unreadable, open_bytes
from dragoman.ingest.sources import stem_of
from dragoman.records import Reject

MAX_XML = 1 << 23
"""Most bytes of all XML parts: hundreds of pages. Of elements alone their tree takes 160 times the room."""
_STYLES = "p[style-name='Title'] => h1:fresh"
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tr", "td", "th"})
_NOTES = ("footnote-ref-", "endnote-ref-")


def read_docx(path: str, columns: Columns) -> Iterator[Row | Reject]:
    """Yields a Word document as one row: a line per paragraph, list item and table cell, then the notes.

    A title, or a heading of the first level, that opens the document is the headline. Text that is marked as
    deleted is left out, inserted text is there.
    """
    lines = list(_lines(_html(path)))
    title = lines.pop(0)[1] if lines and lines[0][0] == "h1" else ""
    yield row_of({"id": stem_of(path), "title": title, "text": "\n".join(line for _, line in lines)}, columns)


def _html(path: str) -> str:
    """Returns the document as HTML.

    Raises:
        Unreadable: it is no Word document, or larger than any text.
    """
    import mammoth

    try:
        # only the text is handed on: pictures may be as large as they like, and no part can pass for one
        text = io.BytesIO()
        with open_bytes(path) as file, zipfile.ZipFile(file) as archive, zipfile.ZipFile(text, "w") as kept:
            parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
            if sum(part.file_size for part in parts) > MAX_XML:
                raise Unreadable(f"its XML unpacks to over {MAX_XML:,} bytes; refused")
            for part in parts:
                kept.writestr(part.filename, archive.read(part))
        html: str = mammoth.convert_to_html(
            text, style_map=_STYLES, include_embedded_style_map=False, convert_image=lambda image: []
        ).value
    except zipfile.BadZipFile as error:
        raise Unreadable(
            "not a Word document (.docx); was it saved as .doc, or protected by a password?"
        ) from error
    except (ExpatError, KeyError, ValueError, RuntimeError, NotImplementedError) as error:
        # RuntimeError: nested too deep, or an encrypted archive
        raise Unreadable(f"not a sound Word document ({' '.join(str(error).split())})") from error
    return html


def _lines(html: str) -> Iterator[tuple[str, str]]:
    """Yields the lines of a page, each with the element that it is in; without the marks of notes."""
    from lxml import etree

    if not html:
        return
    root = etree.fromstring(html, etree.HTMLParser(huge_tree=True))
    line, kind = "", ""
    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        edge = element.tag in _BLOCKS
        if edge and line.strip():
            yield kind, line.strip()
        if edge:
            line, kind = "", element.tag
        if event == "start" and skipped is None:
            if element.tag == "br":
                line += "\n"
            if _marks_a_note(element):
                skipped = element
            else:
                line += element.text or ""
        elif event == "end" and skipped in (None, element):
            skipped = None
            line += element.tail or ""
    if line.strip():
        yield kind, line.strip()


def _marks_a_note(element: Any) -> bool:
    """Tells whether it is the number of a note in the text, or the arrow back to it."""
    if element.tag != "a":
        return False
    places = element.get("id", ""), element.get("href", "").lstrip("#")
    return any(place.startswith(_NOTES) for place in places)
