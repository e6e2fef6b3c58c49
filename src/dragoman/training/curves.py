"""The learning curve of a training run as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dragoman.store import atomic


def draw(rows: Sequence[dict[str, Any]], output: Path) -> None:
    """Draws losses against pairs seen.

    Args:
        rows: the run's ``log.jsonl``.
        output: SVG file.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # ids in the file would differ from run to run
    with matplotlib.rc_context({"svg.hashsalt": "dragoman", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot()
        for key, label in (
            ("loss", "training (label smoothing counted)"),
            ("valid_loss", "validation"),
            ("shuffled_loss", "validation with wrong sources"),
        ):
            points = [(row["seen"], row[key]) for row in rows if key in row]
            axes.plot(*zip(*points, strict=True), label=label) if points else None
        axes.set_xlabel("sentence pairs seen")
        axes.set_ylabel("nats per target token")
        axes.legend()
        axes.spines[["top", "right"]].set_visible(False)
        with atomic(output, "wb") as file:
            FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None})
