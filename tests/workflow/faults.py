"""Faults put into real runs, and what came of them: the table of docs/reliability.md.

    python -m tests.workflow.faults --repeat 20

runs each kind of kill so many times and prints a line per kind. The tests call the same functions once.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from .conftest import ROOT, digests, write_articles

VERBS = (
    "models fetch", "models install", "ingest", "segment", "translate", "align", "summarise",
    "gather-summaries", "brief", "brief-index", "export", "report", "manifest",
)  # fmt: skip
ARTICLES = 12
LONGEST = 0.4
"""Seconds from when a job is seen to when it is killed, at most."""
PATIENCE = 120.0
"""Seconds for a run."""


@dataclass(frozen=True)
class Bench:
    """A place to run the workflow in.

    Attributes:
        folder: working folder; articles are in ``in`` and results in ``results``.
        resources: installed models to share, None for new ones with every run.
    """

    folder: Path
    resources: Path | None

    def command(self, *arguments: str) -> list[str]:
        """Returns the command of a run."""
        models = self.resources or "resources"
        return [
            sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory",
            str(self.folder), "--cores", "2", *arguments, "--config", "articles=in", "shards=2",
            "memory={enabled: false}", f"resources={models}",
        ]  # fmt: skip

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a run in a process group of its own."""
        with (self.folder / "output.txt").open("ab") as out:
            return subprocess.Popen(
                self.command(*arguments), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def run(self, *arguments: str) -> int:
        """Runs to the end; returns the exit code."""
        return self.start(*arguments).wait(PATIENCE)

    def clean(self) -> None:
        """Removes all results, and the models where they are the bench's own."""
        for name in ("results", ".snakemake", *(() if self.resources else ("resources",))):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def digests(self) -> dict[str, str]:
        """Returns the sha256 of every result that must not depend on the run, and of what lies about."""
        return digests(self.folder / "results")


def make(folder: Path, resources: Path | None) -> Bench:
    """Makes a bench with its articles."""
    write_articles(folder / "in", ARTICLES)
    return Bench(folder, resources)


def kill_a_job(bench: Bench, verb: str, delay: float) -> bool:
    """Runs from nothing and kills the first job of a verb, with -9, ``delay`` seconds after it is seen.

    Returns:
        Whether the job was still there to be killed.
    """
    bench.clean()
    run = bench.start()
    words = ["dragoman", *verb.split()]
    killed = False
    while run.poll() is None and not killed:
        for process in _children(run.pid):
            if _is(process, words):
                time.sleep(delay)
                killed = _kill(process)
                if killed:
                    break
        time.sleep(0.002)
    run.wait(PATIENCE)
    return killed


def kill_the_run(bench: Bench, delay: float) -> bool:
    """Runs from nothing and kills the whole process group, with -9, after ``delay`` seconds.

    Returns:
        Whether it was still running.
    """
    bench.clean()
    run = bench.start()
    time.sleep(delay)
    if run.poll() is not None:
        return False
    os.killpg(run.pid, signal.SIGKILL)
    run.wait(PATIENCE)
    # Snakemake's lock is left: the person who knows that no run is going on takes it away
    assert bench.run("--unlock") == 0
    return True


def _children(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _is(process: psutil.Process, words: list[str]) -> bool:
    try:
        command = process.cmdline()
    except psutil.Error:
        return False
    # the interpreter, the script, the verb; not the shell that was given the line
    return len(command) > len(words) and [Path(command[1]).name, *command[2 : len(words) + 1]] == words


def _kill(process: psutil.Process) -> bool:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def main() -> None:
    """Prints a line per kind of kill: times killed, times the second run gave the same bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", default=[*VERBS, "run"])
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        shared = Path(name) / "resources"
        whole: dict[Path | None, dict[str, str]] = {}
        # the manifest names the folder of the models: a run with models of its own is compared with its like
        for number, resources in enumerate((shared, None)):
            first = make(Path(name) / f"undisturbed-{number}", resources)
            assert first.run() == 0
            whole[resources] = first.digests()
        for kind in arguments.kinds:
            bench = make(Path(name) / kind.replace(" ", "-"), None if kind.startswith("models") else shared)
            killed = same = tries = 0
            longest = LONGEST
            while killed < arguments.repeat and tries < 4 * arguments.repeat:
                tries += 1
                if kind == "run":
                    hit = kill_the_run(bench, chance.uniform(0.5, 9))
                else:
                    hit = kill_a_job(bench, kind, chance.uniform(0, longest))
                    # a job that was over before it could be killed is caught earlier the next time
                    longest = longest if hit else longest / 2
                if hit:
                    killed += 1
                    same += bench.run() == 0 and bench.digests() == whole[bench.resources]
            print(f"{kind}\t{killed}\t{same}", flush=True)


if __name__ == "__main__":
    main()
