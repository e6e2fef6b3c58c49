"""Figures that a translation got wrong, put right from its source.

A model that copies figures piece by piece drops or doubles a digit: 30 % becomes 3 %. Where one figure of
the source is missing, one in the translation comes from nowhere, and they differ by such a slip, there is no
doubt which was meant.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator

from dragoman import protect
from dragoman.arabic import for_model
from dragoman.checks import (
    figures,
    has_number_word,
    is_scale,
    number_words,
    numbers_kept,
    outside_spans,
    words_of,
)

_GROUPED = re.compile(r"\d{1,3}(?:[,.\u00a0\u202f\u2009 ]\d{3})+")
_DECIMAL = re.compile(r"(\d+)[.,](\d{1,2}|\d{4,})")
_DOUBTFUL = re.compile(r"\d+\.\d{3}|.*[.,].*[.,](?!\d{3}$).*")
"""Figures whose value depends on where they were written: 4.100 may be four thousand or four."""
_SURE = 3
"""Digits from which a figure of the translation is not what a number word of the source says."""


def mend(source: str, target: str, language: str) -> str | None:
    """Puts right the figures of a translation that differ from those of its source by a slip.

    Each figure that is missing must be like one, and only one, that the source does not have, and the other
    way round. A figure that is part of a name, a range or a time (``Covid-19``, ``HKU1``, ``10:30``) is left
    alone, and a text in which a figure before a word like thousand is missing: ``12 ألفا`` may be 12,000.

    Args:
        source: the segment as in the article.
        target: its translation.
        language: target language.

    Returns:
        A translation that has the figures of the source and no other, None where that is not to be had so.
    """
    plain = for_model(outside_spans(source))
    wanted = list(_free(plain, "A-Za-z"))
    found = list(_free(target, r"\w", protect.spans(target)))
    if any(value not in dict(found) and is_scale(plain[match.end() :]) for value, match in wanted):
        return None
    spelled = words_of(target)
    missing = _without(wanted, [value for value, _ in found])
    missing = [row for row in missing if not number_words(language).get(row[0], frozenset()) & spelled]
    extra = _without(found, [value for value, _ in wanted])
    least = _SURE if has_number_word(plain) else 1
    pairs = [
        (row, other) for row in missing for other in extra
        if len(other[0]) >= least and _slipped(row[0], other[0])
    ]  # fmt: skip
    if not pairs or not len(pairs) == len(missing) == len(extra) == len({id(other) for _, other in pairs}):
        return None
    if any(_DOUBTFUL.fullmatch(right.group()) for (_, right), _ in pairs):
        return None
    text = target
    for (_, right), (_, wrong) in sorted(pairs, key=lambda pair: -pair[1][1].start()):
        figure = _written(right.group(), wrong.group(), language)
        text = f"{text[: wrong.start()]}{figure}{text[wrong.end() :]}"
    return text if numbers_kept(source, text, language) else None


def _free(
    text: str, letters: str, spans: tuple[tuple[int, int], ...] = ()
) -> Iterator[tuple[str, re.Match[str]]]:
    """Yields the figures outside spans that no letter and no hyphen makes part of something else."""
    for value, match in figures(text):
        start, end = match.span()
        if any(begin < end and start < stop for begin, stop in spans):
            continue
        before, after = rf"[{letters}.,:/-]$", rf"[{letters}/-]|[.,:](?:\s*%|\d)"
        if not re.search(before, text[:start]) and not re.match(after, text[end:]):
            yield value, match


def _without(rows: list[tuple[str, re.Match[str]]], values: list[str]) -> list[tuple[str, re.Match[str]]]:
    """Returns the rows whose value is not among the values, each of which stands for one row."""
    left = Counter(values)
    rest = []
    for row in rows:
        if left[row[0]]:
            left[row[0]] -= 1
        else:
            rest.append(row)
    return rest


def _slipped(right: str, wrong: str) -> bool:
    """Tells whether digits or a point were dropped or put in, or one digit of several is another."""
    right, wrong = right.replace(".", ""), wrong.replace(".", "")
    if right != wrong and len(right) == len(wrong):
        return len(right) > 1 and sum(a != b for a, b in zip(right, wrong, strict=True)) == 1
    short, long = sorted((right, wrong), key=len)
    rest = iter(long)
    return all(digit in rest for digit in short)


def _written(right: str, wrong: str, language: str) -> str:
    """Returns a figure of the source as the language writes it, in groups where the source or the slip is."""
    group, point = _symbols(language)
    if decimal := _DECIMAL.fullmatch(right):
        return f"{decimal[1]}{point}{decimal[2]}"
    digits = re.sub(r"\D", "", right)
    if _GROUPED.fullmatch(right) or (_GROUPED.fullmatch(wrong) and len(digits) > 3):
        return f"{int(digits):,}".replace(",", group)
    return right


@functools.cache
def _symbols(language: str) -> tuple[str, str]:
    """Returns what stands between thousands and before decimals in a language, by Unicode CLDR."""
    from babel import UnknownLocaleError
    from babel.numbers import get_decimal_symbol, get_group_symbol

    try:
        return get_group_symbol(language), get_decimal_symbol(language)
    except (UnknownLocaleError, ValueError):
        return ",", "."
