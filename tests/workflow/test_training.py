"""The training workflow, from sources to a tested and scored model, on the tiny configuration."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from .conftest import ROOT

pytestmark = [pytest.mark.workflow, pytest.mark.convert]
pytest.importorskip("torch", reason="the training needs torch")


def train(
    work: Path, until: str = "", options: Sequence[str] = (), configfile: str = "tiny.yaml", **settings: str
) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "snakemake"), "-s", "training/Snakefile", "--cores", "2"]
    command += ["--configfile", f"training/config/{configfile}", "--config", f"work={work}"]
    command += [f"{key}={value}" for key, value in settings.items()]
    command += ["--until", until] if until else []
    command += options
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    run = train(folder)
    assert run.returncode == 0, run.stderr
    return folder


def test_every_collected_row_is_accounted_for(work: Path) -> None:
    collected = rows(work / "collected" / "phrases.jsonl")
    parts = [rows(work / "clean" / f"{part}.jsonl") for part in ("train", "valid", "rejects")]
    assert len(collected) == 40 == sum(map(len, parts))
    # both languages of a segment on one side
    assert not {row["ar"] for row in parts[0]} & {row["ar"] for row in parts[1]}


def test_the_model_learns_and_uses_its_source(work: Path) -> None:
    log = rows(work / "run" / "log.jsonl")
    assert log[-1]["step"] == 250
    assert log[-1]["loss"] < 0.8 * log[0]["loss"]
    assert json.loads((work / "run" / "finished.json").read_text())["steps"] == 250


def test_the_model_is_installed_tested_and_scored(work: Path) -> None:
    manifest = json.loads((work / "model" / "manifest.json").read_text())
    assert set(manifest["self_test"]) == {"en", "fr"}
    scores = json.loads((work / "evaluation" / "evaluation.json").read_text())
    assert {(row["test_set"], row["pair"], row["metric"]) for row in scores} == {
        ("news-dev", pair, metric) for pair in ("ar-en", "ar-fr") for metric in ("BLEU", "chrF2")
    }
    card = (work / "README.md").read_text(encoding="utf-8")
    score = next(r["score"] for r in scores if (r["pair"], r["metric"]) == ("ar-en", "chrF2"))
    assert f"{score:.1f} |" in card
    assert "| phrases | 40 | 4 | phrases | Apache-2.0 |" in card


def test_a_second_run_does_nothing(work: Path) -> None:
    assert "Nothing to be done" in train(work).stderr


def test_an_edited_source_is_collected_again(work: Path, tmp_path: Path) -> None:
    """The time of its folder stays as it is when a file in it is written again."""
    sources, copy = ROOT / "training" / "config" / "tiny-sources.yaml", tmp_path / "sources.yaml"
    listed = yaml.safe_load(sources.read_text(encoding="utf-8"))
    phrases = shutil.copytree((sources.parent / listed[0]["path"]).resolve(), tmp_path / "phrases")
    copy.write_text(yaml.safe_dump([listed[0] | {"path": "./phrases"}]), encoding="utf-8")
    assert train(tmp_path, until="collect", sources=str(copy)).returncode == 0
    before = rows(tmp_path / "collected" / "phrases.jsonl")
    file = next(phrases.glob("*.en"))
    file.write_text(file.read_text(encoding="utf-8").replace("the", "THE"), encoding="utf-8")
    assert train(tmp_path, until="collect", sources=str(copy)).returncode == 0
    assert rows(tmp_path / "collected" / "phrases.jsonl") != before


def test_a_wrong_key_is_one_line(tmp_path: Path) -> None:
    run = train(tmp_path, train="{peek: 1}")
    assert run.returncode == 2
    errors = [line for line in run.stderr.splitlines() if line.startswith("dragoman: error:")]
    assert len(errors) == 1
    assert "unknown key 'peek'" in errors[0]


@pytest.mark.parametrize("start", ["run/state.pt", "model"])
def test_a_warm_start_goes_on_with_weights_and_vocabulary(start: str, work: Path, tmp_path: Path) -> None:
    run = train(tmp_path, train=f"{{warm_start: {work / start}, max_steps: 5}}", until="curves")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "vocabulary.spm").read_bytes() == (work / "vocabulary.spm").read_bytes()
    assert rows(tmp_path / "run" / "log.jsonl")[0]["loss"] < rows(work / "run" / "log.jsonl")[0]["loss"]


def test_distilled_pairs_are_learnt_from(work: Path, tmp_path: Path) -> None:
    """The tiny model is its own teacher, on phrases that it knows by heart."""
    text = tmp_path / "mono.ar"
    text.write_text((ROOT / "training" / "config" / "tiny" / "tri.ar").read_text("utf-8"), "utf-8")
    distil = f"{{teacher: {work / 'model'}, input: {text}, min_score: -5}}"
    run = train(tmp_path, distil=distil, train="{max_steps: 5}", until="export")
    assert run.returncode == 0, run.stderr
    sorted_out = rows(tmp_path / "collected" / "distilled.jsonl"), rows(tmp_path / "distil" / "rejects.jsonl")
    assert sum(map(len, sorted_out)) == 40
    assert all(row["reason"] for row in sorted_out[1])
    counts = json.loads((tmp_path / "clean" / "counts.json").read_text())
    rejected = sum(counts["rejected"].get("distilled", {}).values())
    assert counts["kept"].get("distilled", 0) + rejected == len(sorted_out[0]) > 0


def test_a_machine_that_has_only_the_encoded_text_can_train(work: Path, tmp_path: Path) -> None:
    """As training/README.md says for a rented GPU: nothing before the training is run or asked for."""
    shutil.copytree(work / "encoded", tmp_path / "encoded")
    shutil.copyfile(work / "vocabulary.spm", tmp_path / "vocabulary.spm")
    rules = ["--allowed-rules", "train", "export", "--", str(tmp_path / "hf" / "model.safetensors")]
    run = train(tmp_path, train="{max_steps: 5}", options=rules)
    assert run.returncode == 0, run.stderr
    assert json.loads((tmp_path / "run" / "finished.json").read_text())["steps"] == 5
    assert (tmp_path / "hf" / "model.safetensors").stat().st_size > 10_000
    assert not (tmp_path / "collected").exists()


def test_the_plan_for_a_gpu_is_a_configuration(tmp_path: Path) -> None:
    run = train(tmp_path, sources="tiny-sources.yaml", configfile="gpu.yaml", options=["--dry-run"])
    assert run.returncode == 0, run.stderr
    assert f"{tmp_path}/recipe/large.yaml" in run.stdout + run.stderr
