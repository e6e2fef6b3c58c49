"""Summaries that a model writes: nothing is cut off, each sentence names its support, inventions are told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fakes import FakeTranslator
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.abstracts import ARTICLES, summaries, text_of, write_abstracts
from dragoman.arabic import for_model
from dragoman.engine import Decoding, Hypothesis
from dragoman.records import AbstractSentence, AlignedUnit, Article
from dragoman.segment import segment
from dragoman.translate import Options

STORY = [
    "أعلن وزير النقل سمير حداد عن افتتاح خط جديد للقطار السريع يربط تونس بالساحل الشرقي.",
    "وتقلص مدة الرحلة بين العاصمة والساحل إلى 45 دقيقة.",
    "وبلغت كلفة خط القطار مليار دينار مولتها الوزارة بقرض من البنك.",
    "https://example.org/story",
]


def units(article: str, texts: Sequence[str], title: str = "") -> list[AlignedUnit]:
    return [
        AlignedUnit(s.id, s.article, s.n, s.paragraph, s.kind, s.text, {"en": "", "fr": ""}, {}, {})
        for s in segment([Article(article, "\n".join(texts), title=title)])
    ]


def saying(text: str, *, complete: bool = True, most: int = 400) -> FakeTranslator:
    """A model that writes the same whatever it reads."""
    return FakeTranslator(most, lambda *_: Hypothesis(text, -0.7, len(text.split()), complete))


def written(text: str, story: Sequence[str] = STORY, **options: bool) -> list[AbstractSentence]:
    translators = {language: (FakeTranslator(400), Options()) for language in ("en", "fr")}
    return list(write_abstracts(units("a", story, "عنوان"), saying(text, **options), translators))


def test_each_sentence_has_its_support_and_its_translations() -> None:
    first, second = written(
        "افتتح الوزير خطا للقطار السريع إلى الساحل. وبلغت كلفة الخط مليار دينار بقرض من البنك."
    )
    assert (first.article, first.n, second.n) == ("a", 0, 1)
    assert first.ar == "افتتح الوزير خطا للقطار السريع إلى الساحل."
    assert first.segments[0] == 1
    assert 3 in second.segments
    assert first.flags == second.flags == {"ar": [], "en": [], "fr": []}
    assert second.targets["en"].startswith("WBLGT KLFH")
    assert set(first.scores) == {"en", "fr"}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("افتتح الوزير خطا للقطار السريع طوله 300 كيلومتر إلى الساحل.", "unsupported-number"),
        ("افتتح وزير النقل خالد المنصوري خطا للقطار السريع إلى الساحل.", "unsupported-name"),
        ("افتتح وزير النقل خطا للقطار السريع إلى الساحل في باريس.", "unsupported-name"),
        ("حذر خبراء البيئة من انقراض طيور نادرة.", "unsupported"),
        ("خط القطار السريع خط القطار السريع خط القطار السريع.", "repetition"),
    ],
)
def test_what_the_article_does_not_say_is_flagged(text: str, flag: str) -> None:
    (sentence,) = written(text)
    assert sentence.flags["ar"] == [flag]


def test_what_the_article_says_in_another_form_is_not() -> None:
    (sentence,) = written("قال الوزير حداد إن القطار السريع يقلص الرحلة من تونس إلى الساحل إلى ٤٥ دقيقة.")
    assert sentence.flags["ar"] == []


def test_only_the_last_sentence_is_cut_off() -> None:
    text = "افتتح الوزير خطا للقطار السريع. وبلغت كلفة خط القطار مليار"
    first, second = written(text, complete=False)
    assert (first.flags["ar"], second.flags["ar"]) == ([], ["truncated"])


def test_flags_of_the_translation_are_its_own() -> None:
    translators = {"en": (saying("x"), Options()), "fr": (FakeTranslator(400), Options())}
    (sentence,) = write_abstracts(units("a", STORY), saying("افتتح الوزير خطا للقطار السريع."), translators)
    assert "short" in sentence.flags["en"]
    assert (sentence.flags["ar"], sentence.flags["fr"]) == ([], [])


def test_the_model_reads_the_text_without_links_and_title() -> None:
    found = [unit for unit in units("a", STORY, "عنوان القصة") if unit.kind == "text"]
    assert text_of(found) == for_model(" ".join(STORY[:3]))
    assert text_of(units("a", [], "عنوان القصة")) == "عنوان القصة"


def test_every_article_in_order_and_none_without_text() -> None:
    number = ARTICLES + 3
    # a link alone, marks alone
    empty = {5: STORY[3:], 6: ["\u064b\u0640"]}
    shard = [unit for n in range(number) for unit in units(f"a{n}", empty.get(n, STORY))]
    translators = {"en": (FakeTranslator(400), Options())}
    found = write_abstracts(shard, saying("افتتح الوزير خطا للقطار السريع. وهذا جيد."), translators)
    expected = [f"a{n}" for n in range(number) if n not in empty for _ in range(2)]
    assert [sentence.article for sentence in found] == expected


def first_words(text: str, _: Decoding) -> Hypothesis:
    words = text.split()[:3]
    return Hypothesis(" ".join(words), -0.5, len(words), True)


def test_a_long_text_is_summarised_in_parts_and_the_parts_again() -> None:
    writer = FakeTranslator(10, first_words)
    text = " ".join(f"كلمة{'ا' * n}" for n in range(1, 60))
    (found,) = summaries([text], writer)
    assert len(found.text.split()) == 3
    assert len(writer.calls) > 2
    # the first pass read all of it
    assert " ".join(writer.calls[0][0]) == text


@given(st.lists(lines, min_size=1, max_size=4), st.integers(2, 30))
def test_any_text_gets_a_summary(texts: list[str], most: int) -> None:
    """Also from a model that shortens nothing: it would go on for ever."""
    plain = [for_model(text) for text in texts]
    plain = [text for text in plain if text]
    for writer in (FakeTranslator(most), FakeTranslator(most, first_words)):
        assert len(summaries(plain, writer)) == len(plain)
