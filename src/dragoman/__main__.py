"""``dragoman <stage> …``: a verb per rule of the workflow; the only place where errors become exit codes.

0 done; 2 a user's mistake or unusable input, told in one line; 1 a bug, with its traceback.
"""

from __future__ import annotations

import argparse
import errno
import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dragoman import __version__
from dragoman.commands import measures, outputs, stages
from dragoman.errors import DragomanError

Command = Callable[[argparse.Namespace], None]
Verb = Callable[[str, Command, str], Callable[..., None]]
"""Adds a verb (name, command, what it does) and returns what adds its options."""

FORMAT = "dragoman: %(message)s"
NOISY = (
    "charset_normalizer", "datasets", "htmldate", "httpx", "httpx2", "huggingface_hub", "matplotlib",
    "trafilatura", "fontTools",
)  # fmt: skip
"""Libraries whose warnings are not for our users."""

ENVIRONMENT = {
    errno.ENOSPC: "make room and run again",
    errno.EDQUOT: "make room in your quota and run again",
    errno.EROFS: "name a folder that can be written to",
    errno.EACCES: "mend the permissions, or name another folder",
    errno.EPERM: "mend the permissions, or name another folder",
    errno.EIO: "check the disk and run again",
    errno.ESTALE: "check the file server and run again",
    errno.EMFILE: "allow more open files (ulimit -n) and run again",
    errno.ENFILE: "allow more open files and run again",
}
"""What the machine may lack, and what to do; that is no bug of ours."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb.

    Args:
        argv: arguments without the program's name; ``sys.argv`` where None.

    Returns:
        The exit code.
    """
    arguments = _parser().parse_args(argv)
    log = _start_log()
    try:
        if arguments.log:
            _log_to(arguments.log)
        arguments.run(arguments)
    except DragomanError as error:
        # an id or a path may hold a line break
        log.error("error: %s", " ".join(str(error).split()))
        return 2
    except BrokenPipeError:
        # the reader of our output has gone: nothing more to say to anybody
        return 1
    except MemoryError:
        log.error("error: out of memory; use more shards, fewer threads, or a machine or job with more")
        return 2
    except Exception as error:
        if isinstance(error, OSError) and error.errno in ENVIRONMENT:
            what = f"{error.filename}: {error.strerror}"
            log.error("error: %s; %s", " ".join(what.split()), ENVIRONMENT[error.errno])
            return 2
        log.exception("this is a bug, please report it with the traceback")
        return 1
    return 0


def _start_log() -> logging.Logger:
    """Sends messages to stderr, for the person who watches."""
    logging.basicConfig(level=logging.INFO, format=FORMAT, stream=sys.stderr, force=True)
    # a log that cannot be written, on a full disk, is said once by what fails there, not by every message
    logging.raiseExceptions = False
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.ERROR)
    return logging.getLogger("dragoman")


def _log_to(path: Path) -> None:
    """Sends messages to the job's log file as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORMAT))
    logging.getLogger().addHandler(handler)


def _parser() -> argparse.ArgumentParser:
    description = "Single stages of the workflow; run them all with snakemake."
    parser = argparse.ArgumentParser(prog="dragoman", description=description)
    parser.add_argument("--version", action="version", version=f"dragoman {__version__}")
    parser.set_defaults(log=None)
    verbs = parser.add_subparsers(title="stages", metavar="STAGE", required=True)

    def verb(name: str, run: Command, text: str) -> Callable[..., None]:
        sub = verbs.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        sub.add_argument("--log", type=Path, help="also write messages to this file")

        def option(flag: str, text: str, **settings: object) -> None:
            settings.setdefault("required", "default" not in settings and "action" not in settings)
            sub.add_argument(flag, help=text, **settings)  # type: ignore[arg-type]

        return option

    _add_stages(verb)
    _add_joins(verb)
    _add_names_and_summaries(verb)
    _add_outputs(verb)
    _add_corpus(verb)
    _add_measures(verb)
    # these bring their verbs along
    from dragoman.models.cli import add_arguments as add_models
    from dragoman.training.cli import add_arguments as add_training

    add_models(verbs)
    add_training(verbs)
    return parser


def _add_stages(verb: Verb) -> None:
    """Adds the verbs that work on shards of articles."""
    option = verb("ingest", stages.ingest, "read articles from any source into shards")
    option("--articles", "files, folders, globs, datasets", nargs="+")
    option("--columns", "JSON object: source's field names by ours", type=json.loads, default={})
    option("--shards", "number of shards", type=_count, default=1)
    option("--on-bad-record", "what a bad record does", choices=["reject", "fail"], default="reject")
    option("--folder", "folder for the shards", type=Path)
    option("--rejects", "file for the rejects", type=Path)
    option("--catalogue", "file for the counts, written last", type=Path)

    option = verb("segment", stages.segment, "split a shard's articles into segments")
    option("--articles", "shard of articles", type=Path)
    option("--unit", "what a segment is", choices=["sentence", "line"], default="sentence")
    option("--output", "shard of segments", type=Path)

    option = verb("translate", stages.translate, "translate a shard's segments into one language")
    option("--segments", "shard of segments", type=Path)
    option("--model", "folder of an installed model", type=Path)
    option("--language", "target language")
    option("--device", "cpu, cuda or auto", choices=["cpu", "cuda", "auto"], default="auto")
    option("--compute-type", "CTranslate2 compute type, or auto", default="auto")
    option("--beam-size", "hypotheses kept per step", type=_count, default=4)
    option("--batch-tokens", "source tokens per batch", type=_count, default=1024)
    option("--threads", "workers", type=_count, default=1)
    option("--low-score", "flag scores below this; the recipe's by default", type=float, default=None)
    option("--no-rescue", "do not put right or decode again what fails a check", action="store_true")
    option("--memory", "file of the sentence memory, made where it is missing", type=Path, default=None)
    option("--translation-memory", "compiled translation memory", type=Path, default=None)
    option("--glossary", "table of spellings for a model that copies names", type=Path, default=None)
    option("--romaniser", "model that spells names for one that copies them", type=Path, default=None)
    option("--output", "shard of translations", type=Path)
    option("--timings", "file for the job's figures", type=Path, default=None)

    option = verb("compile-memory", stages.compile_memory, "compile translation memories into one file")
    option("--tmx", "TMX files; of two translations the later one holds", nargs="+", type=Path)
    option("--languages", "target languages in order", nargs="+")
    option("--output", "file for the compiled memory", type=Path)

    option = verb("merge-memory", stages.merge_memory, "add sentence memories to one")
    option("--into", "the memory to add to, made where it is missing", type=Path)
    option("--memories", "memories to add", nargs="+", type=Path)


def _add_joins(verb: Verb) -> None:
    """Adds the verbs that work on a shard in all languages."""
    option = verb("round-trip", stages.round_trip, "translate a shard's translations back and compare")
    option("--segments", "shard of segments", type=Path)
    option("--translations", "shard of translations", type=Path)
    option("--model", "folder of the installed model", type=Path)
    option("--device", "cpu, cuda or auto", default="cpu")
    option("--threads", "workers on a CPU", type=_count, default=1)
    option("--output", "shard of round trips", type=Path)

    option = verb("estimate", stages.estimate, "estimate a shard's translations by COMET, without references")
    option("--segments", "shard of segments", type=Path)
    option("--translations", "shard of translations", type=Path)
    option("--comet", "comet-score, by name or path")
    option("--comet-model", "COMET model", default="Unbabel/wmt22-cometkiwi-da")
    option("--device", "cpu, cuda or auto", default="cpu")
    option("--output", "shard of estimates", type=Path)

    option = verb("align", stages.align, "join segments and translations")
    option("--segments", "shard of segments", type=Path)
    option("--translations", "LANGUAGE=FILE for each language", nargs="+", type=_pair)
    option("--models", "LANGUAGE=FILE, the manifests of the models", nargs="*", type=_pair, default=[])
    option("--round-trips", "LANGUAGE=FILE for each language", nargs="*", type=_pair, default=[])
    option("--estimates", "LANGUAGE=FILE for each language", nargs="*", type=_pair, default=[])
    option("--glossary", "table of spellings", type=Path, default=None)
    option("--output", "shard of aligned units", type=Path)


def _add_names_and_summaries(verb: Verb) -> None:
    """Adds the verbs that find what matters in an article."""
    option = verb("find-names", stages.find_names, "find the names of each article")
    option("--aligned", "shard of aligned units", type=Path)
    option("--languages", "target languages in order", nargs="+")
    option("--romaniser", "folder of a model that spells names", type=Path, default=None)
    option("--threads", "processes", type=_count, default=1)
    option("--output", "shard of names", type=Path)

    option = verb("gather-names", outputs.gather_names, "put the names of all articles into a table")
    option("--names", "folder of the shards of names", type=Path)
    option("--shards", "number of shards", type=_count, default=1)
    option("--languages", "target languages in order", nargs="+")
    option("--output", "names.tsv", type=Path)

    option = verb("write-abstracts", stages.write_abstracts, "have a model write a summary of each article")
    option("--aligned", "shard of aligned units", type=Path)
    option("--writer", "folder of the installed model that writes", type=Path)
    option("--models", "LANGUAGE=FILE, the manifests of the models that translate it", nargs="+", type=_pair)
    option("--device", "cpu, cuda or auto", choices=["cpu", "cuda", "auto"], default="auto")
    option("--beam-size", "hypotheses kept per step of the translation", type=_count, default=4)
    option("--threads", "workers", type=_count, default=1)
    option("--low-score", "flag scores below this; the recipe's by default", type=float, default=None)
    option("--no-rescue", "do not put right or decode again what fails a check", action="store_true")
    option("--romaniser", "model that spells names for one that copies them", type=Path, default=None)
    option("--output", "shard of abstracts", type=Path)

    option = verb("summarise", stages.summarise, "choose the segments that summarise each article")
    option("--aligned", "shard of aligned units", type=Path)
    option("--sentences", "segments per summary", type=_count, default=3)
    option("--method", "how segments are chosen", default="trained")
    option("--words", "most Arabic words of a summary, 0 for any number", type=int, default=0)
    option("--query", "words that segments should have", default="")
    option("--output", "shard of summaries", type=Path)

    option = verb("gather-summaries", outputs.gather_summaries, "put all summaries into one file")
    option("--summaries", "folder of the shards of summaries", type=Path)
    option("--abstracts", "folder of the shards of what a model wrote", type=Path, default=None)
    option("--shards", "number of shards", type=_count, default=1)
    option("--output", "summaries.jsonl", type=Path)


def _add_corpus(verb: Verb) -> None:
    """Adds the verbs that make the corpus."""
    option = verb("filter", outputs.filter_units, "judge which of a shard's segments go into the corpus")
    option("--aligned", "shard of aligned units", type=Path)
    option("--blocks", "corpus.filter of the configuration, as JSON", type=json.loads)
    option("--languages", "target languages in order", nargs="+")
    option("--signatures", "file for what tells duplicates", type=Path, default=None)
    option("--output", "shard of verdicts", type=Path)

    option = verb("find-duplicates", outputs.find_duplicates, "find segments that came before")
    option("--folder", "folder of the shards of verdicts and signatures", type=Path)
    option("--shards", "number of shards", type=_count, default=1)
    option("--blocks", "corpus.filter of the configuration, as JSON", type=json.loads)
    option("--output", "file for what came before", type=Path)

    option = verb("export", outputs.export, "write the corpus in its formats")
    option("--catalogue", "counts of ingest", type=Path)
    option("--filtered", "folder of the shards of verdicts", type=Path, default=None)
    option("--duplicates", "what came before", type=Path, default=None)
    option("--blocks", "corpus.filter of the configuration, as JSON", type=json.loads, default={})
    option("--licence", "licence of articles that state none", default="")
    option("--tmx-units", "most units of a TMX file, 0 for one file", type=int, default=0)
    option("--aligned", "folder of the shards of aligned units", type=Path)
    option("--shards", "number of shards", type=_count, default=1)
    option("--models", "manifests of the models used", nargs="+", type=Path)
    option("--languages", "target languages in order", nargs="+")
    option("--formats", "formats besides corpus.jsonl", nargs="*", default=[])
    option("--validation", "share of the articles to watch a training with", type=float, default=0.0)
    option("--test", "share of the articles to score a training on", type=float, default=0.0)
    option("--folder", "folder for the corpus", type=Path)
    option("--counts", "file for the counts, written last", type=Path)


def _add_outputs(verb: Verb) -> None:
    """Adds the verbs that write what people read."""
    option = verb("brief", outputs.brief, "write a shard's trilingual briefs")
    option("--articles", "shard of articles", type=Path)
    option("--aligned", "shard of aligned units", type=Path)
    option("--summaries", "shard of summaries", type=Path)
    option("--names", "shard of names", type=Path, default=None)
    option("--abstracts", "shard of summaries that a model wrote", type=Path, default=None)
    option("--papers", "docx, pdf: write such files too", nargs="*", choices=["docx", "pdf"], default=[])
    option("--models", "manifests of the models used", nargs="+", type=Path)
    option("--languages", "target languages in order", nargs="+")
    option("--threads", "processes", type=_count, default=1)
    option("--folder", "folder for the briefs", type=Path)
    option("--entries", "file for the index rows of the shard", type=Path)

    option = verb("show-briefs", outputs.show_briefs, "print where the briefs are")
    option("--entries", "folder of the shards of index rows", type=Path)
    option("--shards", "number of shards", type=_count, default=1)
    option("--folder", "folder of the briefs", type=Path)

    option = verb("brief-index", outputs.brief_index, "write the index over all briefs")
    option("--entries", "folder of the shards' index rows", type=Path)
    option("--shards", "number of shards", type=_count, default=1)
    option("--models", "manifests of the models used", nargs="*", type=Path, default=[])
    option("--languages", "target languages in order", nargs="+")
    option("--folder", "folder of the briefs", type=Path)

    option = verb("report", outputs.report, "draw the figures of the run's report")
    option("--aligned", "folder of the shards of aligned units", type=Path)
    option("--shards", "number of shards", type=_count, default=1)
    option("--timings", "folder of the translate jobs' figures", type=Path, default=None)
    option("--languages", "target languages in order", nargs="+")
    option("--models", "manifest of each language's model, in the same order", nargs="+", type=Path)
    option("--low-score", "flag scores below this; the recipe's by default", type=float, default=None)
    option("--counts", "counts of export, for a figure of the corpus filter", type=Path, default=None)
    option("--folder", "folder for the figures", type=Path)

    option = verb("manifest", outputs.manifest, "state what a run used and made")
    option("--catalogue", "counts of ingest", type=Path)
    option("--counts", "counts of export", type=Path)
    option("--models", "manifests of the models used", nargs="+", type=Path)
    option("--config", "the run's configuration as JSON", type=json.loads)
    option("--output", "manifest.json", type=Path)

    option = verb("finish", outputs.finish, "say in a few lines what a run made and where")
    option("--results", "the run's output folder", type=Path)

    option = verb("doctor", measures.doctor, "check this machine and this project; fails where a check does")
    option("--config", "the configuration", type=Path, default=Path("config/config.yaml"))
    option("--set", "keys of the configuration instead, as YAML: '{model: opus-big}'", default="{}")
    option("--recipes", "folder of the model recipes", type=Path, default=Path("models"))
    option("--profile", "folder of the Snakemake profile", type=Path, default=None)

    verb("config-reference", measures.config_reference, "print the reference of the configuration")


def _add_measures(verb: Verb) -> None:
    """Adds the verbs that tell how good and how fast a model is."""
    option = verb("evaluate", measures.evaluate, "score models on test sets, BLEU and chrF")
    option("--test-sets", "folders with NAME.ar, NAME.en, NAME.fr, or news articles", nargs="*", type=Path)
    option("--languages", "target languages in order", nargs="+")
    option("--models", "manifests: of each language in order, model after model", nargs="+", type=Path)
    option("--device", "cpu, cuda or auto", choices=["cpu", "cuda", "auto"], default="auto")
    option("--beam-size", "hypotheses kept per step", type=_count, default=4)
    option("--threads", "workers", type=_count, default=1)
    option("--romaniser", "model that spells names for one that copies them", type=Path, default=None)
    option("--comet", "comet-score, by name or path", default="")
    option("--comet-model", "COMET model", default="Unbabel/wmt22-comet-da")
    option("--folder", "folder for the scores", type=Path)

    option = verb(
        "benchmark", measures.benchmark, "measure a model's speed against the bare engine and others"
    )
    option("--text", "test sets or news files to translate the Arabic of", nargs="+", type=Path)
    option(
        "--model",
        "folder of an installed model; none for a random one of OPUS-MT's size",
        type=Path,
        default=None,
    )
    option("--language", "target language", default="en")
    option("--segments", "segments to translate", type=_count, default=5000)
    option("--beam-sizes", "beams, a comparison each", nargs="+", type=_count, default=[4])
    option("--threads", "threads of every system", type=_count, default=1)
    option("--repeats", "turns of the fast systems, of which the best counts", type=_count, default=3)
    option("--limit", "seconds after which a slow system stops", type=float, default=60.0)
    option("--systems", "systems to measure instead of all", nargs="+", default=[])
    option("--folder", "folder for benchmark.json, .tsv and .svg", type=Path)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def _pair(text: str) -> tuple[str, Path]:
    key, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text!r} is not LANGUAGE=FILE")
    return key, Path(value)


if __name__ == "__main__":
    sys.exit(main())
