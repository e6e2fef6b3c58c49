"""Texts in any encoding of Arabic come out right; what is not text is refused."""

from __future__ import annotations

import gzip
import json
import random
import zlib

import pytest

from dragoman.records import Article

ENCODINGS = {
    "utf-8": [],
    "utf-8-sig": [],
    "utf-16": ["encoding: utf-16"],
    "utf-16-le": ["encoding: utf-16-le"],
    "utf-16-be": ["encoding: utf-16-be"],
    "utf-32": ["encoding: utf-32"],
    "cp1256": ["encoding: cp1256"],
    "iso8859_6": ["encoding: iso8859_6"],
    "cp720": ["encoding: cp720"],
    "mac_arabic": ["encoding: mac_arabic"],
}


# the DOS code page has no Arabic punctuation
LATIN_MARKS = str.maketrans("،؛؟", ",;?")


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding(encoding, number, tmp_path, ingest, paragraphs):
    text = paragraphs[number]
    if encoding == "cp720":
        text = text.translate(LATIN_MARKS)
    data = text.encode(encoding)
    if encoding == "mac_arabic":
        # Python writes the right-to-left twins of space and punctuation; files have those of ASCII
        data = b"".join(c.encode("ascii" if c < "\x7f" else encoding) for c in "«" + text + "»")
        text = "«" + text + "»"
    (tmp_path / "a.txt").write_bytes(data)
    [article] = ingest(tmp_path)
    assert article.text == text
    assert article.notes == ENCODINGS[encoding]


@pytest.mark.parametrize("encoding", [e for e in ENCODINGS if e != "mac_arabic"])
@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".tsv"])
def test_encoding_of_tables(ending, encoding, tmp_path, ingest, paragraphs):
    """A table whose Arabic starts only after a megabyte of ASCII."""
    texts = [" ".join(p.split()).translate(LATIN_MARKS if encoding == "cp720" else {}) for p in paragraphs]
    rows = [("filler", "a" * 1_100_000), *((str(n), text) for n, text in enumerate(texts))]
    if ending == ".jsonl":
        lines = [json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in rows]
    else:
        separator = {".csv": ",", ".tsv": "\t"}[ending]
        lines = [f"id{separator}text", *(f'{i}{separator}"{t}"' for i, t in rows)]
    (tmp_path / f"a{ending}").write_bytes("\r\n".join(lines).encode(encoding))
    _, *articles = ingest(tmp_path)
    assert [a.text for a in articles] == texts
    assert all(a.notes == ENCODINGS[encoding] for a in articles)


def test_a_few_broken_bytes_do_not_make_a_file_cp1256(tmp_path, ingest, paragraphs):
    data = "\n".join(paragraphs).encode()
    start = data.index(b" ")
    (tmp_path / "a.txt").write_bytes(data[:start] + b"\xff" + data[start:] + "،".encode()[:1])
    [article] = ingest(tmp_path)
    damaged = article.text.count("\ufffd")
    assert damaged == 2
    assert article.notes == [f"invalid characters replaced: {damaged}"]
    assert article.text.replace("\ufffd", "") in "\n".join(paragraphs)


def test_lone_surrogates_and_controls_are_replaced_and_noted(tmp_path, ingest, arabic):
    row = {"id": "a\ud800", "text": arabic + "\udc00\x00\x1b", "title": "\ud83d عنوان", "k\ud800": ["\udfff"]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    [article] = ingest(tmp_path)
    assert article.text == arabic + "\ufffd  "
    assert article.id == "a\ufffd"
    assert article.extra == {"k\ufffd": ["\ufffd"]}
    assert article.notes == [
        "invalid characters replaced: 1",
        "control characters replaced: 2",
        "title: invalid characters replaced: 1",
    ]
    json.dumps(article.to_json(), ensure_ascii=False).encode()


def noise(n):
    return random.Random(7).randbytes(n)


@pytest.mark.parametrize(
    "data",
    [
        noise(10_000),
        b"\x89PNG\r\n\x1a\n" + noise(2_000),
        b"%PDF-1.7\n" + b"1 0 obj << /Length 5000 >> stream\n" + zlib.compress(noise(5_000)),
        b"\x7fELF" + bytes(3_000),
        bytes(100),
        gzip.compress(noise(500)),
        b"\x00\x01\x02\x03 text" * 20,
    ],
    ids=["random", "png", "pdf", "elf", "nul", "gzip", "controls"],
)
@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".jsonl", ".csv", ".parquet"])
def test_binary_is_refused_once(ending, data, tmp_path, ingest, reasons):
    (tmp_path / f"a{ending}").write_bytes(data)
    assert reasons(ingest(tmp_path)) == ["unreadable"]


def test_latin_text_is_refused_as_not_arabic(tmp_path, ingest, reasons):
    (tmp_path / "a.txt").write_bytes("Le café d'été à la française, où l'on déjeune".encode("latin-1"))
    (tmp_path / "b.txt").write_text("Breaking news from the capital")
    (tmp_path / "c.txt").write_text("12:30 !!! ---")
    assert reasons(ingest(tmp_path)) == ["not-arabic"] * 3


def test_arabic_with_many_latin_names_is_kept(tmp_path, ingest):
    (tmp_path / "a.txt").write_text(
        "شراكة بين Microsoft Corporation و OpenAI https://example.org في الرياض", encoding="utf-8"
    )
    [article] = ingest(tmp_path)
    assert isinstance(article, Article)
