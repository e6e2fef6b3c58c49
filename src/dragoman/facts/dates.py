"""Dates in Arabic text, as ISO 8601: Gregorian months under all their names, Hijri ones by hijridate."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator, Sequence

from dragoman import data

_BRITISH = {"en": "en_GB"}
"""English has the day before the month here, as Arabic and French do."""


def find_dates(text: str, near: str = "") -> Iterator[tuple[str, str]]:
    """Yields the dates of a text.

    Args:
        text: normalised Arabic with ASCII digits.
        near: ISO date of the article, for days without a year; "" leaves those out.

    Yields:
        ``YYYY-MM-DD`` or ``YYYY-MM``, and the words that say it. A date that no calendar has is passed over.
    """
    pattern, months = _months()
    for match in pattern.finditer(text):
        day, name, year = match["day"], match["month"] or match["other"], match["year"] or match["of"]
        calendar, month = months[name]
        found = _iso(calendar, int(year) if year else None, month, int(day) if day else None, near)
        if found:
            yield found, match.group().strip()


def find_weekdays(text: str, languages: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields the days of the week that a text names as times, where no date follows.

    News says on Saturday evening and leaves the date to its own.

    Args:
        text: normalised Arabic with ASCII digits.
        languages: those to write them in.

    Yields:
        ``-W-6`` (ISO 8601, of any week), and by language the day with the part of it that is named.
    """
    pattern, days, parts = _weekdays()
    for match in pattern.finditer(text):
        if _months()[0].match(text, match.end()):
            continue
        number, part = days[match["day"] or match["alone"]], parts.get(match["part"] or "", {})
        texts = {
            language: part.get(language, "{}").format(_day_name(number, language)) for language in languages
        }
        yield f"-W-{number}", {**texts, "ar": match.group().strip(" ،,")}


@functools.cache
def _weekdays() -> tuple[re.Pattern[str], dict[str, int], dict[str, dict[str, str]]]:
    table = data.load("facts.yaml")
    days = {name: number for number, names in table["weekdays"].items() for name in names}
    parts = {name: row for row in table["parts_of_day"] for name in row["ar"]}
    names, said = ("|".join(sorted(map(re.escape, words), key=len, reverse=True)) for words in (days, parts))
    # after a word of time, or alone between commas as agencies put it
    pattern = re.compile(
        rf"(?<!\w)[وبلف]?(?P<part>{said})\s+(?:اليوم\s+|أمس\s+|يوم\s+)?(?P<day>{names})(?!\w)\s*"
        rf"|[،,]\s*(?P<alone>{names})\s*[،,]\s*"
    )
    return pattern, days, parts


@functools.cache
def _day_name(number: int, language: str) -> str:
    from babel import UnknownLocaleError
    from babel.dates import get_day_names

    try:
        return str(get_day_names("wide", locale=language)[number - 1])
    except UnknownLocaleError:
        return f"-W-{number}"


def write_date(iso: str, language: str) -> str:
    """Returns a date of ``find_dates`` as a language writes it, ``25 September 2021``."""
    from babel import UnknownLocaleError
    from babel.dates import format_date, format_skeleton

    try:
        if len(iso) == len("2021-09"):
            return format_skeleton("yMMMM", datetime.date.fromisoformat(f"{iso}-01"), locale=language)
        return format_date(datetime.date.fromisoformat(iso), "long", locale=_BRITISH.get(language, language))
    except (UnknownLocaleError, ValueError):
        return iso


def _iso(calendar: str, year: int | None, month: int, day: int | None, near: str) -> str:
    if calendar == "hijri":
        return _from_hijri(year, month, day)
    try:
        if day is None:
            return f"{year:04}-{month:02}" if year and 1000 <= year <= 2999 else ""
        if year is not None:
            return datetime.date(year, month, day).isoformat()
        return _nearest(month, day, datetime.date.fromisoformat(near[:10])) if near else ""
    except ValueError:
        return ""


def _nearest(month: int, day: int, article: datetime.date) -> str:
    """Returns the day in the year that is nearest to the article: December 30 in January is last year's."""
    days = []
    for year in (article.year - 1, article.year, article.year + 1):
        try:
            days.append(datetime.date(year, month, day))
        except ValueError:
            continue
    return min(days, key=lambda found: abs(found - article)).isoformat() if days else ""


def _from_hijri(year: int | None, month: int, day: int | None) -> str:
    """Returns the Gregorian date of a Hijri one (Umm al-Qura), of a month the one that it begins in."""
    from hijridate import Hijri

    if year is None:
        return ""
    try:
        found = Hijri(year, month, day or 1).to_gregorian().isoformat()
    except (ValueError, OverflowError):  # outside of the calendar's years
        return ""
    return found if day else found[:7]


@functools.cache
def _months() -> tuple[re.Pattern[str], dict[str, tuple[str, int]]]:
    table = data.load("facts.yaml")
    months = {name: ("gregorian", number) for number, names in table["months"].items() for name in names}
    months |= {name: ("hijri", number) for number, names in table["hijri"].items() for name in names}
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    # a day, the month, perhaps its other name after a stroke or in brackets, perhaps a year
    again = rf"(?:\s*[/(]\s*(?:{names})\s*\)?)?"
    year = r"\s*(?:من\s+)?(?:عام|سنة)?\s*(?P<{}>\d{{4}})(?!\d)"
    pattern = re.compile(
        rf"(?<!\w)(?P<day>\d{{1,2}})\s*(?:من\s+)?(?:شهر\s+)?(?P<month>{names})(?!\w){again}(?:{year.format('year')})?"
        rf"|(?<!\w)[وبفل]{{0,2}}(?P<other>{names})(?!\w){again}{year.format('of')}"
    )
    return pattern, months
