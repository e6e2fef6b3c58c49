"""The benchmark's table and figure."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.report import save_figure
from dragoman.store import atomic

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = (
    "model", "beam_size", "threads", "system", "segments", "seconds", "target_tokens_per_second",
    "segments_per_second", "dragoman_times_as_fast", "other_seconds", "memory_mb", "chrf_to_bare", "reason",
)  # fmt: skip
TITLES = {
    "bare": "bare engine, the limit",
    "dragoman": "Dragoman's translate stage",
    "untrimmed": "bare engine, vocabulary not cut",
    "naive": "CTranslate2, a call per text",
    "transformers-float32": "transformers, batches of 32, float32",
    "transformers-bfloat16": "transformers, batches of 32, bfloat16",
}


def compare(rows: Sequence[dict[str, Any]], *, texts: bool) -> list[dict[str, Any]]:
    """Returns rows with their rates and ratios, and without their texts.

    Args:
        rows: of ``benchmark.measure``, one model and beam.
        texts: whether the outputs are translations, worth a chrF.
    """
    by_name = {row["system"]: row for row in rows}
    bare, dragoman = by_name.get("bare", {}), by_name.get("dragoman", {})
    found = []
    for row in rows:
        row = dict(row)
        outputs = row.pop("texts", [])
        if "reason" not in row:
            row["segments_per_second"] = round(row["segments"] / row["seconds"], 2)
            row["target_tokens_per_second"] = round(row["target_tokens"] / row["seconds"], 1)
            if "seconds" in dragoman:
                # by source tokens: a slow system has done only the first texts
                ours = dragoman["source_tokens"] / dragoman["seconds"]
                row["dragoman_times_as_fast"] = round(ours * row["seconds"] / row["source_tokens"], 3)
            if texts and row["system"] != "bare" and any(outputs) and "texts" in bare:
                row["chrf_to_bare"] = _chrf(outputs, bare["texts"][: len(outputs)])
        found.append(row)
    return found


def _chrf(outputs: Sequence[str], references: Sequence[str]) -> float:
    import sacrebleu

    return round(float(sacrebleu.corpus_chrf(list(outputs), [list(references)]).score), 2)


def write(rows: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Writes ``benchmark.tsv`` and ``benchmark.svg``."""
    with atomic(folder / "benchmark.tsv") as file:
        table = csv.DictWriter(file, COLUMNS, delimiter="\t", extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    save_figure(folder / "benchmark.svg", lambda figure: _draw(figure, rows))


def _draw(figure: Figure, rows: Sequence[Mapping[str, Any]]) -> None:
    done = [row for row in rows if "reason" not in row]
    groups = list(dict.fromkeys((row["model"], row["beam_size"]) for row in done))
    figure.set_figheight(0.6 + 1.9 * len(groups))
    panels = figure.subplots(len(groups), 1, squeeze=False)[:, 0]
    for axes, (model, beam) in zip(panels, groups, strict=True):
        group = [row for row in done if (row["model"], row["beam_size"]) == (model, beam)]
        for number, row in enumerate(group):
            speed = row["target_tokens_per_second"]
            colour = "#0072B2" if row["system"] == "dragoman" else "#A0A0A0"
            axes.barh(number, speed, height=0.7, color=colour)
            axes.annotate(
                f"{speed:,.0f}", (speed, number), xytext=(4, 0), textcoords="offset points", va="center"
            )
        axes.set_yticks(range(len(group)), [TITLES[row["system"]] for row in group])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set(title=f"{model}, beam {beam}, {group[0]['threads']} threads", xlabel="target tokens / s")
