"""Figures with their units: money, shares, people, measures."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from dragoman import data

_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_MOST_DIGITS = 15


def find_amounts(text: str, languages: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields the amounts of a text.

    Args:
        text: normalised Arabic with ASCII digits.
        languages: those to write them in.

    Yields:
        ``(value and unit, texts)``: the text of each language, and under ``ar`` the words that say it.
    """
    units, scales = _units()
    for match in _pattern().finditer(text):
        value = _value(match["number"])
        if value is None:
            continue
        for word in match["scales"].split():
            value *= scales.get(word, 1)
        unit = units[" ".join(match["unit"].split())]
        texts = {language: write(value, unit, language) for language in languages}
        yield f"{value.normalize():f} {unit}", {**texts, "ar": match.group().strip()}


def write(value: Decimal, unit: str, language: str) -> str:
    """Returns an amount as a language writes it: ``15 million euros``, ``15 millions d'euros``."""
    table = _table()
    suffix = table["units"][unit].get(language, f" {unit}")
    for name, size in table["large"].get(language, {}).items():
        if value >= size:
            short = (value / size).quantize(Decimal("0.001")).normalize()
            word = name.removesuffix("s") if language == "fr" and short < 2 else name
            joined = _joined(suffix) if language == "fr" else suffix
            return f"{_number(short, language)} {word}{joined}"
    return f"{_number(value, language)}{suffix}"


def _joined(suffix: str) -> str:
    """Returns a French unit after million: de, or d' before a vowel."""
    word = suffix.strip()
    if not word or not word[0].isalpha():
        return suffix
    return f" d'{word}" if word[0].lower() in "aeiouéêh" else f" de {word}"


def _number(value: Decimal, language: str) -> str:
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if language == "fr":
        return text.replace(",", "\u202f").replace(".", ",")
    return text


def _value(text: str) -> Decimal | None:
    """Returns a figure's value (``1,5`` is a decimal); None for one with more digits than any amount has."""
    text = text.strip()
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    text = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    return Decimal(text) if len(text) <= _MOST_DIGITS and re.fullmatch(r"\d+(?:\.\d+)?", text) else None


@functools.cache
def _table() -> dict[str, Any]:
    """Returns the tables of ``facts.yaml``."""
    table: dict[str, Any] = data.load("facts.yaml")
    return table


@functools.cache
def _units() -> tuple[dict[str, str], dict[str, int]]:
    """Returns the unit by each of its Arabic forms, and the value of each scale."""
    table = _table()
    units = {form: unit for unit, row in table["units"].items() for form in row["ar"]}
    return units, dict(table["scales"])


@functools.cache
def _pattern() -> re.Pattern[str]:
    units, scales = _units()
    forms = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in sorted(units, key=len, reverse=True))
    words = "|".join(sorted(scales, key=len, reverse=True))
    return re.compile(
        r"(?<![\w.,/:-])(?P<number>\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
        rf"(?P<scales>(?:\s*(?:{words})(?!\w))*)\s*(?P<unit>{forms})(?!\w)"
    )
