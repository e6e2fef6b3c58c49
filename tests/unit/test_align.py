"""The join on ids: exact, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.align import align
from dragoman.errors import DataError
from dragoman.records import AlignedUnit, Segment, Translation

SEGMENTS = [
    Segment("a#0", "a", 0, 0, "text", "عنوان"),
    Segment("a#1", "a", 1, 3, "text", "نعم", before="\n"),
    Segment("b#0", "b", 0, 1, "verbatim", "@user"),
]


def translations(mark: str, segments: list[Segment] | None = None) -> list[Translation]:
    return [Translation(s.id, f"{mark}{s.n}", -0.5) for s in segments or SEGMENTS]


def test_a_unit_holds_the_segment_in_all_languages() -> None:
    english, french = translations("en"), translations("fr")
    english[1] = Translation("a#1", "yes", -3.0, ["low-score"], "rescue", "no")
    english[2] = french[2] = Translation("b#0", "@user", None, [], "copy")
    units = list(align(iter(SEGMENTS), {"en": iter(english), "fr": iter(french)}))
    assert [unit.id for unit in units] == ["a#0", "a#1", "b#0"]
    assert units[1] == AlignedUnit(
        "a#1", "a", 1, 3, "text", "نعم",
        {"en": "yes", "fr": "fr1"}, {"en": -3.0, "fr": -0.5}, {"en": ["low-score"], "fr": []}, {"en": "no"},
        {"en": "rescue", "fr": "model"}, {"en": "check", "fr": "check"}, {"en": None, "fr": None},
    )  # fmt: skip
    assert units[2].scores == {"en": None, "fr": None}
    assert (units[2].kind, units[2].alternatives) == ("verbatim", {})


def test_nothing_and_no_language() -> None:
    assert list(align([], {"en": [], "fr": []})) == []
    assert [unit.targets for unit in align(SEGMENTS, {})] == [{}, {}, {}]


@given(st.permutations(range(3)), st.sampled_from(["en", "fr"]))
def test_any_other_order_is_refused(order: list[int], language: str) -> None:
    found = {"en": translations("en"), "fr": translations("fr")}
    found[language] = [found[language][i] for i in order]
    if order == [0, 1, 2]:
        assert len(list(align(SEGMENTS, found))) == 3
        return
    with pytest.raises(DataError, match=f"to {language}: expected segment"):
        list(align(SEGMENTS, found))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[:-1], "translations to fr: expected segment b#0, found the end"),
        (lambda rows: rows[1:], "translations to fr: expected segment a#0, found a#1"),
        (lambda rows: [], "translations to fr: expected segment a#0, found the end"),
        (lambda rows: [*rows, rows[-1]], "translations to fr: b#0 is no segment"),
        (lambda rows: [rows[0], *rows], "translations to fr: expected segment a#1, found a#0"),
    ],
)
def test_missing_and_extra_translations_are_refused(change, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=message):
        list(align(SEGMENTS, {"en": translations("en"), "fr": change(translations("fr"))}))
