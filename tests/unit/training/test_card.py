"""The card and the curve of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dragoman import config
from dragoman.training.card import card
from dragoman.training.collect import Source
from dragoman.training.curves import draw

LOG = [{"seen": 100, "loss": 4.0}, {"seen": 200, "loss": 3.0, "valid_loss": 2.5, "shuffled_loss": 3.5}]


def score(metric: str, value: float) -> dict[str, Any]:
    return {"test_set": "t", "pair": "ar-en", "metric": metric, "score": value, "signature": f"sig-{metric}"}


def build(**changes: Any) -> str:
    values: dict[str, Any] = {
        "sources": [Source("s", Path("s"), "moses", "CC-BY | see\n there", "law", 2.5)],
        "counts": {
            "kept": {"s": 1234},
            "rejected": {"s": {"evaluation": 7, "long": 1}, "t": {"evaluation": 2}},
        },
        "finished": {"steps": 50, "minutes": 3.5, "seen": 98765},
        "log": LOG,
        "evaluation": [score("BLEU", 9.04), score("chrF2", 34.36)],
    }
    return card(config.fill({}, config.schema("training")), **(values | changes))


def test_the_card_tells_scores_data_and_what_was_left_out() -> None:
    text = build()
    assert "| t | ar-en | 9.0 | 34.4 |" in text
    assert "`sig-BLEU`, `sig-chrF2`" in text
    assert "| s | 1,234 | 2.5 | law | CC-BY / see there |" in text
    assert "9 rows that share seven words" in text
    assert "98,765 sentence pairs seen in 50 steps and 3.5 minutes" in text
    assert "loss 2.5 nats per token, with wrong sources 3.5." in text


def test_distilled_pairs_are_named() -> None:
    assert "| distilled | 12 | 1 | news | as its text |" in build(
        counts={"kept": {"distilled": 12}, "rejected": {}}
    )
    assert "distilled" not in build()


def test_without_test_sets_or_looks_it_says_so() -> None:
    text = build(evaluation=[], log=LOG[:1])
    assert "No test set was given." in text
    assert "loss not measured nats" in text


def test_the_curve_is_the_same_bytes_and_names_its_lines(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        draw(LOG, tmp_path / name)
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "sentence pairs seen" in text
    assert "validation with wrong sources" in text
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
