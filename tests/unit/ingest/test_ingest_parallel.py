"""Corpora that exist already: line-aligned files and data sets, with the translations that they have."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import datasets
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.ingest import find_sources, read_sources
from dragoman.ingest.moses import LINES
from dragoman.records import Article, Reject
from dragoman.segment import segment

SOURCE = ["زار الوزير المدينة.", "قال: نعم. ثم غادر.", "", "انتهى الاجتماع مساء."]
ENGLISH = ["The minister visited the city.", "", "", "The meeting ended."]
KEPT = {"given": {"en": "en"}}


def moses(folder: Path, name: str = "News.ar-en", **sides: list[str]) -> Path:
    for language, texts in {"ar": SOURCE, "en": ENGLISH, **sides}.items():
        (folder / f"{name}.{language}").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return folder / f"{name}.ar"


def test_each_line_is_a_segment_with_the_translation_that_it_has(tmp_path, ingest):
    (article,) = ingest(moses(tmp_path), **KEPT)
    assert article.id == "News.ar-en:1"
    assert article.origin.endswith("News.ar-en.ar, lines 1 to 4")
    segments = list(segment([article], by_line=True))
    assert [(s.text, s.given) for s in segments] == [
        (SOURCE[0], {"en": ENGLISH[0]}),
        (SOURCE[1], {}),
        (SOURCE[3], {"en": ENGLISH[3]}),
    ]


def test_without_being_asked_no_translation_is_kept(tmp_path, ingest):
    (article,) = ingest(moses(tmp_path))
    assert article.given == {}
    assert [s.text for s in segment([article], by_line=True)] == [SOURCE[0], SOURCE[1], SOURCE[3]]


def test_a_long_file_is_many_articles_and_no_line_is_lost(tmp_path, ingest):
    number = 2 * LINES + 3
    texts = {"ar": [f"جملة {n}" for n in range(number)], "en": [f"Sentence {n}" for n in range(number)]}
    articles = ingest(moses(tmp_path, **texts), **KEPT)
    assert [a.id.rpartition(":")[2] for a in articles] == ["1", str(LINES + 1), str(2 * LINES + 1)]
    found = [(s.text, s.given["en"]) for s in segment(articles, by_line=True)]
    assert found == list(zip(texts["ar"], texts["en"], strict=True))


def test_packed_files(tmp_path, ingest):
    moses(tmp_path)
    for path in list(tmp_path.iterdir()):
        (path.parent / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    (article,) = ingest(tmp_path / "News.ar-en.ar.gz", **KEPT)
    assert article.given == {"en": [ENGLISH[0], "", ENGLISH[3]]}


@pytest.mark.parametrize(
    ("sides", "columns", "reason", "detail"),
    [
        ({"en": ENGLISH[:3]}, KEPT, "unaligned", "News.ar-en.ar 4, News.ar-en.en 3"),
        ({}, {"given": {"fr": "fr"}}, "no-given", "News.ar-en.fr is not beside it"),
    ],
)
def test_what_does_not_fit_is_one_reject(tmp_path, ingest, sides, columns, reason, detail):
    (reject,) = ingest(moses(tmp_path, **sides), **columns)
    assert isinstance(reject, Reject)
    assert reject.reason == reason
    assert detail in reject.detail


def test_the_other_sides_are_neither_articles_nor_rejects_but_are_watched(tmp_path, ingest):
    path = moses(tmp_path)
    sources = find_sources([str(tmp_path)])
    assert (sources.entries, sources.rejects) == ((str(path),), ())
    assert find_sources([str(path)]).files == sources.files == (str(path), str(path.with_suffix(".en")))


def test_a_data_set_of_translations(tmp_path, ingest):
    rows = [{"ar": a, "en": e} for a, e in zip(SOURCE, ENGLISH, strict=True) if a]
    datasets.Dataset.from_dict({"translation": rows}).save_to_disk(tmp_path / "set")
    columns = {"id": "", "text": "translation.ar", "given": {"en": "translation.en"}}
    articles = ingest(tmp_path / "set", **columns)
    assert [a.id for a in articles] == ["set:row-1", "set:row-2", "set:row-3"]
    assert [a.text for a in articles] == [text for text in SOURCE if text]
    assert [a.given for a in articles] == [{"en": [ENGLISH[0]]}, {}, {"en": [ENGLISH[3]]}]
    assert all(a.extra == {} for a in articles)


def test_a_data_set_without_the_column_is_one_reject(tmp_path, ingest):
    datasets.Dataset.from_dict({"text": SOURCE[:1]}).save_to_disk(tmp_path / "set")
    (reject,) = ingest(tmp_path / "set", id="", given={"en": "translation.en"})
    assert reject.reason == "no-given"


def test_rows_whose_lines_do_not_fit_are_rejects(tmp_path, ingest):
    rows = [
        {"id": 1, "text": "\n".join(SOURCE[:2]), "english": "One line"},
        {"id": 2, "text": "\n".join(SOURCE[:2]), "english": "One\nTwo"},
        {"id": 3, "text": SOURCE[0], "english": ["One"]},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = ingest(path, given={"en": "english"})
    assert [r.reason if isinstance(r, Reject) else r.given for r in found] == [
        "unaligned", {"en": ["One", "Two"]}, "no-given",
    ]  # fmt: skip


@given(st.lists(st.tuples(lines, lines), min_size=1, max_size=30))
def test_any_lines_stay_with_their_translations(tmp_path_factory, rows):
    pairs = [tuple(" ".join(side.splitlines()) for side in (f"نص {ar}", en)) for ar, en in rows]
    path = moses(tmp_path_factory.mktemp("x"), ar=[ar for ar, _ in pairs], en=[en for _, en in pairs])
    columns = {name: name for name in ("id", "text", "title", "date", "source")} | KEPT
    (article,) = read_sources(find_sources([str(path)]), columns)
    if isinstance(article, Article):
        found = list(segment([article], by_line=True))
        assert len(found) == len(pairs)
        for one, (_, english) in zip(found, pairs, strict=True):
            # control characters become spaces on their way in
            assert len(one.given.get("en", "")) <= len(english)
            assert bool(one.given) == bool(one.given.get("en"))
    else:
        assert article.reason in {"not-arabic", "unreadable"}
