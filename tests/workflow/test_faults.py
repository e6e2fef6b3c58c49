"""What goes wrong outside: killed jobs, full disks, two runs at once, clocks, damaged models."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from . import faults
from .conftest import SENTENCES, Run, digests, rows, run_snakemake, write_articles

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, resources: Path) -> dict[str, str]:
    """The digests of a run that nothing disturbs."""
    bench = faults.make(tmp_path_factory.mktemp("whole"), resources)
    assert bench.run() == 0, (bench.folder / "output.txt").read_text()
    return bench.digests()


# one of each sort here; all of them, twenty times, with `python -m tests.workflow.faults`
@pytest.mark.parametrize("verb", ["ingest", "translate", "export"])
def test_a_killed_job_costs_nothing_but_time(
    verb: str, tmp_path: Path, resources: Path, whole: dict[str, str]
) -> None:
    bench = faults.make(tmp_path, resources)
    assert any(faults.kill_a_job(bench, verb, delay) for delay in (0.2, 0.1, 0.05, 0.0))
    assert bench.run() == 0, (tmp_path / "output.txt").read_text()
    assert bench.digests() == whole


def test_a_killed_run_costs_nothing_but_time(tmp_path: Path, resources: Path, whole: dict[str, str]) -> None:
    bench = faults.make(tmp_path, resources)
    assert any(faults.kill_the_run(bench, delay) for delay in (3.0, 2.0, 1.0))
    assert bench.run() == 0, (tmp_path / "output.txt").read_text()
    assert bench.digests() == whole


@pytest.fixture
def mounted(tmp_path: Path) -> Callable[[str], Path]:
    """Mounts a small file system for the time of a test; needs root."""
    folder = tmp_path / "small"
    folder.mkdir()
    done: list[str] = []

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("no file system can be mounted here")
        done.append(options)
        return folder

    yield mount
    if done:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_next_run_goes_on(snakemake, mounted, tmp_path: Path) -> None:
    small = mounted("size=96k")
    write_articles(tmp_path / "in", 12)
    run: Run = snakemake(articles="in", results=str(small / "results"))
    assert run.code == 1
    assert any("No space left on device; make room and run again" in line for line in run.errors), run.output
    assert "Traceback" not in run.output
    assert not list(small.rglob("*.part"))
    subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
    again = snakemake(articles="in", results=str(small / "results"))
    assert again.code == 0, again.output
    shutil.copytree(small / "results", tmp_path / "on-small")
    other = snakemake(articles="in", results="other")
    assert other.code == 0, other.output
    found, wanted = digests(tmp_path / "on-small"), digests(tmp_path / "other")
    assert {name for name in found if found[name] != wanted.get(name)} == {"manifest.json"}
    assert set(found) == set(wanted)


def test_read_only_results_are_said_before_any_job(snakemake, mounted, tmp_path: Path) -> None:
    small = mounted("size=1m,ro")
    write_articles(tmp_path / "in", 1)
    run = snakemake(articles="in", results=str(small / "results"))
    assert run.code == 2
    (line,) = run.errors
    assert "small cannot be written to; name another folder" in line


def test_two_runs_at_once_in_one_folder(tmp_path: Path, resources: Path, whole: dict[str, str]) -> None:
    bench = faults.make(tmp_path, resources)
    first = bench.start()
    time.sleep(2.5)
    second = subprocess.run(bench.command(), capture_output=True, text=True, check=False, timeout=60)
    assert first.wait(faults.PATIENCE) == 0, (tmp_path / "output.txt").read_text()
    # the second is turned away, or finds all done when it starts late
    assert "cannot be locked" in second.stderr or second.returncode == 0, second.stderr
    assert bench.digests() == whole


def test_two_runs_at_once_from_two_folders_on_one_results_folder(
    tmp_path: Path, resources: Path, whole: dict[str, str]
) -> None:
    benches = [faults.make(tmp_path / name, resources) for name in ("one", "two")]
    (tmp_path / "two" / "results").symlink_to(tmp_path / "one" / "results")
    (tmp_path / "one" / "results").mkdir()
    runs = [bench.start() for bench in benches]
    codes = [run.wait(faults.PATIENCE) for run in runs]
    said = [(bench.folder / "output.txt").read_text() for bench in benches]
    for code, output in zip(codes, said, strict=True):
        assert code == 0 or "another run is writing here" in output, output
        assert "this is a bug" not in output
    # whoever was turned away comes again
    assert [bench.run() for bench in benches] == [0, 0], said
    assert benches[0].digests() == whole


def test_a_file_changed_with_a_clock_set_back_is_seen(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 2)
    assert snakemake("export", articles="in").code == 0
    article = tmp_path / "in" / "article-1.txt"
    article.write_text(SENTENCES[3] + "\n", encoding="utf-8")
    os.utime(article, (1_000_000_000, 1_000_000_000))
    run = snakemake("export", articles="in")
    assert run.code == 0, run.output
    corpus = rows(tmp_path / "results" / "corpus" / "corpus.jsonl")
    assert [row["ar"] for row in corpus if row["article"] == "article-1"] == [SENTENCES[3]]


def test_files_from_the_future_are_read_like_others(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 2)
    for path in (tmp_path / "in").iterdir():
        os.utime(path, (time.time() + 86400, time.time() + 86400))
    run = snakemake("export", articles="in")
    assert run.code == 0, run.output
    before = digests(tmp_path / "results")
    again = snakemake("export", articles="in")
    assert again.code == 0, again.output
    assert "Nothing to be done" in again.output
    assert digests(tmp_path / "results") == before


def test_a_truncated_model_is_told(tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    run = run_snakemake(tmp_path, "--cores", "2", "--until", "install_model", articles="in", resources="own")
    assert run.code == 0, run.output
    assert "[warning]" not in run.output
    (model,) = (tmp_path / "own" / "models" / "mini").rglob("model.bin")
    model.write_bytes(model.read_bytes()[:-1000])
    run = run_snakemake(tmp_path, "--cores", "2", articles="in", resources="own")
    assert run.code == 1
    line = next(line for line in run.errors if "model.bin" in line)
    assert "sha256" in line
    assert "run again to install anew" in line
    shutil.rmtree(model.parent)
    again = run_snakemake(tmp_path, "--cores", "2", articles="in", resources="own")
    assert again.code == 0, again.output


def test_without_a_folder_for_temporary_files(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    run = snakemake(articles="in", env={"TMPDIR": str(tmp_path / "nowhere")})
    assert run.code == 0, run.output
