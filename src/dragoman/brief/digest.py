"""The stories of the newest day: articles that tell the same one are put together, the most told first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.brief.words import SOURCE_LANGUAGE
from dragoman.similarity import pagerank, similarities

STORIES = 7
"""Most stories of a digest."""
SAME = 0.5
"""Cosine of headline and lead from which two articles tell the same story."""
_MOST = 1000
"""Articles that are compared with each other, which takes the square of their number in memory."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story.

    Attributes:
        headline: by language, of its most central article.
        articles: rows of its articles, the most central one first.
    """

    headline: dict[str, str]
    articles: list[Mapping[str, Any]]


def digest(entries: Sequence[Mapping[str, Any]]) -> tuple[str, list[Story]]:
    """Returns the newest day and its stories.

    Args:
        entries: rows of the index, newest first, those without a date last.

    Returns:
        The ISO date, "" where no article has one, and at most ``STORIES`` stories.
    """
    if not entries:
        return "", []
    day = entries[0]["date"][:10]
    rows = [entry for entry in entries if entry["date"][:10] == day][:_MOST]
    similarity = similarities(
        [f"{row['title'][SOURCE_LANGUAGE]} {row['lead'][SOURCE_LANGUAGE]}" for row in rows]
    )
    ranks = pagerank(similarity)
    groups: dict[int, list[int]] = {}
    group_of: dict[int, int] = {}
    for place in sorted(range(len(rows)), key=lambda place: (-ranks[place], place)):
        # the group of the most similar article before, if they tell the same
        best = max(group_of, key=lambda other: (similarity[place][other], -other), default=None)
        same = best is not None and similarity[place][best] >= SAME
        group_of[place] = group_of[best] if same and best is not None else place
        groups.setdefault(group_of[place], []).append(place)
    order = sorted(groups, key=lambda first: (-len(groups[first]), -ranks[first], first))
    stories = [[rows[place] for place in groups[first]] for first in order[:STORIES]]
    return day, [Story(found[0]["title"], found) for found in stories]
