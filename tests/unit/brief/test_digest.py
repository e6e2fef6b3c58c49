"""The digest: stories put together within a day, and followed over days."""

from __future__ import annotations

from typing import Any

import pytest

from dragoman.brief.digest import DAYS, EARLIER, STORIES, digest

TRAIN = "افتتاح خط القطار السريع بين العاصمة والساحل الشرقي"
BANK = "البنك المركزي يرفع سعر الفائدة الرئيسي ربع نقطة"
WORDS = [
    "زلزال",
    "فيضان",
    "انتخابات",
    "جفاف",
    "معرض",
    "متحف",
    "مباراة",
    "حريق",
    "مؤتمر",
    "إضراب",
    "ميناء",
    "جامعة",
]


def row(name: str, date: str, title: str, lead: str = "") -> dict[str, Any]:
    texts = {language: f"{language} {name}" for language in ("en", "fr")}
    return {
        "slug": name,
        "date": date,
        "title": {**texts, "ar": title},
        "lead": {**dict.fromkeys(texts, ""), "ar": lead},
    }


def test_what_several_articles_tell_comes_first_and_each_story_once() -> None:
    rows = [
        row("a", "2024-05-04T18:00:00", BANK),
        row("b", "2024-05-04T12:00:00", TRAIN),
        row("c", "2024-05-04", f"اليوم {TRAIN}"),
    ]
    (day,) = digest(rows)
    assert day.date == "2024-05-04"
    assert [{a["slug"] for a in story.articles} for story in day.stories] == [{"b", "c"}, {"a"}]
    assert day.stories[0].headline == day.stories[0].articles[0]["title"]


def test_a_story_that_goes_on_has_its_beginning() -> None:
    rows = [
        row("d", "2024-05-06", f"{TRAIN} غدا"),
        row("e", "2024-05-06", BANK),
        row("c", "2024-05-05", f"تأجيل {TRAIN}"),
        row("b", "2024-05-03", TRAIN),
        row("a", "2024-05-03", "حريق في مصنع النسيج"),
    ]
    days = digest(rows)
    assert [day.date for day in days] == ["2024-05-06", "2024-05-05", "2024-05-03"]
    since = {story.articles[0]["slug"]: story.since for day in days for story in day.stories}
    assert since == {"d": "2024-05-03", "e": "", "c": "2024-05-03", "b": "", "a": ""}


def test_as_many_days_and_stories_as_a_reader_takes_in() -> None:
    titles = [f"{one} {other}" for one in WORDS for other in WORDS if one < other]
    rows = [
        row(f"{day}-{n}", f"2024-05-{day:02d}", titles[5 * n + day % 5])
        for day in range(20, 10, -1)
        for n in range(12)
    ]
    days = digest(rows)
    assert [day.date for day in days] == [f"2024-05-{day:02d}" for day in range(20, 20 - DAYS, -1)]
    assert [len(day.stories) for day in days] == [STORIES] + [EARLIER] * (DAYS - 1)


@pytest.mark.parametrize(
    ("dates", "shown"), [(["2024-05-04", ""], ["2024-05-04"]), (["", ""], [""]), ([], [])]
)
def test_what_has_no_date_is_a_day_where_nothing_has_one(dates: list[str], shown: list[str]) -> None:
    rows = [row(str(n), date, TRAIN if n else BANK) for n, date in enumerate(dates)]
    assert [day.date for day in digest(rows)] == shown
