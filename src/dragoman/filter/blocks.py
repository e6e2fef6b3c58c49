"""The blocks that judge a segment by itself; ``duplicates`` looks at the whole corpus.

Each function takes the target languages and the block's parameters and returns a finder: from a unit to the
language at fault and what was found there, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dragoman import checks, protect
from dragoman.arabic import for_model
from dragoman.facts.people import find_people
from dragoman.language import Identifier
from dragoman.names.find import arabic_words, matches
from dragoman.overlap import held_out, ngrams, normalise
from dragoman.quality import CLASSES
from dragoman.records import AlignedUnit, QualityClass
from dragoman.repetition import loops
from dragoman.test_sets import read_evaluation

Finder = Callable[[AlignedUnit], tuple[str, str] | None]

_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-.&'’][A-Za-z0-9]+)*")


def verbatim(languages: Sequence[str]) -> Finder:
    """Leaves out what was copied, not translated: links, credits."""
    return lambda unit: ("", "copied") if unit.kind == "verbatim" else None


def length(languages: Sequence[str], *, min_words: int, max_words: int) -> Finder:
    """Keeps texts of so many words, in each language."""

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language, text in _texts(unit, languages):
            words = len(text.split())
            if not min_words <= words <= max_words:
                return language, f"{words} words"
        return None

    return find


def ratio(languages: Sequence[str], *, min: float, max: float, min_chars: int) -> Finder:
    """Keeps translations whose characters are so many for each character of the source."""

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        source = len(for_model(unit.ar))
        if source < min_chars:
            return None
        for language in languages:
            if not min <= (value := len(unit.targets[language]) / source) <= max:
                return language, f"{value:.2f}"
        return None

    return find


def score(languages: Sequence[str], *, min: float) -> Finder:
    """Keeps translations of at least this mean log-probability per token; those by people have none."""

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language in languages:
            value = unit.scores[language]
            if value is not None and value < min:
                return language, f"{value:.3f}"
        return None

    return find


def quality(languages: Sequence[str], *, lowest: QualityClass, min_estimate: float | None) -> Finder:
    """Keeps translations of at least this class and, where one is asked for, this expected chrF."""
    unwanted = CLASSES[CLASSES.index(lowest) + 1 :]

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language in languages:
            estimate = unit.estimates.get(language)
            if (found := unit.qualities[language]) in unwanted:
                return language, found if estimate is None else f"{found} {estimate:.1f}"
            if estimate is not None and min_estimate is not None and estimate < min_estimate:
                return language, f"{estimate:.1f}"
        return None

    return find


def round_trip(languages: Sequence[str], *, min: float) -> Finder:
    """Keeps translations that come back to the Arabic; those that were not translated back stay."""
    return _at_least(languages, min, lambda unit: unit.round_trips)


def comet(languages: Sequence[str], *, min: float) -> Finder:
    """Keeps translations of at least this COMET without a reference; those without one stay."""
    return _at_least(languages, min, lambda unit: unit.comets)


def _at_least(
    languages: Sequence[str], least: float, figures: Callable[[AlignedUnit], Mapping[str, float | None]]
) -> Finder:
    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language in languages:
            value = figures(unit).get(language)
            if value is not None and value < least:
                return language, f"{value:.1f}"
        return None

    return find


def flags(languages: Sequence[str], *, names: Sequence[str]) -> Finder:
    """Leaves out translations that carry one of these flags."""
    unwanted = frozenset(names)

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language in languages:
            if found := unwanted.intersection(unit.flags[language]):
                return language, " ".join(sorted(found))
        return None

    return find


def repetition(languages: Sequence[str]) -> Finder:
    """Leaves out texts that repeat themselves, the source too."""

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language, text in _texts(unit, languages):
            if loops(for_model(text) if language == "ar" else text):
                return language, "repeats itself"
        return None

    return find


def numbers(languages: Sequence[str]) -> Finder:
    """Leaves out translations that lack a figure of the source or have one that it lacks."""

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language in languages:
            if not checks.numbers_kept(unit.ar, unit.targets[language], language):
                found = " ".join(checks.numbers(unit.targets[language]))
                return language, f"{' '.join(checks.numbers(for_model(unit.ar)))} / {found}"
        return None

    return find


def tokens(languages: Sequence[str]) -> Finder:
    """Leaves out translations that lack an address, a hashtag or a Latin word of the source."""

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        spans = protect.count(unit.ar)
        plain = for_model(unit.ar)
        words = {word.casefold() for word in _LATIN_WORD.findall(plain)}
        for language in languages:
            target = unit.targets[language]
            if lost := spans - protect.count(target):
                return language, " ".join(sorted(lost))
            folded = target.casefold()
            if missing := sorted(word for word in words if word not in folded):
                return language, " ".join(missing)
        return None

    return find


def names(languages: Sequence[str]) -> Finder:
    """Leaves out translations in which nothing sounds like a person whom the source names by a title."""

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        people = [arabic_words(person.name) for person in find_people(for_model(unit.ar), ())]
        for language in languages:
            for person in people:
                if person and not matches(person, unit.targets[language], language):
                    return language, " ".join(readings[0].text for readings in person if readings)
        return None

    return find


def test_sets(languages: Sequence[str], *, paths: Sequence[str], words: int) -> Finder:
    """Leaves out what shares so many words in a row with a test set, in any language."""
    known = held_out(read_evaluation([Path(path) for path in paths]), words)

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for language, text in _texts(unit, languages):
            plain = for_model(text) if language == "ar" else normalise(text)
            if shared := known.get(language, set()) & ngrams(plain, words):
                return language, " ".join(min(shared))
        return None

    return find


def language(languages: Sequence[str], *, min_probability: float, min_chars: int) -> Finder:
    """Leaves out texts that are in another language than they should be."""
    identifier = Identifier()

    def find(unit: AlignedUnit) -> tuple[str, str] | None:
        for expected, text in _texts(unit, languages):
            if len(text) < min_chars:
                continue
            found, probability = identifier(text)
            if found != expected and probability >= min_probability:
                return expected, f"{found} {probability:.2f}"
        return None

    return find


BLOCKS: dict[str, Callable[..., Finder]] = {
    block.__name__: block
    for block in (
        verbatim,
        length,
        ratio,
        score,
        quality,
        round_trip,
        comet,
        flags,
        repetition,
        numbers,
        tokens,
        names,
        test_sets,
        language,
    )
}
"""Cheap ones first: a segment's reason is the first block that it fails."""


def _texts(unit: AlignedUnit, languages: Sequence[str]) -> list[tuple[str, str]]:
    return [("ar", unit.ar), *((language, unit.targets[language]) for language in languages)]
