"""The corpus after the filter: what stays in every format, what went and why, and the licences."""

from __future__ import annotations

import csv
import json

import pytest
from lxml import etree

from dragoman.errors import DataError
from dragoman.export.filtered import Sieve
from dragoman.records import Verdict

ALL = ("jsonl", "moses", "tsv", "tmx", "xliff", "parquet")
SOURCES = {"licences": {"": 2, "CC-BY-4.0": 1}, "licence": "ODbL", "hosts": {"example.org": 3, "": 1}}
XLIFF = "{urn:oasis:names:tc:xliff:document:2.0}"


@pytest.fixture
def sieve(units):
    verdicts = [Verdict(unit.id) for unit in units]
    verdicts[1] = Verdict(units[1].id, "numbers", "en", "12 / ")
    return Sieve(
        verdicts,
        [{"id": units[3].id, "of": units[0].id, "likeness": 0.9}],
        ["numbers", "duplicates", "score"],
    )


def test_what_is_left_out_is_nowhere_else(tmp_path, units, export, sieve):
    blocks = {"numbers": {}, "duplicates": {"near": 0.8}, "score": {"min": -9}}
    counts = export(units, tmp_path, *ALL, sieve=sieve, context={**SOURCES, "filter": blocks})
    assert counts["segments"] == 2
    assert counts["filter"]["before"]["segments"] == 4
    assert counts["filter"]["removed"] == {"numbers": 1, "duplicates": 1, "score": 0}
    rows = [json.loads(line) for line in (tmp_path / "corpus.jsonl").open(encoding="utf-8")]
    assert [row["id"] for row in rows] == ["a#0", "a#2"]
    for name in ("corpus.ar", "corpus.en", "corpus.fr"):
        assert len((tmp_path / name).read_text(encoding="utf-8").splitlines()) == 2
    assert [tu.get("tuid") for tu in etree.parse(tmp_path / "corpus.tmx").iter("tu")] == ["a#0"]
    assert len(list(etree.parse(tmp_path / "corpus.en.xlf").iter(f"{XLIFF}unit"))) == 2
    left = [json.loads(line) for line in (tmp_path / "filtered.jsonl").open(encoding="utf-8")]
    assert left[0] == {
        "id": "a#1",
        "block": "numbers",
        "language": "en",
        "detail": "12 / ",
        "ar": units[1].ar,
        **units[1].targets,
        "scores": units[1].scores,
    }
    assert (left[1]["id"], left[1]["block"], left[1]["of"], left[1]["likeness"]) == (
        units[3].id,
        "duplicates",
        "a#0",
        0.9,
    )
    with (tmp_path / "filter.tsv").open(encoding="utf-8") as file:
        table = {row["what"]: (row["before"], row["after"]) for row in csv.DictReader(file, delimiter="\t")}
    assert table["segments"] == ("4", "2")
    assert table["articles"] == ("2", "1")
    assert table["words en"] == ("9", "6")
    assert table["flagged en"] == ("2", "0")
    assert table["mean score fr"] == ("-1.5", "-1.5")
    card = (tmp_path / "dataset/README.md").read_text(encoding="utf-8")
    assert "Of 4 segments 2 stayed" in card
    assert '| duplicates | {"near": 0.8} | 1 |' in card
    assert "| example.org | 3 |" in card


def test_verdicts_of_another_corpus_are_refused(tmp_path, units, export):
    with pytest.raises(DataError, match="no verdict for a#1"):
        export(units, tmp_path, sieve=Sieve([Verdict("a#0")], [], ["score"]))
    assert not (tmp_path / "corpus.jsonl").exists()


def test_licences_are_in_the_report_and_in_the_formats_that_can_hold_them(
    tmp_path, units, export, dtd, xliff_schemas
):
    export(units, tmp_path, *ALL, context=SOURCES)
    expected = [
        "Arabic text, 1 article: CC-BY-4.0",
        "Arabic text, 2 articles: ODbL",
        "Translations into en, fr by mini (ar-enfr): CC-BY-4.0",
    ]
    report = (tmp_path / "LICENCES.md").read_text(encoding="utf-8")
    assert [line[2:] for line in report.splitlines() if line.startswith("* ")] == expected
    tmx = etree.parse(tmp_path / "corpus.tmx")
    assert dtd.validate(tmx)
    assert [note.text for note in tmx.find("header").iter("note")] == expected
    for language in ("en", "fr"):
        document = etree.parse(tmp_path / f"corpus.{language}.xlf")
        assert xliff_schemas[0].validate(document), xliff_schemas[0].error_log
        file = next(document.iter(f"{XLIFF}file"))
        assert [note.text for note in file.iter(f"{XLIFF}note")] == expected
    assert "| ODbL | 2 |" in (tmp_path / "dataset/README.md").read_text(encoding="utf-8")


def test_a_licence_that_nobody_states_is_not_a_permission(tmp_path, units, export):
    export(units, tmp_path, context={"licences": {"": 2}})
    assert "2 articles: not stated" in (tmp_path / "LICENCES.md").read_text(encoding="utf-8")
