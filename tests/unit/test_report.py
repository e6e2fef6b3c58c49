"""The figures and the table of the report."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET

import pytest

from dragoman.records import AlignedUnit
from dragoman.report import Histograms, figures

TIMINGS = [
    {"shard": s, "language": lang, "segments": 40, "translated": 30, "tokens": 900, "seconds": 2.0 + s}
    for s in (0, 1)
    for lang in ("en", "fr")
]


def unit(n, en="four", score=-0.5, flags=(), kind="text"):
    return AlignedUnit(
        id=f"a#{n}",
        article="a",
        n=n,
        paragraph=n,
        kind=kind,
        ar="كلمة كلمة",
        targets={"en": en, "fr": "quatre"},
        scores={"en": score, "fr": score},
        flags={"en": list(flags), "fr": []},
    )


UNITS = [
    unit(0),
    unit(1, flags=["numbers"]),
    unit(2, "x" * 400, score=-9.0, flags=["low-score", "numbers"]),
    unit(3, "", score=0.0),
    unit(4, score=None, kind="verbatim"),
]


def words(path):
    """The text in a figure, as a reader can select it."""
    return [element.text for element in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]


def test_figures_name_what_they_show(tmp_path):
    figures(iter(UNITS), TIMINGS, tmp_path, {"en": -2.0, "fr": -2.0})
    assert {"words in Arabic", "en", "fr"} <= set(words(tmp_path / "lengths.svg"))
    assert {"low-score (en, fr)", "numbers", "low-score"} <= set(words(tmp_path / "quality.svg"))
    # 80 segments in 2 + 3 seconds
    assert {"segments / s", "16", "360"} <= set(words(tmp_path / "throughput.svg"))


def test_the_table_counts_flags_over_translated_segments(tmp_path):
    figures(iter(UNITS), [], tmp_path)
    with (tmp_path / "quality.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [tuple(row.values()) for row in rows] == [
        ("en", "low-score", "1", "0.2500"),
        ("en", "numbers", "2", "0.5000"),
        ("en", "any", "2", "0.5000"),
        ("fr", "any", "0", "0.0000"),
    ]


def test_the_same_input_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        figures(iter(UNITS), TIMINGS, tmp_path / name)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("units", [[], [UNITS[-1]]])
def test_a_run_without_translations_says_so(tmp_path, units):
    figures(iter(units), [], tmp_path)
    assert words(tmp_path / "lengths.svg") == words(tmp_path / "quality.svg") == ["no segments"]
    assert words(tmp_path / "throughput.svg") == ["no timings"]
    assert (tmp_path / "quality.tsv").read_text() == "language\tflag\tsegments\tshare\n"


def test_without_flags_the_figure_says_so(tmp_path):
    figures([UNITS[0]], [], tmp_path)
    assert "no segment is flagged" in words(tmp_path / "quality.svg")


def test_extremes_are_counted_in_the_outer_bins():
    histograms = Histograms()
    for each in UNITS:
        histograms.add(each)
    assert sum(histograms.scores["en"].values()) == histograms.segments == 4
    assert histograms.scores["en"][-50] == 1  # -9 among those at -5
    assert histograms.scores["en"][-1] == 1  # 0 is the edge of the last bin
    assert max(histograms.ratios["en"]) == 15  # 400 / 9 characters, in the bin below 4
