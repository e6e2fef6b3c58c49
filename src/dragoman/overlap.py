"""What two texts share: runs of words in common with test sets, and texts that say the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dragoman.arabic import for_model

NGRAM = 7
"""Words in a row that no text for training may share with a test set."""

_WORD = re.compile(r"\w+")
_TARGET_NOISE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")


def normalise(text: str) -> str:
    """Returns a target text composed, without invisible controls, white space collapsed."""
    return " ".join(_TARGET_NOISE.sub("", unicodedata.normalize("NFC", text)).split())


def held_out(texts: Iterable[tuple[str, str]], size: int = NGRAM) -> dict[str, set[tuple[str, ...]]]:
    """Returns the n-grams of evaluation texts by language.

    Args:
        texts: ``(language, text)``.
        size: words of an n-gram.
    """
    found: dict[str, set[tuple[str, ...]]] = {}
    for language, text in texts:
        normal = for_model(text) if language == "ar" else normalise(text)
        found.setdefault(language, set()).update(ngrams(normal, size))
    return found


def ngrams(text: str, size: int = NGRAM) -> set[tuple[str, ...]]:
    """Returns the runs of ``size`` words of a text, case folded; none where it is shorter."""
    words = words_of(text)
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}


def words_of(text: str) -> list[str]:
    """Returns the words of a text, case folded, without punctuation."""
    return _WORD.findall(text.casefold())


def folded(text: str) -> str:
    """Returns the words without case, punctuation and figures, or the text where there is no word."""
    return " ".join(re.sub(r"\d+", "0", word) for word in words_of(text)) or text
