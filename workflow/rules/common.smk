# Parse-time glue: the checked configuration, the models in use, names that all rules share.
# Anything worth a test lives in the package.

import json
import shlex
import sys
import threading
from pathlib import Path

from dragoman import config as configuration
from dragoman.errors import DragomanError
from dragoman.ingest import find_sources, state_of
from dragoman.models.recipe import find_recipe, load_recipe, only_part, part_for
from dragoman.provenance import source_digest
from dragoman.names.glossary import read_glossary
from dragoman.store import check_writable, claim, files_of
from dragoman.translation_memory import find_files

# jobs find the `dragoman` of the environment that runs Snakemake, activated or not
shell.prefix(f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH; ")

try:
    settings = configuration.load(config)
    sources = find_sources(settings.articles)
    find_files(settings.memory.tmx)
    if settings.names.glossary:
        read_glossary(Path(settings.names.glossary), settings.languages)
    check_writable(settings.results, "results")
    BACK, SPELLER = settings.quality.round_trip, settings.names.romaniser
    WRITER = settings.summary.model
    named = {*settings.models.values(), *settings.evaluate.models}
    named |= {BACK, SPELLER, WRITER}
    RECIPES = {
        name: find_recipe(name, Path(workflow.basedir) / "models")
        for name in sorted(named - {""})
    }
    # what the target evaluate compares: "" stands for the models in use
    EVALUATED = settings.evaluate.models or [""]
    PART_FOR = {
        (language, name): (
            name or model,
            part_for(load_recipe(RECIPES[name or model]), language),
        )
        for language, model in settings.models.items()
        for name in ["", *settings.evaluate.models]
    }
    COPIES_NAMES = {
        name for name, path in RECIPES.items() if load_recipe(path).copies_names
    }
    SPELLER_PART = only_part(load_recipe(RECIPES[SPELLER]), "names") if SPELLER else ""
    WRITER_PART = only_part(load_recipe(RECIPES[WRITER]), "summaries") if WRITER else ""
    # the parts that translate back
    BACK_PARTS = {
        language: part_for(load_recipe(RECIPES[BACK]), "ar", language)
        for language in (settings.languages if BACK else [])
    }
except DragomanError as error:
    # a user's mistake: one line, no traceback, and no job has started
    print(f"dragoman: error: {error}", file=sys.stderr)
    sys.exit(2)

RESULTS = settings.results.as_posix()
LANGUAGES = settings.languages
SHARDS = [f"{number:04d}" for number in range(settings.shards)]


wildcard_constraints:
    shard=r"\d{4}",
    language="|".join(LANGUAGES),


def comet_options(section):
    """The options that name COMET's program and model, none where no program is named."""
    program, model = (shlex.quote(section[key]) for key in ("program", "model"))
    return f"--comet {program} --comet-model {model}" if section["program"] else ""


CLAIMED = []


def claim_results():
    """Keeps other runs out of the results until this process ends."""
    try:
        CLAIMED.append(claim(settings.results))
    except DragomanError as error:
        print(f"dragoman: error: {error}", file=sys.stderr)
        sys.exit(2)


def end_timers():
    """Ends the timer of Snakemake's scheduler that would keep its process for a second after the last job."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()


def growing(amount):
    """A resource that doubles with each attempt, where the profile retries."""
    return lambda wildcards, attempt: amount * 2 ** (attempt - 1)


def by_size(most):
    """As many threads as a job's aligned units keep at work; while Snakemake plans without them, the most."""

    def threads(wildcards, input):
        paths = [Path(path) for path in input.aligned]
        if not all(path.exists() for path in paths):
            return most
        return min(most, 1 + sum(path.stat().st_size for path in paths) // 2**17)

    return threads


def after_ingest(*patterns, **values):
    """An input function: files under the results of the job's own shard, or over all given values.

    All that lies downstream takes its inputs through it, not only the first stage. Snakemake keeps a job's reason to
    run from before a checkpoint, and only a job whose inputs wait for the checkpoint is judged anew after it, so
    that the shards which ingest left alone stay as they are.
    """

    def files(wildcards):
        checkpoints.ingest.get()
        return expand(
            [f"{RESULTS}/{pattern}" for pattern in patterns], **{**wildcards, **values}
        )

    return files
