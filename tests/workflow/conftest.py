"""Runs the real snakemake on the embedded model, in a folder of its own, as a user would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
        jobs: names of the jobs it finished, with their wildcards' shard or language where the log has them.
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


@pytest.fixture
def snakemake(tmp_path: Path, resources: Path) -> Callable[..., Run]:
    """A function that runs snakemake in ``tmp_path``."""

    def run(
        *arguments: str,
        cores: int = 2,
        env: dict[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        **config: object,
    ) -> Run:
        settings = {"resources": str(resources), **config}
        command = [*prefix, sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
        command += ["--directory", str(tmp_path), "--cores", str(cores), *arguments, "--config"]
        command += [f"{k}={json.dumps(v) if isinstance(v, (dict, list)) else v}" for k, v in settings.items()]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(env or {})},
            timeout=600,
        )
        return Run(done.returncode, done.stdout + done.stderr)

    return run


def rows(path: Path) -> list[dict]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
