"""A corpus that exists already, completed: what it has is kept, what it lacks is translated."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import SENTENCES, rows, run_snakemake

pytestmark = pytest.mark.workflow
ENGLISH = [
    "The Ministry of Health has opened a hospital.",
    "",
    "The cabinet gave 15 million.",
    "People want buses.",
]


def complete(folder: Path, resources: Path) -> None:
    """Runs the workflow on the set, keeping its English."""
    run = run_snakemake(
        folder,
        articles="set.ar",
        columns="{given: {en: en}}",
        segment="{unit: line}",
        export="[moses]",
        results="results",
        resources=resources,
    )
    assert run.code == 0, run.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, resources: Path) -> Path:
    folder = tmp_path_factory.mktemp("parallel")
    # two sentences on one line stay one segment
    lines = [f"{SENTENCES[0]} {SENTENCES[1]}", *SENTENCES[1:]]
    for language, texts in (("ar", lines), ("en", ENGLISH)):
        (folder / f"set.{language}").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    complete(folder, resources)
    return folder


def test_lines_stay_lines_and_what_was_there_is_kept(folder: Path) -> None:
    found = {
        language: (folder / f"results/corpus/corpus.{language}").read_text(encoding="utf-8").splitlines()
        for language in ("ar", "en", "fr")
    }
    assert found["ar"] == (folder / "set.ar").read_text(encoding="utf-8").splitlines()
    for kept, text in zip(ENGLISH, found["en"], strict=True):
        assert text == kept if kept else text
    assert len(found["fr"]) == 4
    assert all(found["fr"])


def test_the_corpus_says_which_is_which(folder: Path) -> None:
    found = rows(folder / "results/corpus/corpus.jsonl")
    assert [row["methods"]["en"] for row in found][::2] == ["memory", "memory"]
    assert found[1]["methods"]["en"] in {"model", "rescue"}
    assert {row["methods"]["fr"] for row in found} <= {"model", "rescue"}
    assert [row["scores"]["en"] is None for row in found] == [True, False, True, True]
    assert [row["quality"]["en"] == "good" for row in found][::2] == [True, True]


def test_a_changed_side_is_read_again(folder: Path, resources: Path) -> None:
    path = folder / "set.en"
    path.write_text(
        path.read_text(encoding="utf-8").replace("People want", "Residents want"), encoding="utf-8"
    )
    complete(folder, resources)
    assert "Residents want buses." in (folder / "results/corpus/corpus.en").read_text(encoding="utf-8")
