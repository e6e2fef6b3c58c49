"""Spellings of last resort: only what sounds like the Arabic, only where the translations leave it open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from fakes import FakeTranslator, answer
from test_names import unit

from dragoman.names.find import find_names, tabulate
from dragoman.names.romanise import Romaniser, words_of
from dragoman.records import NameRow

SPELT = {"رمطان": "ramtane", "لعمامرة": "lamamra", "قيس": "qaïs", "الطالبي": "al-talbi"}


def speller(spelt: Mapping[str, str] = SPELT) -> tuple[Romaniser, FakeTranslator]:
    engine = FakeTranslator(spoil=lambda text, _: answer(spelt.get(text, "?")))
    return Romaniser(["en", "fr"], lambda language: engine), engine


def test_a_spelling_has_capitals_and_sounds_like_the_name() -> None:
    spell, _ = speller({**SPELT, "غوتيريش": "madrid", "تبون": "te bo un", "عمان": ""})
    words = [*SPELT, "غوتيريش", "تبون", "عمان"]
    assert spell(words, "fr") == {
        "رمطان": "Ramtane", "لعمامرة": "Lamamra", "قيس": "Qaïs", "الطالبي": "Al-Talbi",
        "غوتيريش": "", "تبون": "", "عمان": "",
    }  # fmt: skip


def test_other_languages_and_too_long_words_get_none() -> None:
    spell, engine = speller()
    engine._max = 0
    assert spell(["قيس"], "en") == {"قيس": ""}
    assert spell(["قيس"], "es") == {"قيس": ""}
    assert engine.sources == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("عبد المجيد تبون", ["عبدالمجيد", "تبون"]), ("معبد الكرنك", ["معبد", "الكرنك"]), ("عبد", ["عبد"])],
)
def test_abd_and_what_comes_after_are_one_word(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def rows(
    *texts: tuple[str, str, str], languages: Sequence[str] = ("en", "fr")
) -> tuple[list[NameRow], list[str]]:
    spell, engine = speller()
    units = [unit(n, *sides) for n, sides in enumerate(texts)]
    return list(find_names(units, languages, spell)), engine.sources


def test_a_person_that_no_translation_names_is_spelt() -> None:
    ((row,), asked) = rows(("قال وزير الخارجية، رمطان لعمامرة، ذلك", "He said so", "Il l'a dit"))
    assert (row.ar, row.segments) == ("رمطان لعمامرة", [0])
    assert row.titles == {"en": "Foreign Minister", "fr": "ministre des Affaires étrangères"}
    assert row.renderings == {"en": {"": [0]}, "fr": {"": [0]}}
    assert row.spellings == {"en": "Ramtane Lamamra", "fr": "Ramtane Lamamra"}
    assert sorted(asked) == ["رمطان", "رمطان", "لعمامرة", "لعمامرة"]


def test_words_that_a_translation_has_are_taken_from_it() -> None:
    ((row,), asked) = rows(
        ("قال الرئيس قيس لعمامرة ذلك", "President Lamamara said", "Le président Qaïs Lamamara")
    )
    assert row.renderings["en"] == {"Lamamara": [0]}
    assert row.spellings == {"en": "Qaïs Lamamara"}
    assert asked == ["قيس"]


def test_what_is_settled_is_not_asked_for() -> None:
    ((row,), asked) = rows(("بغداد", "Baghdad", "Bagdad"))
    assert (row.spellings, row.titles, asked) == ({}, {}, [])


def test_a_name_that_cannot_be_spelt_has_no_spelling() -> None:
    ((row,), _) = rows(("الرئيس قيس خزعبلو", "He", "Il"))
    assert row.ar == "قيس خزعبلو"
    assert row.spellings == {}


def test_a_known_place_is_called_by_its_name_and_not_spelt() -> None:
    found, asked = rows(("في بولندا", "In Bolanda", "Il y est"), ("وفي بولندا", "In Boland", "Il y fut"))
    assert [row.spellings for row in found] == [{"en": "Poland", "fr": "Pologne"}]
    assert asked == []


def test_an_adjective_of_origin_is_not_spelt() -> None:
    found, asked = rows(("السفير التونسي", "The Tunisian ambassador", "L'ambassadeur tunisien"))
    assert [(row.ar, row.spellings) for row in found] == [("التونسي", {})]
    assert asked == []


def test_the_table_has_the_spelling_and_says_whose_it_is() -> None:
    found, _ = rows(("قال الرئيس قيس لعمامرة ذلك", "He said so", "Le président Qaïs Lamamara"))
    (row,) = tabulate(found, ["en", "fr"])
    assert (row["en"], row["fr"], row["romanised"]) == ("Qaïs Lamamra", "Qaïs Lamamara", "en")
