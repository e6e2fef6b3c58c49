"""Cleaning of collected rows: each filter answers with the reason why a row is unfit, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dragoman.arabic import arabic_letters, for_model, has_arabic
from dragoman.language import Identifier
from dragoman.overlap import folded, ngrams, normalise
from dragoman.training.collect import Row

MAX_WORDS = 60
"""Longest Arabic side in words; the target may have a quarter more."""
MIN_SCRIPT = {"ar": 0.4, "text": 0.5}
"""Smallest share of Arabic letters in the source and of Latin letters in the target, white space aside."""
RATIO = (0.5, 3.0)
"""Bounds of target length over source length, in characters, six added to both for very short texts."""
LANGUAGE_CHARACTERS, LANGUAGE_PROBABILITY = 30, 0.9
"""Shorter texts are of any language; a language must be so likely to count."""

_MARKUP = re.compile(r"[<>{}\[\]|_\\]|%[sd(]|\$\w|https?:|\*\*|&\w+;|!\[|\(/")
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ÿŒœ]")


@dataclass(slots=True)
class Cleaner:
    """Sorts rows into fit and unfit, in one pass, remembering what it has seen.

    Attributes:
        held_out: n-grams of the evaluation texts by language, see ``ngrams``.
        kept: rows kept by source.
        rejected: rows rejected by source and reason.
    """

    held_out: dict[str, set[tuple[str, ...]]]
    kept: Counter[str] = field(default_factory=Counter)
    rejected: dict[str, Counter[str]] = field(default_factory=dict)
    _seen: set[tuple[str, str, str]] = field(default_factory=set)
    _identify: Identifier = field(default_factory=Identifier)

    def sort(self, rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
        """Yields every row, normalised, with the reason why it is unfit or ""."""
        for row in rows:
            clean = row | {"ar": for_model(row["ar"]), "text": normalise(row["text"])}
            reason = unfit(clean["ar"], clean["text"]) or self._known(clean)
            # the dearest come last
            reason = reason or self._overlaps(clean) or self._foreign(clean)
            if reason:
                self.rejected.setdefault(row["source"], Counter())[reason] += 1
            else:
                self.kept[row["source"]] += 1
            yield clean, reason

    def _known(self, row: Row) -> str:
        """A pair that differs from an earlier one in digits, case or punctuation only teaches nothing new."""
        key = (row["language"], folded(row["ar"]), folded(row["text"]))
        if key in self._seen:
            return "duplicate"
        self._seen.add(key)
        return ""

    def _foreign(self, row: Row) -> str:
        for language, text in (("ar", row["ar"]), (row["language"], row["text"])):
            if len(text) >= LANGUAGE_CHARACTERS:
                found, probability = self._identify(text)
                if found != language and probability >= LANGUAGE_PROBABILITY:
                    return "language"
        return ""

    def _overlaps(self, row: Row) -> str:
        for language, text in (("ar", row["ar"]), (row["language"], row["text"])):
            if not ngrams(text).isdisjoint(self.held_out.get(language, ())):
                return "evaluation"
        return ""


def unfit(arabic: str, text: str) -> str:
    """Returns why a normalised pair is unfit by itself, "" where it is fit."""
    if not arabic or not text:
        return "empty"
    if len(arabic.split()) > MAX_WORDS or len(text.split()) > MAX_WORDS * 1.25:
        return "long"
    if arabic_letters(arabic) < MIN_SCRIPT["ar"] * len(arabic.replace(" ", "")) or has_arabic(text):
        return "script"
    if len(_LATIN.findall(text)) < MIN_SCRIPT["text"] * len(text.replace(" ", "")):
        return "script"
    if _MARKUP.search(arabic) or _MARKUP.search(text):
        return "markup"
    if not RATIO[0] < (len(text) + 6) / (len(arabic) + 6) < RATIO[1]:
        return "ratio"
    return ""
