"""Duplicates: the first stays, whatever the shards; near ones by likeness."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.filter.duplicates import Index, earlier, repeated, signature, signature_writer
from dragoman.records import Verdict

from .test_filter_blocks import LONG_AR, unit


def found(
    texts: list[str], folder: Path, near: float | None = None, cut: int = 1, out: frozenset[int] = frozenset()
) -> dict[int, tuple[int, float]]:
    """Returns what repeats what, by number; shards hold ``cut`` texts, ``out`` is left out before."""
    units = [unit(text, id=f"a#{n}", n=n) for n, text in enumerate(texts)]
    verdicts = [Verdict(u.id, "score" if n in out else "") for n, u in enumerate(units)]
    paths = []
    for start in range(0, len(units), cut):
        paths.append(folder / f"{start}.signatures")
        with signature_writer(paths[-1], near is not None) as add:
            for n in range(start, min(start + cut, len(units))):
                if n not in out:
                    add(units[n])
    rows = repeated(verdicts, *earlier(Index(paths, near is not None), near))
    return {number(row["id"]): (number(row["of"]), row["likeness"]) for row in rows}


def number(identifier: str) -> int:
    return int(identifier.partition("#")[2])


def test_the_same_words_are_the_same_text_and_figures_count(tmp_path: Path) -> None:
    texts = ["قال الوزير: نعم!", "بلغت 12", "قال الوزيرُ نعم", "بلغت ١٢", "بلغت 13", "قال الوزير نعم"]
    assert found(texts, tmp_path) == {2: (0, 1.0), 3: (1, 1.0), 5: (0, 1.0)}


def test_what_other_blocks_left_out_shadows_nothing(tmp_path: Path) -> None:
    assert found(["نعم", "نعم", "نعم"], tmp_path, out=frozenset([0])) == {2: (1, 1.0)}


def test_near_ones_are_found_by_their_likeness(tmp_path: Path) -> None:
    texts = [
        LONG_AR + " بحضور عدد من المسؤولين والأطباء وممثلي السكان",
        "قرر مجلس الوزراء رفع أسعار الوقود ابتداء من الشهر المقبل",
        LONG_AR + " بحضور عدد من المسؤولين والأطباء وممثلي المجتمع",
        LONG_AR,
    ]
    near = found(texts, tmp_path, near=0.8)
    assert list(near) == [2]
    assert near[2][0] == 0
    assert 0.8 <= near[2][1] < 1
    assert found(texts, tmp_path) == {}


def test_likeness_is_the_share_of_common_runs(tmp_path: Path) -> None:
    # by its definition, over runs of five characters, against the estimate of 128 hashes
    draw = random.Random(1)
    words = LONG_AR.split()
    for _ in range(20):
        one, other = (" ".join(draw.sample(words, 8)) for _ in range(2))
        runs = [{text[i : i + 5] for i in range(len(text) - 4)} for text in (one, other)]
        exact = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
        rows = [signature(text, near=True)[2:] for text in (one, other)]
        assert float(np.mean(rows[0] == rows[1])) == pytest.approx(exact, abs=0.16)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("ابتثجحخدرسش"), max_size=30), st.integers(1, 8))
def test_the_first_stays_and_shards_make_no_difference(texts: list[str], cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = found(texts, Path(folder), cut=cut)
    assert rows == {n: (texts.index(text), 1.0) for n, text in enumerate(texts) if text in texts[:n]}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=12))
def test_any_text_has_a_signature_and_whoever_repeats_came_later(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = found(texts, Path(folder), near=0.9, cut=5)
    assert all(first < later for later, (first, _) in rows.items())
    assert all(texts.index(text) == n or n in rows for n, text in enumerate(texts))


def test_an_empty_corpus_has_no_duplicates(tmp_path: Path) -> None:
    assert found([], tmp_path, near=0.9) == {}
    with signature_writer(tmp_path / "none", True):
        pass
    assert len(Index([tmp_path / "none"], True)) == 0
