"""Nothing at run time asks for the network."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import write_articles

pytestmark = pytest.mark.workflow


def test_runs_without_a_network(snakemake, tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("unshare -rn is not allowed here, so the network cannot be taken away")
    write_articles(tmp_path / "in", 1)
    run = snakemake(articles="in", resources="fresh", prefix=(unshare, "-rn"))
    assert run.code == 0, run.output
    assert (tmp_path / "results" / "corpus" / "corpus.en").read_text(encoding="utf-8").count("\n") == 5
