"""What each verb does: opens its files, runs its stage, writes its output. Stages are imported when used."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import logging
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman import __version__, store
from dragoman.errors import ConfigError, DataError, ModelError
from dragoman.records import AlignedUnit, Article, NameRow, Segment, Summary, Translation, Verdict

if TYPE_CHECKING:
    from dragoman.engine import CTranslate2Translator, Translator

MOST_PAGES = 10
"""Pages that are named one by one; of more, the index is."""

log = logging.getLogger("dragoman")
Arguments = argparse.Namespace


def ingest(arguments: Arguments) -> None:
    """Reads sources into shards of articles; only shards that changed are rewritten."""
    from dragoman import config
    from dragoman import ingest as stage

    columns = config.schema("config")["properties"]["columns"]
    config.check(arguments.columns, columns, "--columns")
    sources = stage.find_sources(arguments.articles)
    records = stage.read_sources(sources, config.fill(arguments.columns, columns))
    catalogue = stage.write_shards(
        records, arguments.folder, arguments.rejects, arguments.shards, arguments.on_bad_record
    )
    store.write_json(arguments.catalogue, catalogue)
    rejected = sum(catalogue["rejects"].values())
    log.info("ingest: %d articles, %d rejected", catalogue["articles"], rejected)


def segment(arguments: Arguments) -> None:
    """Splits a shard's articles into segments."""
    from dragoman.segment import segment as stage

    articles = store.read(arguments.articles, Article)
    count = store.write(arguments.output, stage(articles, by_line=arguments.unit == "line"))
    log.info("segment: %d segments", count)


def translate(arguments: Arguments) -> None:
    """Translates a shard's segments into one language."""
    from dragoman.engine import open_translator
    from dragoman.models import verify
    from dragoman.translate import Counts, Options
    from dragoman.translate import translate as stage
    from dragoman.translation_memory import TranslationMemory

    started = time.monotonic()
    name = f"{arguments.language} {arguments.segments.stem}"
    counts = Counts()
    if not any(
        segment.kind == "text" or segment.given for segment in store.read(arguments.segments, Segment)
    ):
        # an empty shard needs no model, and a model takes a second to load
        segments = store.read(arguments.segments, Segment)
        rows = (Translation(s.id, s.text, None, [], "copy") for s in segments)
        counts.segments = store.write(arguments.output, rows)
    else:
        manifest = verify(arguments.model)
        translator = open_translator(
            arguments.model,
            arguments.language,
            device=arguments.device,
            compute_type=arguments.compute_type,
            threads=arguments.threads,
            batch_tokens=arguments.batch_tokens,
        )
        engine = _remembering(translator, arguments.memory, manifest["id"], arguments.language)
        people = (
            TranslationMemory(arguments.translation_memory, arguments.language)
            if arguments.translation_memory
            else None
        )
        low_score = manifest["low_score"] if arguments.low_score is None else arguments.low_score
        options = Options(arguments.beam_size, not arguments.no_rescue, low_score)
        progress = Progress(f"translate {name}", store.count(arguments.segments))
        segments = store.read(arguments.segments, Segment)
        found = stage(
            segments, engine, arguments.language, options, people=people, progress=progress, counts=counts
        )
        written = store.write(arguments.output, found)
        if written != counts.segments:
            raise RuntimeError(f"{written} translations of {counts.segments} segments")
    seconds = time.monotonic() - started
    log.info(
        "translate %s: %d segments, %d distinct, %d decoded, %d pieces decoded again, %.1f s",
        name, counts.segments, counts.distinct, counts.decoded, counts.rescued, seconds,
    )  # fmt: skip
    if arguments.timings:
        row = {
            "shard": arguments.segments.stem,
            "language": arguments.language,
            "segments": counts.segments,
            "distinct": counts.distinct,
            "people": counts.people,
            "translated": counts.decoded,
            "tokens": counts.tokens,
            "seconds": round(seconds, 3),
        }
        store.write_json(arguments.timings, row)


def _remembering(
    translator: CTranslate2Translator, path: Path | None, model: str, language: str
) -> Translator:
    """Puts the sentence memory before an engine; where it cannot be used, a warning, and the engine alone."""
    from dragoman.memory import Memory, RememberingTranslator

    if path is None:
        return translator
    try:
        memory = Memory(path)
    except DataError as error:
        log.warning("%s; going on without", error)
        return translator
    return RememberingTranslator(translator, memory, [model, language, *translator.identity])


def compile_memory(arguments: Arguments) -> None:
    """Compiles translation memories into one file."""
    from dragoman.translation_memory import build

    counts = build(arguments.tmx, arguments.languages, arguments.output)
    too_long = counts.pop("too long")
    units = ", ".join(f"{count} {language}" for language, count in counts.items())
    log.info("translation memory: %s; %d too long", units, too_long)


def merge_memory(arguments: Arguments) -> None:
    """Adds sentence memories, such as those of a cluster's nodes, to one."""
    from dragoman.memory import Memory

    memory = Memory(arguments.into)
    for path in arguments.memories:
        log.info("merge-memory: %d new from %s", memory.merge(path), path)
    log.info("merge-memory: %d in %s", len(memory), arguments.into)


class Progress:
    """Tells how far a long job is, at most every ten seconds."""

    INTERVAL = 10.0
    """Seconds between two lines."""

    def __init__(self, name: str, total: int) -> None:
        """Starts the clock.

        Args:
            name: what the lines begin with.
            total: segments to do.
        """
        self._name = name
        self._total = total
        self._start = self._said = time.monotonic()

    def __call__(self, done: int) -> None:
        """Says a line when it is time: done, to do, segments per second, time left."""
        now = time.monotonic()
        if now - self._said >= self.INTERVAL and done:
            self._said = now
            rate = done / (now - self._start)
            left = (self._total - done) / rate
            log.info("%s: %d of %d segments, %.0f/s, %.0f s left", self._name, done, self._total, rate, left)


def align(arguments: Arguments) -> None:
    """Joins a shard's segments with their translations."""
    from dragoman.align import align as stage
    from dragoman.names.find import find_names
    from dragoman.names.glossary import read_glossary
    from dragoman.quality import calibrations

    translations = {language: store.read(path, Translation) for language, path in arguments.translations}
    models = {language: store.read_json(path) for language, path in arguments.models}
    languages = [language for language, _ in arguments.translations]
    glossary = read_glossary(arguments.glossary, languages) if arguments.glossary else None
    segments = store.read(arguments.segments, Segment)
    store.write(arguments.output, stage(segments, translations, calibrations(models), glossary))
    if arguments.names:
        store.write(arguments.names, find_names(store.read(arguments.output, AlignedUnit), languages))


def gather_names(arguments: Arguments) -> None:
    """Writes the names of all articles as a table, those that are rendered in several ways first."""
    from dragoman.export.tsv import cell
    from dragoman.names.find import tabulate

    rows = tabulate(_chain(_shards(arguments.names, arguments.shards), NameRow), arguments.languages)
    columns = ["ar", *arguments.languages, "articles", "segments", "others"]
    with store.atomic(arguments.output) as file:
        file.write("\t".join(columns) + "\n")
        file.writelines("\t".join(cell(row[name]) for name in columns) + "\n" for row in rows)


def summarise(arguments: Arguments) -> None:
    """Summarises a shard's articles."""
    from dragoman.summarise import Options
    from dragoman.summarise import summarise as stage

    options = Options(arguments.sentences, arguments.method, arguments.words, arguments.query)
    store.write(arguments.output, stage(store.read(arguments.aligned, AlignedUnit), options))


def gather_summaries(arguments: Arguments) -> None:
    """Writes all summaries as one file, texts by language beside the segment numbers."""
    rows = (
        {"article": summary.article, "method": summary.method, "segments": summary.segments, **summary.texts}
        for summary in _chain(_shards(arguments.summaries, arguments.shards), Summary)
    )
    store.write_rows(arguments.output, rows)


def brief(arguments: Arguments) -> None:
    """Writes a shard's briefs and the rows for the index."""
    from dragoman.brief import write_briefs

    entries = write_briefs(
        store.read(arguments.articles, Article),
        store.read(arguments.aligned, AlignedUnit),
        store.read(arguments.summaries, Summary),
        arguments.folder,
        _manifests(arguments.models),
        arguments.languages,
        store.read(arguments.names, NameRow) if arguments.names else (),
        docx=arguments.docx,
    )
    store.write_rows(arguments.entries, entries)


def brief_index(arguments: Arguments) -> None:
    """Writes the index and removes the briefs of articles that are gone."""
    from dragoman.brief import prune, write_index

    entries = [row for path in _shards(arguments.entries, arguments.shards) for row in store.read_rows(path)]
    write_index(entries, arguments.folder, arguments.languages, _manifests(arguments.models))
    prune(arguments.folder, {entry["slug"] for entry in entries})


def show_briefs(arguments: Arguments) -> None:
    """Prints where the briefs are: each page of a few, the index of many."""
    entries = (row for path in _shards(arguments.entries, arguments.shards) for row in store.read_rows(path))
    pages = [
        str(arguments.folder / f"{row['slug']}.html") for row in itertools.islice(entries, MOST_PAGES + 1)
    ]
    print("\n".join(pages if 0 < len(pages) <= MOST_PAGES else [str(arguments.folder / "index.html")]))


def filter_units(arguments: Arguments) -> None:
    """Judges a shard's units for the corpus."""
    from dragoman.filter import Filter

    sieve = Filter(arguments.blocks, arguments.languages)
    with contextlib.ExitStack() as stack:
        remember = None
        if "duplicates" in arguments.blocks:
            from dragoman.filter.duplicates import signature_writer

            near = arguments.blocks["duplicates"]["near"] is not None
            remember = stack.enter_context(signature_writer(arguments.signatures, near))

        def verdicts() -> Iterator[Verdict]:
            for unit in store.read(arguments.aligned, AlignedUnit):
                verdict = sieve.judge(unit)
                if remember and not verdict.block:
                    remember(unit)
                yield verdict

        store.write(arguments.output, verdicts())


def find_duplicates(arguments: Arguments) -> None:
    """Finds the segments that came before, over all shards."""
    from dragoman.filter.duplicates import Index, earlier, repeated

    near = arguments.blocks["duplicates"]["near"]
    signatures = [path.with_suffix(".signatures") for path in _shards(arguments.folder, arguments.shards)]
    first, likeness = earlier(Index(signatures, near is not None), near)
    verdicts = _chain(_shards(arguments.folder, arguments.shards), Verdict)
    count = store.write_rows(arguments.output, repeated(verdicts, first, likeness))
    log.info("duplicates: %d of %d segments came before", count, len(first))


def export(arguments: Arguments) -> None:
    """Writes the corpus."""
    from dragoman.export import write_corpus
    from dragoman.export.filtered import DUPLICATES, Sieve
    from dragoman.export.splits import Shares
    from dragoman.filter.blocks import BLOCKS

    sieve = None
    if arguments.blocks:
        verdicts = _chain(_shards(arguments.filtered, arguments.shards), Verdict)
        duplicates = store.read_rows(arguments.duplicates) if arguments.duplicates else iter(())
        asked = [name for name in (*BLOCKS, DUPLICATES) if name in arguments.blocks]
        sieve = Sieve(verdicts, duplicates, asked)
    catalogue = store.read_json(arguments.catalogue)
    counts = write_corpus(
        _chain(_shards(arguments.aligned, arguments.shards), AlignedUnit),
        arguments.folder,
        arguments.languages,
        arguments.formats,
        {
            "models": _manifests(arguments.models),
            "version": __version__,
            "licences": catalogue["licences"],
            "licence": arguments.licence,
            "hosts": catalogue["hosts"],
            "filter": arguments.blocks,
        },
        Shares(arguments.validation, arguments.test),
        sieve,
        arguments.tmx_units,
    )
    store.write_json(arguments.counts, counts)


def report(arguments: Arguments) -> None:
    """Draws the report's figures."""
    from dragoman.report import draw_filter, figures

    timings = [
        store.read_json(path.with_suffix(".json"))
        for language in (arguments.languages if arguments.timings else [])
        for path in _shards(arguments.timings / language, arguments.shards)
    ]
    models = dict(zip(arguments.languages, map(store.read_json, arguments.models), strict=True))
    low_score = {
        language: model["low_score"] if arguments.low_score is None else arguments.low_score
        for language, model in models.items()
    }
    units = _chain(_shards(arguments.aligned, arguments.shards), AlignedUnit)
    figures(units, timings, arguments.folder, low_score)
    if arguments.counts:
        draw_filter(arguments.folder / "filter.svg", store.read_json(arguments.counts))


def manifest(arguments: Arguments) -> None:
    """Writes what the run used and made."""
    from dragoman.manifest import build

    document = build(
        store.read_json(arguments.catalogue),
        store.read_json(arguments.counts),
        _manifests(arguments.models),
        arguments.config,
    )
    store.write_json(arguments.output, document)


def finish(arguments: Arguments) -> None:
    """Removes what killed jobs left; prints the last lines of a run, if it was a whole one."""
    from dragoman.manifest import summary_lines

    store.sweep(arguments.results)
    path = arguments.results / "manifest.json"
    if path.exists():
        print("\n".join(summary_lines(store.read_json(path), arguments.results)))


def evaluate(arguments: Arguments) -> None:
    """Scores models on test sets, in all and by slices, and compares them."""
    from dragoman import evaluate as stage
    from dragoman.engine import open_translator
    from dragoman.evaluate import report
    from dragoman.evaluate.calibration import as_recipe, calibrate
    from dragoman.translate import Options

    if not arguments.test_sets:
        raise ConfigError(
            "evaluate.test_sets: no test set; name folders that hold NAME.ar and NAME.en, NAME.fr"
        )
    if len(arguments.models) % len(arguments.languages):
        raise ConfigError("evaluate: a manifest for each language, model after model")
    rows: list[stage.Judged] = []
    for path, language in zip(arguments.models, itertools.cycle(arguments.languages), strict=False):
        manifest = store.read_json(path)
        name = f"{manifest['recipe']}/{manifest['part']} {manifest['id']}"
        translator = open_translator(
            path.parent, language, device=arguments.device, threads=arguments.threads
        )
        options = Options(arguments.beam_size, rescue=True, low_score=manifest["low_score"])
        rows += stage.judge(name, translator, language, arguments.test_sets, options)
    scores, slices = list(stage.scores(rows)), list(stage.slices(rows))
    comparisons = list(stage.compare(rows))
    folder = arguments.folder
    store.write_rows(folder / "segments.jsonl", (row.to_json() for row in rows))
    store.write_json(folder / "slices.json", slices)
    store.write_json(folder / "comparison.json", comparisons)
    quality = calibrate(rows)
    with store.atomic(folder / "quality.yaml") as file:
        file.write(as_recipe(quality))
    report.write(folder, scores, slices, comparisons, quality)
    store.write_json(folder / "evaluation.json", scores)
    for row in scores:
        log.info("%(model)s %(test_set)s %(pair)s %(metric)s %(score).1f", row)


def benchmark(arguments: Arguments) -> None:
    """Measures a model's translation against the bare engine and other ways."""
    from dragoman import benchmark as stage
    from dragoman.benchmark import report
    from dragoman.benchmark.systems import SYSTEMS, Job
    from dragoman.models import verify
    from dragoman.test_sets import read_evaluation

    candidates = [text for language, text in read_evaluation(arguments.text) if language == "ar"]
    texts = stage.choose_texts(candidates, arguments.segments)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as work:
        if arguments.model:
            manifest = verify(arguments.model)
            name, model, untrimmed = f"{manifest['recipe']}/{manifest['part']}", arguments.model, None
        else:
            name = "OPUS-MT's size, random weights"
            model, untrimmed = stage.opus_size(candidates, Path(work))
        for beam_size in arguments.beam_sizes:
            job = Job(
                tuple(texts), model, arguments.language, arguments.threads, beam_size, arguments.limit,
                Path(work), forced=not arguments.model, untrimmed=untrimmed,
            )  # fmt: skip
            facts = {"model": name, "beam_size": beam_size, "threads": arguments.threads}
            measured = stage.measure(job, arguments.repeats, arguments.systems or list(SYSTEMS))
            rows += [facts | row for row in report.compare(measured, texts=bool(arguments.model))]
    store.write_json(arguments.folder / "benchmark.json", rows)
    report.write(rows, arguments.folder)


def doctor(arguments: Arguments) -> None:
    """Checks the machine and the project, a line each."""
    import yaml

    from dragoman import config
    from dragoman import doctor as stage

    values = config.read_yaml(arguments.config, {}) if arguments.config.exists() else {}
    try:
        instead = dict(yaml.safe_load(arguments.set))
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise ConfigError(f"--set {arguments.set!r}: not keys and values in YAML") from error
    settings = config.load({**(values or {}), **instead})
    findings = []
    for finding in stage.examine(settings, arguments.recipes, arguments.profile):
        findings.append(finding)
        print(finding.line(), flush=True)
    if wrong := sum(finding.state == "error" for finding in findings):
        raise ConfigError(f"doctor: {wrong} of {len(findings)} checks failed")


def config_reference(arguments: Arguments) -> None:
    """Prints the reference of the configuration."""
    from dragoman.config import reference

    print(reference(), end="")


def add_models(verbs: Any) -> None:
    """Adds ``dragoman models …`` to the command line."""
    from dragoman.models.cli import add_arguments

    add_arguments(verbs)


def add_training(verbs: Any) -> None:
    """Adds ``dragoman training …`` to the command line."""
    from dragoman.training.cli import add_arguments

    add_arguments(verbs)


def _manifests(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Reads model manifests, each once."""
    try:
        return [store.read_json(path) for path in dict.fromkeys(paths)]
    except DataError as error:
        raise ModelError(f"{error}; run snakemake to install the model") from error


def _shards(folder: Path, number: int) -> list[Path]:
    """Returns a stage's files of all shards; so many paths would not fit on a command line."""
    return [store.shard_path(folder, shard) for shard in range(number)]


def _chain(paths: Sequence[Path], record: type[Any]) -> Iterator[Any]:
    return itertools.chain.from_iterable(store.read(path, record) for path in paths)
