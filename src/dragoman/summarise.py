"""Extractive summaries: the most central segments of an article, the same ones in every language.

Segments are compared by TF-IDF over stemmed Arabic words; PageRank over the similarities gives centrality
(TextRank, Mihalcea and Tarau 2004; LexRank, Erkan and Radev 2004); segments are then taken one by one with a
penalty for similarity to those taken (MMR, Carbonell and Goldstein 1998), which keeps a read-out and its
repetition from both being chosen. News puts what matters first: early segments get a bonus.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dragoman import data
from dragoman.arabic import arabic_letters, for_model
from dragoman.records import AlignedUnit, Summary

if TYPE_CHECKING:
    import numpy as np

_WORD = re.compile(r"[^\W\d_]{2,}")
_MIN_WORDS = 5
"""Shorter segments are headings, bylines and captions; they are taken only where nothing else is left."""
_LEAD_BONUS = 0.5
"""Weight of position: the first segment gets this much of the highest centrality, later ones less."""
_REDUNDANCY = 0.7
"""Weight of the similarity to what was taken already."""
_NEAR_DUPLICATE = 0.6
"""Cosine from which two segments tell the same: the later one is not taken while others are left."""
_MOST = 1000
"""Sentences that are compared with each other, which takes the square of their number in memory."""

_DAMPING, _CLOSE, _MOST_STEPS = 0.85, 1e-9, 500
"""PageRank: the share of a rank that is passed on, and when it is settled."""


def summarise(units: Iterable[AlignedUnit], sentences: int) -> Iterator[Summary]:
    """Summarises each article of a shard.

    Args:
        units: aligned units in order, articles contiguous.
        sentences: segments per summary; fewer where the article has fewer.

    Yields:
        One summary per article; without segments where nothing can be chosen.
    """
    for article, group in itertools.groupby(units, key=lambda unit: unit.article):
        members = list(group)
        body = [unit for unit in members if unit.paragraph and unit.kind == "text"]
        chosen = [body[i] for i in choose([unit.ar for unit in body], sentences)]
        languages = members[0].targets
        texts = {"ar": [unit.ar for unit in chosen]}
        texts |= {language: [unit.targets[language] for unit in chosen] for language in languages}
        yield Summary(article, "extractive", [unit.n for unit in chosen], texts)


def choose(texts: Sequence[str], sentences: int) -> list[int]:
    """Chooses the sentences that summarise a text.

    Args:
        texts: Arabic sentences in document order.
        sentences: how many to choose at most.

    Returns:
        Their indices, ascending.
    """
    candidates = [i for i, text in enumerate(texts) if len(text.split()) >= _MIN_WORDS] or [
        i for i, text in enumerate(texts) if arabic_letters(text)
    ]
    if len(candidates) <= 1:
        return candidates
    if len(candidates) > _MOST:
        # a book, not an article: its beginning, and as many from all over the rest
        half = _MOST // 2
        rest = len(candidates) - half
        candidates = candidates[:half] + [candidates[half + i * rest // half] for i in range(half)]
    similarity = _similarities([texts[i] for i in candidates])
    taken = _select(similarity, sentences)
    return sorted(candidates[i] for i in taken)


def _select(similarity: np.ndarray[Any, Any], sentences: int) -> list[int]:
    """Takes sentences greedily by centrality, position and novelty; ties go to the earlier one."""
    import numpy as np

    count = len(similarity)
    centrality = _pagerank(similarity)
    position = _LEAD_BONUS / (1 + np.arange(count))
    relevance = np.round(centrality / centrality.max() + position, 9)
    taken: list[int] = []
    while len(taken) < min(sentences, count):
        left = [i for i in range(count) if i not in taken]
        overlap = {i: max((similarity[i][j] for j in taken), default=0.0) for i in left}
        new = [i for i in left if overlap[i] < _NEAR_DUPLICATE]
        if not new:
            # what is left repeats what was said: a shorter summary is the better one
            break
        taken.append(max(new, key=lambda i: (relevance[i] - _REDUNDANCY * overlap[i], -i)))
    return taken


def _similarities(texts: Sequence[str]) -> np.ndarray[Any, Any]:
    """Returns cosine similarities of TF-IDF vectors, shape (n, n), zero on the diagonal.

    A term's weight is ``(1 + ln tf) * (1 + ln((1 + n) / (1 + df)))``: sublinear counts, smoothed frequencies.
    """
    import numpy as np

    stems = [_stems(text) for text in texts]
    columns = {stem: column for column, stem in enumerate(dict.fromkeys(itertools.chain(*stems)))}
    counts = np.zeros((len(texts), len(columns)))
    for row, words in enumerate(stems):
        for word in words:
            counts[row, columns[word]] += 1
    frequency = (counts > 0).sum(axis=0)
    logarithms = np.log(counts, where=counts > 0, out=np.full_like(counts, -1.0))
    vectors = (1 + logarithms) * (1 + np.log((1 + len(texts)) / (1 + frequency)))
    # a text of stop words only resembles nothing
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    similarity: np.ndarray[Any, Any] = vectors @ vectors.T
    np.fill_diagonal(similarity, 0.0)
    return similarity.round(9)


def _pagerank(similarity: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns the PageRank of each sentence, uniform where no sentence resembles another."""
    import numpy as np

    count = len(similarity)
    totals = similarity.sum(axis=1, keepdims=True)
    steps = np.where(totals > 0, similarity / np.where(totals > 0, totals, 1), 1 / count)
    ranks = np.full(count, 1 / count)
    for _ in range(_MOST_STEPS):
        before, ranks = ranks, _DAMPING * ranks @ steps + (1 - _DAMPING) / count
        if np.abs(ranks - before).sum() < _CLOSE * count:
            break
    return ranks


def _stems(text: str) -> list[str]:
    stopwords = _stopwords()
    return [_stem(word) for word in _WORD.findall(for_model(text)) if word not in stopwords]


# the stemmer is slow and words come again
@functools.lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    stem: str = _stemmer().stemWord(word)
    return stem


@functools.cache
def _stopwords() -> frozenset[str]:
    return frozenset(data.load("stopwords.yaml")["ar"])


@functools.cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("arabic")
