"""Weights and thresholds of the quality classes, from segments whose reference is known.

The weights are those of least squares on the segments' chrF (ordinary linear regression, as the baselines of
the WMT shared tasks on quality estimation fit theirs). What is said of their precision is measured on
segments that they were not fitted on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dragoman.evaluate import Judged
from dragoman.quality import BAD, FEATURES, GOOD, Calibration, features

PRECISION = 0.75
"""A class is given only where it is right this often: three times of four."""
HELD_BACK = 0.7
"""A class that is right less often than this on segments held back is not given: its threshold was luck."""
LEAST = 0.005
"""A class that fewer of the segments get than this share is not worth having."""
FOLDS = 5
_SMALLEST = 200
"""Segments below which nothing is measured."""

_Rows = list[tuple[dict[str, float | None], float, list[str], int]]
"""Of each segment its features, its chrF, its flags and the fifth of its set that it stands in."""


def calibrate(rows: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Calibrates models on their translations of test sets.

    Args:
        rows: as ``evaluate.judge`` yields them, of all models, pairs and sets.

    Returns:
        By model and then by target language what a recipe holds: ``constant``, ``weights``, ``means``,
        ``good``, ``bad`` (see ``quality.Calibration``), ``precision`` and ``share`` of each class on the
        segments held back (None where no segment got it), ``correlation`` of the estimate with the chrF
        (Pearson) and ``segments``. A pair with fewer than 200 segments has no entry.
    """
    texts: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        texts.setdefault((row.model, row.test_set, row.ar), {})[row.pair] = row.text
    # whatever the order of the sets
    sizes = Counter((row.model, row.test_set, row.pair) for row in rows)
    found: dict[str, dict[str, _Rows]] = {}
    for row in sorted(rows, key=lambda row: (row.test_set, row.n)):
        if row.score is None:
            continue
        others = [text for pair, text in texts[row.model, row.test_set, row.ar].items() if pair != row.pair]
        known = features(row.ar, row.text, others, row.score, row.flags)
        language = row.pair.removeprefix("ar-")
        found.setdefault(row.model, {}).setdefault(language, []).append(
            (known, row.chrf, row.flags, row.n * FOLDS // sizes[row.model, row.test_set, row.pair])
        )
    return {
        model: {language: _calibrate(some) for language, some in languages.items() if len(some) >= _SMALLEST}
        for model, languages in found.items()
    }


def _calibrate(rows: _Rows) -> dict[str, Any]:
    """Fits one model and language; measures on each fifth what the other four give."""
    truth = np.array([chrf for _, chrf, _, _ in rows])
    # neighbours come from one document: whole stretches of each set are held back, not every fifth segment
    folds = np.array([fold for *_, fold in rows])
    estimates = np.zeros(len(rows))
    classes = np.empty(len(rows), dtype=object)
    for fold in range(FOLDS):
        fitted = _fit([row for row, place in zip(rows, folds, strict=True) if place != fold])
        for index in np.flatnonzero(folds == fold):
            known, _, flags, _ = rows[index]
            estimates[index] = fitted.estimate(known)
            classes[index] = fitted.classify(estimates[index], flags)
    final = _fit(rows)
    right = {"good": truth >= GOOD, "bad": truth < BAD}
    precision = {
        name: round(float(value[classes == name].mean()), 3) if (classes == name).any() else None
        for name, value in right.items()
    }
    given = {name for name, share in precision.items() if share is not None and share >= HELD_BACK}
    return {
        "constant": round(final.constant, 3),
        "weights": {name: round(weight, 3) for name, weight in final.weights.items()},
        "means": {name: round(mean, 4) for name, mean in final.means.items()},
        "good": final.good if "good" in given else None,
        "bad": final.bad if "bad" in given else None,
        "precision": precision,
        "share": {name: round(float((classes == name).mean()), 4) for name in ("good", "check", "bad")},
        "correlation": round(float(np.corrcoef(estimates, truth)[0, 1]), 3),
        "segments": len(rows),
    }


def _fit(rows: _Rows) -> Calibration:
    """Returns weights by least squares and the widest thresholds that are right often enough."""
    truth = np.array([chrf for _, chrf, _, _ in rows])
    # a feature that no segment has, such as the likeness with one target language, says nothing
    columns = {name: np.array([known[name] for known, *_ in rows], dtype=float) for name in FEATURES}
    means = {
        name: float(np.nanmean(values)) for name, values in columns.items() if not np.isnan(values).all()
    }
    matrix = np.column_stack([np.nan_to_num(columns[name] - mean) for name, mean in means.items()])
    weights, *_ = np.linalg.lstsq(matrix, truth - truth.mean(), rcond=None)
    linear = Calibration(
        float(truth.mean()), dict(zip(means, map(float, weights), strict=True)), means, None, None
    )
    estimates = np.array([linear.estimate(known) for known, *_ in rows])
    return Calibration(
        linear.constant,
        linear.weights,
        means,
        good=_threshold(-estimates, truth >= GOOD, -1),
        bad=_threshold(estimates, truth < BAD, 1),
    )


def _threshold(values: Any, right: Any, sign: int) -> float | None:
    """Returns the widest threshold below which a class is right often enough, or None.

    Args:
        values: of each segment, to be held against the threshold; shape ``(segments,)``.
        right: whether the class would be right.
        sign: what the threshold is multiplied with.
    """
    order = np.argsort(values, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # only between two different values, and with enough of them
    ends = np.flatnonzero(np.append(np.diff(values[order]) > 0, True))
    ends = ends[(ends + 1 >= LEAST * len(order)) & (shares[ends] >= PRECISION)]
    if not len(ends):
        return None
    last = values[order][ends[-1]]
    # estimates are rounded to a tenth; ``good`` includes its threshold and ``bad`` does not
    return round(float(sign * last + (0.1 if sign > 0 else 0.0)), 1)


def as_recipe(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Returns what to paste into each recipe, as YAML."""
    import yaml

    blocks = []
    for model, languages in found.items():
        text = yaml.safe_dump(
            {"quality": dict(languages)}, sort_keys=False, default_flow_style=None, width=110
        )
        blocks.append(f"# {model}\n{text}")
    return "\n".join(blocks)
