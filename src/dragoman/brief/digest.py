"""The stories of the last days: articles that tell the same one are put together, the most told first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dragoman.brief.words import SOURCE_LANGUAGE
from dragoman.similarity import pagerank, similarities

DAYS = 7
"""Days of a digest that have articles, at most."""
STORIES, EARLIER = 7, 4
"""Most stories of the newest day, and of each day before."""
SAME = 0.5
"""Cosine of headline and lead from which two articles tell the same story."""
_MOST = 1000
"""Articles of a day that are compared with each other, which takes the square of their number in memory."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """A story.

    Attributes:
        headline: by language, of its most central article.
        lead: likewise, "" where the headline says it all.
        articles: rows of its articles, the most central one first.
        since: ISO date of the first of the days shown that tells it too, "" where none before does.
    """

    headline: dict[str, str]
    lead: dict[str, str]
    articles: list[Row]
    since: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day.

    Attributes:
        date: ISO date, "" where no article has one.
        stories: the most told first.
    """

    date: str
    stories: list[Story]


def digest(entries: Sequence[Row]) -> list[Day]:
    """Returns the last days that have articles, and their stories.

    Args:
        entries: rows of the index, newest first, those without a date last: these count as a day only where
            no other article is there.
    """
    days: list[Day] = []
    for date, rows in itertools.groupby(entries, key=lambda entry: entry["date"][:10]):
        if len(days) == DAYS or (days and not date):
            break
        most = EARLIER if days else STORIES
        days.append(Day(date, list(itertools.islice(_stories(list(itertools.islice(rows, _MOST))), most))))
    return _continued(days)


def _stories(rows: Sequence[Row]) -> Iterator[Story]:
    """Yields the stories of a day, the most told first."""
    similarity = similarities([_text(row) for row in rows])
    ranks = pagerank(similarity)
    groups: dict[int, list[int]] = {}
    group_of: dict[int, int] = {}
    for place in sorted(range(len(rows)), key=lambda place: (-ranks[place], place)):
        # the group of the most similar article before, if they tell the same
        best = max(group_of, key=lambda other: (similarity[place][other], -other), default=None)
        same = best is not None and similarity[place][best] >= SAME
        group_of[place] = group_of[best] if same and best is not None else place
        groups.setdefault(group_of[place], []).append(place)
    for first in sorted(groups, key=lambda first: (-len(groups[first]), -ranks[first], first)):
        yield Story(rows[first]["title"], rows[first]["lead"], [rows[place] for place in groups[first]])


def _continued(days: Sequence[Day]) -> list[Day]:
    """Tells of each story since when it has been told, from day to day."""
    told = [(day.date, story) for day in days for story in day.stories]
    similarity = similarities([_text(story.articles[0]) for _, story in told])
    since = [date for date, _ in told]
    # from the oldest to the newest: what goes on began where the older one did
    for place in reversed(range(len(told))):
        older = [other for other in range(place + 1, len(told)) if told[other][0] < told[place][0]]
        best = max(older, key=lambda other: (similarity[place][other], other), default=None)
        if best is not None and similarity[place][best] >= SAME:
            since[place] = since[best]
    dates = iter(since)
    return [
        Day(day.date, [replace(s, since=d if (d := next(dates)) < day.date else "") for s in day.stories])
        for day in days
    ]


def _text(row: Row) -> str:
    return f"{row['title'][SOURCE_LANGUAGE]} {row['lead'][SOURCE_LANGUAGE]}"
