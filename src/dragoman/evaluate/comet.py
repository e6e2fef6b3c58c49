"""COMET scores (Rei et al. 2020) by the program ``comet-score`` of another environment.

COMET cannot be installed beside Dragoman: it wants older numpy, transformers and huggingface-hub. As a
program it needs nothing of ours but three files of lines.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dragoman.errors import ConfigError, ModelError
from dragoman.evaluate import Judged


def with_comet(rows: Sequence[Judged], program: str, model: str, device: str) -> list[Judged]:
    """Returns the rows with their COMET score.

    Args:
        rows: what ``judge`` yields, of any models and pairs.
        program: ``comet-score``, by name or path.
        model: name on the hub or a ``.ckpt`` file; one with references.
        device: ``cpu``, ``cuda`` or ``auto``.

    Raises:
        ConfigError: there is no such program.
        ModelError: it failed, or scored something else.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, texts in (
            ("sources", [row.ar for row in rows]),
            ("translations", [row.text for row in rows]),
            ("references", [row.reference for row in rows]),
        ):
            # a line each, whatever the text holds
            (work / name).write_text(
                "".join(" ".join(text.split()) + "\n" for text in texts), encoding="utf-8"
            )
        answer = work / "scores.json"
        # relative to where the run began, not to the temporary folder
        start = str(Path(program).absolute()) if "/" in program else program
        command = [start, "-s", "sources", "-t", "translations", "-r", "references", "--model", model]
        command += [
            "--to_json",
            answer.name,
            "--only_system",
            "--quiet",
            "--gpus",
            "0" if device == "cpu" else "1",
        ]
        try:
            done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        except OSError as error:
            raise ConfigError(
                f"evaluate.comet.program: {program} does not start ({error.strerror}); "
                "docs/quality.md tells how to install COMET"
            ) from error
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise ModelError(f"COMET failed: {last[0]}")
        found = _read(answer)
    if len(found) != len(rows):
        raise ModelError(f"COMET scored {len(found)} of {len(rows)} segments")
    return [replace(row, comet=round(100 * score, 2)) for row, score in zip(rows, found, strict=True)]


def _read(path: Path) -> list[float]:
    """Reads what ``--to_json`` wrote: by file of translations, a row for each line."""
    try:
        (rows,) = json.loads(path.read_text(encoding="utf-8")).values()
        return [float(row["COMET"]) for row in rows]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"COMET wrote no scores that can be read ({error})") from error
