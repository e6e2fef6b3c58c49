"""Segments and their translations to aligned, rated units: a join on ids, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from dragoman.errors import DataError
from dragoman.names.glossary import Glossary
from dragoman.quality import Calibration, rate
from dragoman.records import AlignedUnit, Estimate, RoundTrip, Segment, Translation

_Row = TypeVar("_Row", RoundTrip, Estimate)


def align(
    segments: Iterable[Segment],
    translations: Mapping[str, Iterable[Translation]],
    calibrations: Mapping[str, Calibration] | None = None,
    glossary: Glossary | None = None,
    *,
    round_trips: Mapping[str, Iterable[RoundTrip]] | None = None,
    estimates: Mapping[str, Iterable[Estimate]] | None = None,
) -> Iterator[AlignedUnit]:
    """Joins each segment with its translation into every language.

    Args:
        segments: the segments of a shard in order.
        translations: by language, one translation per segment in the same order.
        calibrations: of the models, by language, where they have one.
        glossary: how names are to be spelt.
        round_trips: by language, one per segment in the same order; of a text that the glossary changes the
            figure is that of the text before.
        estimates: by language, likewise.

    Yields:
        One unit per segment.

    Raises:
        DataError: a language lacks a segment, has one too many or another order.
    """
    back = {language: iter(stream) for language, stream in (round_trips or {}).items()}
    judged = {language: iter(stream) for language, stream in (estimates or {}).items()}
    streams = {language: iter(stream) for language, stream in translations.items()}
    for segment in segments:
        row = {language: next(stream, None) for language, stream in streams.items()}
        for language, translation in row.items():
            if translation is None or translation.id != segment.id:
                found = translation.id if translation else "the end"
                raise DataError(
                    f"translations to {language}: expected segment {segment.id}, found {found}; "
                    "delete the translations of this shard and run again"
                )
        found_all = {language: translation for language, translation in row.items() if translation}
        unit = AlignedUnit(
            id=segment.id,
            article=segment.article,
            n=segment.n,
            paragraph=segment.paragraph,
            kind=segment.kind,
            ar=segment.text,
            targets={language: t.text for language, t in found_all.items()},
            scores={language: t.score for language, t in found_all.items()},
            flags={language: t.flags for language, t in found_all.items()},
            alternatives={language: t.alternative for language, t in found_all.items() if t.alternative},
            methods={language: t.method for language, t in found_all.items()},
            round_trips={key: _next(stream, segment.id, "round trips").chrf for key, stream in back.items()},
            comets={key: _next(stream, segment.id, "estimates").comet for key, stream in judged.items()},
        )
        yield rate(glossary.repair(unit) if glossary else unit, calibrations or {})
    for language, stream in streams.items():
        extra = next(stream, None)
        if extra is not None:
            raise DataError(
                f"translations to {language}: {extra.id} is no segment; "
                "delete the translations of this shard and run again"
            )


def _next(stream: Iterator[_Row], identifier: str, what: str) -> _Row:
    """Returns the next row of a stream, which must be that of the segment."""
    row = next(stream, None)
    if row is None or row.id != identifier:
        raise DataError(f"{what}: none for {identifier}; delete the {what} of this shard and run again")
    return row
