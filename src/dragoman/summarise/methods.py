"""Ways to choose the sentences of a summary: from a document and a number to indices, best first."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dragoman import data
from dragoman.arabic import has_arabic
from dragoman.records import AlignedUnit
from dragoman.similarity import overlaps, pagerank, similarities, stems_of

if TYPE_CHECKING:
    from dragoman.similarity import Matrix

NEAR_DUPLICATE = 0.6
"""Cosine from which two sentences tell the same: a read-out and its repetition are not both taken."""
_LEAD_BONUS = 0.5
"""Weight of position: the first sentence gets this much of the highest centrality, later ones less."""
_REDUNDANCY = 0.7
"""Weight of the similarity to what was taken already."""
_LEXRANK_EDGE = 0.1
"""Cosine from which LexRank joins two sentences."""
_COVERED = 0.25
"""Share of a sentence's likeness to all others from which it counts as covered."""
_DIVERSITY = 6.0
"""Weight of diversity against coverage."""
_QUERY = 4.0
"""Weight of likeness to the query: more than anything else of a sentence is worth."""


@dataclass
class Document:
    """The sentences to choose from.

    Attributes:
        units: in order.
        query: what the summary should answer, "" for nothing in particular.
    """

    units: Sequence[AlignedUnit]
    query: str = ""

    @cached_property
    def texts(self) -> list[str]:
        """The Arabic sentences."""
        return [unit.ar for unit in self.units]

    @cached_property
    def similarity(self) -> Matrix:
        """Cosines of the Arabic, shape (n, n)."""
        return similarities(self.texts)

    @cached_property
    def joint(self) -> Matrix:
        """Cosines averaged over the Arabic and the translations."""
        targets = self.units[0].targets if self.units else {}
        found = [similarities([u.targets[key] for u in self.units], key) for key in targets]
        joint: Matrix = sum(found, self.similarity) / (1 + len(found))
        return joint

    @cached_property
    def answers(self) -> list[float]:
        """The share of the query's words that each sentence has, in the language with most."""
        best = [0.0] * len(self.units)
        languages = ["ar"] if has_arabic(self.query) else list(self.units[0].targets) if self.units else []
        for language in languages:
            wanted = set(stems_of(self.query, language))
            for place, unit in enumerate(self.units):
                text = unit.ar if language == "ar" else unit.targets[language]
                if wanted:
                    share = len(wanted.intersection(stems_of(text, language))) / len(wanted)
                    best[place] = max(best[place], share)
        return best


def lead(document: Document, sentences: int) -> list[int]:
    """Takes the first ones."""
    return _best(document, [-float(place) for place in range(len(document.units))], sentences)


def textrank(document: Document, sentences: int) -> list[int]:
    """Takes the most central by shared words (TextRank, Mihalcea and Tarau 2004)."""
    return _central(document, overlaps(document.texts), sentences)


def lexrank(document: Document, sentences: int) -> list[int]:
    """Takes the most central by likeness (LexRank with a threshold, Erkan and Radev 2004)."""
    return _central(document, (document.similarity >= _LEXRANK_EDGE).astype(float), sentences)


def central(document: Document, sentences: int) -> list[int]:
    """Takes central, early and different ones (MMR, Carbonell and Goldstein 1998) by the Arabic."""
    return _relevant(document, document.similarity, sentences)


def joint(document: Document, sentences: int) -> list[int]:
    """Does the same by the likeness in all languages."""
    return _relevant(document, document.joint, sentences)


def coverage(document: Document, sentences: int) -> list[int]:
    """Takes what covers the article, from all its parts (submodular functions, Lin and Bilmes 2011)."""
    import numpy as np

    count = len(document.units)
    if not count:
        return []
    similarity = document.joint + np.eye(count)
    limits = _COVERED * similarity.sum(axis=1)
    worth = similarity.sum(axis=1) / count + _LEAD_BONUS / (1 + np.arange(count))
    parts = np.arange(count) * sentences // count

    def value(chosen: list[int]) -> float:
        covered = np.minimum(similarity[:, chosen].sum(axis=1), limits).sum()
        diverse = sum(math.sqrt(sum(worth[i] for i in chosen if parts[i] == part)) for part in set(parts))
        return float(covered + _DIVERSITY * diverse)

    return _greedy(document, sentences, lambda place, taken: value([*taken, place]))


def trained(document: Document, sentences: int, weights: Mapping[str, float] | None = None) -> list[int]:
    """Takes what people would by position, length and centrality (weights fitted on news), no repetition."""
    weights = weights or _weights()
    worth = [sum(weights[name] * value for name, value in row.items()) for row in features(document)]

    def new(place: int, taken: list[int]) -> float:
        return worth[place] - _REDUNDANCY * max((document.similarity[place][i] for i in taken), default=0.0)

    return _greedy(document, sentences, new)


@functools.cache
def _weights() -> dict[str, float]:
    return dict(data.load("summary.yaml")["weights"])


Method = Callable[[Document, int], list[int]]
METHODS: dict[str, Method] = {
    method.__name__: method for method in (lead, textrank, lexrank, central, joint, coverage, trained)
}


def features(document: Document) -> list[dict[str, float]]:
    """Returns what ``trained`` knows of each sentence, by name."""
    count = len(document.units)
    ranks = list(pagerank(document.similarity) * count) if count else []
    rows = []
    for place, text in enumerate(document.texts):
        far = place / count
        rows.append(
            {
                "constant": 1.0,
                "first": float(place == 0),
                "second": float(place == 1),
                "last": float(place == count - 1),
                "last but one": float(place == count - 2),
                "position": far,
                "position squared": far * far,
                "words": math.log(max(len(text.split()), 1)),
                "centrality": float(ranks[place]),
                "figures": float(bool(re.search(r"\d", text))),
            }
        )
    return rows


def _central(document: Document, similarity: Matrix, sentences: int) -> list[int]:
    count = len(document.units)
    return _best(document, list(pagerank(similarity) * count), sentences) if count else []


def _relevant(document: Document, similarity: Matrix, sentences: int) -> list[int]:
    """Takes sentences greedily by centrality, position and novelty."""
    if not document.units:
        return []
    centrality = pagerank(similarity)
    top = centrality.max()

    def worth(place: int, taken: list[int]) -> float:
        seen = max((similarity[place][i] for i in taken), default=0.0)
        return float(centrality[place] / top + _LEAD_BONUS / (1 + place) - _REDUNDANCY * seen)

    return _greedy(document, sentences, worth)


def _best(document: Document, worth: Sequence[float], sentences: int) -> list[int]:
    return _greedy(document, sentences, lambda place, taken: worth[place])


def _greedy(document: Document, sentences: int, worth: Callable[[int, list[int]], float]) -> list[int]:
    """Takes the best sentence again and again; ties go to the earlier one.

    What tells the same as a sentence taken before is left: a shorter summary is the better one then.
    """
    taken: list[int] = []
    left = list(range(len(document.units)))
    while len(taken) < sentences:
        left = [
            place
            for place in left
            if place not in taken and all(document.similarity[place][i] < NEAR_DUPLICATE for i in taken)
        ]
        if not left:
            break
        base = list(taken)

        def value(place: int, base: list[int] = base) -> tuple[float, int]:
            return round(worth(place, base) + _QUERY * document.answers[place], 9), -place

        taken.append(max(left, key=value))
    return taken
