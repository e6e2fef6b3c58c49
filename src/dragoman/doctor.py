"""Whether this machine and this project can do their work: one line per check.

Nothing is changed, and nothing is fetched. A warning is something that will work, but not well.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from dragoman.config import Settings
from dragoman.errors import DragomanError

State = Literal["ok", "warning", "error"]

FREE_DISK_MB = 2000
"""Less is a warning: a model of the hub takes up to a gigabyte while it is installed."""
FREE_MEMORY_MB = 3000
"""Less is a warning: what a translate job asks for at first."""
CUBLAS = "libcublas.so.12"
"""What CTranslate2's wheels load on a GPU."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        name: what was checked.
        state: ``ok``, ``warning`` or ``error``.
        detail: the facts, and what to do where it is not ok.
    """

    name: str
    state: State
    detail: str

    def line(self) -> str:
        """Returns the finding as a line."""
        return f"{self.state:7} {self.name}: {' '.join(self.detail.split())}"


def examine(settings: Settings, recipes: Path, profile: Path | None) -> Iterator[Finding]:
    """Yields the findings of all checks; one that itself fails is an error, and the others go on.

    Args:
        settings: the configuration.
        recipes: folder of the model recipes.
        profile: folder of the Snakemake profile in use, None for none.
    """
    checks: Sequence[tuple[str, Callable[[], Iterator[Finding]]]] = (
        ("python", _python),
        ("packages", _packages),
        ("processor", lambda: _processor(settings.translate.threads)),
        ("memory", _memory),
        ("gpu", lambda: _gpu(settings.device)),
        ("models", lambda: _models(settings, recipes)),
        ("results", lambda: _disk("results", settings.results)),
        ("resources", lambda: _disk("resources", settings.resources)),
        ("temporary files", lambda: _disk("temporary files", Path(tempfile.gettempdir()))),
        ("sentence memory", lambda: _sentence_memory(settings)),
        ("profile", lambda: _profile(profile)),
    )
    for name, check in checks:
        try:
            yield from check()
        except (DragomanError, OSError, ValueError, RuntimeError) as error:
            yield Finding(name, "error", str(error))


def _python() -> Iterator[Finding]:
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.platform()}")


def _packages() -> Iterator[Finding]:
    """Holds the installed packages to what ours asks for."""
    from packaging.requirements import Requirement

    wrong, found = [], []
    for text in requires("dragoman") or []:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            have = version(wanted.name)
        except PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(have, prereleases=True):
            wrong.append(f"{wanted.name} is {have}, not {wanted.specifier}")
        if wanted.name in ("ctranslate2", "snakemake"):
            found.append(f"{wanted.name} {have}")
    if wrong:
        yield Finding("packages", "error", f"{'; '.join(wrong)}; pip install -r requirements.lock")
    else:
        yield Finding("packages", "ok", ", ".join(found))


def _processor(threads: int) -> Iterator[Finding]:
    import ctranslate2

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    types = ", ".join(sorted(ctranslate2.get_supported_compute_types("cpu")))
    detail = (
        f"{cores} cores for this process; a translate job takes up to {threads} threads; computes {types}"
    )
    yield Finding("processor", "ok", detail)


def _memory() -> Iterator[Finding]:
    import psutil

    free = psutil.virtual_memory().available >> 20
    limit = _cgroup_limit()
    detail = f"{free} MB free"
    if limit is not None and limit < free:
        free, detail = limit, f"{detail}, of which a control group allows {limit} MB"
    if free < FREE_MEMORY_MB:
        yield Finding(
            "memory", "warning", f"{detail}; under {FREE_MEMORY_MB} MB: use more shards, fewer cores"
        )
    else:
        yield Finding("memory", "ok", detail)


def _cgroup_limit() -> int | None:
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        path = Path(name)
        if path.is_file() and (text := path.read_text(encoding="ascii").strip()).isdigit():
            return int(text) >> 20
    return None


def _gpu(device: str) -> Iterator[Finding]:
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    if not count:
        state: State = "error" if device == "cuda" else "ok"
        yield Finding("gpu", state, f"none that CTranslate2 sees; device: {device}")
        return
    try:
        ctypes.CDLL(CUBLAS)
    except OSError as error:
        state = "ok" if device == "cpu" else "error"
        yield Finding(
            "gpu", state, f"{count}, but {CUBLAS} does not load ({error}); pip install 'dragoman[gpu]'"
        )
        return
    yield Finding("gpu", "ok", f"{count}; {CUBLAS} loads; device: {device}")


def _models(settings: Settings, recipes: Path) -> Iterator[Finding]:
    """Verifies the installed models' files and runs their self-test again."""
    from dragoman.models import verify
    from dragoman.models.recipe import find_recipe, load_recipe, part_for
    from dragoman.models.selftest import self_test

    wanted: dict[tuple[str, str], list[str]] = {}
    for language, name in settings.models.items():
        part = part_for(load_recipe(find_recipe(name, recipes)), language)
        wanted.setdefault((name, part), []).append(language)
    for (name, part), languages in wanted.items():
        title, folder = f"model {name}/{part}", settings.resources / "models" / name / part
        if not (folder / "manifest.json").exists():
            yield Finding(title, "ok", "not installed yet; the first run does it")
            continue
        try:
            manifest = verify(folder)
            report = self_test(folder, languages)
        except DragomanError as error:
            yield Finding(title, "error", str(error))
            continue
        complete = min(figures["complete"] for figures in report.values())
        detail = f"{manifest['id']}, files as installed, self-test passed ({complete:.0%} of sentences end)"
        if manifest["demonstration"]:
            yield Finding(title, "warning", f"{detail}; it is there to try the tool, see docs/models.md")
        else:
            yield Finding(title, "ok", detail)


def _disk(name: str, folder: Path) -> Iterator[Finding]:
    from dragoman.store import check_writable

    free = shutil.disk_usage(check_writable(folder, name)).free >> 20
    state: State = "ok" if free >= FREE_DISK_MB else "warning"
    yield Finding(name, state, f"{folder}: {free} MB free{'' if state == 'ok' else '; make room'}")


def _sentence_memory(settings: Settings) -> Iterator[Finding]:
    from dragoman.memory import Memory

    path = settings.memory_path
    if not settings.memory.enabled:
        yield Finding("sentence memory", "ok", "off (memory.enabled)")
    elif not path.exists():
        yield Finding("sentence memory", "ok", f"{path}: none yet; the first run makes it")
    else:
        memory = Memory(path)
        try:
            yield Finding("sentence memory", "ok", f"{path}: {len(memory)} entries")
        except sqlite3.Error as error:
            yield Finding("sentence memory", "error", f"{path}: {error}; delete it")
        finally:
            memory.close()


def _profile(profile: Path | None) -> Iterator[Finding]:
    if profile is None:
        yield Finding("profile", "ok", "none")
        return
    import yaml

    path = profile / "config.yaml"
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        yield Finding("profile", "error", f"{path}: {error}")
        return
    executor = values.get("executor", "local")
    if executor == "slurm":
        lacking = [name for name in ("sbatch", "squeue") if not shutil.which(name)]
        try:
            version("snakemake-executor-plugin-slurm")
        except PackageNotFoundError:
            lacking.append("the package snakemake-executor-plugin-slurm (pip install 'dragoman[slurm]')")
        if lacking:
            yield Finding("profile", "error", f"{profile}: executor slurm without {', '.join(lacking)}")
            return
    yield Finding("profile", "ok", f"{profile}: executor {executor}")
