"""Checks of one translated segment. A check answers with a flag's name; it never changes the text.

Flags: ``empty``, ``short``, ``long``, ``repetition``, ``doubled``, ``arabic-left``, ``numbers``,
``place-lost``, ``span-lost``, ``low-score``, ``truncated``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from dragoman import data, protect
from dragoman.arabic import arabic_letters, digits_to_ascii, for_model, has_arabic
from dragoman.facts.places import lost_places
from dragoman.repetition import doubles, loops

SEVERE = frozenset({"empty", "truncated", "repetition", "span-lost", "arabic-left", "short", "long"})
"""Flags that say that content is missing or wrong, whatever the model's confidence."""

# Characters of target per character of normalised source. On 6,280 human translations of the project's own
# news the ratio is 1.42 in the middle and 0.82 to 2.22 for 99.8 %; one of them is flagged.
_SHORT, _LONG = 0.65, 2.6
_SHORT_SOURCE = 20
"""Below this many characters the ratio says nothing: a name or a word may double."""

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?:\d{1,3}(?:[\u00a0\u202f\u2009 ]\d{3})+(?!\d)|\d+)(?:[.,]\d+)*")
_DECIMALS = re.compile(r"(.+)[.,](\d+)")
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_PREFIXES = re.compile("^[وفبلك]{0,2}(?:ال|لل)?")


def failed(flags: Iterable[str]) -> set[str]:
    """Returns the flags but that of a low score: what the text itself shows to be wrong."""
    return set(flags) - {"low-score"}


def check(
    source: str, target: str, language: str, *, score: float | None, complete: bool, low_score: float
) -> list[str]:
    """Returns the flags of one segment, sorted.

    Args:
        source: the segment as in the article.
        target: its translation.
        language: target language, for number words and names of places.
        score: mean log-probability per target token, None where there is none.
        complete: False when decoding hit its limit.
        low_score: threshold of ``score``.
    """
    flags = set()
    plain = for_model(source)
    if not any(map(str.isalnum, target)):
        flags.add("empty")
    elif len(plain) >= _SHORT_SOURCE:
        ratio = len(target) / len(plain)
        if ratio < _SHORT:
            flags.add("short")
        elif ratio > _LONG:
            flags.add("long")
    if not complete:
        flags.add("truncated")
    if score is not None and score < low_score:
        flags.add("low-score")
    if loops(target) and not loops(plain):
        flags.add("repetition")
    elif doubles(target) and not doubles(plain):
        flags.add("doubled")
    if _arabic_left(target):
        flags.add("arabic-left")
    if not numbers_kept(source, target, language):
        flags.add("numbers")
    if lost_places(plain, target, language):
        flags.add("place-lost")
    spans = protect.count(source)
    if spans and spans - protect.count(target):
        flags.add("span-lost")
    return sorted(flags)


def numbers(text: str) -> list[str]:
    """Returns the values of the figures: ``11,400`` is ``11400``, ``05`` is ``5``, ``4,30`` is ``4.3``."""
    return [value for value, _ in figures(text)]


def figures(text: str) -> list[tuple[str, re.Match[str]]]:
    """Returns the figures of a text: their values as ``numbers`` has them, and how and where they stand."""
    return [(_value(match), match) for match in _NUMBER.finditer(digits_to_ascii(text))]


def _value(match: re.Match[str]) -> str:
    """Returns a figure's digits, with a point before decimals; three digits at its end are thousands."""
    whole, point, decimals = match.group(), "", ""
    if (parts := _DECIMALS.fullmatch(whole)) and (len(parts[2]) != 3 or parts[1] == "0"):
        whole, decimals = parts[1], parts[2].rstrip("0")
        point = "." if decimals else ""
    return re.sub(r"^0+(?=\d)|\D", "", whole) + point + decimals


def numbers_kept(source: str, target: str, language: str) -> bool:
    """Tells whether each figure of the source is in the target, in figures or words, and none is invented."""
    # most segments have no figure, and telling spans from text takes most of the time
    if not _DIGIT.search(target) and not _DIGIT.search(source):
        return True
    source, target = for_model(outside_spans(source)), outside_spans(target)
    wanted, found = numbers(source), set(numbers(target))
    words = words_of(target) if wanted else set()
    source_words = source.split()
    scaled = bool(wanted) and any(word.strip("،.؛") in _scales() for word in source_words)
    for number in wanted:
        if number in found or number_words(language).get(number, frozenset()) & words:
            continue
        # 11 ألفا و400 may become 11,400, and 400 its end
        digits = number.replace(".", "")
        if scaled and any(f.startswith(digits) or f.endswith(digits) for f in found):
            continue
        return False
    return found <= set(wanted) or has_number_word(source)


def outside_spans(text: str) -> str:
    """Returns a text without its protected spans."""
    return " ".join(part.text for part in protect.split(text) if not part.protected)


def _arabic_left(target: str) -> bool:
    return has_arabic(target) and arabic_letters(outside_spans(target)) > 0


def words_of(target: str) -> set[str]:
    """Returns the words of a translation, in lower case, as ``number_words`` has them."""
    return set(map(str.casefold, _WORD.findall(target)))


def is_scale(text: str) -> bool:
    """Tells whether normalised Arabic begins with a word such as thousand or million."""
    return any(word.strip("،.؛") in _scales() for word in text.split(maxsplit=1)[:1])


def has_number_word(source: str) -> bool:
    """Tells whether a word of normalised Arabic may say a number."""
    return any(map(_is_number_word, source.split()))


def _is_number_word(word: str) -> bool:
    bare = _PREFIXES.sub("", word.strip("،.؛:؟!«»()"))
    stems, whole = _number_stems()
    return bare.startswith(stems) or word.startswith(stems) or bare in whole


@functools.cache
def _number_stems() -> tuple[tuple[str, ...], frozenset[str]]:
    table = data.load("numbers.yaml")
    return tuple(table["stems"]), frozenset(table["whole"])


@functools.cache
def _scales() -> frozenset[str]:
    return frozenset(data.load("numbers.yaml")["scales"])


@functools.cache
def number_words(language: str) -> dict[str, frozenset[str]]:
    """Returns the words that say a number in a language, by its figure."""
    return {n: frozenset(words) for n, words in data.load("numbers.yaml")["words"].get(language, {}).items()}
