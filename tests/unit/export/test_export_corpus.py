"""The corpus as a whole: one pass, complete or not at all, the same bytes every time."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pandas
import pytest

from dragoman.config import schema

ALL = ("jsonl", "moses", "tsv", "tmx", "xliff", "parquet")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_rows_are_those_of_the_contract(corpus, units):
    rows = [json.loads(line) for line in (corpus / "corpus.jsonl").open(encoding="utf-8")]
    assert rows[1] == {
        "id": "a#1",
        "article": "a",
        "n": 1,
        "paragraph": 1,
        "kind": "text",
        "ar": "بلغت القيمة ١٢٪.",
        "en": "The value reached.",
        "fr": "La valeur a atteint 12\u00a0%.",
        "scores": {"en": -0.25, "fr": -1.5},
        "flags": {"en": ["length", "numbers"], "fr": []},
        "methods": {"en": "model", "fr": "memory"},
        "quality": {"en": "check", "fr": "good"},
        "estimates": {"en": 41.5, "fr": None},
        "round_trips": {"en": 55.5, "fr": None},
        "comets": {"en": 81.2, "fr": None},
        "split": "train",
    }
    assert [row["id"] for row in rows] == [unit.id for unit in units]
    assert rows[2]["scores"] == {"en": None, "fr": None}


def test_rows_and_records_fit_their_schemas(corpus, units):
    row_check = jsonschema.Draft202012Validator(schema("corpus"))
    for line in (corpus / "corpus.jsonl").open(encoding="utf-8"):
        assert row_check.is_valid(json.loads(line))
    unit_check = jsonschema.Draft202012Validator(schema("aligned_unit"))
    for unit in units:
        assert unit_check.is_valid(unit.to_json())


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "copy"},
        {"de": 1},
        {"scores": {"en": "high"}},
        {"n": -1},
        {"methods": {"en": 1}},
        {"quality": {"en": 1}},
    ],
)
def test_the_schema_refuses_a_wrong_row(corpus, change):
    row = json.loads((corpus / "corpus.jsonl").open(encoding="utf-8").readline())
    assert not jsonschema.Draft202012Validator(schema("corpus")).is_valid(row | change)


def test_summaries_fit_their_schema():
    row = {"article": "a", "method": "extractive", "segments": [0, 4], "ar": ["", ""], "en": ["", ""]}
    check = jsonschema.Draft202012Validator(schema("summary"))
    assert check.is_valid(row)
    assert not check.is_valid(row | {"en": "one text"})


def test_pandas_reads_the_json_lines(corpus, units):
    frame = pandas.read_json(corpus / "corpus.jsonl", lines=True)
    assert list(frame["fr"]) == [unit.targets["fr"] for unit in units]


def test_counts(tmp_path, units, export):
    assert export(units, tmp_path, *ALL) == {
        "segments": 4,
        "text": 3,
        "verbatim": 1,
        "articles": 2,
        "splits": {"train": 4},
        "flagged": {"en": 2, "fr": 0},
        "flags": {"en": {"empty": 1, "length": 1, "numbers": 1}, "fr": {}},
        "methods": {"en": {"model": 4}, "fr": {"memory": 4}},
        "qualities": {
            "en": {"good": 0, "check": 3, "bad": 0},
            "fr": {"good": 3, "check": 0, "bad": 0},
        },
        "units_in_tmx": 3,
        "xml_illegal_removed": 0,
    }


def test_the_same_units_give_the_same_bytes(tmp_path, units, export):
    export(units, tmp_path / "one", *ALL)
    export(units, tmp_path / "two", *reversed(ALL))
    export(units, tmp_path / "two", *ALL)  # over an earlier run
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_only_what_was_asked_for_stays(corpus, units, export):
    (corpus / "corpus.zip").write_text("the user's own")
    export(units, corpus, "moses", languages=["en"])
    assert sorted(contents(corpus)) == [
        ".written.json",
        "LICENCES.md",
        "corpus.ar",
        "corpus.en",
        "corpus.jsonl",
        "corpus.zip",
    ]


def test_an_interrupted_run_leaves_the_earlier_corpus_whole(corpus, units, export):
    before = contents(corpus)

    def broken():
        yield units[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(broken(), corpus, *ALL)
    assert contents(corpus) == before


def test_an_empty_corpus_is_written(tmp_path, export, dtd):
    from lxml import etree

    counts = export([], tmp_path, *ALL)
    assert counts["segments"] == counts["articles"] == counts["units_in_tmx"] == 0
    assert (tmp_path / "corpus.jsonl").read_bytes() == (tmp_path / "corpus.fr").read_bytes() == b""
    assert dtd.validate(etree.parse(tmp_path / "corpus.tmx"))
    frame = pandas.read_parquet(tmp_path / "dataset" / "data")
    assert len(frame) == 0
    assert "translation" in frame.columns
