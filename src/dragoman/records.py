"""The records that flow from stage to stage, one JSON object per line between them."""

from __future__ import annotations

import typing
from dataclasses import dataclass, field
from typing import Any, Self

from dragoman.errors import DataError

Kind = typing.Literal["text", "verbatim"]
Method = typing.Literal["model", "rescue", "copy", "memory", "glossary"]
QualityClass = typing.Literal["good", "check", "bad"]


@dataclass(frozen=True, slots=True)
class Record:
    """Base of all records: conversion to and from the JSON object of a shard's line."""

    def to_json(self) -> dict[str, Any]:
        """Returns the record as a JSON-serialisable dict, fields in order of definition."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Builds the record from a shard's line.

        Raises:
            DataError: the row lacks a field or has one that the record does not know.
        """
        try:
            return cls(**row)
        except TypeError as error:
            raise DataError(f"not a {cls.__name__} record: {error}") from error


@dataclass(frozen=True, slots=True)
class Article(Record):
    """One source article.

    Attributes:
        id: unique over a run; data, never a path.
        text: the body in Arabic, as read (Unicode, original marks kept).
        title: headline, "" when the source gives none.
        date: ISO 8601 date or date-time, "" when unknown.
        source: URL or other origin stated by the source, "" when unknown.
        extra: any further fields of the source, carried along.
        origin: the file (and row) it was read from, for messages and provenance.
        notes: what reading had to do to it, such as ``encoding: cp1256``.
        given: translations that the source has and that are kept, by language: one for each line of the
            text that is not empty, "" where that line has none.
    """

    id: str
    text: str
    title: str = ""
    date: str = ""
    source: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    origin: str = ""
    notes: list[str] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject(Record):
    """A record that could not be used.

    Attributes:
        source: file it came from.
        position: where in the file: ``line 3``, ``row 17``, or "" for the whole file.
        reason: one of a small set of words (``empty``, ``not-arabic``, ``unreadable``, ...).
        detail: a sentence for people.
        id: the article id where one was known.
    """

    source: str
    position: str
    reason: str
    detail: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Segment(Record):
    """One sentence or line of an article.

    ``before`` and, on the last segment of the body, ``after`` hold the characters around the segment, so
    that ``before + text`` over the body's segments, plus the last ``after``, is the article's text exactly.
    A title is segment 0 in paragraph 0; paragraphs of the body count from 1.

    Attributes:
        id: ``<article>#<n>``.
        article: the article's id.
        n: number within the article, consecutive from 0.
        paragraph: number of the line of the article that holds the segment; 0 is the title.
        kind: ``text`` is translated, ``verbatim`` is copied.
        text: the segment, as in the source.
        before: characters between the segment before and this one.
        after: characters after the last segment of the body, else "".
        given: translations that the source has and that are kept, by language.
    """

    id: str
    article: str
    n: int
    paragraph: int
    kind: Kind
    text: str
    before: str = ""
    after: str = ""
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Translation(Record):
    """One segment in one target language.

    Attributes:
        id: the segment's id.
        text: the hypothesis kept.
        score: mean log-probability per target token (0 is certain), None for what no model made.
        flags: the checks that the text fails, sorted; [] when none.
        method: ``model``, ``rescue`` (a later decoding was better, or a slip in a figure was put right),
            ``copy``, or ``memory`` (a person's translation, from a translation memory or given with the
            source);
            after alignment also ``glossary`` (a name was spelt as the glossary says).
        alternative: the hypothesis that was not kept, or not as it was, where a rescue was tried, else "".
    """

    id: str
    text: str
    score: float | None
    flags: list[str] = field(default_factory=list)
    method: Method = "model"
    alternative: str = ""


@dataclass(frozen=True, slots=True)
class RoundTrip(Record):
    """A translation translated back.

    Attributes:
        id: the segment's id.
        text: in Arabic again, "" where nothing was translated back.
        chrf: of it against the segment, 0 to 100, None likewise.
    """

    id: str
    text: str = ""
    chrf: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate(Record):
    """What a model of quality says of a translation.

    Attributes:
        id: the segment's id.
        comet: its score times 100, None where nothing was asked.
    """

    id: str
    comet: float | None = None


@dataclass(frozen=True, slots=True)
class AlignedUnit(Record):
    """One segment in all languages: the row of the corpus.

    Attributes:
        id: ``<article>#<n>``.
        article: the article's id.
        n: number within the article.
        paragraph: 0 for the title, then the line of the article.
        kind: ``text`` or ``verbatim``.
        ar: the source text.
        targets: target text by language.
        scores: mean log-probability per target token by language, None for a copied segment.
        flags: failed checks by language.
        alternatives: hypotheses not kept, by language, only where a rescue was tried.
        methods: how each text came about, by language; see ``Translation``.
        qualities: how far to trust each text, by language; see ``quality``.
        estimates: expected chrF by language, 0 to 100; None for what no model made and where the model is
            not calibrated.
        round_trips: chrF of each text translated back, by language; None where it was not.
        comets: COMET of each text without a reference, times 100, by language; None likewise.
    """

    id: str
    article: str
    n: int
    paragraph: int
    kind: Kind
    ar: str
    targets: dict[str, str]
    scores: dict[str, float | None]
    flags: dict[str, list[str]]
    alternatives: dict[str, str] = field(default_factory=dict)
    methods: dict[str, Method] = field(default_factory=dict)
    qualities: dict[str, QualityClass] = field(default_factory=dict)
    estimates: dict[str, float | None] = field(default_factory=dict)
    round_trips: dict[str, float | None] = field(default_factory=dict)
    comets: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict(Record):
    """What the corpus filter says of a unit.

    Attributes:
        id: the unit's id.
        block: the first block that the unit fails, "" where it stays.
        language: the language at fault, "" where it is none of them.
        detail: what was found there.
    """

    id: str
    block: str = ""
    language: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NameRow(Record):
    """A name of an article.

    Attributes:
        article: the article's id.
        ar: the name, normalised, without what is written together with it.
        segments: numbers of the segments that have it.
        renderings: by language, the segments by how they render it, the most frequent first; "" is for those
            where no rendering was found.
        titles: of a person, by language, "" for none; empty where the name is not known to be a person's.
        spellings: by language, where the translations lack the name or differ: word by word as they have it
            most often, else as the romaniser spells it.
    """

    article: str
    ar: str
    segments: list[int]
    renderings: dict[str, dict[str, list[int]]]
    titles: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary(Record):
    """The segments that summarise an article; the i-th entries of all languages render the same segment.

    Attributes:
        article: the article's id.
        method: how the segments were chosen.
        segments: their numbers, in document order.
        texts: by language (``ar`` and the targets), the segments' texts in the same order.
    """

    article: str
    method: str
    segments: list[int]
    texts: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class AbstractSentence(Record):
    """A sentence of a summary that a model wrote.

    Attributes:
        article: the article's id.
        n: number of the sentence, from 0.
        ar: as the model wrote it.
        segments: numbers of the segments that support it, ascending.
        targets: its translations by language.
        scores: mean log-probability per target token by language, None for what was copied.
        flags: what fails, by language; under ``ar`` what the article does not support, see ``abstracts``.
    """

    article: str
    n: int
    ar: str
    segments: list[int]
    targets: dict[str, str]
    scores: dict[str, float | None]
    flags: dict[str, list[str]]
