"""How well the romaniser spells names that it has not seen, beside a table of letters.

    python benchmarks/romaniser.py resources/models/romaniser/ar-enfr training-run/names/clean/valid.jsonl

Prints by language the share of words spelt exactly as people did, chrF over all (Popović 2015, by sacrebleu),
the share that sounds alike by their consonants, and the share that it gives up.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from sacrebleu.metrics import CHRF

from dragoman import data
from dragoman.names.romanise import romaniser
from dragoman.names.skeleton import latin_skeleton, likeness
from dragoman.store import read_rows

LETTERS = str.maketrans(data.load("names.yaml")["letters"])


def report(name: str, spelt: list[str], wanted: list[str]) -> str:
    """Returns a line of figures."""
    pairs = list(zip(spelt, wanted, strict=True))
    exact = sum(a == b for a, b in pairs) / len(pairs)
    alike = sum(likeness(latin_skeleton(a), latin_skeleton(b)) >= 0.75 for a, b in pairs) / len(pairs)
    chrf = CHRF(word_order=0).corpus_score(spelt, [wanted]).score
    none = sum(not a for a in spelt) / len(pairs)
    return f"{name:<24} {len(pairs):>6} {exact:>7.1%} {chrf:>6.1f} {alike:>7.1%} {none:>7.1%}"


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("model", type=Path)
    parser.add_argument("rows", type=Path)
    arguments = parser.parse_args()
    spell = romaniser(arguments.model)
    print("                          words   exact   chrF   alike   none")
    rows = list(read_rows(arguments.rows))
    for language in sorted({row["language"] for row in rows}):
        mine = {row["ar"]: row["text"] for row in rows if row["language"] == language}
        start = time.perf_counter()
        spelt = spell(list(mine), language)
        seconds = time.perf_counter() - start
        print(report(f"romaniser {language}", [spelt[word].casefold() for word in mine], list(mine.values())))
        print(
            report(f"table of letters {language}", [w.translate(LETTERS) for w in mine], list(mine.values()))
        )
        print(f"    {len(mine) / seconds:,.0f} words/s")


if __name__ == "__main__":
    main()
