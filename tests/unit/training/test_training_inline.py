"""Pairs with their names in the letters of the target."""

from __future__ import annotations

from dragoman.training.inline import with_names

MOZART = {
    "source": "news",
    "language": "en",
    "ar": "عزف موزارت في فيينا وعاد إلى سالزبورغ",
    "text": "Mozart played in Vienna and returned to Salzburg",
}
NOBODY = {"source": "news", "language": "en", "ar": "عاد إلى البيت", "text": "He went home"}


def test_a_pair_with_names_comes_a_second_time() -> None:
    row, copy, other = with_names([MOZART, NOBODY], 0.5)
    assert (row, other) == (MOZART, NOBODY)
    assert copy["times"] == 0.5
    assert {key: copy[key] for key in ("source", "language", "text")} == {
        key: MOZART[key] for key in ("source", "language", "text")
    }
    latin = {word for word in copy["ar"].split() if word.isascii()}
    assert latin and latin <= {"Mozart", "Vienna", "Salzburg"}
    assert len(copy["ar"].split()) == len(row["ar"].split())


def test_a_preposition_stays_before_a_name() -> None:
    row = {"source": "s", "language": "fr", "ar": "وقال لموزارت", "text": "Et il dit à Mozart"}
    assert list(with_names([row], 1.0))[1]["ar"] == "وقال ل Mozart"


def test_without_times_nothing_is_added_and_the_choice_is_the_same_every_time() -> None:
    assert list(with_names([MOZART], 0)) == [MOZART]
    assert list(with_names([MOZART], 0.5)) == list(with_names([MOZART], 0.5))
