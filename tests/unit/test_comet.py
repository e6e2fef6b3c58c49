"""COMET by a program of another environment: what it is given, what it answers, and when it fails."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dragoman.comet import estimates, score
from dragoman.errors import ConfigError, DataError, ModelError
from dragoman.records import Estimate, Segment, Translation

PROGRAM = """#!{python}
import argparse, json
parser = argparse.ArgumentParser()
for short, name in (("-s", "--sources"), ("-t", "--translations"), ("-r", "--references")):
    parser.add_argument(short, name)
parser.add_argument("--model")
parser.add_argument("--to_json")
parser.add_argument("--gpus")
parser.add_argument("--only_system", action="store_true")
parser.add_argument("--quiet", action="store_true")
given = parser.parse_args()
names = given.sources, given.translations, given.references or given.translations
files = [open(name, encoding="utf-8").read().split("\\n")[:-1] for name in names]
assert given.model.endswith("/some.ckpt") and given.gpus == "0"
rows = [{{"src": s, "mt": t, "COMET": {score}}} for s, t, r in zip(*files, strict=True)]
json.dump({{given.translations: rows}}, open(given.to_json, "w", encoding="utf-8"))
"""


def program(folder: Path, value: str) -> str:
    path = folder / "comet-score"
    path.write_text(PROGRAM.format(python=sys.executable, score=value), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def run(
    folder: Path, value: str, texts: Sequence[str], references: Sequence[str] | None = None
) -> list[float]:
    return score(
        program(folder, value), "some.ckpt", "cpu", ["نص"] * len(texts), texts, references=references
    )


def test_a_score_for_each_line_whatever_it_holds(tmp_path: Path) -> None:
    texts = ["one\u2028line\r\n of it", "", "two"]
    assert run(tmp_path, "len(t) / 100", texts) == [14.0, 0.0, 3.0]
    assert run(tmp_path, "0.9 if t == r else 0.3", texts, ["x", "", "two"]) == [30.0, 90.0, 90.0]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1 / 0", "COMET failed: ZeroDivisionError"),
        ("None", "no scores that can be read"),
        ("'x'", "no scores that can be read"),
    ],
)
def test_a_program_that_fails_is_told(tmp_path: Path, value: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        run(tmp_path, value, ["a"])


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none does not start"):
        score(str(tmp_path / "none"), "m", "cpu", ["a"], ["a"])


def segment(n: int, text: str) -> Segment:
    return Segment(f"a#{n}", "a", n, 1, "text", text)


def test_what_a_model_wrote_is_judged_once() -> None:
    asked: list[tuple[str, str]] = []

    def judge(sources: Sequence[str], texts: Sequence[str]) -> list[float]:
        asked.extend(zip(sources, texts, strict=True))
        return [float(len(text)) for text in texts]

    segments = [segment(0, "أ"), segment(1, "ب"), segment(2, "أ"), segment(3, "ج"), segment(4, "د")]
    translations = [
        Translation("a#0", "one", -1.0, [], "model"),
        Translation("a#1", "three", -1.0, [], "rescue"),
        Translation("a#2", "one", -1.0, [], "model"),
        Translation("a#3", "by people", None, [], "memory"),
        Translation("a#4", "", -1.0, ["empty"], "model"),
    ]
    assert list(estimates(segments, translations, judge)) == [
        Estimate("a#0", 3.0), Estimate("a#1", 5.0), Estimate("a#2", 3.0), Estimate("a#3"), Estimate("a#4"),
    ]  # fmt: skip
    assert asked == [("أ", "one"), ("ب", "three")]


def test_streams_that_do_not_line_up_are_told() -> None:
    with pytest.raises(DataError, match="segments and translations differ"):
        list(estimates([segment(0, "أ")], [], lambda *_: []))


def test_nothing_to_judge_starts_no_program() -> None:
    def judge(*_: object) -> list[float]:
        raise AssertionError

    (row,) = estimates([segment(0, "أ")], [Translation("a#0", "x", None, [], "copy")], judge)
    assert row == Estimate("a#0")
