"""What it brings to give a model the spellings of names (`copies_names` in its recipe).

    python benchmarks/copying.py resources/models/mini/ar-enfr resources/models/romaniser/ar-enfr TEST_SET...

Translates the test sets without spellings and with them. Prints by language BLEU and chrF over all segments
and over those that name people; of the words of those names as people's translations write them, how many are
in the translation to the letter; and segments that have lost a place.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sacrebleu.metrics import BLEU, CHRF

from dragoman.arabic import for_model
from dragoman.engine import open_translator
from dragoman.evaluate import Judged, judge
from dragoman.names.copying import Spellings, SpellingTranslator
from dragoman.names.romanise import romaniser
from dragoman.names.skeleton import latin_skeleton, likeness
from dragoman.store import read_json
from dragoman.translate import Options

ALIKE = 0.6
"""Least likeness of a word of a reference to be one of the name."""
WORD = re.compile(r"[^\W\d_]+")


def words_of_names(reference: str, spellings: Sequence[str]) -> Iterator[str]:
    """Yields the words of people's translation that sound like a word of a name."""
    heard = [latin_skeleton(word) for spelling in spellings for word in WORD.findall(spelling)]
    for word in WORD.findall(reference):
        if word[0].isupper() and any(likeness(latin_skeleton(word), other) >= ALIKE for other in heard):
            yield word


def scores(rows: Sequence[Judged]) -> str:
    """Returns BLEU and chrF."""
    texts, references = [row.text for row in rows], [[row.reference for row in rows]]
    bleu = BLEU().corpus_score(texts, references).score
    return f"{bleu:5.1f} / {CHRF().corpus_score(texts, references).score:.1f}"


def report(language: str, rows: Sequence[Judged], named: dict[tuple[str, int], list[str]]) -> None:
    """Prints the figures of one run."""
    people = [row for row in rows if named[row.test_set, row.n]]
    words = [
        (word, row.text)
        for row in people
        for word in words_of_names(row.reference, named[row.test_set, row.n])
    ]
    exact = sum(word in WORD.findall(text) for word, text in words)
    lost = sum("place-lost" in row.flags for row in rows)
    print(
        f"  {language} all {len(rows)}: {scores(rows)}; people {len(people)}: {scores(people)}; "
        f"words of names {exact} of {len(words)}; place-lost {lost}"
    )


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("model", type=Path)
    parser.add_argument("romaniser", type=Path)
    parser.add_argument("test_sets", nargs="+", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    manifest = read_json(arguments.model / "manifest.json")
    options = Options(low_score=manifest["low_score"])
    for language in manifest["languages"]:
        engine = open_translator(arguments.model, language, threads=arguments.threads)
        spellings = Spellings(language, spell=romaniser(arguments.romaniser))
        plain = list(judge("plain", engine, language, arguments.test_sets, options))
        given = list(
            judge("given", SpellingTranslator(engine, spellings), language, arguments.test_sets, options)
        )
        found = spellings([for_model(row.ar) for row in plain], places=False)
        named = {(row.test_set, row.n): list(names.values()) for row, names in zip(plain, found, strict=True)}
        print("without spellings")
        report(language, plain, named)
        print("with them")
        report(language, given, named)


if __name__ == "__main__":
    main()
