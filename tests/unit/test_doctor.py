"""The doctor: what it finds on a sound machine, and what it says of an ailing one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ctranslate2
import psutil
import pytest

from dragoman import config, doctor, models
from dragoman.__main__ import main
from dragoman.doctor import Finding, examine
from dragoman.memory import Memory

RECIPES = Path(__file__).resolve().parents[2] / "models"
Examine = Callable[..., dict[str, Finding]]


@pytest.fixture
def ask(tmp_path: Path) -> Examine:
    """Examines with results and resources in ``tmp_path``; returns the findings by name."""

    def run(profile: Path | None = None, **keys: Any) -> dict[str, Finding]:
        own = {"results": str(tmp_path / "results"), "resources": str(tmp_path / "resources")}
        settings = config.load(own | keys)
        return {finding.name: finding for finding in examine(settings, RECIPES, profile)}

    return run


def test_a_sound_machine(ask: Examine) -> None:
    found = ask()
    assert {"python", "packages", "gpu", "model mini/ar-enfr", "results", "sentence memory"} <= set(found)
    assert [finding for finding in found.values() if finding.state == "error"] == []
    assert "not installed yet" in found["model mini/ar-enfr"].detail


def test_a_package_that_is_too_old(ask: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version", lambda name: "4.0.0" if name == "ctranslate2" else "99999")
    finding = ask()["packages"]
    assert finding.state == "error"
    assert "ctranslate2 is 4.0.0, not " in finding.detail
    assert "requirements.lock" in finding.detail


def test_little_memory_and_little_disk(ask: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_cgroup_limit", lambda: 512)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=5 << 20))
    found = ask()
    assert (found["memory"].state, found["results"].state) == ("warning", "warning")
    assert "a control group allows 512 MB" in found["memory"].detail
    assert "5 MB free; make room" in found["results"].detail
    assert psutil.virtual_memory().available > 0


def test_a_gpu_that_is_asked_for_and_missing(ask: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    assert ask(device="cuda")["gpu"].state == "error"
    assert ask(device="auto")["gpu"].state == "ok"


def test_a_gpu_without_its_library(ask: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    monkeypatch.setattr(doctor, "CUBLAS", "libnone.so.12")
    finding = ask(device="auto")["gpu"]
    assert finding.state == "error"
    assert "dragoman[gpu]" in finding.detail


def test_a_damaged_model(ask: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "resources" / "models" / "mini" / "ar-enfr"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"half")
    (folder / "manifest.json").write_text('{"files": {"model.bin": "0123"}}', encoding="utf-8")
    finding = ask()["model mini/ar-enfr"]
    assert finding.state == "error"
    assert "run again to install anew" in finding.detail

    facts = {"id": "0123", "demonstration": True}
    monkeypatch.setattr(models, "verify", lambda folder: facts)
    monkeypatch.setattr("dragoman.models.selftest.self_test", lambda *_: {"en": {"complete": 0.5}})
    finding = ask()["model mini/ar-enfr"]
    assert (finding.state, "50% of sentences end" in finding.detail) == ("warning", True)


def test_a_folder_that_cannot_be_written_to_is_an_error_and_the_rest_is_checked(
    ask: Examine, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    found = ask(results=str(tmp_path / "file"))
    assert found["results"].state == "error"
    assert found["profile"].state == "ok"


def test_the_sentence_memory(ask: Examine, tmp_path: Path) -> None:
    Memory(tmp_path / "m").close()
    assert "0 entries" in ask(memory={"path": str(tmp_path / "m")})["sentence memory"].detail
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE x (y)")
    found = ask(memory={"path": str(tmp_path / "other")})["sentence memory"]
    assert (found.state, "another program" in found.detail) == ("error", True)
    assert ask(memory={"enabled": False})["sentence memory"].detail == "off (memory.enabled)"


def test_the_slurm_profile_needs_slurm(ask: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.yaml").write_text("executor: slurm\n", encoding="utf-8")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    finding = ask(tmp_path)["profile"]
    assert (finding.state, "without sbatch, squeue" in finding.detail) == ("error", True)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    assert ask(tmp_path)["profile"].state == "ok"
    assert ask(tmp_path / "none")["profile"].state == "error"


def test_the_exit_code_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["doctor", "--config", str(tmp_path / "none.yaml"), "--recipes", str(RECIPES), "--set"]
    assert main([*words, f"{{resources: {tmp_path}, results: {tmp_path}}}"]) == 0
    assert all(line.startswith(("ok ", "warning ")) for line in capsys.readouterr().out.splitlines())
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main([*words, f"{{resources: {tmp_path}, results: {tmp_path / 'file'}}}"]) == 2
    said = capsys.readouterr()
    assert "error   results: " in said.out
    assert "1 of 11 checks failed" in said.err


@pytest.mark.parametrize("text", ["model", "{model: ", "3", "[a]"])
def test_what_is_set_must_be_keys_and_values(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--set", text]) == 2
    assert "not keys and values in YAML" in capsys.readouterr().err
