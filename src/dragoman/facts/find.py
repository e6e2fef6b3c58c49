"""Facts of an article that do not depend on the translation: when, where, how much, who is quoted.

They are read from the Arabic by rule and written from tables in each language, so they hold where the model
does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from dragoman.arabic import digits_to_ascii, for_model
from dragoman.facts.amounts import find_amounts
from dragoman.facts.dates import find_dates, find_weekdays, write_date
from dragoman.facts.organisations import find_organisations
from dragoman.facts.places import find_places
from dragoman.facts.quotes import find_quotes
from dragoman.records import AlignedUnit


class Fact(TypedDict):
    """One fact: what programs read, ``texts`` by language (``ar`` as the article has it), and its segments.

    The value is the English name of an organisation, an ISO date or day of the week, the codes of a place or
    its English name, a number and its unit, or a quote.
    """

    value: str
    texts: dict[str, str]
    segments: list[int]


Facts = dict[str, list[Fact]]
"""By kind, in this order: ``organisations``, ``dates``, ``places``, ``amounts``, ``quotes``."""


def find_facts(units: Iterable[AlignedUnit], languages: Sequence[str], date: str = "") -> Facts:
    """Finds the facts of an article.

    Args:
        units: its units in order.
        languages: target languages; those that the tables lack get the Arabic.
        date: the article's ISO date, "" when unknown: a day and a month without a year are near it.

    Returns:
        Facts by kind, places and organisations by how often they come, the others in the order of the text;
        each once.
    """
    kinds = ("organisations", "dates", "places", "amounts", "quotes")
    found: dict[str, dict[str, Fact]] = {kind: {} for kind in kinds}

    def add(kind: str, key: str, texts: Mapping[str, str], n: int) -> None:
        fact = found[kind].setdefault(key, {"value": key, "texts": dict(texts), "segments": []})
        if n not in fact["segments"][-1:]:
            fact["segments"].append(n)

    for unit in units:
        if unit.kind != "text":
            continue
        text = digits_to_ascii(for_model(unit.ar))
        for iso, arabic in find_dates(text, date):
            add("dates", iso, {**{key: write_date(iso, key) for key in languages}, "ar": arabic}, unit.n)
        for day, texts in find_weekdays(text, languages):
            add("dates", day, texts, unit.n)
        for code, texts in find_places(text, languages):
            add("places", code, texts, unit.n)
        for name, texts in find_organisations(text, languages):
            add("organisations", name, texts, unit.n)
        for key, texts in find_amounts(text, languages):
            add("amounts", key, texts, unit.n)
        for speaker, quote in find_quotes(text):
            add("quotes", quote, {"ar": quote, "speaker": speaker}, unit.n)
    facts = {kind: list(of_kind.values()) for kind, of_kind in found.items()}
    for kind in ("organisations", "places"):
        facts[kind].sort(key=lambda fact: -len(fact["segments"]))
    return facts
