"""Cutting what is too long."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from dragoman import data
from dragoman.arabic import for_model
from dragoman.clauses import split


def at_most(limit: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= limit


@given(texts, st.integers(1, 60))
def test_pieces_fit_and_concatenate(text: str, limit: int) -> None:
    pieces = split(text, at_most(limit))
    assert "".join(pieces) == text
    assert all(len(piece) <= limit for piece in pieces)
    assert all(pieces) or not text


@given(texts, st.integers(1, 6))
def test_pieces_fit_in_words(text: str, limit: int) -> None:
    def fits(piece: str) -> bool:
        return len(for_model(piece).split()) <= limit or len(piece) < 2

    pieces = split(text, fits)
    assert "".join(pieces) == text
    assert all(map(fits, pieces))


@given(texts)
def test_what_fits_stays_whole(text: str) -> None:
    assert split(text, lambda _: True) == [text]


@pytest.mark.parametrize("text", ["ﷺ ", ". ", "، ", "a\u00a0", " \t", "ab"])
def test_two_characters_that_do_not_fit(text: str) -> None:
    assert split(text, at_most(1)) == list(text)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param("جاء الوزير، ثم ذهب. وقال المدير، ثم سكت", "جاء الوزير، ثم ذهب. ", id="full stop first"),
        pytest.param("قال: «هل جاء؟» وقال المدير، ثم سكت", "قال: «هل جاء؟» ", id="after the closing quote"),
        pytest.param("جاء الوزير ثم ذهب؛ وقال المدير، ثم سكت", "جاء الوزير ثم ذهب؛ ", id="semicolon, comma"),
        pytest.param("جاء الوزير اليوم، وقال المدير ثم سكت", "جاء الوزير اليوم، ", id="comma before و"),
        pytest.param("جاء الوزير اليوم وقال المدير ثم سكت", "جاء الوزير اليوم ", id="before و"),
        pytest.param("جاء الوزير اليوم حيث التقى مدير البنك", "جاء الوزير اليوم ", id="before an opener"),
        pytest.param("جاء الوزير الجديد مدير البنك", "جاء الوزير ", id="between words"),
        pytest.param("كلمةطويلةجدا", "كلمةطو", id="anywhere"),
    ],
)  # fmt: skip
def test_the_best_place_near_the_middle(text: str, cut: str) -> None:
    first, second = split(text, at_most(len(text) - 1))
    assert first == cut
    assert first + second == text


def test_a_full_stop_near_an_end_does_not_make_a_scrap() -> None:
    text = "نعم. " + "كلمة " * 20
    assert len(split(text, at_most(len(text) - 1))[0]) > 20


@given(texts, st.integers(1, 60))
def test_cut_at_clauses_only(text: str, limit: int) -> None:
    pieces = split(text, at_most(limit), between_words=False)
    assert "".join(pieces) == text
    for before, after in itertools.pairwise(pieces):
        assert before.rstrip()[-1:] in set('.؟?!…۔»”")]؛;:،,–—-') or clause_begins(after)


def clause_begins(text: str) -> bool:
    return text.startswith("و") or text.split(maxsplit=1)[0] in data.load("clauses.yaml")["openers"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("جاء الوزير الجديد مدير البنك", 1, id="no clause"),
        pytest.param("جاء الوزير الجديد وقال مدير البنك", 2, id="one"),
        pytest.param("نعم، جاء الوزير الجديد إلى مدير البنك", 1, id="too near to the beginning"),
        pytest.param("جاء الوزير اليوم، قال المدير الجديد؛ ثم ذهب إلى البنك، حيث سكت الجميع", 4, id="three"),
    ],
)  # fmt: skip
def test_without_a_clause_it_stays_whole(text: str, pieces: int) -> None:
    assert len(split(text, at_most(20), between_words=False)) == pieces
