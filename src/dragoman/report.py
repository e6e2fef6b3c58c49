"""Figures for the report: lengths, quality, throughput, from one pass over the units."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman import store
from dragoman.quality import CLASSES
from dragoman.records import AlignedUnit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart with any colour vision; black last
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_STYLE = {
    "svg.hashsalt": "dragoman",  # ids in the file would differ from run to run
    "svg.fonttype": "none",
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "legend.frameon": False,
}
CLASS_COLOURS = {"good": "#1d7a46", "check": "#8a6d00", "bad": "#b3261e"}
"""Colours of the quality classes; numbers in white on them have a contrast of 4.5 and more."""
_MAX_WORDS = 80  # longer segments share the last bin
_RATIO_STEPS, _RATIO_LIMIT = 8, 2.0  # bins per doubling; ratios from 1/4 to 4
_SCORE_STEPS, _SCORE_LIMIT = 10, 5.0  # bins per unit; scores from -5 to 0


def figures(
    units: Iterable[AlignedUnit],
    timings: Sequence[Mapping[str, Any]],
    folder: Path,
    low_score: Mapping[str, float] | None = None,
) -> None:
    """Writes ``lengths.svg``, ``quality.svg``, ``throughput.svg`` and ``quality.tsv``.

    Args:
        units: over all shards, in any order; read once, only histograms are kept.
        timings: one row per translate job: ``shard``, ``language``, ``segments``, ``translated``, ``tokens``,
            ``seconds``.
        folder: where to write.
        low_score: by language, the mean log-probability per token below which a segment is flagged; drawn
            as a line.
    """
    histograms = Histograms()
    for unit in units:
        histograms.add(unit)
    _write_table(folder / "quality.tsv", histograms)
    save_figure(folder / "lengths.svg", lambda figure: _draw_lengths(figure, histograms))
    save_figure(folder / "quality.svg", lambda figure: _draw_quality(figure, histograms, low_score or {}))
    save_figure(folder / "throughput.svg", lambda figure: _draw_throughput(figure, timings))


class Histograms:
    """What the figures show, counted on fixed grids; copied segments are left out.

    Attributes:
        segments: translated segments.
        words: segments by number of source words, at most ``_MAX_WORDS``.
        ratios: by language, segments by bin of log2(target characters / source characters).
        scores: by language, segments by bin of the score.
        flags: by language, segments by flag.
        flagged: by language, segments with any flag.
        classes: by language, segments by quality class.
    """

    def __init__(self) -> None:
        self.segments = 0
        self.words: Counter[int] = Counter()
        self.ratios: dict[str, Counter[int]] = {}
        self.scores: dict[str, Counter[int]] = {}
        self.flags: dict[str, Counter[str]] = {}
        self.flagged: Counter[str] = Counter()
        self.classes: dict[str, Counter[str]] = {}

    def add(self, unit: AlignedUnit) -> None:
        """Counts one unit."""
        if unit.kind == "verbatim":
            return
        self.segments += 1
        self.words[min(len(unit.ar.split()), _MAX_WORDS)] += 1
        for language, text in unit.targets.items():
            ratios = self.ratios.setdefault(language, Counter())
            if text and unit.ar:
                ratios[
                    _bin(math.log2(len(text) / len(unit.ar)), _RATIO_STEPS, -_RATIO_LIMIT, _RATIO_LIMIT)
                ] += 1
            scores = self.scores.setdefault(language, Counter())
            if (score := unit.scores[language]) is not None:
                scores[_bin(score, _SCORE_STEPS, -_SCORE_LIMIT, 0)] += 1
            self.flags.setdefault(language, Counter()).update(unit.flags[language])
            self.flagged[language] += bool(unit.flags[language])
            if language in unit.qualities:
                self.classes.setdefault(language, Counter())[unit.qualities[language]] += 1


def _bin(value: float, steps: int, low: float, high: float) -> int:
    """Returns the number ``i`` of the bin from ``i / steps`` on that holds ``value`` cut to the limits."""
    return min(max(math.floor(value * steps), math.floor(low * steps)), math.ceil(high * steps) - 1)


def _write_table(path: Path, histograms: Histograms) -> None:
    with store.atomic(path) as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["language", "flag", "segments", "share"])
        for language, flags in histograms.flags.items():
            rows = [*sorted(flags.items()), ("any", histograms.flagged[language])]
            table.writerows(
                [language, flag, number, f"{number / histograms.segments:.4f}"] for flag, number in rows
            )


def save_figure(path: Path, draw: Callable[[Figure], None]) -> None:
    """Draws a figure in the house style as an SVG file, the same bytes for the same drawing."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE), store.atomic(path, "wb") as file:
        figure = Figure(figsize=(8, 3.2), layout="constrained")
        draw(figure)
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None})


def _draw_lengths(figure: Figure, histograms: Histograms) -> None:
    if not histograms.segments:
        return _say(figure, "no segments")
    from matplotlib.ticker import MaxNLocator

    left, right = figure.subplots(1, 2)
    longest = max(histograms.words) + 1
    left.stairs(
        [histograms.words[words] for words in range(longest)],
        [words - 0.5 for words in range(longest + 1)],
        fill=True,
        color="#767676",
    )
    left.set(title="Length of segments", xlabel="words in Arabic", ylabel="segments", ylim=(0, None))
    left.yaxis.set_major_locator(MaxNLocator(integer=True))
    _step(right, histograms.ratios, _RATIO_STEPS, -_RATIO_LIMIT, _RATIO_LIMIT)
    right.axvline(0, color="#767676", linewidth=0.8, linestyle=":")
    right.set_xticks([-2, -1, 0, 1, 2], ["≤ ¼", "½", "1", "2", "≥ 4"])
    right.set(
        title="Target length against source length",
        xlabel="characters in target / in Arabic",
        ylabel="segments",
    )


def _draw_quality(figure: Figure, histograms: Histograms, low_score: Mapping[str, float]) -> None:
    if not histograms.segments:
        return _say(figure, "no segments")
    left, middle, right = figure.subplots(1, 3, width_ratios=[5, 4, 5])
    _draw_classes(middle, histograms)
    for threshold in sorted(set(low_score.values())):
        concerned = ", ".join(language for language in low_score if low_score[language] == threshold)
        left.axvline(threshold, color="black", linewidth=1, linestyle="--", label=f"low-score ({concerned})")
    _step(left, histograms.scores, _SCORE_STEPS, -_SCORE_LIMIT, 0)
    # most of the grid is empty for a sound model
    used = [place / _SCORE_STEPS for scores in histograms.scores.values() for place in scores]
    left.set_xlim(min([*used, *low_score.values(), -1]) - 0.1, 0)
    left.set(title="Scores", xlabel="mean log-probability per token (0 is certain)", ylabel="segments")
    names = sorted(set().union(*histograms.flags.values()), reverse=True)
    right.set(title="Flags", xlabel="% of translated segments")
    if not names:
        right.set_axis_off()
        right.text(0.5, 0.5, "no segment is flagged", ha="center", va="center", transform=right.transAxes)
        return None
    width = 0.8 / len(histograms.flags)
    for number, flags in enumerate(histograms.flags.values()):
        right.barh(
            [place + 0.4 - width * (number + 0.5) for place in range(len(names))],
            [100 * flags[name] / histograms.segments for name in names],
            height=width,
            color=_colour(number),
        )
    right.set_yticks(range(len(names)), names)
    # room for four, so that a single flag makes no giant bars
    right.set_ylim(len(names) - max(len(names), 4) - 0.6, len(names) - 0.4)
    right.tick_params(axis="y", length=0)
    return None


def _draw_classes(axes: Axes, histograms: Histograms) -> None:
    """Draws the share of each quality class, a bar per language, the trustworthy ones at the bottom."""
    languages = list(histograms.classes)
    below = [0.0] * len(languages)
    bars = []
    for name in CLASSES:
        shares = [100 * histograms.classes[key][name] / histograms.segments for key in languages]
        # without a label: the figure's own legend is for the languages
        bars.append(axes.bar(languages, shares, 0.6, below, color=CLASS_COLOURS[name]))
        for place, (share, low) in enumerate(zip(shares, below, strict=True)):
            # room for a number, and dark enough below it
            if share >= 4:
                axes.annotate(
                    f"{share:.0f}", (place, low + share / 2), ha="center", va="center", color="white"
                )
        below = [low + share for low, share in zip(below, shares, strict=True)]
    axes.set(title="Quality classes", ylabel="% of translated segments", ylim=(0, 100))
    axes.tick_params(axis="x", length=0)
    axes.legend(
        bars,
        CLASSES,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.08),
        ncols=3,
        handlelength=1,
        columnspacing=1,
    )


def _draw_throughput(figure: Figure, timings: Sequence[Mapping[str, Any]]) -> None:
    jobs = [row for row in timings if row["seconds"] > 0]
    if not jobs:
        return _say(figure, "no timings")
    languages = list(dict.fromkeys(row["language"] for row in jobs))
    for axes, key in zip(figure.subplots(1, 2), ("segments", "tokens"), strict=True):
        for number, language in enumerate(languages):
            rows = [row for row in jobs if row["language"] == language]
            mean = sum(row[key] for row in rows) / sum(row["seconds"] for row in rows)
            axes.barh(number, mean, height=0.6, color=_colour(number), alpha=0.5)
            # jobs lie across the bar in order of shards
            places = [number - 0.25 + 0.5 * (job + 0.5) / len(rows) for job in range(len(rows))]
            axes.plot(
                [row[key] / row["seconds"] for row in rows], places, "o", markersize=3, color=_colour(number)
            )
            axes.annotate(f"{mean:,.0f}", (0, number), xytext=(6, 0), textcoords="offset points", va="center")
        axes.set_yticks(range(len(languages)), languages)
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set(title=f"{key.capitalize()} per second", xlabel=f"{key} / s")
    return None


def draw_filter(path: Path, counts: Mapping[str, Any]) -> None:
    """Draws how many segments each block of the corpus filter left out, and how many stayed.

    Args:
        path: the SVG file.
        counts: as ``export.write_corpus`` returns them, with ``filter``.
    """
    removed = counts["filter"]["removed"]
    before = counts["filter"]["before"]["segments"]

    def draw(figure: Figure) -> None:
        if not before:
            return _say(figure, "no segments")
        axes = figure.subplots()
        names = ["stay", *removed]
        values = [counts["segments"], *removed.values()]
        axes.barh(
            names,
            [100 * value / before for value in values],
            height=0.7,
            color=[_colour(0), *[_colour(1)] * len(removed)],
        )
        for place, value in enumerate(values):
            label = f"{value:,}"
            axes.annotate(
                label, (100 * value / before, place), xytext=(4, 0), textcoords="offset points", va="center"
            )
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.set(title="What the corpus filter left out", xlabel="% of all segments", xlim=(0, 108))
        return None

    save_figure(path, draw)


def _step(axes: Axes, histograms: Mapping[str, Counter[int]], steps: int, low: float, high: float) -> None:
    """Draws one outline per language over the bins between ``low`` and ``high``."""
    from matplotlib.ticker import MaxNLocator

    bins = range(math.floor(low * steps), math.ceil(high * steps))
    edges = [edge / steps for edge in range(bins.start, bins.stop + 1)]
    for number, (language, histogram) in enumerate(histograms.items()):
        heights = [histogram[place] for place in bins]
        axes.stairs(heights, edges, color=_colour(number), linewidth=1.5, label=language)
        axes.stairs(heights, edges, color=_colour(number), fill=True, alpha=0.12)
    axes.set_ylim(0, None)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    # one legend serves both panels
    axes.figure.legend(loc="outside lower center", ncols=len(histograms) + 1)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _say(figure: Figure, words: str) -> None:
    figure.text(0.5, 0.5, words, ha="center", va="center", fontsize=14, color="#595959")
