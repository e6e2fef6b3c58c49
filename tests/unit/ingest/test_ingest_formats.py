"""Every accepted format gives the article that it holds, plain and gzipped."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import re
import time

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.config import schema
from dragoman.ingest import markdown
from dragoman.records import Article, Reject

PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="{charset}"><title>قطار سريع جديد - صحيفة المثال</title>
<meta property="og:title" content="قطار سريع جديد">
<meta property="article:published_time" content="2024-03-05T10:00:00Z">
<link rel="canonical" href="https://news.example/a/1">
<script>var menu = "{noise}";</script></head>
<body><nav><a href="/">الرئيسية</a> <a href="/sport">رياضة</a></nav>
<article><h1>قطار سريع جديد</h1>{body}</article>
<div id="comments"><div class="comment">تعليق من قارئ لا علاقة له بالخبر</div></div>
<footer>جميع الحقوق محفوظة</footer></body></html>"""


def page(paragraphs, charset="utf-8"):
    body = "".join(f"<p>{' '.join(p.split())}</p>\n" for p in paragraphs)
    return PAGE.format(charset=charset, body=body, noise="x" * 5000)


def file_bytes(ending, text, tmp_path):
    """Returns the bytes of a file of each format with one article."""
    fields = {
        "id": "a",
        "title": "عنوان",
        "text": text,
        "date": "2024-03-05",
        "source": "https://n.example/a",
    }
    if ending == ".txt":
        return text.encode()
    if ending == ".md":
        return f"---\ntitle: عنوان\ndate: 2024-03-05\nurl: https://n.example/a\n---\n{text}\n".encode()
    if ending in (".html", ".htm"):
        return page([text, text]).encode()
    if ending in (".jsonl", ".ndjson"):
        return (json.dumps(fields) + "\n").encode()
    target = tmp_path / "made"
    if ending == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist([fields]), target)
    else:
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(fields), dialect="excel-tab" if ending == ".tsv" else "excel")
            writer.writeheader()
            writer.writerow(fields)
    return target.read_bytes()


ENDINGS = [".txt", ".md", ".html", ".htm", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("ending", [*ENDINGS, ".TXT", ".Jsonl"])
def test_format(ending, packed, tmp_path, ingest, arabic):
    data = file_bytes(ending.lower(), arabic, tmp_path)
    path = tmp_path / f"a{ending}{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(data) if packed else data)
    [article] = ingest(path)
    assert isinstance(article, Article), article
    assert article.id == "a"
    assert arabic in article.text
    assert article.origin.startswith(str(path))
    if ending.lower() != ".txt":
        assert article.title in ("عنوان", "قطار سريع جديد")
        assert article.date == "2024-03-05"
        assert article.source.startswith("https://")
    jsonschema.Draft202012Validator(schema("article")).validate(article.to_json())


def test_text_keeps_its_characters(tmp_path, ingest):
    text = "  مُحَمَّدٌ ـــ\u200f «نص» \u061c\ufdfa\tثم\r\nسطر\rآخر\u2028\ufffe "
    (tmp_path / "a.txt").write_bytes(text.encode())
    [article] = ingest(tmp_path)
    assert article.text == text.replace("\r\n", "\n").replace("\r", "\n")
    assert article.notes == []


def test_further_fields_are_carried_as_json(tmp_path, ingest, arabic):
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = {
        "id": 7,
        "text": arabic,
        "date": dt.datetime(2024, 3, 5, 10, tzinfo=dt.UTC),
        "seen": dt.date(2024, 3, 6),
        "raw": b"\xff\x00",
        "score": float("nan"),
        "tags": ["أ", None],
        "nested": {"n": 1},
    }
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    [article] = ingest(tmp_path)
    assert article.id == "7"
    assert article.date == "2024-03-05T10:00:00+00:00"
    assert article.extra == {
        "seen": "2024-03-06",
        "raw": "base64:/wA=",
        "score": None,
        "tags": ["أ", None],
        "nested": {"n": 1},
    }
    json.dumps(article.to_json(), allow_nan=False)


def test_columns_name_the_parts(tmp_path, ingest, arabic):
    row = {"url": "https://n.example/1", "body": arabic, "headline": "عنوان\n طويل", "title": "other"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    [article] = ingest(tmp_path, id="url", text="body", title="headline", source="url")
    assert (article.id, article.source) == ("https://n.example/1", "https://n.example/1")
    assert article.title == "عنوان طويل"
    assert article.extra == {"title": "other"}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_separator_is_found(separator, tmp_path, ingest, arabic):
    text = arabic.replace(",", " ") + f'\n"ثان"{separator} ثالث'
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=separator).writerows([["id", "text"], ["1", text], ["2", text]])
    first, second = ingest(tmp_path)
    assert first.text == second.text == text
    assert second.origin.endswith("line 4")


def test_markdown_markup_is_removed(tmp_path, ingest):
    (tmp_path / "a.md").write_text(
        "<!-- internal -->\n# عنوان *الخبر* #\n\n"
        'هذا **نص** فيه [رابط](https://n.example/x "t") وصورة ![وصف](p.png)\n'
        "يمتد على سطرين، مع snake_case_name وكلمة _مائلة_.\n\n"
        "## فرعي\n- بند أول\n- بند ثان\n\n> اقتباس\n> طويل\n\n---\n\n"
        "#وسم ليس عنوانا\n\n[1]: https://n.example\n`رمز` \\*نجمة\\*\n",
        encoding="utf-8",
    )
    [article] = ingest(tmp_path)
    assert article.title == "عنوان الخبر"
    assert article.text.split("\n") == [
        "هذا نص فيه رابط وصورة وصف يمتد على سطرين، مع snake_case_name وكلمة مائلة.",
        "فرعي",
        "بند أول",
        "بند ثان",
        "اقتباس طويل",
        "#وسم ليس عنوانا",
        "رمز *نجمة*",
    ]


def test_markdown_loses_no_words(tmp_path, ingest, arabic):
    """A heading that differs from the front matter's title, code, a bracket that is no link."""
    text = f"# عنوان آخر\n\n```\n{arabic}\n# ليس عنوانا\n```\n\n[رويترز]: خبر <!-- لم يغلق\n"
    (tmp_path / "a.md").write_text(f"---\ntitle: عنوان\ntags: [أ]\n---\n{text}", encoding="utf-8")
    [article] = ingest(tmp_path)
    assert (article.title, article.extra) == ("عنوان", {"tags": ["أ"]})
    kept = article.text.split("\n")
    assert kept == ["عنوان آخر", arabic, "# ليس عنوانا", "[رويترز]: خبر <!-- لم يغلق"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("قال و**«الأهرام»**كلها *«نعم»*، 3 * 4", "قال و«الأهرام»كلها «نعم»، 3 * 4"),
        ("أ &amp; ب ~~ج~~ `د` \\# هـ", "أ & ب ج د # هـ"),
        ("<https://n.example/%D8%A7> https://n.example/a_b_c?x=1&y=2 [أ][1]\n\n[1]: https://n.example", None),
        ("[![وصف](data:image/svg+xml,%3Csvg)](https://n.example) نص", "وصف نص"),
        ("1. أ\n2. ب\n   > ج\n\n2024.\n", "1. أ\n2. ب\nج\n2024."),
        ("- أ\n    - ب\n\n        ج **د**", "أ\nب\nج د"),
        ("|أ|ب|\n|-|-|\n|ج|*د*|", "أ\nب\nج\nد"),
        ("سطر  \nثان\\\nثالث<br>رابع\nمعه", "سطر\nثان\nثالث\nرابع معه"),
        ('<div dir="rtl">\n**أ**\n</div>\n<p>ب</p><p>ج <b>د</b></p>', "أ\nب\nج د"),
        ("أ <!-- سر\n\nسر --> ب<SCRIPT>\n\nx = 1</script>\n<style>p {}</style>", "أ  ب"),
        ("فقرة\n===\nأخرى\n---\n", "فقرة\nأخرى"),
    ],
)
def test_markdown_becomes_lines(source, text, tmp_path, ingest):
    (tmp_path / "a.md").write_text(source, encoding="utf-8")
    [article] = ingest(tmp_path)
    assert article.text == (text or "https://n.example/%D8%A7 https://n.example/a_b_c?x=1&y=2 أ")
    assert article.title == ""


def test_markdown_title_of_an_opened_page(tmp_path, ingest, arabic):
    """Front matter without a value and a wrapper for the direction hide no heading."""
    page = f'---\ntitle:\n---\n<div dir="rtl">\n\n# عنوان\n\n{arabic}\n\n# فصل\n</div>'
    (tmp_path / "a.md").write_text(page, encoding="utf-8")
    [article] = ingest(tmp_path)
    assert (article.title, article.text.split("\n")) == ("عنوان", [arabic, "فصل"])


@given(st.lists(st.tuples(st.text("ابجد", min_size=1), st.text(' \n\t*_#>-+=.()[]:!1\\"&', min_size=1))))
def test_markdown_loses_no_word_to_any_marks(pieces):
    found = markdown.parse("".join(f"{word}{marks}" for word, marks in pieces))
    assert "".join(re.findall("[ابجد]+", found.get("title", "") + found["text"])) == "".join(
        w for w, _ in pieces
    )


@pytest.mark.parametrize(
    "matter", ["a: &x [1]\nb: *x", "title: [", "just text", "date: 2024-99-99", "? [a]\n: b"]
)
def test_odd_front_matter_stays_text(matter, tmp_path, ingest, arabic):
    (tmp_path / "a.md").write_text(f"---\n{matter}\n---\n{arabic}", encoding="utf-8")
    [article] = ingest(tmp_path)
    assert arabic in article.text


def test_page_without_comments_menus_and_repeated_title(tmp_path, ingest, paragraphs):
    (tmp_path / "a.html").write_text(page(paragraphs), encoding="utf-8")
    [article] = ingest(tmp_path)
    assert article.text.split("\n") == [" ".join(p.split()) for p in paragraphs]
    assert article.title == "قطار سريع جديد"
    assert article.source == "https://news.example/a/1"


@pytest.mark.parametrize("declared", ["windows-1256", "iso-8859-1", "utf-8"])
def test_page_in_cp1256_whatever_it_declares(declared, tmp_path, ingest, paragraphs):
    (tmp_path / "a.html").write_bytes(page(paragraphs, declared).encode("cp1256"))
    [article] = ingest(tmp_path)
    assert " ".join(paragraphs[0].split()) in article.text
    assert article.notes == ["encoding: cp1256"]


@pytest.mark.parametrize(
    ("given", "iso"),
    [
        ("2024-03-05", "2024-03-05"),
        (" 2024/3/5 ", "2024-03-05"),
        ("٢٠٢٤-٠٣-٠٥ ١٠:٣٠", "2024-03-05T10:30:00"),
        (20240305, "2024-03-05"),
        ("2024-03-05T10:00:00Z", "2024-03-05T10:00:00+00:00"),
        ("2024-03-05 10:00:00 +0300", "2024-03-05T10:00:00+03:00"),
        ("2024-03-05 10:00 UTC", "2024-03-05T10:00:00+00:00"),
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05T10:00:00+00:00"),
        (None, ""),
        ("", ""),
    ],
)
def test_dates(given, iso, tmp_path, ingest, arabic):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "1", "text": arabic, "date": given}))
    [article] = ingest(tmp_path)
    assert (article.date, article.extra) == (iso, {})


@pytest.mark.parametrize(
    "given", ["الثلاثاء 5 مارس", "2024-02-30", "05/03/2024", 1709632800, "2024", ["2024-03-05"], True]
)
def test_dates_that_are_not_certain_are_kept_as_given(given, tmp_path, ingest, arabic):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "1", "text": arabic, "date": given}))
    [article] = ingest(tmp_path)
    assert (article.date, article.extra) == ("", {"date": given})
    assert article.notes == ["date not understood: kept in extra"]


HOSTILE = {
    "comments.md": "<!-- " * 100_000,
    "emphasis.md": "**a " * 20_000,
    "images.md": "![a" * 300_000,
    "brackets.md": "[" * 1_000_000,
    "links.md": "[" * 9_000 + "س" + "](u)" * 9_000,
    "quotes.md": "> " * 300_000 + "س",
    "lists.md": "- " * 100_000 + "س",
    "steps.md": "\n".join("  " * n + "- س" for n in range(500)),
    "heading.md": "# " + " " * 500_000 + "س",
    "matter.md": "---\na: " + "[" * 20_000 + "\n---\n",
    "deep.html": "<html><body>" + "<div>" * 100_000 + "<p>س</p>",
    "date.jsonl": json.dumps({"id": "1", "text": "نص", "date": "2024-01-01 1" + " " * 100_000 + "x"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_shapes_are_read_in_good_time(name, tmp_path, ingest):
    (tmp_path / name).write_text(HOSTILE[name], encoding="utf-8")
    start = time.process_time()  # not wall time: the machine may be busy with something else
    assert len(ingest(tmp_path)) == 1
    assert time.process_time() - start < 20


@pytest.mark.parametrize("ending", [".txt", ".md", ".jsonl", ".csv", ".html"])
def test_five_megabytes_in_one_line(ending, tmp_path, ingest, arabic):
    text = (arabic + " ") * (5_000_000 // len(arabic.encode()))
    (tmp_path / f"a{ending}").write_bytes(file_bytes(ending, text, tmp_path))
    (tmp_path / "made").unlink(missing_ok=True)
    start = time.process_time()
    [article] = ingest(tmp_path)
    assert isinstance(article, Article)
    assert len(article.text) > 2_000_000
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "identifier", ["../x", "/etc/passwd", "<script>alert(1)</script>", "a\nb", "خبر", "x" * 10_000]
)
def test_ids_are_data(identifier, tmp_path, ingest, arabic):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": f" {identifier} ", "text": arabic}))
    [article] = ingest(tmp_path)
    assert article.id == identifier
    jsonschema.Draft202012Validator(schema("article")).validate(article.to_json())


def test_saved_dataset(tmp_path, ingest, arabic):
    from datasets import Dataset, DatasetDict

    train = Dataset.from_list([{"id": f"t{n}", "text": arabic, "topic": "نقل"} for n in range(300)])
    test = Dataset.from_list(
        [{"id": "t0", "text": arabic, "topic": "x"}, {"id": "e1", "text": "", "topic": "x"}]
    )
    DatasetDict({"train": train, "test": test}).save_to_disk(tmp_path / "both")
    train.save_to_disk(tmp_path / "one.csv")
    records = ingest(tmp_path / "both")
    # splits come in the order of their names
    assert [type(r) for r in records[:2]] == [Article, Reject]
    assert records[1].position == "test row 2"
    assert [r.reason for r in records if isinstance(r, Reject)] == ["empty", "duplicate-id"]
    assert len(ingest(tmp_path / "one.csv")) == 300
    (tmp_path / "both" / "train" / "data-00000-of-00001.arrow").write_bytes(b"no")
    assert [r.reason for r in ingest(tmp_path / "both")] == ["unreadable"]


def test_hub_dataset_is_streamed(monkeypatch, ingest, arabic):
    import datasets

    asked = []

    def load_dataset(path, name, *, split, streaming):
        asked.append((path, name, split, streaming))
        return datasets.Dataset.from_list([{"id": "1", "text": arabic, "n": 1}]).to_iterable_dataset()

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    [article] = ingest("hf:some/name:ar@train[:10]")
    assert asked == [("some/name", "ar", "train[:10]", True)]
    assert (article.origin, article.extra) == ("hf:some/name:ar@train[:10], row 1", {"n": 1})
