"""Scores of a model on test sets: BLEU and chrF with their signatures (Post 2018; Popović 2015)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dragoman.engine import Translator
from dragoman.records import Segment
from dragoman.segment import kind_of
from dragoman.test_sets import read_test_set
from dragoman.translate import Options, translate


def evaluate(
    translators: Mapping[str, tuple[str, Translator]], test_sets: Sequence[Path], options: Options
) -> Iterator[dict[str, Any]]:
    """Translates test sets as the workflow translates articles, and scores the result.

    Args:
        translators: by target language, the model's name and the engine.
        test_sets: folders, see ``read_test_set``.
        options: how to translate.

    Yields:
        ``{"model", "test_set", "pair", "metric", "score", "signature", "segments"}``, BLEU then chrF, for
        each set and language that the set has.
    """
    from sacrebleu.metrics import BLEU, CHRF

    for folder in test_sets:
        for language, (model, translator) in translators.items():
            test_set = read_test_set(folder, language)
            if test_set is None:
                continue
            source, reference = test_set
            segments = [
                Segment(f"{folder.name}#{n}", folder.name, n, n + 1, kind_of(line), line)
                for n, line in enumerate(source)
            ]
            found = [row.text for row in translate(segments, translator, language, options)]
            for metric in (BLEU(), CHRF()):
                score = metric.corpus_score(found, [reference])
                yield {
                    "model": model,
                    "test_set": folder.name,
                    "pair": f"ar-{language}",
                    "metric": score.name,
                    "score": round(score.score, 2),
                    "signature": str(metric.get_signature()),
                    "segments": len(source),
                }
