"""Briefs as PDF: A4 upright, a column for each language, Arabic from right to left."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dragoman.brief.paper import Paper
from dragoman.brief.text import visible, web_address
from dragoman.brief.words import direction, language_name

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The document's date: the same input gives the same bytes."""
_FONT = "DejaVu Sans"
_MARGIN, _WIDTH, _LABEL = 15, 180, 18
"""Millimetres: margin of the page, what lies between the margins, the column of numbers and kinds."""
_TITLE, _HEADING, _BODY, _ARABIC = 16, 12, 9, 10.5
"""Sizes of letters in points; Arabic ones are drawn smaller than Latin ones of one size."""
_GREY, _BLACK = 90, 0


def page_pdf(page: Paper) -> bytes:
    """Writes a brief as a PDF.

    Returns:
        The file; the same for the same brief.
    """
    from fpdf import FPDF

    class Sheet(FPDF):  # type: ignore[misc]  # fpdf2 has no types
        def footer(self) -> None:
            self.set_y(-10)
            self.set_font(_FONT, size=7)
            self.set_text_color(_GREY)
            self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="C")

    pdf = Sheet(format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(True, margin=_MARGIN)
    pdf.set_creation_date(_EPOCH)
    pdf.set_title(visible(page.titles[page.languages[0]]))
    pdf.set_creator("Dragoman")
    pdf.set_lang(page.spoken)
    for style, path in _fonts().items():
        pdf.add_font(_FONT, style, path)
    # letters join and lines run as HarfBuzz and the bidirectional algorithm say
    pdf.set_text_shaping(True)

    def paragraph(text: str, language: str, size: int, style: str = "", link: str = "") -> None:
        pdf.set_font(_FONT, style, size)
        align = "R" if direction(language) == "rtl" else "L"
        pdf.multi_cell(
            0, size * 0.55, _text(text, language), align=align, link=link, new_x="LMARGIN", new_y="NEXT"
        )

    pdf.add_page()
    for number, (language, title) in enumerate(page.titles.items()):
        paragraph(title, language, _HEADING if number else _TITLE, "B")
        pdf.ln(1.5)
    pdf.set_text_color(_GREY)
    if page.about:
        link = page.source if web_address(page.source) else ""
        paragraph(page.about, page.spoken, _BODY, link=link)
        pdf.ln(2)
    pdf.set_text_color(_BLACK)
    paragraph(page.verdict, page.spoken, _BODY + 1, "B")
    paragraph(page.trust, page.spoken, _BODY)
    for part in page.sections:
        pdf.ln(3)
        pdf.start_section(visible(part.heading))
        paragraph(part.heading, page.spoken, _HEADING, "B")
        pdf.ln(1)
        if part.rows:
            _table(pdf, page.languages, part.rows)
        else:
            paragraph(part.note, page.spoken, _BODY)
    return bytes(pdf.output())


def _table(pdf: Any, shown: Sequence[str], rows: Sequence[tuple[str, Mapping[str, str]]]) -> None:
    """Writes a row for each entry, its label first, then a column for each language."""
    from fpdf.enums import TableBordersLayout, VAlign
    from fpdf.fonts import FontFace

    styles = {
        language: FontFace(size_pt=_ARABIC if direction(language) == "rtl" else _BODY) for language in shown
    }
    pdf.set_font(_FONT, "", _BODY)
    with pdf.table(
        col_widths=(_LABEL, *[(_WIDTH - _LABEL) / len(shown)] * len(shown)),
        text_align=("LEFT", *("RIGHT" if direction(language) == "rtl" else "LEFT" for language in shown)),
        v_align=VAlign.T,
        line_height=_BODY * 0.5,
        padding=(1, 1.5),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:
        head = table.row()
        head.cell("")
        for language in shown:
            head.cell(language_name(language))
        for label, texts in rows:
            row = table.row()
            row.cell(visible(label))
            for language in shown:
                row.cell(_text(texts[language], language), style=styles[language])


@functools.cache
def _fonts() -> dict[str, Path]:
    """Returns a font with Latin and Arabic letters by style: matplotlib's, which is installed anyway."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return {"": folder / "DejaVuSans.ttf", "B": folder / "DejaVuSans-Bold.ttf"}


def _text(text: str, language: str) -> str:
    """Returns a text without characters that are obeyed rather than shown, but for the mark of its direction.

    A line's direction is that of its first letter, which in Arabic may be that of an English name.
    """
    mark = "\N{RIGHT-TO-LEFT MARK}" if direction(language) == "rtl" else "\N{LEFT-TO-RIGHT MARK}"
    return mark + visible(text)
