"""Word documents: every paragraph that a reader of the document sees, in its order, and no other."""

from __future__ import annotations

import base64
import gzip
import io
import time
import zipfile
from xml.sax.saxutils import escape

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.ingest import word
from dragoman.records import Article, Reject

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
OFFICE = "http://schemas.openxmlformats.org"
RELATION = f"{OFFICE}/officeDocument/2006/relationships"
W = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main"'
PACKAGE = {
    "[Content_Types].xml": f"""<Types xmlns="{OFFICE}/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{OFFICE}/package/2006/relationships">
<Relationship Id="r1" Type="{RELATION}/officeDocument" Target="word/document.xml"/>
</Relationships>""",
    "word/_rels/document.xml.rels": f"""<Relationships xmlns="{OFFICE}/package/2006/relationships">
<Relationship Id="r2" Type="{RELATION}/footnotes" Target="footnotes.xml"/>
</Relationships>""",
}


def document(body: str, notes: str = "", before: str = "") -> bytes:
    """Returns a Word document with this XML as its body, as its footnotes, and before its root."""
    parts = PACKAGE | {
        "word/document.xml": f"{before}<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/footnotes.xml": f"<w:footnotes {W}>{notes}</w:footnotes>",
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_a_document_that_a_library_wrote(packed, tmp_path, ingest, paragraphs):
    made = docx.Document()
    made.add_heading("قطار سريع جديد", 0)
    made.add_paragraph(paragraphs[0])
    made.add_heading("الأسعار", 1)
    made.add_paragraph(paragraphs[1], style="List Number")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "المدينة", "عدد السكان"
    made.add_paragraph(paragraphs[2])
    made.save(tmp_path / "made")
    data = (tmp_path / "made").read_bytes()
    path = tmp_path / f"خبر.docx{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(data) if packed else data)
    [article] = ingest(path)
    assert isinstance(article, Article), article
    assert (article.id, article.title, article.date) == ("خبر", "قطار سريع جديد", "")
    assert article.text == "\n".join(
        [paragraphs[0], "الأسعار", paragraphs[1], "المدينة", "عدد السكان", paragraphs[2]]
    )


def test_what_is_inserted_is_read_and_what_is_deleted_is_not(tmp_path, ingest, arabic):
    deleted = '<w:del w:id="1"><w:r><w:delText>محذوف</w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:id="2">{run("منقول")}</w:moveFrom>'
    inserted = f'<w:ins w:id="3">{run(" أضافه المحرر")}</w:ins>'
    control = f"<w:sdt><w:sdtContent>{paragraph(run('في حقل'))}</w:sdtContent></w:sdt>"
    body = paragraph(run(arabic), deleted, moved, inserted) + control
    (tmp_path / "a.docx").write_bytes(document(body))
    [article] = ingest(tmp_path)
    assert article.text == f"{arabic} أضافه المحرر\nفي حقل"
    assert article.title == ""


def test_notes_come_last_without_their_marks(tmp_path, ingest, arabic):
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    note = f'<w:footnote w:id="2">{paragraph(run("المصدر: وزارة النقل."))}</w:footnote>'
    body = paragraph(run(arabic), mark, run(" وقال آخرون.")) + paragraph(run("خاتمة"))
    (tmp_path / "a.docx").write_bytes(document(body, note))
    [article] = ingest(tmp_path)
    assert article.text == f"{arabic} وقال آخرون.\nخاتمة\nالمصدر: وزارة النقل."


LINES = st.lists(
    st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1)
    .map(lambda text: " ".join(text.split()))
    .filter(bool),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES)
def test_no_line_is_lost(lines, tmp_path, ingest, arabic):
    (tmp_path / "a.docx").write_bytes(document("".join(paragraph(run(x)) for x in [*lines, arabic * 9])))
    [article] = ingest(tmp_path)
    assert isinstance(article, Article), article
    assert article.text.split("\n") == [*lines, arabic * 9]


LAUGHS = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
"""Ten of ten of ten, and so on."""


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "saved as .doc, or protected by a password"),
        (document(paragraph(run("س")))[:-30], "not a Word document"),
        (document("<w:p>"), "not a sound Word document"),
        (document("<w:smartTag>" * 20_000 + "</w:smartTag>" * 20_000), "not a sound Word document"),
        (
            document(
                paragraph("<w:r><w:t>&i;</w:t></w:r>"), before=f'<!DOCTYPE w [<!ENTITY a "س">{LAUGHS}]>'
            ),
            "not a sound Word document (limit on input amplification",
        ),
        (document("<w:p/>" * (word.MAX_XML // 6)), "unpacks to over 8,388,608 bytes; refused"),
    ],
    ids=["doc", "cut", "xml", "deep", "entities", "long"],
)
def test_what_is_no_sound_document_is_a_reject(data, detail, tmp_path, ingest):
    (tmp_path / "a.docx").write_bytes(data)
    [reject] = ingest(tmp_path)
    assert isinstance(reject, Reject)
    assert (reject.reason, detail in reject.detail) == ("unreadable", True), reject


def test_a_part_that_passes_for_a_picture_is_not_opened(tmp_path, ingest):
    data = io.BytesIO()
    parts = PACKAGE | {"_rels/.rels": PACKAGE["_rels/.rels"].replace("document.xml", "image.png")}
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        body = paragraph(run("نص")) * 400_000
        archive.writestr("word/image.png", f"<w:document {W}><w:body>{body}</w:body></w:document>")
    (tmp_path / "a.docx").write_bytes(data.getvalue())
    start = time.process_time()
    [reject] = ingest(tmp_path)
    assert reject.reason == "unreadable"
    assert time.process_time() - start < 5


def test_a_picture_is_passed_over(tmp_path, ingest, arabic):
    made = docx.Document()
    made.add_paragraph(arabic)
    made.add_picture(io.BytesIO(PIXEL))
    made.save(tmp_path / "a.docx")
    [article] = ingest(tmp_path)
    assert article.text == arabic


def test_a_document_without_text_is_empty(tmp_path, ingest):
    (tmp_path / "a.docx").write_bytes(document(""))
    [reject] = ingest(tmp_path)
    assert reject.reason == "empty"
