"""COMET scores (Rei et al. 2020, 2022) by the program ``comet-score`` of another environment.

COMET cannot be installed beside Dragoman: it wants older numpy, transformers and huggingface-hub. As a
program it needs nothing of ours but files of lines.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from dragoman.errors import ConfigError, ModelError
from dragoman.records import Estimate, Segment, Translation
from dragoman.round_trip import paired

Judge = Callable[[Sequence[str], Sequence[str]], list[float]]
"""Takes sources and translations, returns a score for each."""


def score(
    program: str,
    model: str,
    device: str,
    sources: Sequence[str],
    translations: Sequence[str],
    *,
    references: Sequence[str] | None = None,
) -> list[float]:
    """Scores translations.

    Args:
        program: ``comet-score``, by name or path.
        model: name on the hub or a ``.ckpt`` file.
        device: ``cpu``, ``cuda`` or ``auto``.
        sources: in Arabic.
        translations: of each.
        references: of each by people, None for a model that needs none.

    Returns:
        A score for each, times 100.

    Raises:
        ConfigError: there is no such program.
        ModelError: it failed, or scored something else.
    """
    # relative to where the run began, not to the temporary folder
    command = [str(Path(program).absolute()) if "/" in program else program]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sides = [("-s", "sources", sources), ("-t", "translations", translations)]
        sides += [("-r", "references", references)] if references is not None else []
        for option, name, texts in sides:
            # a line each, whatever the text holds
            lines = "".join(" ".join(text.split()) + "\n" for text in texts)
            (work / name).write_text(lines, encoding="utf-8")
            command += [option, name]
        answer = work / "scores.json"
        command += ["--model", str(Path(model).absolute()) if model.endswith(".ckpt") else model]
        command += ["--to_json", answer.name, "--only_system", "--quiet"]
        command += ["--gpus", "0" if device == "cpu" else "1"]
        try:
            done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        except OSError as error:
            raise ConfigError(
                f"comet.program: {program} does not start ({error.strerror}); "
                "docs/quality.md tells how to install COMET"
            ) from error
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise ModelError(f"COMET failed: {last[0]}")
        found = _read(answer)
    if len(found) != len(sources):
        raise ModelError(f"COMET scored {len(found)} of {len(sources)} segments")
    return [round(100 * value, 2) for value in found]


def _read(path: Path) -> list[float]:
    """Reads what ``--to_json`` wrote: by file of translations, a row for each line."""
    try:
        (rows,) = json.loads(path.read_text(encoding="utf-8")).values()
        return [float(row["COMET"]) for row in rows]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"COMET wrote no scores that can be read ({error})") from error


def estimates(
    segments: Iterable[Segment], translations: Iterable[Translation], judge: Judge
) -> Iterator[Estimate]:
    """Estimates a shard's translations without a reference.

    Args:
        segments: a shard's segments.
        translations: theirs into one language, in the same order.
        judge: the model; asked once, as it is slow to load, for each different pair.

    Yields:
        One row per segment; without a score for what was copied, what people wrote and what is empty.

    Raises:
        DataError: the two are not of the same segments.
    """
    rows = [
        (segment, translation, bool(translation.text) and translation.method in {"model", "rescue"})
        for segment, translation in paired(segments, translations)
    ]
    pairs = list(dict.fromkeys((s.text, t.text) for s, t, asked in rows if asked))
    found: dict[tuple[str, str], float] = {}
    if pairs:
        values = judge([source for source, _ in pairs], [text for _, text in pairs])
        found = dict(zip(pairs, values, strict=True))
    for segment, translation, asked in rows:
        yield Estimate(segment.id, found[segment.text, translation.text] if asked else None)
