"""The table: every tool counts the same lines and fields, and no cell is a formula."""

from __future__ import annotations

import csv
import subprocess
import tempfile
from pathlib import Path

import pandas
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import lines

from dragoman.export.moses import line
from dragoman.export.tsv import cell

HEADER = [
    "id", "article", "n", "paragraph", "kind", "ar", "en", "fr",
    "score_en", "flags_en", "method_en", "quality_en", "estimate_en", "round_trip_en", "comet_en",
    "score_fr", "flags_fr", "method_fr", "quality_fr", "estimate_fr", "round_trip_fr", "comet_fr", "split",
]  # fmt: skip


def test_pandas_and_awk_read_it(corpus, units):
    path = corpus / "corpus.tsv"
    frame = pandas.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
    assert list(frame.columns) == HEADER
    assert list(frame["fr"]) == [line(unit.targets["fr"]) for unit in units]
    assert list(frame["flags_en"])[1] == "length numbers"
    assert list(frame["method_fr"]) == ["memory"] * 4
    assert list(frame["score_en"])[2] == ""
    assert (set(frame["quality_en"]), set(frame["estimate_en"])) == ({"check"}, {41.5})
    assert (set(frame["quality_fr"]), set(frame["estimate_fr"])) == ({"good"}, {""})
    counted = subprocess.run(
        ["awk", "-F", "\t", "{print NF}", str(path)], capture_output=True, text=True, check=True
    )
    assert set(counted.stdout.split()) == {str(len(HEADER))}


def test_a_formula_is_text():
    for text in ("=1+1", "+1", "-1", "@sum", "\t=1", "\uff1d1"):
        assert cell(text).startswith("'")
    assert cell("1-1=0") == "1-1=0"


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(st.tuples(lines, lines, lines), min_size=1, max_size=5))
def test_any_text_is_one_cell(texts, make, export):
    with tempfile.TemporaryDirectory() as name:
        export([make(n, *row) for n, row in enumerate(texts)], Path(name), "tsv")
        rows = (Path(name) / "corpus.tsv").read_text(encoding="utf-8").split("\n")
    assert rows.pop() == ""
    found = [row.split("\t") for row in rows]
    assert {len(row) for row in found} == {len(HEADER)}
    assert [row[5].removeprefix("'") for row in found[1:]] == [
        line(row[0]).removeprefix("'") for row in texts
    ]
