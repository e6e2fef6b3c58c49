"""People found by rule, held against people's translations; and the list of common words that the rule needs.

    python benchmarks/people.py TEST_SET...          # how many of the names found are in the English too
    python benchmarks/people.py --common FILE        # makes the list anew, from training/news

A name counts as right where half of its parts sound like capitalised words of the English. No text has all
people marked; runs of two words and more that are names on both sides stand for them.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from dragoman.arabic import for_model
from dragoman.facts.people import find_people
from dragoman.names.find import arabic_words, matches
from dragoman.similarity import stems_of
from dragoman.test_sets import read_test_set
from dragoman.training.collect import Source, collect

LEAST = 5
"""Times that a stem must come to be common."""
MOST_NAMES = 0.2
"""Largest share of them in which it is a name."""
WORD = re.compile(r"[^\W\d_]+")
NEWS = Path("training/news")


def common(output: Path) -> None:
    """Writes the stems of the news that are frequent and seldom names."""
    seen: Counter[str] = Counter()
    names: Counter[str] = Counter()
    rows = collect(Source("news", NEWS, "news", "", "", 1.0))
    for row in (row for row in rows if row["language"] == "en"):
        seen.update(stems_of(row["ar"], "ar"))
        for name, _ in matches(arabic_words(row["ar"]), row["text"], "en"):
            names.update(stems_of(name, "ar"))
    found = sorted(stem for stem, n in seen.items() if n >= LEAST and names[stem] < MOST_NAMES * n)
    head = "# Stems that are common in training/news and seldom names, by benchmarks/people.py --common.\n"
    output.write_text(head + "".join(f"{stem}\n" for stem in found), encoding="utf-8")


def measure(paths: list[Path], show: int) -> None:
    """Prints how many people were found, how many are right, and some that are not."""
    print("test set                 segments  found  right  of those in the text")
    for path in paths:
        test_set = read_test_set(path, "en")
        if test_set is None:
            continue
        wrong, found, there, missed = [], 0, 0, []
        for source, reference in zip(test_set.sources, test_set.references, strict=True):
            people = list(find_people(for_model(source), ["en"]))
            # a run of words that are names on both sides is mostly a person
            for name, rendering in matches(arabic_words(source), reference, "en"):
                if " " in name and not name.startswith("ال"):
                    there += 1
                    if not any(set(name.split()) & set(person.name.split()) for person in people):
                        missed.append((name, rendering, source))
            for person in people:
                found += 1
                parts = person.name.split()
                matched = {
                    part
                    for name, _ in matches(arabic_words(person.name), reference, "en")
                    for part in name.split()
                }
                if len(matched) * 2 < len(parts):
                    wrong.append((person.name, person.titles["en"], source))
        right, seen = 1 - len(wrong) / max(found, 1), 1 - len(missed) / max(there, 1)
        counts = f"{len(test_set.sources):>8} {found:>6} {right:>6.1%}  {seen:.1%} of {there}"
        print(f"{test_set.name:<24} {counts}")
        for name, title, source in wrong[:show] + missed[:show]:
            print(f"    {title} | {name} | {source[:160]}")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("test_sets", nargs="*", type=Path)
    parser.add_argument("--common", type=Path, help="file to write")
    parser.add_argument("--show", type=int, default=0, help="wrong ones to show of each set")
    arguments = parser.parse_args()
    if arguments.common:
        common(arguments.common)
    measure(arguments.test_sets, arguments.show)


if __name__ == "__main__":
    main()
