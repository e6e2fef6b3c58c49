"""How far to trust a translation: an estimate of its chrF without a reference, and a class.

The estimate is a linear function of what the engine and the checks know: the model's own score, how far the
texts in the other languages agree with this one, failed checks and lengths. Its weights and thresholds are
measured for each model on test sets (``evaluate.calibration``) and stand in the model's recipe.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dragoman.arabic import for_model
from dragoman.checks import SEVERE, failed
from dragoman.names.skeleton import without_accents
from dragoman.records import AlignedUnit, QualityClass

FEATURES = ("score", "likeness", "flags", "length", "ratio")
"""What the estimate is made of; ``features`` says what each is."""

CLASSES: tuple[QualityClass, ...] = ("good", "check", "bad")
GOOD, BAD = 50.0, 30.0
"""A segment is truly good from this chrF on, and truly bad below that one."""

_MEDIAN_RATIO = 1.42
"""Characters of target for one of normalised source in translations by people, see ``checks``."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured for a model and a language.

    Attributes:
        constant: chrF of a segment whose features are all at their mean.
        weights: chrF per unit of each feature.
        means: each feature's mean; stands in for a feature that a segment lacks.
        good: least estimate of the class ``good``; None where no threshold is right often enough.
        bad: estimate below which the class is ``bad``; None likewise.
    """

    constant: float
    weights: dict[str, float]
    means: dict[str, float]
    good: float | None
    bad: float | None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Calibration:
        """Builds a calibration from its entry in a recipe or a manifest."""
        return cls(values["constant"], values["weights"], values["means"], values["good"], values["bad"])

    def estimate(self, found: Mapping[str, float | None]) -> float:
        """Returns the expected chrF of a segment, 0 to 100, rounded to a tenth.

        Args:
            found: see ``features``.
        """
        value = self.constant
        for name, weight in self.weights.items():
            feature = found[name]
            if feature is not None:
                value += weight * (feature - self.means[name])
        return round(min(max(value, 0.0), 100.0), 1)

    def classify(self, estimate: float, flags: Sequence[str]) -> QualityClass:
        """Returns the class of a segment.

        Args:
            estimate: its expected chrF.
            flags: the checks that it fails; one that says that content is missing or wrong makes it bad, any
                other but a low score keeps it from being good.
        """
        if SEVERE.intersection(flags) or (self.bad is not None and estimate < self.bad):
            return "bad"
        good = self.good is not None and estimate >= self.good and not failed(flags)
        return "good" if good else "check"


def features(
    source: str, text: str, others: Sequence[str], score: float, flags: Sequence[str]
) -> dict[str, float | None]:
    """Returns what the estimate is made of, by the names in ``FEATURES``.

    Args:
        source: the segment in Arabic.
        text: its translation.
        others: its translations to other languages; empty ones tell nothing.
        score: mean log-probability per target token.
        flags: the checks that the translation fails.

    Returns:
        ``score``; ``likeness``, the mean Dice coefficient of the character trigrams of this text and each
        other one without accents, high where names and cognates agree, None where there is no other text;
        ``flags``, 1 where a check fails (a low score apart), else 0; ``length``, the
        logarithm of the characters of the source; ``ratio``, how far the lengths' ratio is from that of
        people's translations, as a logarithm.
    """
    length = len(for_model(source)) or 1
    trigrams = _trigrams(text)
    likeness = [_dice(trigrams, _trigrams(other)) for other in others if other]
    return {
        "score": score,
        "likeness": sum(likeness) / len(likeness) if likeness else None,
        "flags": float(bool(failed(flags))),
        "length": math.log(length),
        "ratio": abs(math.log((len(text) or 1) / length / _MEDIAN_RATIO)),
    }


def rate(unit: AlignedUnit, calibrations: Mapping[str, Calibration]) -> AlignedUnit:
    """Returns the unit with a class for each language, and an estimate where a model is calibrated.

    What people wrote and what was copied is ``good``. Without a calibration nobody knows what is good: the
    class is ``bad`` where a severe check fails and ``check`` otherwise.
    """
    qualities: dict[str, QualityClass] = {}
    estimates: dict[str, float | None] = dict.fromkeys(unit.targets)
    for language, text in unit.targets.items():
        score, flags = unit.scores[language], unit.flags[language]
        calibration = calibrations.get(language)
        if unit.methods.get(language) in {"copy", "memory"} or unit.kind == "verbatim":
            qualities[language] = "good"
        elif score is None or calibration is None:
            qualities[language] = "bad" if SEVERE.intersection(flags) else "check"
        else:
            others = [other for key, other in unit.targets.items() if key != language]
            estimates[language] = value = calibration.estimate(features(unit.ar, text, others, score, flags))
            qualities[language] = calibration.classify(value, flags)
    return replace(unit, qualities=qualities, estimates=estimates)


def calibrations(models: Mapping[str, Mapping[str, Any]]) -> dict[str, Calibration]:
    """Returns the calibrations of those models that have one.

    Args:
        models: manifests by target language.
    """
    return {
        language: Calibration.from_json(model["quality"][language])
        for language, model in models.items()
        if language in model.get("quality", {})
    }


# each translation of a segment is held against each other one
@functools.lru_cache(maxsize=16)
def _trigrams(text: str) -> frozenset[str]:
    """Returns the character trigrams of the words, case and accents folded."""
    found: set[str] = set()
    for word in _WORD.findall(without_accents(text)):
        padded = f" {word} "
        found.update(padded[start : start + 3] for start in range(len(padded) - 2))
    return frozenset(found)


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0
