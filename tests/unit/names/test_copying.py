"""Spellings that stand in the source already when the engine reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeTranslator
from hypothesis import given
from strategies import lines

from dragoman.arabic import for_model
from dragoman.engine import Decoding
from dragoman.memory import Memory, RememberingTranslator
from dragoman.names.copying import SpellingTranslator, known_people, with_spellings
from dragoman.names.glossary import Glossary

PLAIN = Decoding(4)
COPIES, OTHER = {"copies_names": True}, {"copies_names": False}
MET = for_model("قال الأمين العام للأمم المتحدة أنطونيو غوتيريش إن بوتين وصل إلى الحسيمة")
GLOSSARY = Glossary({"الحسيمة": {"en": "Al Hoceima", "fr": "Al Hoceïma"}})


def test_people_whom_the_press_knows_are_spelt_as_it_does() -> None:
    guterres, putin = for_model("أنطونيو غوتيريش"), for_model("بوتين")
    assert known_people(MET, "en") == {guterres: "Antonio Guterres", putin: "Putin"}
    assert known_people(MET, "fr") == {guterres: "Antonio Guterres", putin: "Poutine"}


def test_a_name_that_the_press_does_not_know_is_left_to_the_model() -> None:
    assert known_people(for_model("قال وزير الخارجية قنفاش زعبلاط"), "en") == {}


def test_the_engine_reads_people_and_the_glossary_in_the_letters_of_the_target() -> None:
    for language, place in (("en", "Al Hoceima"), ("fr", "Al Hoceïma")):
        engine = FakeTranslator()
        with_spellings(engine, COPIES, language, GLOSSARY).submit([MET], PLAIN)()
        (source,) = engine.sources
        assert "المتحدة Antonio Guterres إن" in source
        assert source.endswith(f"إلى {place}")


def test_what_people_ask_for_goes_before_what_dragoman_knows() -> None:
    engine = FakeTranslator()
    asked = Glossary({"أنطونيو غوتيريش": {"en": "António Guterres"}})
    with_spellings(engine, COPIES, "en", asked).submit([MET], PLAIN)()
    assert "António Guterres" in engine.sources[0]


@pytest.mark.parametrize("manifest", [OTHER, {}])
def test_a_model_that_does_not_copy_reads_what_is_written(manifest: dict[str, bool]) -> None:
    engine = FakeTranslator()
    assert with_spellings(engine, manifest, "en", GLOSSARY) is engine


@given(lines)
def test_a_text_without_names_is_the_same(text: str) -> None:
    engine = FakeTranslator(max_source_tokens=10**6)
    normal = for_model(text)
    if normal:
        spelling = SpellingTranslator(engine, lambda source: {})
        assert spelling.count([normal]) == engine.count([normal])
        assert spelling.submit([normal], PLAIN)() == engine.submit([normal], PLAIN)()
        assert engine.sources == [normal, normal]


def test_another_spelling_is_another_text_to_the_memory(tmp_path: Path) -> None:
    engine = FakeTranslator()
    inner = RememberingTranslator(engine, Memory(tmp_path / "m"), ["model", "en"])
    text = for_model("وصل إلى الحسيمة")
    for spelling in ("Al Hoceima", "Alhucemas", "Al Hoceima"):
        glossary = Glossary({"الحسيمة": {"en": spelling}})
        with_spellings(inner, COPIES, "en", glossary).submit([text], PLAIN)()
    assert [source.split()[-1] for source in engine.sources] == ["Hoceima", "Alhucemas"]


def test_tokens_are_counted_as_the_engine_reads_them() -> None:
    spelling = with_spellings(FakeTranslator(), COPIES, "en", GLOSSARY)
    text = for_model("الحسيمة")
    assert spelling.count([text]) == [2]
    assert spelling.max_source_tokens == 40
