"""Verbs that measure and examine. Modules are imported when used."""

from __future__ import annotations

import argparse
import itertools
import logging
import tempfile
from dataclasses import replace
from pathlib import Path

from dragoman import store
from dragoman.errors import ConfigError

log = logging.getLogger("dragoman")
Arguments = argparse.Namespace


def evaluate(arguments: Arguments) -> None:
    """Scores models on test sets, in all and by slices, and compares them."""
    from dragoman import comet
    from dragoman import evaluate as stage
    from dragoman.engine import open_translator
    from dragoman.evaluate import report
    from dragoman.evaluate.calibration import as_recipe, calibrate
    from dragoman.names.copying import with_spellings
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
        engine = with_spellings(translator, manifest, language, speller=arguments.romaniser)
        rows += stage.judge(name, engine, language, arguments.test_sets, options)
    if arguments.comet:
        found = comet.score(
            arguments.comet,
            arguments.comet_model,
            arguments.device,
            [row.ar for row in rows],
            [row.text for row in rows],
            references=[row.reference for row in rows],
        )
        rows = [replace(row, comet=value) for row, value in zip(rows, found, strict=True)]
    scores = list(stage.scores(rows, arguments.comet_model))
    slices = list(stage.slices(rows, arguments.comet_model))
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
