"""Runs the real snakemake on the embedded model, in a folder of its own, as a user would."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = [
    "أعلنت وزارة الصحة اليوم عن افتتاح مستشفى جديد في المدينة.",
    "وقال الوزير إن المستشفى يضم 120 سريرا وسيستقبل المرضى ابتداء من الأسبوع المقبل.",
    "وأضاف أن الحكومة خصصت ١٥ مليون دولار لتجهيزه.",
    "وطالب سكان الحي بتوفير حافلات إضافية نحو المستشفى الجديد.",
]


def write_articles(folder: Path, count: int = 4) -> None:
    """Writes ``count`` short articles that differ."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        body = f"زار الوفد القرية رقم {number + 1} صباح اليوم.\n" + "\n".join(SENTENCES)
        (folder / f"article-{number}.txt").write_text(body + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Run:
    """What a run of snakemake said.

    Attributes:
        code: exit code.
        output: stdout and stderr together.
    """

    code: int
    output: str

    def count(self, rule: str) -> int:
        """Jobs of a rule in the run's own table of jobs."""
        found = re.search(rf"^{rule}\s+(\d+)$", self.output, re.MULTILINE)
        return int(found.group(1)) if found else 0

    @property
    def errors(self) -> list[str]:
        """The lines in which Dragoman itself says what is wrong."""
        return [line for line in self.output.splitlines() if line.startswith("dragoman: error:")]


@pytest.fixture(scope="session")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of installed models for all runs."""
    return tmp_path_factory.mktemp("resources")


def copy_project(folder: Path) -> Path:
    """Copies the workflow, to be edited; returns its Snakefile."""
    folder.mkdir()
    for name in ("workflow", "config", "models"):
        shutil.copytree(ROOT / name, folder / name)
    return Path(shutil.copy(ROOT / "Snakefile", folder))


def run_snakemake(
    directory: Path,
    *arguments: str,
    env: dict[str, str] | None = None,
    prefix: tuple[str, ...] = (),
    **config: object,
) -> Run:
    """Runs snakemake in a folder.

    Args:
        directory: working folder; results go to ``results`` in it.
        arguments: further arguments.
        env: further environment variables.
        prefix: words before the command, such as ``unshare -rn``.
        config: keys of the configuration.
    """
    command = [*prefix, sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(directory), *(arguments or ("--cores", "2")), "--config"]
    command += [f"{k}={json.dumps(v) if isinstance(v, (dict, list)) else v}" for k, v in config.items()]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}, timeout=900
    )
    return Run(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def snakemake(tmp_path: Path, resources: Path) -> Callable[..., Run]:
    """A function that runs snakemake in ``tmp_path`` on the models that all tests share."""

    def run(*arguments: str, cores: int = 2, **settings: Any) -> Run:
        settings.setdefault("resources", resources)
        return run_snakemake(tmp_path, "--cores", str(cores), *arguments, **settings)

    return run


def rows(path: Path) -> list[dict]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


VARYING = ("logs/", "benchmarks/", "report/throughput.svg")
"""What tells of time: the only outputs that may differ between two runs."""


def digests(results: Path) -> dict[str, str]:
    """The sha256 of every output whose bytes must not depend on the run."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(results.rglob("*"))
        if path.is_file() and not (name := path.relative_to(results).as_posix()).startswith(VARYING)
    }
