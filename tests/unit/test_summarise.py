"""Summaries: central, not redundant, early; never links; the same on every run."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import lines

from dragoman.records import AlignedUnit, Article, Summary
from dragoman.segment import segment
from dragoman.summarise import Options, summarise
from dragoman.summarise import choose as choose_units
from dragoman.summarise import methods as module
from dragoman.summarise.methods import METHODS, Document

READ_OUT = "بحث الوزير مع الأمين العام تطورات الوضع الإقليمي ومسار السلام في الساحل وملف الهجرة غير النظامية"
STORY = [
    "أعلنت وزارة النقل عن افتتاح خط جديد للقطار السريع يربط العاصمة بالساحل الشرقي.",
    "ويقلص خط القطار السريع الجديد مدة الرحلة بين العاصمة والساحل إلى ساعتين.",
    "وبلغت كلفة خط القطار مليار دينار مولتها الوزارة بقرض من البنك.",
    "وفي الملاعب فاز فريق المدينة بكأس البطولة للمرة الثالثة في تاريخه.",
    "وتتوقع الأرصاد الجوية هطول أمطار غزيرة على المرتفعات الغربية غدا.",
]


def units(texts: list[str], title: str = "", article: str = "a") -> list[AlignedUnit]:
    """Aligned units as the stages before make them of lines."""
    found = segment([Article(article, "\n".join(texts), title=title)])
    return [
        AlignedUnit(
            s.id, s.article, s.n, s.paragraph, s.kind, s.text, {k: f"{k} {s.n}" for k in ("en", "fr")}, {}, {}
        )
        for s in found
    ]


def summary(texts: list[str], sentences: int = 3, title: str = "", **options: Any) -> Summary:
    (found,) = summarise(units(texts, title), Options(sentences, **options))
    return found


def choose(texts: list[str], sentences: int, method: str = "central", **options: Any) -> list[int]:
    rows = [
        AlignedUnit(f"a#{n}", "a", n, 1, "text", t, {"en": f"en {n}"}, {}, {}) for n, t in enumerate(texts)
    ]
    return choose_units(rows, Options(sentences, method, **options))


def test_the_same_segments_in_every_language() -> None:
    found = summary(STORY, 2, title="قطار سريع")
    assert found.article == "a"
    assert found.segments == sorted(found.segments)
    assert found.texts == {
        "ar": [STORY[n - 1] for n in found.segments],
        "en": [f"en {n}" for n in found.segments],
        "fr": [f"fr {n}" for n in found.segments],
    }


def test_what_the_article_is_about_is_chosen() -> None:
    assert summary(STORY, 2, method="central").texts["ar"] == STORY[:2]
    assert summary(STORY, 1).texts["ar"] == STORY[:1]


def test_near_duplicates_are_not_both_chosen() -> None:
    texts = [f"{READ_OUT}.", *STORY[3:], f"وقالت الوزارة في بيان لها: {READ_OUT}، أمس.", f"{READ_OUT} اليوم."]
    chosen = summary(texts, 3).texts["ar"]
    assert sum(READ_OUT in text for text in chosen) == 1
    assert len(chosen) == 3


def test_a_text_that_only_repeats_itself_has_a_short_summary() -> None:
    assert choose([READ_OUT] * 6, 3) == [0]


def test_links_and_credits_are_never_chosen() -> None:
    copied = [
        "https://t.co/9bXvQm4TzA pic.twitter.com/Kq7Xw2Lm0d www.example.com example.org bit.ly/x",
        "— Moncef Ghrairi | المنصف الغرايري وزير الشؤون الخارجية (@MGhrairi_mae) January 20, 2022",
    ]
    for n in range(1, 8):
        assert not set(copied) & set(summary([*copied, *STORY, *copied], n).texts["ar"])
    assert summary(copied).segments == []


def test_the_title_is_never_chosen() -> None:
    assert 0 not in summary(STORY, 9, title=STORY[0]).segments
    assert summary([], title="عنوان الخبر الذي لا نص تحته").segments == []


def test_headings_are_chosen_only_where_there_is_nothing_else() -> None:
    headings = ["طرق مقطوعة", "تصوير: علي"]
    assert summary([*headings, *STORY], 9).texts["ar"] == STORY
    assert set(summary(headings).texts["ar"]) <= set(headings)
    assert summary(headings).segments != []


@pytest.mark.parametrize("text", [STORY[0], "نعم", "إلى من على في هذا"])
def test_one_sentence_is_its_own_summary(text: str) -> None:
    assert summary([text]).texts["ar"] == [text]


def test_nothing_to_choose_from() -> None:
    assert choose([], 3) == []
    assert choose(["12", "..."], 3) == []
    assert list(summarise([], Options())) == []


def test_ties_go_to_the_earlier() -> None:
    # no two have a word in common: centrality is the same for all, and only position tells them apart
    apart = [" ".join(chr(0x628 + n) * 2 + chr(0x628 + i) for i in range(6)) for n in range(5)]
    assert choose(apart, 2) == [0, 1]
    # function words only: nothing is known of any sentence
    assert choose(["إلى من على في هذا", "هذا في على من إلى", "من على إلى هذا في"], 2) == [0, 1]


def test_articles_in_a_row_are_summarised_one_by_one() -> None:
    found = list(
        summarise([*units(STORY), *units(STORY[:1], article="b"), *units([], "عنوان", "c")], Options(2))
    )
    assert [s.article for s in found] == ["a", "b", "c"]
    assert [len(s.segments) for s in found] == [2, 1, 0]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20)
@given(st.lists(st.one_of(lines, st.sampled_from([*STORY, READ_OUT])), max_size=12), st.integers(1, 6))
def test_any_text_has_a_summary_and_always_the_same(method: str, texts: list[str], sentences: int) -> None:
    chosen = choose(texts, sentences, method)
    assert chosen == sorted(set(chosen))
    assert len(chosen) <= sentences
    assert all(0 <= index < len(texts) for index in chosen)
    assert choose(texts, sentences, method) == chosen


@pytest.mark.parametrize("method", METHODS)
def test_no_method_takes_a_near_duplicate(method: str) -> None:
    chosen = choose([f"{READ_OUT}.", *STORY, f"{READ_OUT} اليوم."], 7, method)
    assert len(chosen) == 6


def test_a_query_puts_its_answers_first_in_any_language() -> None:
    assert choose(STORY, 1, query="كأس البطولة") == [3]
    assert choose(STORY, 1, query="كأس البطولة", method="trained") == [3]
    english = ["railway", "line", "cost", "The team won the cup.", "rain"]
    rows = [
        dataclasses.replace(row, targets={"en": text, "fr": ""})
        for row, text in zip(units(STORY), english, strict=True)
    ]
    assert choose_units(rows, Options(1, query="teams and cups")) == [3]
    assert choose_units(rows, Options(1, query="nothing of it")) == [0]


def test_a_budget_of_words_is_kept_but_for_the_first() -> None:
    most = len(STORY[0].split())
    assert choose(STORY, 5, words=1) == [0]
    assert choose(STORY, 5, words=most) == [0]
    chosen = choose(STORY, 5, words=most + 12)
    assert len(chosen) == 2
    assert sum(len(STORY[i].split()) for i in chosen) <= most + 12


def test_the_first_sentences_are_the_lead() -> None:
    assert choose(STORY, 2, "lead") == [0, 1]


def test_coverage_takes_from_all_parts() -> None:
    assert max(choose([*STORY[:3], *STORY[:1], *STORY[3:]], 3, "coverage")) >= 4


def test_trained_weighs_what_it_is_told() -> None:
    document = Document(units(STORY))
    weights = dict.fromkeys(module.features(document)[0], 0.0)
    assert module.trained(document, 2, {**weights, "last": 1.0}) == [4, 0]
    assert module.trained(document, 2, {**weights, "second": 1.0}) == [1, 3]


def test_a_book_takes_no_more_room_than_a_long_article(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = module.similarities
    monkeypatch.setattr(module, "similarities", lambda texts: seen.append(len(texts)) or real(texts))
    texts = [f"قال الوزير رقم {n} إن المشروع الجديد سيبدأ في الربيع" for n in range(5000)]
    assert choose(texts, 3)
    assert seen == [1000]
