"""What a model wrote, in every form of a brief: where it comes from, what supports it, what to doubt."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import docx
import lxml.html
import pytest

from dragoman.brief import slug, write_briefs
from dragoman.records import AbstractSentence, Article

LANGUAGES = ["en", "fr"]
WRITER = {"recipe": "writer", "part": "ar", "translates": "summaries", "languages": {"ar": {}}}


@pytest.fixture
def briefs(samples: SimpleNamespace, tmp_path: Path) -> Path:
    """Two articles, of which the second has a summary that a model wrote."""
    units = [samples.unit(name, 0, 1, "وصل الوزير.", "He arrived.", "Il arriva.") for name in "ab"]
    summaries = [samples.summarise(unit.article, [unit], [0]) for unit in units]
    abstract = [
        AbstractSentence(
            "b", n, ar, segments, {"en": f"Sentence {n} <b>", "fr": ""}, {}, {"ar": flags, "en": [], "fr": []}
        )
        for n, (ar, segments, flags) in enumerate(
            [("وصل الوزير صباحا.", [0], []), ("وغادر 300 شخص.", [], ["unsupported", "unsupported-number"])]
        )
    ]
    rows = write_briefs(
        [Article("a", "x"), Article("b", "x")],
        units,
        summaries,
        tmp_path,
        [*samples.models, WRITER],
        LANGUAGES,
        abstracts=abstract,
        papers=["docx"],
    )
    assert len(list(rows)) == 2
    return tmp_path


def test_the_page_has_it_beside_its_support_and_its_doubts(briefs: Path) -> None:
    page = lxml.html.document_fromstring((briefs / f"{slug('b')}.html").read_text(encoding="utf-8"))
    section = page.get_element_by_id("abstract")
    english, french, arabic = section.xpath(".//section")
    first, second = english.xpath(".//li")
    assert first.text_content().split() == ["Sentence", "0", "<b>", "0"]
    assert first.xpath(".//a/@href") == ["#0"]
    assert "a figure that the article does not have" in second.text_content()
    assert "un chiffre absent de l'article" in french.text_content()
    assert "[no translation]" in french.text_content()
    assert "وغادر 300 شخص." in arabic.text_content()
    assert "The model writer/ar wrote these sentences" in section.text_content()
    assert "writer/ar" in page.get_element_by_id("notes").text_content()
    other = lxml.html.document_fromstring((briefs / f"{slug('a')}.html").read_text(encoding="utf-8"))
    assert other.xpath("//*[@id='abstract' or @href='#abstract']") == []
    assert "writer/ar" not in other.get_element_by_id("notes").text_content()


def test_text_and_paper_have_it_too(briefs: Path) -> None:
    text = (briefs / f"{slug('b')}.md").read_text(encoding="utf-8")
    assert "- Sentence 0 &lt;b&gt; (0)\n" in text
    assert "*(nothing in the article says so · a figure that the article does not have)*" in text
    assert "written by a model" not in (briefs / f"{slug('a')}.md").read_text(encoding="utf-8")
    document = docx.Document(str(briefs / f"{slug('b')}.docx"))
    headings = [
        paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("Head")
    ]
    assert "Summary written by a model" in headings
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "وغادر 300 شخص. ⚠ nothing in the article says so, a figure that the article does not have" in cells
