"""Spellings of last resort: only what sounds like the Arabic, only where the translations leave it open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from fakes import FakeTranslator, answer
from test_names import unit

from dragoman.arabic import for_model
from dragoman.data import load
from dragoman.names.find import find_names, tabulate
from dragoman.names.press import is_as_known, press_spelling, words_of
from dragoman.names.romanise import Romaniser
from dragoman.names.skeleton import arabic_skeleton, latin_skeleton, likeness
from dragoman.records import NameRow

SPELT = {"شمران": "shamran", "لقوامسة": "laqwamsa", "قنيس": "qunaïs", "الطالبي": "al-talbi"}


def speller(spelt: Mapping[str, str] = SPELT) -> tuple[Romaniser, FakeTranslator]:
    engine = FakeTranslator(spoil=lambda text, _: answer(spelt.get(text, "?")))
    return Romaniser(["en", "fr"], lambda language: engine), engine


def test_a_spelling_has_capitals_and_sounds_like_the_name() -> None:
    spell, _ = speller({**SPELT, "غوتيرمان": "madrid", "تبونا": "te bo un", "عمان": ""})
    words = [*SPELT, "غوتيرمان", "تبونا", "عمان"]
    assert spell(words, "fr") == {
        "شمران": "Shamran", "لقوامسة": "Laqwamsa", "قنيس": "Qunaïs", "الطالبي": "Al-Talbi",
        "غوتيرمان": "", "تبونا": "", "عمان": "",
    }  # fmt: skip


def test_other_languages_and_too_long_words_get_none() -> None:
    spell, engine = speller()
    engine._max = 0
    assert spell(["قنيس"], "en") == {"قنيس": ""}
    assert spell(["قنيس"], "es") == {"قنيس": ""}
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
    ((row,), asked) = rows(("قال وزير الخارجية، شمران لقوامسة، ذلك", "He said so", "Il l'a dit"))
    assert (row.ar, row.segments) == ("شمران لقوامسة", [0])
    assert row.titles == {"en": "Foreign Minister", "fr": "ministre des Affaires étrangères"}
    assert row.renderings == {"en": {"": [0]}, "fr": {"": [0]}}
    assert row.spellings == {"en": "Shamran Laqwamsa", "fr": "Shamran Laqwamsa"}
    assert sorted(asked) == ["شمران", "شمران", "لقوامسة", "لقوامسة"]


def test_words_that_a_translation_has_are_taken_from_it() -> None:
    ((row,), asked) = rows(
        ("قال الرئيس قنيس لقوامسة ذلك", "President Laqwamasa said", "Le président Qunaïs Laqwamasa")
    )
    assert row.renderings["en"] == {"Laqwamasa": [0]}
    assert row.spellings == {"en": "Qunaïs Laqwamasa"}
    assert asked == ["قنيس"]


def test_what_the_press_spells_is_not_asked_for_and_goes_before_what_was_said_twice() -> None:
    texts = ("قال وزير الخارجية، رمطان لعمامرة، ذلك", "Minister Ramadan said so", "Le ministre Ramadan")
    ((row,), asked) = rows(texts, texts)
    assert row.spellings == {"en": "Ramtane Lamamra", "fr": "Ramtane Lamamra"}
    assert asked == []


def test_a_family_that_the_news_knows_is_spelt_although_the_translations_agree() -> None:
    ((row,), _) = rows(("قال أنطونيو غوتيريش", "Antonio Gyrish said", "Antonio Guterres a dit"))
    assert row.renderings["en"] == {"Antonio Gyrish": [0]}
    assert row.spellings == {"en": "Antonio Guterres"}
    assert not is_as_known(row.ar, "Antonio Gyrish", "en")
    assert is_as_known("معمر القذافي", "Muammar Qaddafi", "en")
    assert is_as_known("شمران لقوامسة", "Shimran", "en")


def test_the_l_of_a_name_is_no_preposition() -> None:
    found, _ = rows(
        ("قال الوزير رمطان لعمامرة ذلك", "He said so", "Il l'a dit"),
        ("وزار لعمامرة", "Amamra went", "Amamra alla"),
    )
    assert [row.ar for row in found] == ["رمطان لعمامرة"]


@pytest.mark.parametrize(
    ("word", "language", "spelt"),
    [
        ("بوتين", "en", "Putin"), ("بوتين", "fr", "Poutine"), ("بوتين", "es", ""),
        ("غوتيريش", "es", "Guterres"), ("لقوامسة", "en", ""),
    ],
)  # fmt: skip
def test_spellings_of_the_press(word: str, language: str, spelt: str) -> None:
    assert press_spelling(word, language) == spelt


def test_the_table_of_spellings_holds_single_words_and_what_sounds_like_them() -> None:
    table_of = load("spellings.yaml")
    groups = [*table_of["families"].values(), table_of["given"], table_of["surnames"]]
    table = [(word, spelt) for group in groups for word, spelt in group.items()]
    assert len(table) == len(dict(table)) > 400
    assert {*load("spellings.yaml")["also_words"].split()} <= dict(table).keys()
    for word, found in table:
        assert words_of(word) == [for_model(word)]
        spellings = [found] if isinstance(found, str) else found
        assert len(spellings) in (1, 2)
        for spelt in spellings:
            forms = [arabic_skeleton(form) for form in (word, word.removeprefix("ال"))]
            assert not all(forms) or max(likeness(form, latin_skeleton(spelt)) for form in forms) >= 0.5


def test_what_is_settled_is_not_asked_for() -> None:
    ((row,), asked) = rows(("بغداد", "Baghdad", "Bagdad"))
    assert (row.spellings, row.titles, asked) == ({}, {}, [])


def test_a_name_that_cannot_be_spelt_has_no_spelling() -> None:
    ((row,), _) = rows(("الرئيس قنيس خزعبلو", "He", "Il"))
    assert row.ar == "قنيس خزعبلو"
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
    found, _ = rows(("قال الرئيس قنيس لقوامسة ذلك", "He said so", "Le président Qunaïs Laqwamasa"))
    (row,) = tabulate(found, ["en", "fr"])
    assert (row["en"], row["fr"], row["romanised"]) == ("Qunaïs Laqwamsa", "Qunaïs Laqwamasa", "en")
