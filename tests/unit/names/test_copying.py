"""Spellings that stand in the source already when the engine reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import FakeTranslator, answer
from hypothesis import given
from strategies import lines

from dragoman.arabic import for_model
from dragoman.engine import Decoding, Hypothesis
from dragoman.errors import DataError
from dragoman.memory import Memory, RememberingTranslator
from dragoman.names.copying import REMEMBERED, Spellings, SpellingTranslator, with_spellings
from dragoman.names.glossary import Glossary
from dragoman.names.romanise import Romaniser

PLAIN, STRICT = Decoding(4), Decoding(2, repetition_penalty=1.2, no_repeat_ngram_size=3)
MET = for_model("قال الأمين العام للأمم المتحدة أنطونيو غوتيريش إن بوتين وصل إلى الحسيمة")
GUTERRES, PUTIN = for_model("أنطونيو غوتيريش"), for_model("بوتين")
GLOSSARY = Glossary({"الحسيمة": {"en": "Al Hoceima", "fr": "Al Hoceïma"}})


class Letters(Romaniser):
    """Spells the words that it knows, and tells what it was asked for."""

    def __init__(self, **spellings: str) -> None:
        self.spellings = spellings
        self.asked: list[list[str]] = []

    def __call__(self, words: Sequence[str], language: str) -> dict[str, str]:
        self.asked.append(list(words))
        return {word: self.spellings.get(word, "") for word in words}


def test_people_are_spelt_as_the_press_does() -> None:
    assert Spellings("en")([MET], places=False) == [{GUTERRES: "Antonio Guterres", PUTIN: "Putin"}]
    assert Spellings("fr")([MET], places=False) == [{GUTERRES: "Antonio Guterres", PUTIN: "Poutine"}]


def test_what_the_press_does_not_spell_is_asked_of_the_romaniser_once() -> None:
    texts = [for_model(f"{verb} الرئيس قنفاش زعبلاط اليوم") for verb in ("قال", "أكد")]
    name = for_model("قنفاش زعبلاط")
    spell = Letters(قنفاش="Qanfash", زعبلاط="Zaablat")
    assert Spellings("en", spell=spell)(texts, places=False) == [{name: "Qanfash Zaablat"}] * 2
    assert spell.asked == [name.split()]


def test_a_name_with_a_word_that_nobody_spells_is_left_to_the_model() -> None:
    text = for_model("قال الرئيس قنفاش زعبلاط اليوم")
    assert Spellings("en", spell=Letters(قنفاش="Qanfash"))([text], places=False) == [{}]
    assert Spellings("en")([text], places=False) == [{}]


def test_what_people_ask_for_goes_before_all_else() -> None:
    asked = Glossary({"بوتين": {"en": "Poutin"}, "فرنسا": {"en": "Gaul"}})
    text = for_model("سافر بوتين إلى فرنسا وإسبانيا")
    (found,) = Spellings("en", asked)([text], places=True)
    assert found == {PUTIN: "Poutin", "فرنسا": "Gaul", for_model("إسبانيا"): "Spain"}


def test_a_place_that_may_be_two_is_left_to_the_model() -> None:
    text = for_model("وصل الوفد إلى عمان ثم إلى فرنسا")
    assert Spellings("en")([text], places=True) == [{"فرنسا": "France"}]


def test_a_copy_that_lost_its_end_is_mended_where_the_press_knows_the_name() -> None:
    def cut(source: str, decoding: Decoding) -> Hypothesis:
        return answer("Antonio Guerres and Qanfas met")

    text = for_model("قال أنطونيو غوتيريش والرئيس قنفاش زعبلاط")
    spellings = Spellings("en", spell=Letters(قنفاش="Qanfash", زعبلاط="Zaablat"))
    (found,) = SpellingTranslator(FakeTranslator(spoil=cut), spellings).submit([text], PLAIN)()
    assert found.text == "Antonio Guterres and Qanfas met"


def test_places_are_given_only_where_a_text_is_decoded_a_second_time() -> None:
    engine = FakeTranslator()
    translator = SpellingTranslator(engine, Spellings("fr"))
    text = for_model("وصل بوتين إلى إسبانيا")
    translator.submit([text], PLAIN)()
    translator.submit([text], STRICT)()
    assert engine.sources == [for_model("وصل Poutine إلى إسبانيا"), "وصل Poutine إلى Espagne"]


def test_places_are_left_out_where_the_text_would_be_too_long() -> None:
    engine = FakeTranslator(max_source_tokens=4)
    text = for_model("وصل إلى الإمارات أمس")
    SpellingTranslator(engine, Spellings("en")).submit([text], STRICT)()
    assert engine.sources == [text]


def test_tokens_are_counted_as_the_engine_reads_them() -> None:
    translator = SpellingTranslator(FakeTranslator(), Spellings("en", GLOSSARY))
    assert translator.count([for_model("الحسيمة")]) == [2]
    assert translator.max_source_tokens == 40


@given(lines)
def test_a_text_without_names_is_the_same(text: str) -> None:
    engine = FakeTranslator(max_source_tokens=10**6)
    normal = for_model(text)
    if normal and Spellings("en")([normal], places=True) == [{}]:
        translator = SpellingTranslator(engine, Spellings("en"))
        for decoding in (PLAIN, STRICT):
            assert translator.submit([normal], decoding)() == engine.submit([normal], decoding)()
        assert engine.sources == [normal] * 4


def test_what_is_kept_does_not_grow_without_end() -> None:
    translator = SpellingTranslator(FakeTranslator(), Spellings("en"))
    for start in range(0, 3 * REMEMBERED, 1000):
        translator.count([f"جملة {number}" for number in range(start, start + 1000)])
    assert len(translator._known) <= REMEMBERED


def test_another_spelling_is_another_text_to_the_memory(tmp_path: Path) -> None:
    engine = FakeTranslator()
    inner = RememberingTranslator(engine, Memory(tmp_path / "m"), ["model", "en"])
    text = for_model("وصل إلى الحسيمة")
    for spelling in ("Al Hoceima", "Alhucemas", "Al Hoceima"):
        glossary = Glossary({"الحسيمة": {"en": spelling}})
        SpellingTranslator(inner, Spellings("en", glossary)).submit([text], PLAIN)()
    assert [source.split()[-1] for source in engine.sources] == ["Hoceima", "Alhucemas"]


def test_only_a_model_that_copies_is_given_spellings(tmp_path: Path) -> None:
    table = tmp_path / "glossary.tsv"
    table.write_text("ar\tfr\nالحسيمة\tAl Hoceïma\n", encoding="utf-8")
    for manifest in ({"copies_names": False}, {}):
        engine = FakeTranslator()
        assert with_spellings(engine, manifest, "en", glossary=table) is engine
    for language, end in (("fr", "Al Hoceïma"), ("en", "الحسيمة")):
        engine = FakeTranslator()
        with_spellings(engine, {"copies_names": True}, language, glossary=table).submit([MET], PLAIN)()
        assert engine.sources[0].endswith(f"إلى {end}")
    table.write_text("name\tfr\n", encoding="utf-8")
    with pytest.raises(DataError, match="the first line must name the columns ar"):
        with_spellings(FakeTranslator(), {"copies_names": True}, "fr", glossary=table)
