"""Scores of models on test sets: BLEU and chrF with their signatures (Post 2018; Popović 2015)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dragoman.engine import Translator
from dragoman.records import Segment
from dragoman.segment import kind_of
from dragoman.test_sets import read_test_set
from dragoman.translate import Options, translate

LENGTHS = ((1, 9), (10, 19), (20, 29), (30, None))
"""Slices by the number of Arabic words."""
SAMPLES = 1000
"""Samples of the bootstrap."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A segment of a test set with its translation.

    Attributes:
        model: the model's name.
        test_set: the set's name.
        pair: ``ar-en`` or ``ar-fr``.
        n: place in the set, from 0.
        domain: as the set states it, else "".
        ar: the source.
        reference: a person's translation.
        text: the model's.
        score: mean log-probability per target token, None for what no model made.
        flags: the checks that the text fails.
        chrf: sentence chrF of the text, 0 to 100.
        comet: its COMET times 100, None where it was not asked for.
    """

    model: str
    test_set: str
    pair: str
    n: int
    domain: str
    ar: str
    reference: str
    text: str
    score: float | None
    flags: list[str]
    chrf: float
    comet: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns the segment as a JSON object."""
        return asdict(self)


def judge(
    model: str, translator: Translator, language: str, test_sets: Iterable[Path], options: Options
) -> Iterator[Judged]:
    """Translates test sets as the workflow translates articles.

    Args:
        model: its name.
        translator: the engine.
        language: target language; sets without it are passed over.
        test_sets: see ``read_test_set``.
        options: how to translate.

    Yields:
        Each segment of each set, in order.
    """
    from sacrebleu.metrics import CHRF

    metric = CHRF()
    for path in test_sets:
        test_set = read_test_set(path, language)
        if test_set is None:
            continue
        segments = [
            Segment(f"{test_set.name}#{n}", test_set.name, n, n + 1, kind_of(line), line)
            for n, line in enumerate(test_set.sources)
        ]
        found = translate(segments, translator, language, options)
        for n, row in enumerate(found):
            reference = test_set.references[n]
            yield Judged(
                model=model,
                test_set=test_set.name,
                pair=f"ar-{language}",
                n=n,
                domain=test_set.domains[n],
                ar=test_set.sources[n],
                reference=reference,
                text=row.text,
                score=row.score,
                flags=row.flags,
                chrf=round(metric.sentence_score(row.text, [reference]).score, 2),
            )


def scores(rows: Sequence[Judged], comet: str = "") -> Iterator[dict[str, Any]]:
    """Yields BLEU and chrF of each model on each set, and the mean COMET where the rows have it.

    Args:
        rows: what ``judge`` yields.
        comet: name of the COMET model.

    Yields:
        ``{"model", "test_set", "pair", "metric", "score", "signature", "segments"}``.
    """
    for (model, test_set, pair), some in _groups(rows, "model", "test_set", "pair").items():
        for metric in _metrics().values():
            score = metric.corpus_score([r.text for r in some], [[r.reference for r in some]])
            yield {
                "model": model,
                "test_set": test_set,
                "pair": pair,
                "metric": score.name,
                "score": round(score.score, 2),
                "signature": str(metric.get_signature()),
                "segments": len(some),
            }
        known = [row.comet for row in some if row.comet is not None]
        if known and len(known) == len(some):
            yield {
                "model": model,
                "test_set": test_set,
                "pair": pair,
                "metric": "COMET",
                "score": round(sum(known) / len(known), 2),
                "signature": comet,
                "segments": len(some),
            }


def slices(rows: Sequence[Judged], comet: str = "") -> Iterator[dict[str, Any]]:
    """Yields the same by length of the source and, where a set states it, by domain.

    Args:
        rows: what ``judge`` yields.
        comet: name of the COMET model.

    Yields:
        As ``scores``, with ``slice``: ``words 10-19`` or ``domain economy``.
    """
    found: dict[str, list[Judged]] = {}
    for low, high in LENGTHS:
        name = f"words {low}-{high}" if high else f"words {low} and more"
        found[name] = [r for r in rows if low <= len(r.ar.split()) <= (high or len(r.ar))]
    for (domain,), some in sorted(_groups(rows, "domain").items()):
        if domain:
            found[f"domain {domain}"] = some
    for name, some in found.items():
        yield from ({**row, "slice": name} for row in scores(some, comet))


def compare(rows: Sequence[Judged]) -> Iterator[dict[str, Any]]:
    """Yields paired bootstrap tests of the other models against the first (Koehn 2004), by sacrebleu.

    Yields:
        ``{"test_set", "pair", "metric", "baseline", "model", "difference", "p_value", "samples"}``.
    """
    from sacrebleu.significance import PairedTest

    for (test_set, pair), some in _groups(rows, "test_set", "pair").items():
        systems = {model: [r.text for r in theirs] for (model,), theirs in _groups(some, "model").items()}
        if len(systems) < 2:
            continue
        baseline = next(iter(systems))
        references = [r.reference for r in some if r.model == baseline]
        test = PairedTest(
            list(systems.items()),
            _metrics(),
            [references],
            test_type="bs",
            n_samples=SAMPLES,
        )
        _, table = test()
        for metric in (name for name in table if name != "System"):
            first, *others = table[metric]
            for model, result in zip(table["System"][1:], others, strict=True):
                yield {
                    "test_set": test_set,
                    "pair": pair,
                    "metric": metric,
                    "baseline": baseline,
                    "model": model,
                    "difference": round(result.score - first.score, 2),
                    # sacrebleu gives the smallest p to systems that say the same
                    "p_value": 1.0
                    if systems[model] == systems[baseline]
                    else round(float(result.p_value), 4),
                    "samples": SAMPLES,
                }


def _metrics() -> dict[str, Any]:
    """Returns the metrics by the name that their scores carry."""
    from sacrebleu.metrics import BLEU, CHRF

    return {"BLEU": BLEU(), "chrF2": CHRF()}


def _groups(rows: Iterable[Judged], *keys: str) -> Mapping[tuple[str, ...], list[Judged]]:
    """Returns the rows by some of their fields, in the order of their first."""
    found: dict[tuple[str, ...], list[Judged]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, key) for key in keys), []).append(row)
    return found
