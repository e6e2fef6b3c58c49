"""Texts as pieces to translate, and as one text again."""

from __future__ import annotations

import pytest
from fakes import FakeTranslator
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.arabic import for_model, has_arabic
from dragoman.pieces import lay_out

LONG = "قال الوزير إن المشروع الجديد سيبدأ في الربيع، وأضاف أن العمل فيه يدوم سنتين. ثم غادر القاعة."

LONG_PIECES = [
    "قال الوزير إن المشروع الجديد سيبدأ في الربيع،",
    "وأضاف أن العمل فيه يدوم سنتين.",
    "ثم غادر القاعة.",
]


@given(lines, st.integers(4, 30), st.integers(1, 30), st.booleans())
def test_every_piece_fits_and_has_arabic(text: str, most: int, limit: int, between_words: bool) -> None:
    engine = FakeTranslator(most)
    layout = lay_out([text], engine, {text: limit}, between_words=between_words)[text]
    for piece in layout.pieces():
        assert piece == for_model(piece)
        assert has_arabic(piece)
        assert engine.count([piece])[0] <= (min(most, limit) if between_words else most)


@given(lines)
def test_without_a_limit_the_engine_sets_it(text: str) -> None:
    engine = FakeTranslator(6)
    assert lay_out([text], engine) == lay_out([text], engine, {text: 6})


def test_pieces_of_clauses_may_exceed_the_limit() -> None:
    layout = lay_out([LONG], FakeTranslator(40), {LONG: 3}, between_words=False)[LONG]
    assert list(layout.pieces()) == LONG_PIECES


@pytest.mark.parametrize(
    ("language", "targets", "whole"),
    [
        pytest.param(
            "en",
            ["The minister spoke.", "And the work lasts two years.", "Then he left."],
            "The minister spoke and the work lasts two years. Then he left.",
            id="function word",
        ),
        pytest.param(
            "en",
            ["He spoke in", "May and June.", "The end."],
            "He spoke in May and June. The end.",
            id="a month",
        ),
        pytest.param(
            "en",
            ["He spoke", "IT experts listened.", "The end."],
            "He spoke IT experts listened. The end.",
            id="abbreviation",
        ),
        pytest.param(
            "en",
            ["He spoke", "Paris listened", "The end"],
            "He spoke Paris listened The end",
            id="perhaps a name",
        ),
        pytest.param(
            "fr",
            ["Il a parlé.", "Et les travaux durent deux ans.", "Puis il est parti."],
            "Il a parlé et les travaux durent deux ans. Puis il est parti.",
            id="French",
        ),
        pytest.param(
            "de",
            ["Er sprach.", "Und die Arbeit dauert zwei Jahre.", "Dann ging er."],
            "Er sprach Und die Arbeit dauert zwei Jahre. Dann ging er.",
            id="a language without a list",
        ),
    ],
)
def test_one_text_again(language: str, targets: list[str], whole: str) -> None:
    layout = lay_out([LONG], FakeTranslator(40), {LONG: 3}, between_words=False)[LONG]
    assert layout.put_together(LONG, dict(zip(LONG_PIECES, targets, strict=True)), language) == whole


@pytest.mark.parametrize(
    ("text", "targets", "whole"),
    [
        ("قال: @user إن العمل بدأ", ["Said:", "The work began"], "Said: @user the work began"),
        ("@user العمل بدأ", ["The work began"], "@user The work began"),
        ("هل بدأ؟ @user العمل بدأ", ["Did it?", "The work began"], "Did it? @user The work began"),
    ],
)  # fmt: skip
def test_capitals_beside_spans(text: str, targets: list[str], whole: str) -> None:
    layout = lay_out([text], FakeTranslator())[text]
    pieces = list(layout.pieces())
    assert layout.put_together(text, dict(zip(pieces, targets, strict=True)), "en") == whole
