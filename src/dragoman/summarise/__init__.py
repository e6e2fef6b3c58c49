"""Extractive summaries: segments that tell what an article says, the same ones in every language.

The methods are in ``methods``; which one is the default was measured (``benchmarks/summaries.py``,
docs/summaries.md).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dragoman.arabic import arabic_letters
from dragoman.records import AlignedUnit, Summary
from dragoman.summarise.methods import METHODS, Document, Method

DEFAULT = "trained"
_MIN_WORDS = 5
"""Shorter segments are headings, bylines and captions; they are taken only where nothing else is left."""
_MOST = 1000
"""Sentences that are compared with each other, which takes the square of their number in memory."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a summary should be.

    Attributes:
        sentences: most segments.
        method: a key of ``methods.METHODS``.
        words: most Arabic words in all, 0 for any number; the first segment may be longer.
        query: words in any of the languages; segments that have them come first.
    """

    sentences: int = 3
    method: str = DEFAULT
    words: int = 0
    query: str = ""


def summarise(units: Iterable[AlignedUnit], options: Options) -> Iterator[Summary]:
    """Summarises each article of a shard.

    Args:
        units: aligned units in order, articles contiguous.
        options: what the summaries should be; fewer segments where the article has fewer.

    Yields:
        One summary per article; without segments where nothing can be chosen.
    """
    for article, group in itertools.groupby(units, key=lambda unit: unit.article):
        members = list(group)
        body = [unit for unit in members if unit.paragraph and unit.kind == "text"]
        chosen = [body[i] for i in choose(body, options)]
        languages = members[0].targets
        texts = {"ar": [unit.ar for unit in chosen]}
        texts |= {language: [unit.targets[language] for unit in chosen] for language in languages}
        yield Summary(article, options.method, [unit.n for unit in chosen], texts)


def choose(units: Sequence[AlignedUnit], options: Options, method: Method | None = None) -> list[int]:
    """Chooses the segments that summarise an article.

    Args:
        units: its translated segments without the title, in order.
        options: what the summary should be.
        method: instead of the one that the options name.

    Returns:
        Their indices, ascending.
    """
    candidates = [i for i, unit in enumerate(units) if len(unit.ar.split()) >= _MIN_WORDS] or [
        i for i, unit in enumerate(units) if arabic_letters(unit.ar)
    ]
    if len(candidates) > _MOST:
        # a book, not an article: its beginning, and as many from all over the rest
        half = _MOST // 2
        rest = len(candidates) - half
        candidates = candidates[:half] + [candidates[half + i * rest // half] for i in range(half)]
    document = Document([units[i] for i in candidates], options.query)
    ranked = (method or METHODS[options.method])(document, options.sentences)
    return sorted(candidates[i] for i in _within(document, ranked, options.words))


def _within(document: Document, ranked: Sequence[int], words: int) -> Iterator[int]:
    """Yields what fits into a budget of words, best first; the best one always."""
    used = 0
    for place, index in enumerate(ranked):
        used += len(document.units[index].ar.split())
        if words and place and used > words:
            return
        yield index
