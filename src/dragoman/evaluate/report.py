"""The evaluation as tables and a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman import store
from dragoman.quality import BAD, GOOD
from dragoman.report import COLOURS, save_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Rows = Sequence[dict[str, Any]]


def write(
    folder: Path,
    scores: Rows,
    slices: Rows,
    comparisons: Rows,
    quality: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> None:
    """Writes ``evaluation.md`` and ``evaluation.svg``.

    Args:
        folder: where to.
        scores: rows of ``evaluate.scores``.
        slices: rows of ``evaluate.slices``.
        comparisons: rows of ``evaluate.compare``.
        quality: what ``calibration.calibrate`` returns.
    """
    with store.atomic(folder / "evaluation.md") as file:
        file.writelines(f"{line}\n" for line in _document(scores, slices, comparisons, quality))
    lengths = [row for row in slices if row["slice"].startswith("words")]
    save_figure(folder / "evaluation.svg", lambda figure: _draw(figure, lengths))


def _document(
    scores: Rows,
    slices: Rows,
    comparisons: Rows,
    quality: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> Iterable[str]:
    yield from ("# Evaluation", "")
    yield from _table(scores, "test_set", "pair", "model")
    yield from ("", "## By length of the Arabic and by domain", "")
    yield from _table(slices, "test_set", "pair", "model", "slice")
    if comparisons:
        yield from ("", "## Between models", "")
        yield "Paired bootstrap; a small p says that chance does not explain the difference."
        yield from (
            "",
            "| set | pair | metric | model | against | difference | p |",
            "|---|---|---|---|---|---:|---:|",
        )
        for row in comparisons:
            cells = [row[key] for key in ("test_set", "pair", "metric", "model", "baseline")]
            yield _line([*cells, f"{row['difference']:+.2f}", f"{row['p_value']:.4f}"])
    if any(quality.values()):
        yield from ("", "## Quality classes", "")
        yield (
            f"Without a reference, a segment is called good where its chrF is likely to be {GOOD:g} or more, "
            f"and bad where it is likely to be below {BAD:g}. Measured on fifths of the segments that the "
            "weights were not fitted on. quality.yaml is for the recipe."
        )
        yield from (
            "",
            "| model | pair | segments | correlation | good | of them right | bad | of them right |",
            "|---|---|---:|---:|---:|---:|---:|---:|",
        )
        for model, languages in quality.items():
            for language, found in languages.items():
                cells = [
                    model.split()[0],
                    f"ar-{language}",
                    f"{found['segments']:,}",
                    f"{found['correlation']:.2f}",
                ]
                for name in ("good", "bad"):
                    precision = found["precision"][name]
                    cells.append(f"{found['share'][name]:.1%}")
                    cells.append("" if precision is None else f"{precision:.0%}")
                yield _line(cells)
    signatures = dict.fromkeys(f"{row['metric']}: `{row['signature']}`" for row in scores)
    yield from ("", "Signatures:", "", *(f"* {signature}" for signature in signatures))


def _table(rows: Rows, *keys: str) -> Iterable[str]:
    """Returns a table with a column for each metric."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        # the digest of a model's files follows its name
        names = tuple(row[key].split()[0] if key == "model" else row[key] for key in keys)
        entry = found.setdefault(names, {"segments": row["segments"]})
        entry[row["metric"]] = row["score"]
    metrics = list(dict.fromkeys(row["metric"] for row in rows))
    yield _line([*(key.replace("_", " ") for key in keys), "segments", *metrics])
    yield "|" + "---|" * len(keys) + "---:|" * (1 + len(metrics))
    for names, entry in found.items():
        yield _line([*names, f"{entry['segments']:,}", *(f"{entry[metric]:.1f}" for metric in metrics)])


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"


def _draw(figure: Figure, rows: Rows) -> None:
    """Draws chrF by length, a panel for each pair, a line for each set and model."""
    rows = [row for row in rows if row["metric"].startswith("chrF")]
    pairs = list(dict.fromkeys(row["pair"] for row in rows))
    if not pairs:
        figure.text(0.5, 0.5, "no test set", ha="center", va="center", fontsize=14, color="#595959")
        return
    names = list(dict.fromkeys(row["slice"] for row in rows))
    lines = list(dict.fromkeys((row["test_set"], row["model"]) for row in rows))
    several = len({model for _, model in lines}) > 1
    for axes, pair in zip(figure.subplots(1, len(pairs), sharey=True, squeeze=False)[0], pairs, strict=True):
        for number, (test_set, model) in enumerate(lines):
            values = {
                row["slice"]: row["score"]
                for row in rows
                if (row["test_set"], row["model"], row["pair"]) == (test_set, model, pair)
            }
            label = f"{test_set}, {model.split()[0]}" if several else test_set
            axes.plot(
                [name.removeprefix("words ") for name in names if name in values],
                [values[name] for name in names if name in values],
                "o-",
                markersize=4,
                color=COLOURS[number % len(COLOURS)],
                label=label if pair == pairs[0] else None,
            )
        axes.set(title=f"{pair}: chrF by length", xlabel="words in Arabic", ylim=(0, None))
    figure.legend(loc="outside lower center", ncols=3)
