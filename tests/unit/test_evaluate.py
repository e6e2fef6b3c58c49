"""Scores of a model on test sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeTranslator, latin

from dragoman.errors import DataError
from dragoman.evaluate import evaluate
from dragoman.test_sets import read_test_set
from dragoman.translate import Options

SOURCE = [
    "زار الوزير المدينة صباح اليوم مع وفد كبير",
    "أعلنت الشركة عن نتائجها المالية أمس",
    "انتهى الاجتماع مساء",
]


def write_set(folder: Path, reference: list[str], language: str = "en") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "news.ar").write_text("\n".join(SOURCE) + "\n", encoding="utf-8")
    (folder / f"news.{language}").write_text("\n".join(reference) + "\n", encoding="utf-8")
    return folder


def scores(folder: Path) -> dict[str, float]:
    engine = {"en": ("fake", FakeTranslator())}
    rows = list(evaluate(engine, [folder], Options(rescue=False)))
    assert {(row["model"], row["test_set"], row["pair"], row["segments"]) for row in rows} == {
        ("fake", folder.name, "ar-en", 3)
    }
    assert all("version:" in row["signature"] for row in rows)
    return {row["metric"]: row["score"] for row in rows}


def test_what_the_model_says_scores_100_against_itself(tmp_path: Path) -> None:
    assert scores(write_set(tmp_path / "set", [latin(text) for text in SOURCE])) == {
        "BLEU": 100.0,
        "chrF2": 100.0,
    }


def test_a_wrong_reference_scores_low(tmp_path: Path) -> None:
    found = scores(write_set(tmp_path / "set", ["quite", "another", "text"]))
    assert found["BLEU"] < 5
    assert found["chrF2"] < 10


def test_a_language_that_a_set_lacks_is_passed_over(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", SOURCE, "fr")
    assert list(evaluate({"en": ("fake", FakeTranslator())}, [folder], Options())) == []


def test_sides_of_different_length_are_refused(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", ["one", "two"])
    with pytest.raises(DataError, match="3 lines of ar but 2 of en"):
        read_test_set(folder, "en")


def test_a_folder_without_arabic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \.ar file"):
        read_test_set(tmp_path, "en")
