"""Which way of choosing sentences agrees best with people: on news whose best sentences people have marked.

    python benchmarks/summaries.py [--fit] [NEWS.jsonl …]

Prints for each method F1 with the marked sentences, ROUGE of its English sentences against the marked ones
(Lin 2004, by rouge-score), and redundancy (mean cosine of its sentences), each summary as long as the marked
one; and a paired bootstrap of F1 against the first sentences. The trained method is fitted anew on four
fifths for each fifth that it is scored on. --fit prints weights fitted on all, for data/summary.yaml.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from dragoman.records import AlignedUnit
from dragoman.similarity import similarities
from dragoman.summarise import Options, choose
from dragoman.summarise.methods import METHODS, Document, features, trained

NEWS = Path(__file__).parents[1] / "training" / "news"
FOLDS = 5
SAMPLES = 10_000
ROUGES = ("rouge1", "rouge2", "rougeL")

Article = tuple[list[AlignedUnit], set[int]]


def read(paths: Sequence[Path]) -> list[Article]:
    """Reads articles: their translated sentences, by people, and the indices of the marked ones."""
    articles = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if len(row["summary"]) < 2:
                continue
            kept = [n for n, sentence in enumerate(row["sentences"]) if sentence["kind"] == "text"]
            units = [
                AlignedUnit(
                    f"{row['id']}#{n}", row["id"], n, n + 1, "text", row["sentences"][n]["ar"],
                    {"en": row["sentences"][n]["en"], "fr": row["sentences"][n]["fr"]}, {}, {},
                )
                for n in kept
            ]  # fmt: skip
            articles.append((units, {kept.index(n) for n in row["summary"]}))
    return articles


def fit(articles: Sequence[Article]) -> dict[str, float]:
    """Returns the weights of the features by least squares on whether a sentence is marked."""
    rows, marked = [], []
    for units, gold in articles:
        for place, row in enumerate(features(Document(units))):
            rows.append(row)
            marked.append(float(place in gold))
    names = list(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    weights, *_ = np.linalg.lstsq(matrix, np.array(marked), rcond=None)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def summaries(method: str, articles: Sequence[Article]) -> list[list[int]]:
    """Returns each article's chosen sentences; weights come from the other folds."""
    order = list(range(len(articles)))
    random.Random(1).shuffle(order)
    found: list[list[int]] = [[] for _ in articles]
    for fold in range(FOLDS):
        members = order[fold::FOLDS]
        run = METHODS[method]
        if run is trained:
            weights = fit([articles[i] for i in order if i not in set(members)])
            run = partial(trained, weights=weights)
        for index in members:
            units, gold = articles[index]
            found[index] = choose(units, Options(len(gold)), run)
    return found


def f1(chosen: Sequence[int], gold: set[int]) -> float:
    """Returns the F1 of two sets of sentences."""
    return 2 * len(gold.intersection(chosen)) / (len(gold) + len(chosen))


def rouge(
    scorer: RougeScorer, units: Sequence[AlignedUnit], chosen: Sequence[int], gold: set[int]
) -> list[float]:
    """Returns the ROUGE F of the English of the chosen sentences against the marked ones."""
    texts = [" ".join(units[i].targets["en"] for i in sorted(some)) for some in (gold, chosen)]
    scores = scorer.score(*texts)
    return [scores[name].fmeasure for name in ROUGES]


def redundancy(units: Sequence[AlignedUnit], chosen: Sequence[int]) -> float:
    """Returns the mean cosine of the chosen sentences."""
    if len(chosen) < 2:
        return 0.0
    matrix = similarities([unit.ar for unit in units])[np.ix_(list(chosen), list(chosen))]
    return float(matrix.sum() / (len(chosen) * (len(chosen) - 1)))


def p_value(scores: np.ndarray, baseline: np.ndarray) -> float:
    """Returns how often resampled articles do not favour a method over the baseline (paired bootstrap)."""
    rng = np.random.default_rng(1)
    picks = rng.integers(0, len(scores), (SAMPLES, len(scores)))
    return float(((scores - baseline)[picks].mean(axis=1) <= 0).mean())


def main() -> None:
    """Prints the table, or the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("news", nargs="*", type=Path, default=sorted(NEWS.glob("*.jsonl")))
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    articles = read(arguments.news)
    if arguments.fit:
        json.dump(fit(articles), sys.stdout, indent=1)
        return
    scorer = RougeScorer(list(ROUGES), use_stemmer=True)
    print("| method | F1 | ROUGE-1 | ROUGE-2 | ROUGE-L | redundancy | p against lead |\n|---|" + "---:|" * 6)
    baseline = None
    for method in METHODS:
        chosen = summaries(method, articles)
        pairs = list(zip(articles, chosen, strict=True))
        scores = np.array([f1(some, gold) for (_, gold), some in pairs])
        baseline = scores if baseline is None else baseline
        rouges = np.mean([rouge(scorer, units, some, gold) for (units, gold), some in pairs], axis=0)
        repeats = np.mean([redundancy(units, some) for (units, _), some in pairs])
        p = "" if scores is baseline else f"{p_value(scores, baseline):.4f}"
        cells = [f"{scores.mean():.3f}", *(f"{value:.3f}" for value in rouges), f"{repeats:.3f}", p]
        print(f"| `{method}` | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
