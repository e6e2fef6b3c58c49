"""The Slurm profile on a Slurm of one node: the same bytes as at home; a job over its memory gets more."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import one_node_slurm
from .conftest import ROOT, write_articles

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.skipif(bool(one_node_slurm.missing()), reason=one_node_slurm.missing() or "-"),
]
HURRY = (
    "--slurm-no-account", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "1",
    "--seconds-between-status-checks", "2", "--latency-wait", "5",
)  # fmt: skip


@pytest.fixture
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Slurm, running; the folder of its files."""
    pytest.importorskip("snakemake_executor_plugin_slurm")
    folder = tmp_path_factory.mktemp("slurm")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(one_node_slurm.running(folder))
        except one_node_slurm.NotRunning as error:
            pytest.skip(str(error))
        yield folder


def test_the_same_bytes_as_at_home_and_more_memory_after_a_kill(
    slurm: Path, snakemake, tmp_path: Path
) -> None:
    write_articles(tmp_path / "in", 4)
    settings = {"articles": "in", "shards": 2, "languages": ["en"], "memory": {"enabled": False}}
    home = snakemake("export", **settings, results="home")
    assert home.code == 0, home.output
    # 120 MB hold neither Snakemake's own process and the job's, and 960 MB do
    more = "translate:mem_mb=120 * 8 ** (attempt - 1)"
    profile = ("--profile", str(ROOT / "profiles" / "slurm"), "--set-resources", more)
    threads = ("--set-threads", "translate=1", "install_model=1")
    run = snakemake("export", *profile, *threads, *HURRY, **settings)
    assert run.code == 0, run.output
    jobs = re.findall(r"Job (\S+) has been submitted with SLURM jobid (\d+)", run.output)
    # ingest, 2 segment, 2 translate and again, 2 align, export
    assert len(jobs) == 10, run.output
    assert run.output.count("Trying to restart job") == 2
    assert "memory limit" in (slurm / "slurmd.log").read_text(encoding="utf-8")
    for name in ("corpus.jsonl", "corpus.tmx", "corpus.fr", "counts.json"):
        one, other = (tmp_path / folder / "corpus" / name for folder in ("home", "results"))
        assert one.exists() == other.exists() == (name != "corpus.fr")
        assert not one.exists() or one.read_bytes() == other.read_bytes(), name
