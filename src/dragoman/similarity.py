"""How alike the sentences of an article are: TF-IDF over stems, and centrality in the graph of likeness."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dragoman import data
from dragoman.arabic import for_model

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, Any]

_WORD = re.compile(r"[^\W\d_]{2,}")
_STEMMERS = {"ar": "arabic", "en": "english", "fr": "french"}
_DAMPING, _CLOSE, _MOST_STEPS = 0.85, 1e-9, 500
"""PageRank: the share of a rank that is passed on, and when it is settled."""


def similarities(texts: Sequence[str], language: str = "ar") -> Matrix:
    """Returns cosine similarities of TF-IDF vectors, shape (n, n), zero on the diagonal.

    A term's weight is ``(1 + ln tf) * (1 + ln((1 + n) / (1 + df)))``: sublinear counts, smoothed frequencies.

    Args:
        texts: sentences.
        language: theirs; stems are taken where there is a stemmer for it.
    """
    import numpy as np

    stems = [stems_of(text, language) for text in texts]
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
    similarity: Matrix = vectors @ vectors.T
    np.fill_diagonal(similarity, 0.0)
    return similarity.round(9)


def overlaps(texts: Sequence[str]) -> Matrix:
    """Returns the words that Arabic sentences share over the logarithms of their lengths (TextRank)."""
    import numpy as np

    words = [frozenset(stems_of(text, "ar")) for text in texts]
    matrix = np.zeros((len(texts), len(texts)))
    for i, j in itertools.combinations(range(len(texts)), 2):
        scale = np.log(max(len(words[i]), 1)) + np.log(max(len(words[j]), 1))
        if scale > 0:
            matrix[i, j] = matrix[j, i] = len(words[i] & words[j]) / scale
    return matrix


def pagerank(similarity: Matrix) -> Matrix:
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


def stems_of(text: str, language: str) -> list[str]:
    """Returns the stems of a text's words without the function words."""
    plain = for_model(text) if language == "ar" else text.casefold()
    stopwords = _stopwords(language)
    return [_stem(word, language) for word in _WORD.findall(plain) if word not in stopwords]


# words come again
@functools.lru_cache(maxsize=1 << 16)
def _stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    stem: str = stemmer.stemWord(word) if stemmer else word
    return stem


@functools.cache
def _stopwords(language: str) -> frozenset[str]:
    return frozenset(data.load("stopwords.yaml").get(language, ()))


@functools.cache
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_STEMMERS[language]) if language in _STEMMERS else None
