"""There and back: each translation of a model is translated back and compared, and nothing else is."""

from __future__ import annotations

import dataclasses

import pytest
from fakes import FakeTranslator, answer
from hypothesis import given
from hypothesis import strategies as st

from dragoman.align import align
from dragoman.errors import DataError
from dragoman.records import Method, RoundTrip, Segment, Translation
from dragoman.round_trip import round_trips

ARABIC = {"The minister came.": "جاء الوزير.", "He left.": "ذهبت السيدة"}
BACK = FakeTranslator(40, lambda text, _: answer(ARABIC.get(text, "نص")))
SEGMENTS = [
    Segment("a#0", "a", 0, 1, "text", "جاءَ الوزير."),
    Segment("a#1", "a", 1, 2, "verbatim", "@user"),
    Segment("a#2", "a", 2, 3, "text", "غادر الوزير المدينة"),
    Segment("a#3", "a", 3, 4, "text", "نعم"),
]
TRANSLATIONS = [
    Translation("a#0", "The minister came.", -0.3),
    Translation("a#1", "@user", None, [], "copy"),
    Translation("a#2", "He left.", -0.9, [], "rescue"),
    Translation("a#3", "Yes", None, [], "memory"),
]


def test_what_the_model_made_is_compared_with_the_source() -> None:
    first, copied, second, people = round_trips(SEGMENTS, TRANSLATIONS, BACK)
    assert first == RoundTrip("a#0", "جاء الوزير.", 100.0)
    assert (copied, people) == (RoundTrip("a#1"), RoundTrip("a#3"))
    assert second.text == "ذهبت السيدة"
    assert second.chrf is not None
    assert second.chrf < 40


@given(st.lists(st.sampled_from(["model", "rescue", "copy", "memory"]), max_size=12))
def test_there_is_a_row_for_each_segment_in_order(methods: list[Method]) -> None:
    segments = [dataclasses.replace(SEGMENTS[0], id=f"a#{n}") for n in range(len(methods))]
    translations = [Translation(f"a#{n}", "Text", -1.0, [], method) for n, method in enumerate(methods)]
    found = list(round_trips(segments, translations, BACK))
    assert [row.id for row in found] == [segment.id for segment in segments]
    assert [row.chrf is not None for row in found] == [method in {"model", "rescue"} for method in methods]


@pytest.mark.parametrize("rows", [TRANSLATIONS[:2], TRANSLATIONS[::-1], [*TRANSLATIONS, TRANSLATIONS[0]]])
def test_other_segments_are_refused(rows: list[Translation]) -> None:
    with pytest.raises(DataError, match="segments and translations differ"):
        list(round_trips(SEGMENTS, rows, BACK))


def test_alignment_takes_the_figures_along() -> None:
    rows = list(round_trips(SEGMENTS, TRANSLATIONS, BACK))
    units = list(align(SEGMENTS, {"en": TRANSLATIONS}, round_trips={"en": rows}))
    assert [unit.round_trips for unit in units] == [{"en": row.chrf} for row in rows]
    with pytest.raises(DataError, match="none for a#3"):
        list(align(SEGMENTS, {"en": TRANSLATIONS}, round_trips={"en": rows[:3]}))


def test_a_text_that_is_too_long_comes_back_in_pieces() -> None:
    engine = FakeTranslator(5, lambda text, _: answer("نص"))
    (row,) = round_trips(
        SEGMENTS[:1], [Translation("a#0", "One two three, four five six. Seven", -1.0)], engine
    )
    assert row.text == "نص نص"
    assert " ".join(engine.sources) == "One two three, four five six. Seven"


def test_the_same_text_is_translated_back_once() -> None:
    engine = FakeTranslator(40, lambda text, _: answer("نص"))
    segments = [dataclasses.replace(SEGMENTS[0], id=f"a#{n}") for n in range(3)]
    list(round_trips(segments, [Translation(f"a#{n}", "Text", -1.0) for n in range(3)], engine))
    assert engine.sources == ["Text"]
