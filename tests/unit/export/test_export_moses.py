"""Moses text: whatever a segment holds, it is one line."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.export.moses import line

HOSTILE = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("\n\r\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029 "))
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("\n", ""),
        ("a\r\nb", "a b"),
        ("a\tb\u2028\u2029c\x85d\x0be\x0cf\x1cg\x1dh\x1ei", "a b c d e f g h i"),
        ("12\u00a0% et\u202fplus", "12\u00a0% et\u202fplus"),
        ("قال:\u200f «نعم»", "قال:\u200f «نعم»"),
    ],
)
def test_line(text, expected):
    assert line(text) == expected


@given(HOSTILE)
def test_a_line_is_one_line_and_loses_no_word(text):
    result = line(text)
    assert len(result.splitlines()) <= 1
    assert result.split() == "".join(" " if c < " " or "\x7f" <= c <= "\x9f" else c for c in text).split()


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), max_size=8))
def test_files_are_aligned_for_every_reader(texts, make, export):
    units = [make(n, *row) for n, row in enumerate(texts)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export(units, folder, "moses")
        rows = [json.loads(row) for row in (folder / "corpus.jsonl").open(encoding="utf-8")]
        assert [(row["ar"], row["en"], row["fr"]) for row in rows] == texts
        for place, language in enumerate(("ar", "en", "fr")):
            data = (folder / f"corpus.{language}").read_bytes()
            assert data.count(b"\n") == len(units)
            assert data.decode().splitlines() == [line(row[place]) for row in texts]


def test_wc_and_awk_count_the_same(corpus, units):
    for language in ("ar", "en", "fr"):
        path = str(corpus / f"corpus.{language}")
        wc = subprocess.run(["wc", "-l", path], capture_output=True, text=True, check=True).stdout
        awk = subprocess.run(
            ["awk", "END {print NR}", path], capture_output=True, text=True, check=True
        ).stdout
        assert int(wc.split()[0]) == int(awk) == len(units)
