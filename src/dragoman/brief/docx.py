"""Briefs as Word documents, for people who paste into reports."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dragoman.brief.paper import Paper
from dragoman.brief.text import visible
from dragoman.brief.words import direction, language_name
from dragoman.xmltext import legal

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The document's date: the same input gives the same bytes."""
_ARABIC_POINTS = 13
"""Size of what runs from right to left, to stand beside Latin letters of 11."""


def page_docx(page: Paper) -> bytes:
    """Writes a brief as a Word document, A4 on its side, a column for each language.

    Returns:
        The file; the same for the same brief.
    """
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    properties = document.core_properties
    properties.created = properties.modified = _EPOCH
    properties.author, properties.title = "Dragoman", _text(page.titles[page.languages[0]])
    for number, (language, title) in enumerate(page.titles.items()):
        _write(document.add_heading("", 1 if number == 0 else 2), title, language)
    document.add_paragraph(_text(page.about))
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{page.verdict}. ").bold = True
    paragraph.add_run(_text(page.trust))
    for part in page.sections:
        document.add_heading(part.heading, 2)
        if part.rows:
            _table(document, page.languages, part.rows)
        else:
            document.add_paragraph(part.note)
    return _undated(document)


def _undated(document: Any) -> bytes:
    """Returns the file's bytes without the time of its writing, which its archive would carry."""
    written, file = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _table(document: Any, shown: Sequence[str], rows: Sequence[tuple[str, Mapping[str, str]]]) -> None:
    """Writes a row for each entry, its label first, then a column for each language."""
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=1 + len(shown))
    table.style = "Table Grid"
    table.autofit = False
    for cell, language in zip(table.rows[0].cells[1:], shown, strict=True):
        _write(cell.paragraphs[0], language_name(language), language, bold=True)
    for label, texts in rows:
        cells = table.add_row().cells
        cells[0].text = label
        for cell, language in zip(cells[1:], shown, strict=True):
            _write(cell.paragraphs[0], texts[language], language)
    widths = [Mm(22), *[Mm(245 / len(shown))] * len(shown)]
    # Word goes by the cells, others by the columns
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _write(paragraph: Any, text: str, language: str, *, bold: bool = False) -> None:
    """Writes a text in a language, from right to left where it runs so."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run(_text(text))
    run.bold = bold or None
    properties = run._element.get_or_add_rPr()
    lang = OxmlElement("w:lang")
    lang.set(qn("w:bidi" if direction(language) == "rtl" else "w:val"), language)
    if direction(language) == "rtl":
        paragraph._element.get_or_add_pPr().append(OxmlElement("w:bidi"))
        size = OxmlElement("w:szCs")
        size.set(qn("w:val"), str(2 * _ARABIC_POINTS))
        properties.append(size)
        properties.append(OxmlElement("w:rtl"))
    properties.append(lang)


def _text(text: str) -> str:
    """Returns a text as Word can hold it, without characters that are obeyed rather than shown."""
    return legal(visible(text))[0]
