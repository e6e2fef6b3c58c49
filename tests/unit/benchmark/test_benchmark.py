"""The benchmark: which texts, what is compared with what, and that each system does the same work."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from dragoman import benchmark
from dragoman.__main__ import main
from dragoman.benchmark import choose_texts, measure, opus_size, release
from dragoman.benchmark.report import COLUMNS, compare, write
from dragoman.benchmark.systems import Job
from dragoman.errors import DataError
from dragoman.models.weights import shape
from dragoman.store import read_json

TEXTS = ["وصل الوزير", "زار الوفد المدينة", "نعم", "افتتح الرئيس المستشفى"]


def test_texts_are_distinct_and_the_same_every_time() -> None:
    texts = choose_texts([*TEXTS, " نعم ", ""], 100)
    assert sorted(texts) == sorted(TEXTS)
    assert texts == choose_texts([*reversed(TEXTS)], 100)
    assert choose_texts(TEXTS, 2) == texts[:2] or len(choose_texts(TEXTS, 2)) == 2
    with pytest.raises(DataError, match=r"benchmark\.text"):
        choose_texts(["", " "], 5)


def row(system: str, seconds: float, segments: int = 10, **more: Any) -> dict[str, Any]:
    tokens = {"source_tokens": 20 * segments, "target_tokens": 30 * segments}
    return {"system": system, "segments": segments, "seconds": seconds, **tokens, **more}


def test_rates_and_ratios() -> None:
    rows = compare(
        [
            row("bare", 9.0, texts=["one two", "three"]),
            row("dragoman", 10.0, texts=["one two", "three"]),
            # half of the texts in as long a time: half as fast
            row("naive", 10.0, segments=5, texts=["one six"]),
            {"system": "transformers-float32", "reason": "needs torch"},
        ],
        texts=True,
    )
    by_name = {found["system"]: found for found in rows}
    assert by_name["bare"]["dragoman_times_as_fast"] == 0.9
    assert by_name["dragoman"]["dragoman_times_as_fast"] == 1.0
    assert by_name["dragoman"]["target_tokens_per_second"] == 30
    assert by_name["dragoman"]["segments_per_second"] == 1
    assert by_name["naive"]["dragoman_times_as_fast"] == 2.0
    assert by_name["dragoman"]["chrf_to_bare"] == 100
    assert 0 < by_name["naive"]["chrf_to_bare"] < 100
    assert "chrf_to_bare" not in by_name["bare"]
    assert by_name["transformers-float32"]["reason"] == "needs torch"
    assert not any("texts" in found for found in rows)


def test_random_output_is_not_compared() -> None:
    rows = compare([row("bare", 9.0, texts=["x"]), row("dragoman", 9.0, texts=["y"])], texts=False)
    assert not any("chrf_to_bare" in found for found in rows)


def test_table_and_figure(tmp_path: Path) -> None:
    facts = {"model": "m", "beam_size": 4, "threads": 2}
    rows = [facts | found for found in compare([row("bare", 9.0), row("dragoman", 9.5)], texts=False)]
    rows.append(facts | {"system": "naive", "reason": "not one batch in 5 s"})
    write(rows, tmp_path)
    with (tmp_path / "benchmark.tsv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file, delimiter="\t"))
    assert list(table[0]) == list(COLUMNS)
    assert [line["system"] for line in table] == ["bare", "dragoman", "naive"]
    assert table[2]["reason"] == "not one batch in 5 s"
    figure = (tmp_path / "benchmark.svg").read_text(encoding="utf-8")
    assert "bare engine, the limit" in figure and "m, beam 4, 2 threads" in figure


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of the same form in a hundredth of the size."""
    sizes = {"LAYERS": 1, "WIDTH": 16, "FEED_FORWARD": 32, "HEADS": 2, "VOCABULARY": 1200, "PIECES": 400}
    for name, value in {**sizes, "LEARNT": 100}.items():
        monkeypatch.setattr(release, name, value)


@pytest.mark.usefixtures("small")
def test_a_random_model_runs_through_all_systems_with_outputs_of_a_given_length(tmp_path: Path) -> None:
    trimmed, untrimmed = opus_size(TEXTS, tmp_path)
    assert shape(trimmed / "model.bin").vocabulary == shape(untrimmed / "model.bin").vocabulary == 1200
    assert len(read_json(trimmed / "target_vocabulary.json")) < 500
    found = shape(trimmed / "model.bin")
    assert (found.width, found.feed_forward, found.heads) == (16, 32, 2)
    assert (found.encoder_layers, found.decoder_layers) == (1, 1)
    job = Job(tuple(TEXTS), trimmed, "en", 1, 2, 30, tmp_path, forced=True, untrimmed=untrimmed)
    rows = {row["system"]: row for row in measure(job, 2, ["bare", "dragoman", "untrimmed", "naive"])}
    assert list(rows) == ["bare", "dragoman", "untrimmed", "naive"]
    for row in rows.values():
        assert row["segments"] == 4
        assert row["seconds"] > 0 and row["other_seconds"] > 0 and row["memory_mb"] > 10
    # as many as the sources have, whoever decodes
    tokens = {name: row["target_tokens"] for name, row in rows.items()}
    assert len(set(tokens.values())) == 1
    assert rows["bare"]["turns"][0] >= rows["bare"]["seconds"] and len(rows["bare"]["turns"]) == 2
    assert rows["dragoman"]["texts"] == rows["bare"]["texts"]


def test_a_system_that_takes_far_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "PATIENCE", 0.001)
    job = Job(tuple(TEXTS), tmp_path, "en", 1, 1, 1.0, tmp_path, system="naive")
    (found,) = measure(job, 1, ["naive"])
    assert found == {"system": "naive", "reason": "not one batch in 0 s"}


@pytest.mark.usefixtures("small")
def test_the_verb_without_a_model_measures_a_random_one(tmp_path: Path) -> None:
    test_set = tmp_path / "greetings"
    test_set.mkdir()
    (test_set / "greetings.ar").write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    command = [
        "benchmark",
        "--text",
        test_set,
        "--repeats",
        1,
        "--beam-sizes",
        1,
        2,
        "--folder",
        tmp_path / "out",
    ]
    assert main([str(word) for word in [*command, "--systems", "bare", "dragoman", "untrimmed"]]) == 0
    rows = read_json(tmp_path / "out" / "benchmark.json")
    assert [(found["beam_size"], found["system"]) for found in rows] == [
        (beam, system) for beam in (1, 2) for system in ("bare", "dragoman", "untrimmed")
    ]
    assert all(found["dragoman_times_as_fast"] > 0 for found in rows)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "benchmark.json",
        "benchmark.svg",
        "benchmark.tsv",
    ]
