"""How far to trust a translation: the estimate, the classes, and what they are fitted on."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.checks import SEVERE
from dragoman.evaluate import Judged
from dragoman.evaluate.calibration import as_recipe, calibrate
from dragoman.quality import BAD, FEATURES, GOOD, Calibration, calibrations, features, rate
from dragoman.records import AlignedUnit

SOURCE = "زار الوزير مدينة فاس صباح اليوم"
CALIBRATION = Calibration(
    40.0, {"score": 30.0, "likeness": 50.0}, {"score": -0.7, "likeness": 0.2}, 50.0, 30.0
)


def unit(**changes: Any) -> AlignedUnit:
    values: dict[str, Any] = {
        "targets": {"en": "The minister visited Fes this morning", "fr": "Le ministre a visité Fès ce matin"},
        "scores": {"en": -0.7, "fr": -0.7},
        "flags": {"en": [], "fr": []},
        "methods": {"en": "model", "fr": "model"},
    }
    return AlignedUnit("a#1", "a", 1, 1, "text", SOURCE, **{**values, **changes})


def known(text: str, *others: str) -> dict[str, float | None]:
    return features(SOURCE, text, others, -0.5, [])


def test_texts_that_share_names_are_alike() -> None:
    same = known("The minister visited Fes", "Le ministre a visité Fès")["likeness"]
    other = known("The minister visited Fes", "Il a plu toute la nuit")["likeness"]
    assert same is not None
    assert other is not None
    assert same > 0.4 > 0.1 > other
    assert known("Fès", "FES")["likeness"] == 1.0


def test_a_feature_that_is_not_there_counts_for_nothing() -> None:
    assert known("The minister")["likeness"] is None
    assert known("The minister", "")["likeness"] is None
    found = {**known("The minister"), "score": -0.7}
    assert CALIBRATION.estimate(found) == 40.0


@pytest.mark.parametrize(
    ("estimate", "flags", "expected"),
    [
        (50.0, [], "good"), (49.9, [], "check"), (30.0, ["numbers"], "check"), (29.9, [], "bad"),
        (99.0, ["truncated"], "bad"), (60.0, ["low-score"], "good"),
        (99.0, ["numbers"], "check"), (99.0, ["low-score", "place-lost"], "check"),
    ],
)  # fmt: skip
def test_classes(estimate: float, flags: list[str], expected: str) -> None:
    assert CALIBRATION.classify(estimate, flags) == expected


@pytest.mark.parametrize("flag", sorted(SEVERE))
def test_without_thresholds_only_a_severe_check_makes_bad(flag: str) -> None:
    bare = dataclasses.replace(CALIBRATION, good=None, bad=None)
    assert {bare.classify(value, []) for value in (0.0, 100.0)} == {"check"}
    assert bare.classify(100.0, [flag]) == "bad"


def test_a_unit_is_rated_in_each_language() -> None:
    rated = rate(
        unit(scores={"en": -0.1, "fr": -0.9}, flags={"en": [], "fr": ["empty"]}), {"en": CALIBRATION}
    )
    assert rated.qualities == {"en": "good", "fr": "bad"}
    assert rated.estimates["en"] is not None
    assert rated.estimates["en"] > GOOD
    assert rated.estimates["fr"] is None


def test_what_people_wrote_and_what_was_copied_is_good() -> None:
    rated = rate(unit(scores={"en": None, "fr": None}, methods={"en": "memory", "fr": "copy"}), {})
    assert rated.qualities == {"en": "good", "fr": "good"}
    assert rated.estimates == {"en": None, "fr": None}


@given(lines, lines, lines, st.floats(-20, 0), st.lists(st.sampled_from(sorted(SEVERE)), unique=True))
def test_any_text_gets_a_class_and_an_estimate_in_range(
    ar: str, en: str, fr: str, score: float, flags: list[str]
) -> None:
    row = unit(targets={"en": en, "fr": fr}, scores={"en": score, "fr": score}, flags={"en": flags, "fr": []})
    rated = rate(dataclasses.replace(row, ar=ar), {"en": CALIBRATION, "fr": CALIBRATION})
    assert all(value is not None and 0 <= value <= 100 for value in rated.estimates.values())
    assert rated.qualities["en"] == "bad" or not flags


def judged(number: int, seed: int = 1, noise: float = 5.0) -> Iterator[Judged]:
    """Yields segments whose chrF follows the score, but for noise."""
    chance = random.Random(seed)
    for n in range(number):
        score = -chance.random() * 2
        truth = min(max(70 + 40 * score + chance.gauss(0, noise), 0.0), 100.0)
        yield Judged("fake", "set", "ar-en", n, "", f"{SOURCE} {n}", "", "The minister", score, [], truth)


def test_thresholds_hold_on_other_segments() -> None:
    found = calibrate(list(judged(2000)))["fake"]["en"]
    assert found["precision"]["good"] > 0.7
    assert found["precision"]["bad"] > 0.7
    assert found["correlation"] > 0.9
    assert sum(found["share"].values()) == pytest.approx(1, abs=0.001)
    calibration = Calibration.from_json(found)
    others = list(judged(2000, seed=2))
    features_of = [features(row.ar, row.text, [], row.score or 0, row.flags) for row in others]
    classes = [calibration.classify(calibration.estimate(known), []) for known in features_of]
    for name, right in (("good", lambda chrf: chrf >= GOOD), ("bad", lambda chrf: chrf < BAD)):
        given_to = [row.chrf for row, value in zip(others, classes, strict=True) if value == name]
        assert len(given_to) > 200
        assert sum(map(right, given_to)) / len(given_to) > 0.7


def test_a_model_that_is_never_good_gets_no_such_class() -> None:
    rows = [dataclasses.replace(row, chrf=row.chrf / 3) for row in judged(500)]
    found = calibrate(rows)["fake"]["en"]
    assert found["good"] is None
    assert found["precision"]["good"] is None
    assert found["share"]["bad"] > 0.99


def test_a_class_that_does_not_hold_on_segments_held_back_is_not_given() -> None:
    # from one stretch of the text to the next the same score means less
    rows = [dataclasses.replace(row, chrf=max(0.0, row.chrf - 15 * (row.n // 400))) for row in judged(2000)]
    found = calibrate(rows)["fake"]["en"]
    assert found["precision"]["good"] < 0.7 < found["precision"]["bad"]
    assert found["good"] is None and found["bad"] is not None


def test_every_set_is_in_every_fold_whatever_their_order() -> None:
    sets = [
        [
            dataclasses.replace(row, test_set=name, chrf=max(0.0, row.chrf - minus))
            for row in judged(300, seed)
        ]
        for seed, (name, minus) in enumerate([("easy", 0), ("middling", 8), ("hard", 16)])
    ]
    found = calibrate([row for some in sets for row in some])
    assert calibrate([row for some in reversed(sets) for row in some]) == found
    # what no other set is like can still be foretold, as a part of it is learnt from
    alone = calibrate(sets[2])["fake"]["en"]["share"]["good"]
    assert found["fake"]["en"]["precision"]["good"] > 0.7 > alone


def test_scores_that_say_nothing_give_no_class() -> None:
    chance = random.Random(3)
    rows = [dataclasses.replace(row, chrf=chance.uniform(20, 60)) for row in judged(1000)]
    found = calibrate(rows)["fake"]["en"]
    assert (found["good"], found["bad"]) == (None, None)
    assert found["share"]["check"] == 1.0


def test_few_segments_give_no_calibration() -> None:
    assert calibrate(list(judged(199))) == {"fake": {}}


def test_what_is_written_for_the_recipe_is_read_from_a_manifest() -> None:
    found = calibrate(list(judged(300)))
    manifest = yaml.safe_load(as_recipe(found))
    assert calibrations({"en": manifest, "fr": manifest}) == {
        "en": Calibration.from_json(found["fake"]["en"])
    }
    assert set(manifest["quality"]["en"]["weights"]) == set(FEATURES) - {"likeness"}
    assert calibrations({"en": {}}) == {}
