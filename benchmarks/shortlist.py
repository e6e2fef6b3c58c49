"""What a lexical shortlist would bring: the output layer computes only pieces that the source makes likely.

    python benchmarks/shortlist.py MODEL TEXT... --test-set SET [--candidates 50]

Translates the Arabic of TEXT (news files or test sets), aligns pieces by IBM model 1 (Brown et al. 1993),
gives the model a vocabulary map with the likeliest pieces for each, and translates SET with and without it:
time, chrF, and how often a text comes out as without the map, and alone as in a batch.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import sacrebleu

from dragoman.arabic import for_model
from dragoman.engine import CTranslate2Translator, Decoding, open_translator
from dragoman.test_sets import read_evaluation, read_test_set

ITERATIONS = 5
ALWAYS = 200
"""Most frequent target pieces, which every source may have."""
REPEATS = 3


class Shortlisted(CTranslate2Translator):
    """The engine with the vocabulary map in use."""

    def limits(self, width: int) -> dict[str, int]:
        """Returns the decoding limits, and that the map is to be used."""
        return {**super().limits(width), "use_vmap": True}


def align(
    pairs: list[tuple[list[int], list[int]]], targets: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns source piece, target piece and probability of all pairs that come together, by IBM model 1."""
    keys = [
        np.repeat(source, len(target)) * targets + np.tile(target, len(source)) for source, target in pairs
    ]
    # one sum for each target token of each pair
    tokens, offset = [], 0
    for source, target in pairs:
        tokens.append(np.tile(np.arange(len(target)), len(source)) + offset)
        offset += len(target)
    unique, place = np.unique(np.concatenate(keys), return_inverse=True)
    token = np.concatenate(tokens)
    probability = np.ones(len(unique))
    for _ in range(ITERATIONS):
        weight = probability[place]
        weight /= np.bincount(token, weight, offset)[token]
        count = np.bincount(place, weight, len(unique))
        probability = count / np.bincount(unique // targets, count)[unique // targets]
    return unique // targets, unique % targets, probability


def write_map(model: Path, engine: CTranslate2Translator, texts: list[str], candidates: int) -> None:
    """Writes ``vmap.txt`` from the model's own translations."""
    found = engine.translate(texts, Decoding(1))
    sources = engine.tokens(texts)
    targets = engine._target.encode([hypothesis.text for hypothesis in found], out_type=str)
    numbers: dict[str, int] = {}
    pairs = [
        (
            [numbers.setdefault(t, len(numbers)) for t in s],
            [numbers.setdefault(t, len(numbers)) for t in target],
        )
        for s, target in zip(sources, targets, strict=True)
        if target
    ]
    names = list(numbers)
    source, target, probability = align(pairs, len(numbers))
    order = np.lexsort((-probability, source))
    lines: dict[int, list[str]] = {}
    for index in order:
        mine = lines.setdefault(int(source[index]), [])
        if len(mine) < candidates:
            mine.append(names[target[index]])
    frequent = np.bincount(np.concatenate([t for _, t in pairs])).argsort()[::-1][:ALWAYS]
    with (model / "vmap.txt").open("w", encoding="utf-8") as file:
        file.write("\t" + " ".join(["</s>", "<unk>", *(names[number] for number in frequent)]) + "\n")
        file.writelines(f"{names[number]}\t{' '.join(pieces)}\n" for number, pieces in lines.items())


def main() -> None:
    """Reads the command line and prints the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("model", type=Path)
    parser.add_argument("text", nargs="+", type=Path)
    parser.add_argument("--test-set", type=Path, required=True)
    parser.add_argument("--language", default="en")
    parser.add_argument("--candidates", type=int, nargs="+", default=[20, 50, 100])
    parser.add_argument("--beam-size", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    language, decoding = arguments.language, Decoding(arguments.beam_size)
    test_set = read_test_set(arguments.test_set, language)
    if test_set is None:
        parser.error(f"{arguments.test_set} has no {language}")
    plain = open_translator(arguments.model, language, threads=arguments.threads)
    known = [for_model(text) for name, text in read_evaluation(arguments.text) if name == "ar"]
    texts = plain.fitting(list(dict.fromkeys(text for text in known if text)))
    pairs = zip(map(for_model, test_set.sources), test_set.references, strict=True)
    fitting = set(plain.fitting(map(for_model, test_set.sources)))
    sources, references = zip(*((s, r) for s, r in pairs if s in fitting), strict=True)
    print(f"{len(texts):,} sentences for the map, {len(sources):,} to translate, beam {arguments.beam_size}")
    print("candidates   seconds   ratio    chrF   as without   alone as in a batch")
    with tempfile.TemporaryDirectory() as folder:
        for candidates in arguments.candidates:
            model = Path(folder) / str(candidates)
            shutil.copytree(arguments.model, model)
            write_map(model, plain, texts, candidates)
            listed = open_translator(model, language, threads=arguments.threads, engine=Shortlisted)
            seconds = {"plain": 1e9, "listed": 1e9}
            outputs = {}
            for _ in range(REPEATS):
                for name, engine in (("plain", plain), ("listed", listed)):
                    start = time.perf_counter()
                    outputs[name] = [h.text for h in engine.translate(list(sources), decoding)]
                    seconds[name] = min(seconds[name], time.perf_counter() - start)
            some = list(sources[:: max(1, len(sources) // 200)])
            together = dict(zip(sources, outputs["listed"], strict=True))
            alone = [listed.translate([text], decoding)[0].text == together[text] for text in some]
            same = np.mean([a == b for a, b in zip(outputs["plain"], outputs["listed"], strict=True)])
            for name in ("plain", "listed"):
                chrf = sacrebleu.corpus_chrf(outputs[name], [list(references)]).score
                label = candidates if name == "listed" else "all"
                extra = f"{same:>10.1%} {np.mean(alone):>17.1%}" if name == "listed" else ""
                ratio = seconds["plain"] / seconds[name]
                print(f"{label!s:>10} {seconds[name]:>9.1f} {ratio:>7.2f} {chrf:>7.2f} {extra}", flush=True)


if __name__ == "__main__":
    main()
