"""What a brief says about an article, in plain data: the same for HTML, Markdown and the index."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dragoman.brief.names import slug
from dragoman.brief.text import clip
from dragoman.brief.words import SOURCE_LANGUAGE, targets
from dragoman.errors import DataError
from dragoman.facts.find import Fact, Facts, find_facts
from dragoman.facts.people import is_common
from dragoman.names.press import is_as_known
from dragoman.quality import CLASSES
from dragoman.records import AbstractSentence, AlignedUnit, Article, NameRow, Summary

BY_SOUND = "≈"
"""Stands before a name that no translation has, or has wrong: a table or a model of letters spells it."""


@dataclass(frozen=True, slots=True)
class Content:
    """An article's brief.

    Attributes:
        titles: heading by language, targets first, Arabic last.
        heading: number of the segment that the heading comes from, None when it comes from none.
        paragraphs: the units grouped by paragraph, in order.
        summary: per chosen segment its number and its text by language.
        abstract: the summary that a model wrote, empty where none did.
        copied: how many units are copied as they are.
        flagged: by target language, the numbers of the segments that carry a flag.
        flags: by flag, most frequent first: by target language, the numbers of the segments that carry it.
        facts: read from the Arabic, see ``facts.find_facts``.
        said: quotes, as the name of whoever is quoted where it is among the names, with its renderings.
        who: people with their titles, and names that come again or have several words, with their renderings.
        qualities: by target language, how many translated segments have each class.
    """

    titles: dict[str, str]
    heading: int | None
    paragraphs: list[list[AlignedUnit]]
    summary: list[tuple[int, dict[str, str]]]
    abstract: Sequence[AbstractSentence]
    copied: int
    flagged: dict[str, list[int]]
    flags: dict[str, dict[str, list[int]]]
    facts: Facts
    who: list[Fact]
    said: list[Fact]
    qualities: dict[str, dict[str, int]]

    @property
    def kinds(self) -> list[tuple[str, list[Fact]]]:
        """The key facts by the word for their kind, those that there are."""
        facts = self.facts
        found = {"who": self.who, "organisations": facts["organisations"], "where_place": facts["places"]}
        found |= {"when": self.facts["dates"], "how_much": self.facts["amounts"], "said": self.said}
        return [(kind, facts) for kind, facts in found.items() if facts]

    @property
    def verdict(self) -> str:
        """How far to trust the whole: ``good``, ``check`` or ``bad``, by the worst of the languages."""
        verdicts = [_verdict(counts) for counts in self.qualities.values()]
        return max(verdicts, key=CLASSES.index, default="check")


def content(
    article: Article,
    units: Sequence[AlignedUnit],
    summary: Summary,
    languages: Sequence[str],
    names: Sequence[NameRow] = (),
    *,
    abstract: Sequence[AbstractSentence] = (),
) -> Content:
    """Gathers what a brief shows.

    Args:
        article: the article.
        units: its aligned units in order.
        summary: its summary.
        languages: the target languages; Arabic is understood.
        names: the article's names.
        abstract: the sentences of its summary that a model wrote.

    Raises:
        DataError: a unit or the summary lacks a language, or the summary names a segment that is not there.
    """
    languages = targets(languages)
    for unit in units:
        if missing := [language for language in languages if language not in unit.targets]:
            raise DataError(
                f"segment {unit.id!r}: no translation into {', '.join(missing)}; "
                "delete the aligned shards and run again"
            )
    titles, heading = _titles(article, units, languages)
    flags = _flags(units, languages)
    facts = find_facts(units, languages, article.date if parse_date(article.date) else "")
    return Content(
        titles=titles,
        heading=heading,
        paragraphs=[list(group) for _, group in itertools.groupby(units, key=lambda unit: unit.paragraph)],
        summary=_summary(units, summary, languages),
        abstract=abstract,
        copied=sum(unit.kind == "verbatim" for unit in units),
        flagged={language: [unit.n for unit in units if unit.flags.get(language)] for language in languages},
        flags=flags,
        facts=facts,
        who=_who(names, [*facts["places"], *facts["organisations"]], languages),
        said=_said(names, facts["quotes"], languages),
        qualities={
            language: {
                name: sum(u.qualities.get(language, "check") == name for u in units if u.kind == "text")
                for name in CLASSES
            }
            for language in languages
        },
    )


def _who(names: Sequence[NameRow], others: Sequence[Fact], languages: Sequence[str]) -> list[Fact]:
    """Returns the names that are nothing else and matter: people first, then of several words or segments."""
    known = {word for fact in others for word in fact["texts"]["ar"].split()}
    kept = [
        name
        for name in names
        if name.titles
        or (
            (" " in name.ar or len(name.segments) > 1)
            and not known.intersection(name.ar.split())
            and not all(is_common(word) for word in name.ar.split())
        )
    ]
    kept.sort(key=lambda name: (not name.titles, -len(name.segments)))
    return [{"value": n.ar, "texts": _rendered(n, languages), "segments": n.segments} for n in kept]


def _rendered(name: NameRow, languages: Sequence[str]) -> dict[str, str]:
    """Returns by language a person's title and a name's rendering, and the Arabic.

    The rendering is the most frequent one, and where it lacks words of a person's name or there is none the
    spelling by sound, with its mark; "" where there is none either.
    """
    found = {}
    for language in languages:
        text = next((text for text in name.renderings.get(language, {}) if text), "")
        spelt = name.spellings.get(language, "")
        short = bool(name.titles) and len(text.split()) < len(spelt.split())
        if spelt and (not text or short or not is_as_known(name.ar, text, language)):
            text = f"{BY_SOUND} {spelt}"
        found[language] = f"{name.titles.get(language, '')} {text}".strip() if text else ""
    return {**found, SOURCE_LANGUAGE: name.ar}


def _said(names: Sequence[NameRow], quotes: Sequence[Fact], languages: Sequence[str]) -> list[Fact]:
    """Returns who is quoted where: the longest name before the quote, else what stands there in Arabic."""
    found: dict[str, Fact] = {}
    for quote in quotes:
        speaker = quote["texts"]["speaker"]
        known = [name for name in names if f" {name.ar} " in f" {speaker} "]
        name = max(known, key=lambda name: len(name.ar), default=None)
        texts = {**dict.fromkeys(languages, ""), SOURCE_LANGUAGE: speaker}
        if name:
            texts = _rendered(name, languages)
        fact = found.setdefault(texts[SOURCE_LANGUAGE], {"value": speaker, "texts": texts, "segments": []})
        fact["segments"] += [n for n in quote["segments"] if n not in fact["segments"]]
    return list(found.values())


def _verdict(counts: Mapping[str, int]) -> str:
    """Returns the class of a whole text: a twentieth that is bad spoils a good one, a quarter any."""
    total = sum(counts.values())
    if counts["bad"] * 4 >= total > 0:
        return "bad"
    return "good" if counts["good"] * 2 >= total > 0 and counts["bad"] * 20 <= total else "check"


def reasons(unit: AlignedUnit, language: str) -> list[str]:
    """Returns why a text is to be doubted: its flags, or that its estimate alone makes it bad."""
    flags = unit.flags.get(language, [])
    return flags or (["low-estimate"] if unit.qualities.get(language) == "bad" else [])


def doubts(sentence: AbstractSentence, language: str) -> list[str]:
    """Returns why a sentence that a model wrote is to be doubted in a language, what it wrote included."""
    return list(dict.fromkeys([*sentence.flags.get(SOURCE_LANGUAGE, []), *sentence.flags.get(language, [])]))


def _titles(
    article: Article, units: Sequence[AlignedUnit], languages: Sequence[str]
) -> tuple[dict[str, str], int | None]:
    """Returns the title's texts, else the first text segment's clipped, else whatever names the article."""
    first = units[0] if units else None
    unit = next((unit for unit in units if unit.paragraph == 0 or unit.kind == "text"), first)
    if unit is None:
        name = article.title or article.id
        return dict.fromkeys([*languages, SOURCE_LANGUAGE], clip(name)), None
    texts = {language: unit.targets[language] or unit.ar for language in languages}
    texts[SOURCE_LANGUAGE] = unit.ar
    if unit.paragraph != 0:
        texts = {language: clip(text) for language, text in texts.items()}
    return texts, unit.n


def _summary(
    units: Sequence[AlignedUnit], summary: Summary, languages: Sequence[str]
) -> list[tuple[int, dict[str, str]]]:
    name, again = f"summary of article {summary.article!r}", "delete the summaries and run again"
    if unknown := set(summary.segments) - {unit.n for unit in units}:
        raise DataError(f"{name} names segment {min(unknown)}, which is not there; {again}")
    texts = {language: summary.texts.get(language, []) for language in [*languages, SOURCE_LANGUAGE]}
    for language, sentences in texts.items():
        if len(sentences) != len(summary.segments):
            raise DataError(
                f"{name} has {len(sentences)} of {len(summary.segments)} sentences in {language}; {again}"
            )
    return [(n, {language: texts[language][i] for language in texts}) for i, n in enumerate(summary.segments)]


def _flags(units: Sequence[AlignedUnit], languages: Sequence[str]) -> dict[str, dict[str, list[int]]]:
    found = [
        (flag, language, unit.n)
        for unit in units
        for language in languages
        for flag in unit.flags.get(language, [])
    ]
    counts = Counter(flag for flag, _, _ in found)
    places: dict[str, dict[str, list[int]]] = {
        flag: {language: [] for language in languages}
        for flag in sorted(counts, key=lambda flag: (-counts[flag], flag))
    }
    for flag, language, n in found:
        places[flag][language].append(n)
    return places


def entry(
    article: Article, units: Sequence[AlignedUnit], summary: Summary, languages: Sequence[str]
) -> dict[str, Any]:
    """Returns an article's row for the index: small, and JSON as it is.

    Args:
        article: the article.
        units: its aligned units in order.
        summary: its summary.
        languages: the target languages; Arabic is understood.

    Returns:
        ``id``, ``slug``, ``date``, ``source``; ``title`` and ``lead`` by language, where the lead is the
        first sentence of the summary that the title does not already give, or ""; ``segments`` and
        ``copied``, numbers of segments; ``flagged``, numbers of flagged segments by target language;
        ``verdict`` and ``quality``, see ``Content``; ``facts`` by kind, names among them.

    Raises:
        DataError: as ``content``.
    """
    return row(article, content(article, units, summary, languages))


def row(article: Article, page: Content) -> dict[str, Any]:
    """Returns the index row of an article whose content is gathered; see ``entry``."""
    leads = (texts for n, texts in page.summary if n != page.heading)
    return {
        "id": article.id,
        "slug": slug(article.id),
        "date": article.date,
        "source": article.source,
        "title": page.titles,
        "lead": next(leads, dict.fromkeys(page.titles, "")),
        "segments": sum(map(len, page.paragraphs)),
        "copied": page.copied,
        "flagged": {language: len(numbers) for language, numbers in page.flagged.items()},
        "verdict": page.verdict,
        "quality": page.qualities,
        "facts": {**page.facts, "names": page.who},
    }


def parse_date(text: str) -> datetime | None:
    """Returns an ISO 8601 date or date-time in UTC, taken as UTC if it names no zone; None if neither."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def show_date(text: str) -> str:
    """Returns a date for people: ``2021-09-25 19:30 UTC+02:00`` for a date-time, else the text as it is."""
    text = text.strip()
    if len(text) <= len("2021-09-25") or parse_date(text) is None:
        return text
    moment = datetime.fromisoformat(text)
    zone = moment.tzname() if moment.tzinfo else ""
    return f"{moment:%Y-%m-%d %H:%M} {zone}".strip()
