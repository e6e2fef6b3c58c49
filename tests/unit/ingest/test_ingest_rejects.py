"""What cannot be used is set aside with its reason, and everything around it is kept."""

from __future__ import annotations

import gzip
import io
import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.config import schema
from dragoman.ingest import encoding
from dragoman.records import Article, Reject


def lines(*rows):
    return "\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows)


def test_jsonl_rows(tmp_path, ingest, reasons, arabic):
    good = {"text": arabic}
    rows = [
        (good | {"id": "1"}, "ok"),
        ("{not json", "bad-line"),
        ('["a list"]', "bad-line"),
        ("[" * 100_000, "bad-line"),
        ('{"id": ' + "1" * 5000 + "}", "bad-line"),
        ({"id": "deep", "text": arabic, "x": json.loads("[" * 80 + "]" * 80)}, "bad-line"),
        (good, "no-id"),
        (good | {"id": "  "}, "no-id"),
        (good | {"id": None}, "no-id"),
        (good | {"id": ["1"]}, "no-id"),
        ('{"id": NaN, "text": "x"}', "no-id"),
        (good | {"id": 1}, "duplicate-id"),
        ({"id": "2"}, "no-text"),
        ({"id": "3", "text": None}, "no-text"),
        ({"id": "4", "text": {"ar": arabic}}, "no-text"),
        ({"id": "5", "text": " \n"}, "empty"),
        ({"id": "6", "text": 12}, "not-arabic"),
        ({"id": "7", "text": "An English text"}, "not-arabic"),
        (good | {"id": "7"}, "ok"),
    ]
    (tmp_path / "a.jsonl").write_text(lines(*(row for row, _ in rows)), encoding="utf-8")
    records = ingest(tmp_path)
    assert reasons(records) == [reason for _, reason in rows]
    for number, record in enumerate(records, 1):
        if isinstance(record, Reject):
            assert record.position == f"line {number}"
            assert record.detail
            jsonschema.Draft202012Validator(schema("reject")).validate(record.to_json())


def test_duplicate_names_both_origins(tmp_path, ingest, arabic):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text(arabic, encoding="utf-8")
    (tmp_path / "x.md").write_text(arabic, encoding="utf-8")
    first, second = ingest(tmp_path)
    assert isinstance(first, Article)
    assert second.reason == "duplicate-id"
    assert str(tmp_path / "a" / "x.txt") in second.detail
    assert str(tmp_path / "x.md") in second.detail


def test_csv_rows(tmp_path, ingest, reasons, arabic):
    text = arabic.replace(",", "")
    (tmp_path / "a.csv").write_text(
        f'id,text\n1,{text}\n2,{text},more\n3\n\n4,"{text}\nثان"\n5,"a"b\n6,{text}\n7,"{text}\n8,{text}\n',
        encoding="utf-8",
    )
    records = ingest(tmp_path)
    assert reasons(records) == ["ok", "bad-line", "bad-line", "ok", "bad-line", "ok", "bad-line"]
    assert [r.position for r in records if isinstance(r, Reject)] == ["line 3", "line 4", "line 8", "line 10"]
    assert "lines 10 to 11" in records[-1].detail


@pytest.mark.parametrize(
    ("header", "reason"), [("id,body", "no-text"), ("n,text", "no-id"), ("id,text,text", "bad-line")]
)
def test_table_without_the_columns_is_refused_once(header, reason, tmp_path, ingest, reasons):
    (tmp_path / "a.csv").write_text(header + "\n" + "1,2,3\n" * 10)
    assert reasons(ingest(tmp_path)) == [reason]


def test_parquet_without_the_columns_and_with_a_bad_string(tmp_path, ingest, reasons, arabic):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": ["1"], "body": [arabic]}), tmp_path / "a.parquet")
    broken = pa.array([arabic.encode(), b"\xff\xfe", arabic.encode()], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": ["1", "2", "3"], "text": broken}), tmp_path / "b.parquet")
    records = ingest(tmp_path)
    assert reasons(records) == ["no-text", "ok", "unreadable", "ok"]
    assert "'body'" in records[0].detail
    assert records[2].position == "row 2"


@pytest.mark.parametrize("content", ["", "\n\n", "id,text\n"])
@pytest.mark.parametrize("ending", [".txt", ".jsonl", ".csv"])
def test_file_without_a_record(ending, content, tmp_path, ingest, reasons):
    (tmp_path / f"a{ending}").write_text(content)
    expected = {(".txt", "id,text\n"): "not-arabic", (".jsonl", "id,text\n"): "bad-line"}
    expected |= {(".csv", "\n\n"): "empty"}
    assert reasons(ingest(tmp_path)) == [expected.get((ending, content), "empty")]


def test_page_without_text(tmp_path, ingest, reasons):
    (tmp_path / "a.html").write_text("<html><head><title>x</title></head><body></body></html>")
    assert reasons(ingest(tmp_path)) == ["no-text"]


def test_rows_before_a_break_in_the_compression_are_kept(tmp_path, ingest, reasons, arabic):
    rows = [{"id": str(n), "text": f"{arabic} {n * 7919 % 10007}"} for n in range(3000)]
    packed = gzip.compress(lines(*rows).encode())
    for name, data in {"cut": packed[: len(packed) // 2], "crc": packed[:-8] + b"\0" * 8}.items():
        path = tmp_path / f"{name}.jsonl.gz"
        path.write_bytes(data)
        *articles, last = ingest(path)
        assert last.reason == "unreadable"
        assert set(reasons(articles)) == {"ok"}
        assert len(articles) >= (2999 if name == "crc" else 1000)
    (tmp_path / "b.txt.gz").write_bytes(packed[:200])
    assert reasons(ingest(tmp_path / "b.txt.gz")) == ["unreadable"]


def test_name_that_is_not_utf8(tmp_path, ingest, arabic):
    name = b"\xc7\xe1.txt"
    (tmp_path / name.decode("utf-8", "surrogateescape")).write_text(arabic, encoding="utf-8")
    (tmp_path / b"\xc7.odt".decode("utf-8", "surrogateescape")).write_text("x")
    lines = [json.dumps(record.to_json(), ensure_ascii=False).encode() for record in ingest(tmp_path)]
    assert len(lines) == 2


NAMES = st.sampled_from(["id", "text", "title", "date", "source", "other"])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.text(max_size=3), max_size=2),
    st.text(alphabet="ابتثج ،؟\n\ud800\x00", max_size=20),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.dictionaries(NAMES, VALUES, max_size=6), min_size=1, max_size=12))
def test_every_row_comes_back_once(rows, tmp_path, ingest):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    records = ingest(path)
    assert len(records) == len(rows)
    ids = [r.id for r in records if isinstance(r, Article)]
    assert len(set(ids)) == len(ids)
    for record in records:
        name = "article" if isinstance(record, Article) else "reject"
        jsonschema.Draft202012Validator(schema(name)).validate(record.to_json())
        json.dumps(record.to_json(), ensure_ascii=False, allow_nan=False).encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(alphabet="اب \n\r,\"'<>{}[]:#*-_`!\x00", max_size=300).map(str.encode),
    ),
    ending=st.sampled_from([".txt", ".md", ".html", ".docx", ".jsonl", ".csv", ".tsv", ".parquet"]),
    packed=st.sampled_from(["", "raw", "gz"]),
)
def test_any_bytes_give_a_record_or_a_reject(data, ending, packed, tmp_path, ingest):
    path = tmp_path / f"a{ending}{'.gz' if packed else ''}"
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as file:
        file.write(data)
    path.write_bytes(buffer.getvalue() if packed == "gz" else data)
    records = ingest(path)
    assert records
    for record in records:
        json.dumps(record.to_json(), ensure_ascii=False, allow_nan=False).encode()


def test_what_unpacks_to_too_much_is_refused(tmp_path, ingest, monkeypatch):
    monkeypatch.setattr(encoding, "MAX_UNPACKED", 1 << 16)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b" " * (1 << 24)))
    (reject,) = ingest(tmp_path / "a.txt.gz")
    assert reject.reason == "unreadable"
    assert "more than any text would" in reject.detail


def test_a_line_that_is_too_long_is_one_reject(tmp_path, ingest, arabic, monkeypatch):
    monkeypatch.setattr(encoding.lines_of, "__defaults__", (500,))
    lines = [json.dumps({"id": name, "text": arabic}, ensure_ascii=False) for name in "ab"]
    (tmp_path / "a.jsonl").write_text(
        "\n".join([lines[0], "x" * 1234, lines[1], "y" * 500]), encoding="utf-8"
    )
    found = ingest(tmp_path / "a.jsonl")
    assert [getattr(record, "position", record.id) for record in found] == ["a", "line 2", "b", "line 4"]


def test_an_article_that_is_too_long_is_refused(tmp_path, ingest, arabic, monkeypatch):
    monkeypatch.setattr(encoding.read_all, "__defaults__", (len(arabic),))
    (tmp_path / "a.txt").write_text(arabic, encoding="utf-8")
    (tmp_path / "b.txt").write_text(arabic + ".", encoding="utf-8")
    article, reject = ingest(tmp_path)
    assert (article.id, reject.reason) == ("a", "unreadable")
    assert "split it" in reject.detail
