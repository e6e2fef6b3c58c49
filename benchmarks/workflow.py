r"""The whole workflow beside the bare engine, on the same sentences, machine, model, beam and threads.

    python benchmarks/workflow.py --text training/news/*.jsonl SET... --cores 2 --folder WORK

Makes articles of the texts and installs the model with a first one. Then run, one after the other, the whole
`snakemake --cores N` with no sentence remembered, and the bare engine on the different sentences that the
workflow made of them, what is too long for the model cut as the workflow cuts it, the tokens prepared and
sorted before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from dragoman import store
from dragoman.benchmark import choose_texts, measure
from dragoman.benchmark.systems import Job
from dragoman.engine import CTranslate2Translator, Decoding, Hypothesis, Pending, open_translator
from dragoman.records import Segment
from dragoman.test_sets import read_evaluation
from dragoman.translate import Options, translate

LANGUAGES = ("en", "fr")


def write_articles(texts: Sequence[str], number: int, path: Path) -> None:
    """Writes articles of more and of fewer paragraphs, each text once; the same ones every time."""
    draw = random.Random(1)
    left = list(texts)
    rows = []
    for n in range(number):
        wanted = round(len(left) / (number - n) * draw.uniform(0.2, 1.8))
        paragraphs = [left.pop() for _ in range(min(len(left), max(1, wanted)))]
        if paragraphs:
            title, *body = paragraphs
            rows.append({"id": f"a{n}", "title": title, "text": "\n\n".join(body or [title])})
    store.write_rows(path, rows)


def snakemake(cores: int, model: str, folder: Path, articles: str, results: str) -> float:
    """Runs the workflow with a sentence memory of its own and returns the seconds it took."""
    memory = json.dumps({"path": f"{results}.sqlite"})
    config = [f"model={model}", f"articles={articles}", f"results={results}", f"memory={memory}"]
    command = ["snakemake", "--cores", str(cores), "--quiet", "all", "--config", *config]
    started = time.perf_counter()
    with (folder / "snakemake.log").open("a", encoding="utf-8") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log)
    return time.perf_counter() - started


class Recorder:
    """A ``Translator`` that translates nothing and keeps what it is given, each text once."""

    def __init__(self, engine: CTranslate2Translator) -> None:
        """Records what is meant for an engine."""
        self._engine = engine
        self.texts: dict[str, None] = {}

    @property
    def max_source_tokens(self) -> int:
        """That of the engine."""
        return self._engine.max_source_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Returns the engine's number of source tokens of each text."""
        return self._engine.count(texts)

    def submit(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> Pending:
        """Keeps the texts."""
        self.texts |= dict.fromkeys(texts)
        return lambda: [Hypothesis("", 0.0, 0, complete=True) for _ in texts]


def bare(language: str, segments: Iterable[Segment], options: argparse.Namespace) -> float:
    """Returns the seconds of the bare engine for what the stage hands to it first."""
    (model,) = (
        path.parent
        for path in Path("resources/models", options.model).glob("*/manifest.json")
        if language in store.read_json(path)["languages"]
    )
    recorder = Recorder(open_translator(model, language))
    for _ in translate(segments, recorder, language, Options(rescue=False)):
        pass
    job = Job(tuple(recorder.texts), model, language, options.cores, 4, 0, options.folder)
    (row,) = measure(job, 1, ["bare"])
    return float(row["seconds"])


def main() -> None:
    """Measures and prints the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--text", nargs="+", type=Path, required=True, help="test sets or news files")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--segments", type=int, default=11_000, help="texts to make them of, at most")
    parser.add_argument("--model", default="mini", help="name of a recipe")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument(
        "--folder", type=Path, required=True, help="for articles and results; must not be there"
    )
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True)
    arabic = [text for language, text in read_evaluation(options.text) if language == "ar"]
    texts = choose_texts(arabic, options.segments)
    write_articles(texts[:5], 1, folder / "first.jsonl")
    write_articles(texts, options.articles, folder / "articles.jsonl")
    articles, results = f"{folder}/articles.jsonl", folder / "results"
    run = partial(snakemake, options.cores, options.model, folder)
    run(f"{folder}/first.jsonl", f"{folder}/first")
    whole = run(articles, str(results))
    shards = sorted((results / "segments").glob("*.jsonl"))
    segments = [segment for shard in shards for segment in store.read(shard, Segment)]
    sentences = {segment.text for segment in segments if segment.kind == "text"}
    limits = {language: bare(language, segments, options) for language in LANGUAGES}
    limit = sum(limits.values())
    print(
        f"{options.articles} articles, {len(sentences)} different sentences,",
        f"{options.model}, {options.cores} cores",
    )
    print("bare engine:", ", ".join(f"{language} {seconds:.1f} s" for language, seconds in limits.items()))
    for path in sorted((results / "benchmarks/translate").glob("*/*.json")):
        print(f"translate job {path.parent.name}:", json.dumps(store.read_json(path)))
    print(
        f"whole workflow: {whole:.1f} s, {whole / limit:.3f} times as long as the bare engine ({limit:.1f} s)"
    )


if __name__ == "__main__":
    main()
