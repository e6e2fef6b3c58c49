"""Scores of a model on test sets."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from fakes import FakeTranslator, latin

from dragoman.errors import DataError
from dragoman.evaluate import Judged, compare, judge, slices
from dragoman.evaluate import scores as score_rows
from dragoman.evaluate.report import write
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


def judged(folder: Path, model: str = "fake", language: str = "en") -> list[Judged]:
    return list(judge(model, FakeTranslator(), language, [folder], Options(rescue=False)))


def scores(folder: Path) -> dict[str, float]:
    rows = list(score_rows(judged(folder)))
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
    assert judged(folder) == []


def test_sides_of_different_length_are_refused(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", ["one", "two"])
    with pytest.raises(DataError, match="3 lines of ar but 2 of en"):
        read_test_set(folder, "en")


def test_a_folder_without_arabic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \.ar file"):
        read_test_set(tmp_path, "en")


def test_training_rows_are_a_test_set_of_their_language(tmp_path: Path) -> None:
    rows = [
        {"source": "s", "domain": "d", "language": language, "ar": "بغداد", "text": text}
        for language, text in (("en", "baghdad"), ("fr", "bagdad"))
    ]
    path = tmp_path / "valid.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = read_test_set(path, "fr")
    assert found
    assert (found.name, found.sources, found.references, found.domains) == (
        "valid",
        ["بغداد"],
        ["bagdad"],
        ["d"],
    )
    assert read_test_set(path, "es") is None


def test_slices_are_by_length_and_by_the_domains_that_a_set_states(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", [latin(text) for text in SOURCE])
    (folder / "news.domain").write_text("politics\neconomy\npolitics\n", encoding="utf-8")
    rows = [row for row in slices(judged(folder)) if row["metric"] == "BLEU"]
    assert {row["slice"]: row["segments"] for row in rows} == {
        "words 1-9": 3,
        "domain economy": 1,
        "domain politics": 2,
    }


def test_news_articles_are_a_test_set_with_domains(tmp_path: Path) -> None:
    sentence = {"ar": SOURCE[0], "en": latin(SOURCE[0]), "fr": "x", "kind": "text"}
    article = {
        "id": "economy-7",
        "title": {"ar": SOURCE[2], "en": "an  end", "fr": "y"},
        "sentences": [sentence, {**sentence, "kind": "noise"}],
    }
    path = tmp_path / "news" / "dev.jsonl"
    path.parent.mkdir()
    path.write_text(json.dumps(article) + "\n", encoding="utf-8")
    title, text = judged(path)
    assert (title.reference, title.domain, title.test_set) == ("an end", "economy", "news-dev")
    assert (text.ar, text.chrf, text.score) == (SOURCE[0], 100.0, -0.5)
    assert judged(path, language="de") == []


def test_models_are_compared_with_the_first_by_paired_bootstrap(tmp_path: Path) -> None:
    lines = [f"{text} {n}" for n in range(40) for text in SOURCE]
    good = [
        Judged("good", "set", "ar-en", n, "", line, latin(line), latin(line), -0.1, [], 100.0)
        for n, line in enumerate(lines)
    ]
    bad = [dataclasses.replace(row, model="bad", text=row.text[: len(row.text) // 2]) for row in good]
    same = [dataclasses.replace(row, model="same") for row in good]
    found = {(row["metric"], row["model"]): row for row in compare([*good, *bad, *same])}
    assert found["chrF2", "bad"]["baseline"] == "good"
    assert found["chrF2", "bad"]["difference"] < -20
    assert found["chrF2", "bad"]["p_value"] < 0.01
    assert found["BLEU", "same"]["difference"] == 0
    assert found["BLEU", "same"]["p_value"] == 1
    assert list(compare(good)) == []


def test_the_report_has_all_of_it_and_comes_out_the_same_each_time(tmp_path: Path) -> None:
    rows = judged(write_set(tmp_path / "set|x", [latin(text) for text in SOURCE]))
    rows += [dataclasses.replace(row, model="other", text="other words") for row in rows]
    for name in ("one", "two"):
        write(tmp_path / name, list(score_rows(rows)), list(slices(rows)), list(compare(rows)), {})
    text = (tmp_path / "one/evaluation.md").read_text(encoding="utf-8")
    assert "| set\\|x | ar-en | fake | 3 | 100.0 | 100.0 |" in text
    assert "| set\\|x | ar-en | fake | words 1-9 | 3 | 100.0 | 100.0 |" in text
    assert "| set\\|x | ar-en | BLEU | other | fake | -" in text
    assert "tok:13a" in text
    for name in ("evaluation.md", "evaluation.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_report_tells_how_often_the_classes_are_right(tmp_path: Path) -> None:
    found = {"correlation": 0.5, "segments": 2000, "share": {"good": 0.1, "check": 0.9, "bad": 0.0}}
    quality = {"fake abc": {"en": found | {"precision": {"good": 0.8, "bad": None}}}}
    write(tmp_path, [], [], [], quality)
    text = (tmp_path / "evaluation.md").read_text(encoding="utf-8")
    assert "| fake | ar-en | 2,000 | 0.50 | 10.0% | 80% | 0.0% |  |" in text


def test_a_report_without_a_test_set_is_written(tmp_path: Path) -> None:
    write(tmp_path, [], [], [], {})
    assert "no test set" in (tmp_path / "evaluation.svg").read_text(encoding="utf-8")


def test_comet_stands_beside_the_others_where_every_segment_has_it(tmp_path: Path) -> None:
    rows = judged(write_set(tmp_path / "set", SOURCE))
    found = [
        dataclasses.replace(row, comet=value) for row, value in zip(rows, (30.0, 90.0, 90.0), strict=True)
    ]
    table = {row["metric"]: row for row in score_rows(found, "some.ckpt")}
    assert (table["COMET"]["score"], table["COMET"]["signature"]) == (70.0, "some.ckpt")
    write(tmp_path, list(table.values()), list(slices(found, "some.ckpt")), [], {})
    text = (tmp_path / "evaluation.md").read_text(encoding="utf-8")
    assert "| BLEU | chrF2 | COMET |" in text
    assert "* COMET: `some.ckpt`" in text
    assert "COMET" not in {row["metric"] for row in score_rows([*found, rows[0]])}
