"""How fast a model translates, side by side: the bare engine, Dragoman, and what people use otherwise.

Every measurement runs in a process of its own, so that none inherits another's memory or threads. The first
systems take turns, several times, and the best time of each counts: what else runs here hits all alike.
"""

from __future__ import annotations

import logging
import multiprocessing
import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dragoman.benchmark.systems import SYSTEMS, Job, run
from dragoman.errors import DataError

log = logging.getLogger("dragoman")

TURNS = ("bare", "dragoman", "untrimmed")
"""Systems that take turns over all texts; the others are slow and run once, as long as they may."""
SEED = 1
PATIENCE = 5
"""How many times its time limit a system may take before it is stopped: one batch can be long."""


def choose_texts(texts: Sequence[str], number: int) -> list[str]:
    """Returns distinct texts in random order, the same ones every time.

    Args:
        texts: candidates.
        number: how many to take at most.

    Raises:
        DataError: there is none.
    """
    distinct = sorted({" ".join(text.split()) for text in texts} - {""})
    if not distinct:
        raise DataError("benchmark: no Arabic text; name test sets or news files in benchmark.text")
    return random.Random(SEED).sample(distinct, min(number, len(distinct)))


def measure(job: Job, repeats: int, systems: Sequence[str] = tuple(SYSTEMS)) -> list[dict[str, Any]]:
    """Measures the systems that can run.

    Args:
        job: what to translate with what; ``untrimmed`` is left out where it names no such model.
        repeats: turns of the fast systems.
        systems: names of systems, of ``SYSTEMS``.

    Returns:
        One row per system: ``{"system", "segments", "source_tokens", "target_tokens", "seconds",
        "other_seconds", "memory_mb", "texts"}``, or ``{"system", "reason"}`` where it could not run.
        ``seconds`` is the best of the turns, all of which are under ``turns``.
    """
    turns = [name for name in TURNS if name in systems and (name != "untrimmed" or job.untrimmed)]
    rows: dict[str, list[dict[str, Any]]] = {}
    for _ in range(repeats):
        for name in turns:
            rows.setdefault(name, []).append(_apart(replace(job, system=name, limit=0)))
    for name in systems:
        if name not in turns and name != "untrimmed":
            rows[name] = [_apart(replace(job, system=name))]
    return [_best(rows[name]) for name in systems if name in rows]


def _best(rows: list[dict[str, Any]]) -> dict[str, Any]:
    if "reason" in rows[0]:
        return rows[0]
    best = min(rows, key=lambda row: float(row["seconds"]))
    return best | {"turns": [row["seconds"] for row in rows]}


def _apart(job: Job) -> dict[str, Any]:
    """Runs one measurement in a fresh process; stops it where it takes far too long."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(job, sender))
    process.start()
    sender.close()
    # a system without a limit always ends
    timeout = job.limit * PATIENCE if job.limit else None
    try:
        row: dict[str, Any] = (
            receiver.recv() if receiver.poll(timeout) else {"reason": f"not one batch in {timeout:.0f} s"}
        )
    except EOFError:
        row = {"reason": "ended without an answer; see the messages above"}
    if process.is_alive() and "reason" in row:
        process.terminate()
    process.join()
    row["system"] = job.system
    if "reason" in row:
        log.info("benchmark: %s: %s", job.system, row["reason"])
    else:
        log.info(
            "benchmark: %s: %d segments in %.1f s, %.0f target tokens/s",
            job.system, row["segments"], row["seconds"], row["target_tokens"] / row["seconds"],
        )  # fmt: skip
    return row


def opus_size(texts: Sequence[str], folder: Path) -> tuple[Path, Path]:
    """Makes a model of OPUS-MT's size with random weights, trimmed and not.

    Args:
        texts: Arabic, to learn the source's pieces from.
        folder: gets ``trimmed`` and ``untrimmed``.

    Returns:
        Both folders.
    """
    from dragoman.benchmark.release import write_release
    from dragoman.models.convert import convert
    from dragoman.models.recipe import Part
    from dragoman.store import write_json

    with tempfile.TemporaryDirectory(dir=folder) as work:
        release = Path(work) / "release"
        write_release(texts, release)
        part = Part("random", {"en": ""}, {"path": str(release)}, "opus-mt", "CC0-1.0", "int8", trim=True)
        folders = folder / "trimmed", folder / "untrimmed"
        for target, trim in zip(folders, (True, False), strict=True):
            convert(part, release, target, trim=trim)
            manifest = {"languages": {"en": {"prefix": ""}}, "add_source_eos": True, "compute_type": {}}
            write_json(target / "manifest.json", manifest | {"max_source_tokens": 200, "max_positions": 512})
    return folders
