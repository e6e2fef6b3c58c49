"""What a run tells of itself."""

from __future__ import annotations

from importlib.metadata import requires
from pathlib import Path

from dragoman import __version__
from dragoman.manifest import build, summary_lines

CATALOGUE = {"articles": 10, "rejects": {"empty": 2, "bad-line": 1}, "shards": {}, "characters": 9}
COUNTS = {
    "segments": 120,
    "text": 110,
    "verbatim": 10,
    "articles": 10,
    "splits": {"train": 120},
    "flagged": {"en": 4, "fr": 0},
    "flags": {"en": {"numbers": 3, "short": 2}, "fr": {}},
    "methods": {"en": {"copy": 10, "model": 110}, "fr": {"copy": 10, "memory": 30, "model": 80}},
}
MODEL = {
    "recipe": "mini",
    "part": "ar-enfr",
    "id": "0123",
    "licence": "Apache-2.0",
    "languages": {"en": {"prefix": ""}},
    "source": {"path": "mini"},
    "files": {"model.bin": "ab"},
    "low_score": -2.0,
    "demonstration": False,
    "compute_type": {"cpu": "int8_float32"},
    "secret": "not copied",
}


def test_counts_of_every_stage_add_up() -> None:
    document = build(CATALOGUE, COUNTS, [MODEL], {"shards": 1})
    counts = document["counts"]
    assert counts["ingest"] == {"articles": 10, "rejects": {"empty": 2, "bad-line": 1}}
    assert counts["segment"] == {"articles": 10, "segments": 120}
    for language, translated in counts["translate"].items():
        assert translated == {
            "segments": 110,
            "copied": 10,
            "methods": COUNTS["methods"][language],
            "flags": COUNTS["flags"][language],
        }
    assert counts["export"]["segments"] == 120
    assert document["config"] == {"shards": 1}


def test_models_and_versions() -> None:
    document = build(CATALOGUE, COUNTS, [MODEL], {})
    assert document["dragoman"] == __version__
    assert {"python", "ctranslate2", "snakemake"} <= set(document["versions"])
    # a library that is not a dependency of ours may not be there
    required = requires("dragoman") or []
    assert all(
        any(line.startswith(name) for line in required) for name in set(document["versions"]) - {"python"}
    )
    (model,) = document["models"]
    assert (model["recipe"], model["id"], model["licence"], model["files"]) == (
        "mini",
        "0123",
        "Apache-2.0",
        {"model.bin": "ab"},
    )
    assert "secret" not in model


def test_nothing_depends_on_the_moment() -> None:
    assert build(CATALOGUE, COUNTS, [MODEL], {}) == build(CATALOGUE, COUNTS, [MODEL], {})


def test_the_last_lines_of_a_run() -> None:
    lines = summary_lines(build(CATALOGUE, COUNTS, [MODEL], {}), Path("out"))
    assert lines[0] == "10 articles, 120 segments: 110 translated, 10 copied; flagged: 4 in en, 0 in fr"
    assert lines[1] == "3 records rejected: 1 bad-line, 2 empty (see out/rejects.jsonl)"
    assert lines[2:] == ["briefs: out/briefs/index.html", "corpus: out/corpus/corpus.jsonl"]


def test_a_model_for_trying_the_tool_is_named_as_such() -> None:
    models = [MODEL | {"demonstration": True}, MODEL | {"demonstration": True, "part": "other"}]
    (line,) = summary_lines(build(CATALOGUE, COUNTS, models, {}), Path("out"))[4:]
    assert line.startswith("mini is there to try the tool: do not rely on its translations")


def test_briefs_that_were_not_asked_for_are_not_named() -> None:
    lines = summary_lines(build(CATALOGUE, COUNTS, [MODEL], {"briefs": False}), Path("out"))
    assert lines[2:] == ["corpus: out/corpus/corpus.jsonl"]


def test_no_rejects_need_no_file() -> None:
    lines = summary_lines(build(CATALOGUE | {"rejects": {}}, COUNTS, [MODEL], {}), Path("out"))
    assert lines[1] == "0 records rejected"
