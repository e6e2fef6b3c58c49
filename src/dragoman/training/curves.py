"""The learning curve of a training run as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.report import save_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "loss": "training (label smoothing counted)",
    "valid_loss": "validation",
    "shuffled_loss": "validation with wrong sources",
}


def draw(rows: Sequence[dict[str, Any]], output: Path) -> None:
    """Draws losses against pairs seen.

    Args:
        rows: the run's ``log.jsonl``.
        output: SVG file.
    """

    def curve(figure: Figure) -> None:
        axes = figure.add_subplot()
        for key, label in LABELS.items():
            points = [(row["seen"], row[key]) for row in rows if key in row]
            axes.plot([seen for seen, _ in points], [loss for _, loss in points], label=label)
        axes.set_xlabel("sentence pairs seen")
        axes.set_ylabel("nats per target token")
        axes.legend()

    save_figure(output, curve)
