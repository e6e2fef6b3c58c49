r"""What the documents state of a model that ships, out of what `dragoman evaluate` wrote of it.

    dragoman evaluate --test-sets SET... --languages en fr --models MANIFEST MANIFEST --romaniser FOLDER \
      --folder NEW
    python benchmarks/shipped.py NEW --before OLD --held-out news-dev

Prints in Markdown: BLEU and chrF on each set beside those of the model before (for its card); the quality
classes, also on one set with the weights of the others, and places that are lost (for docs/quality.md); and
what each block of the filter does to that set (for docs/corpus.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sacrebleu.metrics import CHRF

from dragoman.arabic import for_model
from dragoman.evaluate import Judged
from dragoman.evaluate.calibration import calibrate
from dragoman.facts.places import find_places, lost_places
from dragoman.filter import Filter
from dragoman.quality import GOOD, Calibration, rate
from dragoman.records import AlignedUnit
from dragoman.store import read_json, read_rows

BLOCKS: dict[str, dict[str, Any]] = {
    **{f"score: {{min: {least}}}": {"score": {"min": least}} for least in (-0.8, -0.7, -0.6)},
    "quality": {"quality": {"lowest": "check", "min_estimate": None}},
    **{
        f"quality: {{min_estimate: {least}}}": {"quality": {"lowest": "check", "min_estimate": least}}
        for least in (35, 40, 45)
    },
    "numbers": {"numbers": {}},
    "names": {"names": {}},
    "flags: {names: [place-lost]}": {"flags": {"names": ["place-lost"]}},
}
"""Blocks of the filter by what a configuration says."""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a table; a column whose head ends in a space is of words."""
    print("\n" + "|".join(["", *(f" {cell.strip()} " for cell in head), ""]))
    print("|".join(["", *("---" if cell != cell.strip() else "---:" for cell in head), ""]))
    for row in rows:
        print("|".join(["", *(f" {cell} " for cell in row), ""]))


def scores(new: Path, old: Path | None) -> Iterator[list[object]]:
    """Yields set, pair, segments, BLEU, chrF and those before, with a mark where they are not better."""

    def read(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in read_json(folder / "evaluation.json"):
            values = found.setdefault((row["test_set"], row["pair"]), {"n": row["segments"]})
            values[row["metric"]] = row["score"]
        return found

    before = read(old) if old else {}
    for key, values in read(new).items():
        then = before.get(key)
        better = then and all(values[metric] > then[metric] for metric in ("BLEU", "chrF2"))
        yield [
            *key,
            f"{values['n']:,}",
            f"{values['BLEU']:.1f}",
            f"{values['chrF2']:.1f}",
            f"{then['BLEU']:.1f} / {then['chrF2']:.1f}{'' if better else ' not better'}" if then else "",
        ]


def units(rows: Iterable[Judged]) -> list[AlignedUnit]:
    """Returns the segments of one set as rows of a corpus."""
    found: dict[int, AlignedUnit] = {}
    for row in rows:
        unit = found.setdefault(
            row.n, AlignedUnit(str(row.n), row.test_set, row.n, row.n, "text", row.ar, {}, {}, {})
        )
        language = row.pair.removeprefix("ar-")
        unit.targets[language], unit.scores[language], unit.flags[language] = row.text, row.score, row.flags
    return list(found.values())


def classes(rows: Sequence[Judged]) -> Iterator[list[object]]:
    """Yields what calibration finds of each pair: correlations, and share and precision of the classes."""
    for language, found in next(iter(calibrate(rows).values())).items():
        some = [row for row in rows if row.pair == f"ar-{language}" and row.score is not None]
        alone = np.corrcoef([row.score for row in some], [row.chrf for row in some])[0, 1]
        cells: list[object] = [f"ar-{language}", f"{alone:.2f}", f"{found['correlation']:.2f}"]
        for name in ("good", "bad"):
            right = found["precision"][name]
            cells += [f"{found['share'][name]:.1%}", "" if right is None else f"{right:.0%}"]
        yield cells


def held_out(rows: Sequence[Judged], test_set: str) -> list[AlignedUnit]:
    """Returns one set rated with the weights of the others; prints how right its class ``good`` is."""
    found = next(iter(calibrate([row for row in rows if row.test_set != test_set]).values()))
    weights = {language: Calibration.from_json(values) for language, values in found.items()}
    rated = [rate(unit, weights) for unit in units(row for row in rows if row.test_set == test_set)]
    truth = {(row.pair, row.n): row.chrf for row in rows if row.test_set == test_set}
    for language in weights:
        good = [truth[f"ar-{language}", unit.n] for unit in rated if unit.qualities[language] == "good"]
        right = sum(chrf >= GOOD for chrf in good)
        mean = f"{np.mean(good):.1f}" if good else "none"
        bad = sum(unit.qualities[language] == "bad" for unit in rated)
        print(f"{test_set} {language}: {len(good)} good, {right} of them right, mean chrF {mean}; {bad} bad")
    return rated


def places(rows: Sequence[Judged]) -> Iterator[list[object]]:
    """Yields by set and pair the places in the Arabic and those that people's and the model's texts lack."""
    for key in dict.fromkeys((row.test_set, row.pair) for row in rows):
        some = [row for row in rows if (row.test_set, row.pair) == key]
        language = key[1].removeprefix("ar-")
        named = people = model = both = 0
        for row in some:
            source = for_model(row.ar)
            named += sum(names[language] != names["ar"] for _, names in find_places(source, [language]))
            theirs = lost_places(source, row.reference, language)
            ours = lost_places(source, row.text, language)
            people, model = people + len(theirs), model + len(ours)
            both += sum(place not in theirs for place in ours)
        yield [*key, named, people, model, both]


def blocks(rated: Sequence[AlignedUnit], rows: Sequence[Judged]) -> Iterator[list[object]]:
    """Yields what each block leaves out, and the chrF of what stays and of what goes."""
    references = {(row.pair, row.n): row.reference for row in rows if row.test_set == rated[0].article}
    languages = list(rated[0].targets)

    def chrf(some: Sequence[AlignedUnit]) -> str:
        if not some:
            return ""
        found = []
        for language in languages:
            truth = [references[f"ar-{language}", unit.n] for unit in some]
            found.append(CHRF().corpus_score([unit.targets[language] for unit in some], [truth]).score)
        return " / ".join(f"{score:.1f}" for score in found)

    yield ["none", 0, chrf(rated), ""]
    for name, settings in BLOCKS.items():
        judge = Filter(settings, languages).judge
        gone = {unit.n for unit in rated if judge(unit).block}
        sides = [[unit for unit in rated if (unit.n in gone) == side] for side in (False, True)]
        yield [f"`{name}`", len(gone), *map(chrf, sides)]


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--before", type=Path, default=None)
    parser.add_argument("--held-out", default="news-dev")
    arguments = parser.parse_args()
    rows = [Judged(**row) for row in read_rows(arguments.folder / "segments.jsonl")]
    table(
        ["set ", "pair ", "segments", "BLEU", "chrF", "before: BLEU / chrF "],
        scores(arguments.folder, arguments.before),
    )
    table(
        ["", "correlation: score alone", "estimate", "`good`", "of them right", "`bad`", "of them right"],
        classes(rows),
    )
    rated = held_out(rows, arguments.held_out)
    table(
        [
            " ",
            "pair ",
            "places in the Arabic",
            "not in people's translation",
            "not in mini's",
            "of these in people's",
        ],
        places(rows),
    )
    table(["block ", "left out", "of what stays", "of what went"], blocks(rated, rows))


if __name__ == "__main__":
    main()
