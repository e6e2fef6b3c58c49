"""Verbs that work on a shard: open its files, run a stage, write what it yields. Stages load when used."""

from __future__ import annotations

import argparse
import logging
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman import store
from dragoman.errors import DataError
from dragoman.records import AlignedUnit, Article, Estimate, RoundTrip, Segment, Translation

if TYPE_CHECKING:
    from dragoman.engine import CTranslate2Translator, Translator

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
    from dragoman.names.copying import with_spellings
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
        engine = with_spellings(
            _remembering(translator, arguments.memory, manifest["id"], arguments.language),
            manifest,
            arguments.language,
            glossary=arguments.glossary,
            speller=arguments.romaniser,
        )
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


def round_trip(arguments: Arguments) -> None:
    """Translates a shard's translations back and compares them with the source."""
    from dragoman.engine import open_translator
    from dragoman.models import verify
    from dragoman.round_trip import round_trips

    verify(arguments.model)
    translator = open_translator(arguments.model, "ar", device=arguments.device, threads=arguments.threads)
    segments = store.read(arguments.segments, Segment)
    translations = store.read(arguments.translations, Translation)
    store.write(arguments.output, round_trips(segments, translations, translator))


def estimate(arguments: Arguments) -> None:
    """Estimates a shard's translations by COMET, without references."""
    from dragoman import comet

    judge = partial(comet.score, arguments.comet, arguments.comet_model, arguments.device)
    segments = store.read(arguments.segments, Segment)
    translations = store.read(arguments.translations, Translation)
    store.write(arguments.output, comet.estimates(segments, translations, judge))


def align(arguments: Arguments) -> None:
    """Joins a shard's segments with their translations."""
    from dragoman.align import align as stage
    from dragoman.names.glossary import read_glossary
    from dragoman.quality import calibrations

    translations = {language: store.read(path, Translation) for language, path in arguments.translations}
    models = {language: store.read_json(path) for language, path in arguments.models}
    languages = [language for language, _ in arguments.translations]
    glossary = read_glossary(arguments.glossary, languages) if arguments.glossary else None
    segments = store.read(arguments.segments, Segment)
    back = {language: store.read(path, RoundTrip) for language, path in arguments.round_trips}
    judged = {language: store.read(path, Estimate) for language, path in arguments.estimates}
    units = stage(segments, translations, calibrations(models), glossary, round_trips=back, estimates=judged)
    store.write(arguments.output, units)


def find_names(arguments: Arguments) -> None:
    """Finds the names of a shard's articles."""
    from dragoman.names.find import find_names as stage
    from dragoman.names.romanise import romaniser

    spell = romaniser(arguments.romaniser, arguments.threads) if arguments.romaniser else None
    units = store.read(arguments.aligned, AlignedUnit)
    store.write(arguments.output, stage(units, arguments.languages, spell, workers=arguments.threads))


def summarise(arguments: Arguments) -> None:
    """Summarises a shard's articles."""
    from dragoman.summarise import Options
    from dragoman.summarise import summarise as stage

    options = Options(arguments.sentences, arguments.method, arguments.words, arguments.query)
    store.write(arguments.output, stage(store.read(arguments.aligned, AlignedUnit), options))


def write_abstracts(arguments: Arguments) -> None:
    """Has a model write a summary of each article, and translates it."""
    from dragoman.abstracts import Writer
    from dragoman.abstracts import write_abstracts as stage
    from dragoman.engine import open_translator
    from dragoman.models import verify
    from dragoman.names.copying import with_spellings
    from dragoman.translate import Options

    if not any(unit.kind == "text" for unit in store.read(arguments.aligned, AlignedUnit)):
        store.write(arguments.output, [])
        return
    machine = {"device": arguments.device, "threads": arguments.threads}
    verify(arguments.writer)
    writer = open_translator(arguments.writer, "ar", engine=Writer, **machine)
    translators = {}
    for language, path in arguments.models:
        manifest = verify(path.parent)
        low_score = manifest["low_score"] if arguments.low_score is None else arguments.low_score
        options = Options(arguments.beam_size, not arguments.no_rescue, low_score)
        engine = with_spellings(
            open_translator(path.parent, language, **machine), manifest, language, speller=arguments.romaniser
        )
        translators[language] = engine, options
    units = store.read(arguments.aligned, AlignedUnit)
    store.write(arguments.output, stage(units, writer, translators))
