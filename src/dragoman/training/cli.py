"""``dragoman training``: a verb per rule of ``training/Snakefile``."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dragoman.errors import ConfigError, DataError

log = logging.getLogger("dragoman")
Arguments = argparse.Namespace


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command ``training`` with its verbs."""
    parser = subparsers.add_parser("training", help="train a compact model (see training/README.md)")
    verbs = parser.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")

    def verb(
        name: str, run: Callable[[Arguments], None], text: str, *options: str
    ) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        sub.add_argument("--log", type=Path, help="also write messages to this file")
        for option in options:
            sub.add_argument(option, type=Path, required=True)
        return sub

    sub = verb("collect", collect, "read one source of parallel text", "--sources", "--root", "--output")
    sub.add_argument("--name", required=True, help="the source's name")
    sub = verb(
        "clean",
        clean,
        "sort rows into training, validation and rejects",
        "--train",
        "--valid",
        "--rejects",
        "--counts",
    )
    sub.add_argument("--rows", type=Path, nargs="+", required=True, help="collected rows")
    sub.add_argument("--held-out", type=Path, nargs="*", default=[], help="evaluation texts to keep out")
    sub.add_argument("--valid-share", type=float, required=True, help="share of segments held back")
    sub = verb("vocabulary", vocabulary, "learn the sentencepiece vocabulary", "--rows", "--output")
    sub.add_argument("--pieces", type=int, required=True, help="size of the vocabulary")
    sub.add_argument("--unit", choices=["unigram", "char"], default="unigram", help="what a piece is")
    sub.add_argument("--tags", nargs="*", default=[], help="kinds of text that have a token")
    sub = verb("encode", encode, "turn rows into packed token ids", "--rows", "--vocabulary", "--output")
    sub.add_argument("--weights", type=json.loads, required=True, help="JSON: weight by source")
    sub.add_argument("--tags", type=json.loads, default={}, help="JSON: tag by source")
    sub.add_argument("--inline", type=float, default=0, help="uses of a pair with its names inline")
    sub = verb(
        "train",
        train,
        "train, or go on training",
        "--train",
        "--valid",
        "--vocabulary",
        "--folder",
        "--output",
    )
    _settings(sub)
    verb("curves", curves, "draw the learning curve", "--log-rows", "--output")
    sub = verb(
        "export", export, "write the model in the hub's format", "--folder", "--vocabulary", "--output"
    )
    _settings(sub)
    sub = verb(
        "distil", distil, "translate Arabic with a teacher", "--input", "--teacher", "--output", "--rejects"
    )
    _settings(sub)
    sub.add_argument("--threads", type=int, default=1)
    sub = verb(
        "card",
        card,
        "write the model's card",
        "--sources",
        "--root",
        "--counts",
        "--finished",
        "--log-rows",
        "--evaluation",
        "--output",
    )
    _settings(sub)


def _settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=json.loads, required=True, help="the configuration as JSON")


def collect(arguments: Arguments) -> None:
    """Writes the rows of one source."""
    from dragoman.store import write_rows
    from dragoman.training import collect as stage

    sources = {source.name: source for source in stage.read_sources(arguments.sources, arguments.root)}
    count = write_rows(arguments.output, stage.collect(sources[arguments.name]))
    log.info("collect %s: %d rows", arguments.name, count)


def clean(arguments: Arguments) -> None:
    """Sorts all rows; every row ends in one of three files."""
    from dragoman.overlap import held_out
    from dragoman.store import atomic, dumps, read_rows, write_json
    from dragoman.test_sets import read_evaluation
    from dragoman.training.clean import Cleaner
    from dragoman.training.split import is_validation

    cleaner = Cleaner(held_out(read_evaluation(arguments.held_out)))
    rows = (row for path in arguments.rows for row in read_rows(path))
    with (
        atomic(arguments.train) as train_file,
        atomic(arguments.valid) as valid_file,
        atomic(arguments.rejects) as rejects,
    ):
        for row, reason in cleaner.sort(rows):
            if reason:
                rejects.write(dumps(row | {"reason": reason}) + "\n")
            else:
                valid = is_validation(row["ar"], arguments.valid_share)
                (valid_file if valid else train_file).write(dumps(row) + "\n")
    if not cleaner.kept:
        raise DataError("clean: no row was fit for training; look at the rejects")
    write_json(
        arguments.counts,
        {"kept": dict(cleaner.kept), "rejected": {name: dict(n) for name, n in cleaner.rejected.items()}},
    )
    rejected = sum(sum(reasons.values()) for reasons in cleaner.rejected.values())
    log.info("clean: %d rows kept, %d rejected", sum(cleaner.kept.values()), rejected)


def vocabulary(arguments: Arguments) -> None:
    """Learns the pieces."""
    from dragoman.store import read_rows
    from dragoman.training.vocabulary import learn

    learn(read_rows(arguments.rows), arguments.pieces, arguments.output, arguments.unit, arguments.tags)


def encode(arguments: Arguments) -> None:
    """Encodes rows."""
    from dragoman.store import read_rows
    from dragoman.training import encode as stage
    from dragoman.training.inline import with_names

    rows = list(with_names(read_rows(arguments.rows), arguments.inline))
    examples = stage.encode(rows, arguments.vocabulary, arguments.weights, arguments.tags)
    stage.save(examples, arguments.output)
    log.info("encode: %d pairs, %d too long", len(examples), len(rows) - len(examples))


def train(arguments: Arguments) -> None:
    """Trains until the budget is spent."""
    from dragoman.store import sha256, write_json
    from dragoman.training.encode import load
    from dragoman.training.train import train as stage
    from dragoman.training.vocabulary import Sampler

    _need_torch()
    alpha = arguments.config["train"]["sampling"]
    if alpha and arguments.config["model"]["unit"] != "unigram":
        raise ConfigError("config.train.sampling: characters can be cut in one way only; set it to 0")
    finished = stage(
        arguments.config,
        load(arguments.train),
        load(arguments.valid),
        sha256(arguments.vocabulary),
        arguments.folder,
        sampler=Sampler(arguments.vocabulary, alpha) if alpha else None,
    )
    write_json(arguments.output, finished)


def _need_torch() -> None:
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise ConfigError(
            f"the training needs torch and transformers ({error}): pip install 'dragoman[train]'"
        ) from error


def curves(arguments: Arguments) -> None:
    """Draws the learning curve."""
    from dragoman.store import read_rows
    from dragoman.training.curves import draw

    draw(list(read_rows(arguments.log_rows)), arguments.output)


def export(arguments: Arguments) -> None:
    """Writes the model in the hub's format."""
    from dragoman.training.export import export as stage

    _need_torch()
    stage(arguments.config, arguments.folder, arguments.vocabulary, arguments.output)


def distil(arguments: Arguments) -> None:
    """Translates monolingual Arabic with a teacher and keeps what is good."""
    from dragoman.engine import Translator, open_translator
    from dragoman.models import verify
    from dragoman.store import atomic, dumps
    from dragoman.training.distil import distil as stage
    from dragoman.training.vocabulary import PREFIXES
    from dragoman.translate import Options

    manifest = verify(arguments.teacher)
    settings: dict[str, Any] = arguments.config["distil"]
    languages = [language for language in manifest["languages"] if language in PREFIXES]
    teachers: dict[str, Translator] = {
        language: open_translator(arguments.teacher, language, threads=arguments.threads)
        for language in languages
    }
    options = Options(settings["beam_size"], rescue=False, low_score=settings["min_score"])
    kept = rejected = 0
    with atomic(arguments.output) as good, atomic(arguments.rejects) as bad:
        for row, reason in stage(
            _texts(arguments.input),
            teachers,
            options,
            min_score=settings["min_score"],
            domain=settings["domain"],
        ):
            kept, rejected = kept + (not reason), rejected + bool(reason)
            (bad if reason else good).write(dumps(row | ({"reason": reason} if reason else {})) + "\n")
    if not kept:
        raise DataError(f"distil: none of {rejected} translations was good enough; lower distil.min_score")
    log.info("distil: %d pairs kept, %d rejected", kept, rejected)


def _texts(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from (text for line in file if (text := line.strip()))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as UTF-8 text ({error})") from error


def card(arguments: Arguments) -> None:
    """Writes the model's card."""
    from dragoman.store import atomic, read_json, read_rows
    from dragoman.training.card import card as stage
    from dragoman.training.collect import read_sources

    text = stage(
        arguments.config,
        sources=read_sources(arguments.sources, arguments.root),
        counts=read_json(arguments.counts),
        finished=read_json(arguments.finished),
        log=list(read_rows(arguments.log_rows)),
        evaluation=read_json(arguments.evaluation),
    )
    with atomic(arguments.output) as file:
        file.write(text)
