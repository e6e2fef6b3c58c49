"""Dates in Arabic text, as ISO 8601: Gregorian months under all their names, Hijri ones by hijridate."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator

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
