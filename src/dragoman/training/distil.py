"""Sequence-level distillation: a student learns from a teacher's translations (Kim and Rush 2016)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dragoman.engine import Translator
from dragoman.parallel import batches
from dragoman.records import Segment
from dragoman.training.collect import Row
from dragoman.translate import Options, translate

CHUNK = 8192
"""Texts translated together: enough to fill batches of every length, few enough to hold."""


def distil(
    texts: Iterable[str],
    teachers: dict[str, Translator],
    options: Options,
    *,
    min_score: float,
    domain: str,
) -> Iterator[tuple[Row, str]]:
    """Translates monolingual Arabic and says which pairs a student should learn from.

    Args:
        texts: Arabic, a segment each.
        teachers: the engine by target language.
        options: how to translate.
        min_score: mean log-probability per token below which a pair is rejected.
        domain: the domain that the rows get.

    Yields:
        A row of the source ``distilled`` and the reason why it is rejected (flags, low score) or "".
    """
    numbered = enumerate(texts)
    for chunk in batches(numbered, CHUNK):
        segments = [Segment(f"mono#{n}", "mono", n, n + 1, "text", text) for n, text in chunk]
        for language, teacher in teachers.items():
            found = translate(segments, teacher, language, options)
            for segment, translation in zip(segments, found, strict=True):
                reason = ",".join(translation.flags)
                if not reason and translation.score is not None and translation.score < min_score:
                    reason = "score"
                yield (
                    {
                        "source": "distilled",
                        "domain": domain,
                        "language": language,
                        "ar": segment.text,
                        "text": translation.text,
                    },
                    reason,
                )
