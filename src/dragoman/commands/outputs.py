"""Verbs that write what people and programs read. Modules are imported when used."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from dragoman import __version__, store
from dragoman.commands.gathering import chain, manifests, shards
from dragoman.records import AbstractSentence, AlignedUnit, Article, NameRow, Summary, Verdict

log = logging.getLogger("dragoman")
Arguments = argparse.Namespace
MOST_PAGES = 10
"""Pages that are named one by one; of more, the index is."""


def gather_names(arguments: Arguments) -> None:
    """Writes the names of all articles as a table, those that are rendered in several ways first."""
    from dragoman.export.tsv import cell
    from dragoman.names.find import tabulate

    rows = tabulate(chain(shards(arguments.names, arguments.shards), NameRow), arguments.languages)
    columns = ["ar", *arguments.languages, "articles", "segments", "others", "romanised"]
    with store.atomic(arguments.output) as file:
        file.write("\t".join(columns) + "\n")
        file.writelines("\t".join(cell(row[name]) for name in columns) + "\n" for row in rows)


def gather_summaries(arguments: Arguments) -> None:
    """Writes all summaries as one file, texts by language beside the segment numbers."""
    found = chain(shards(arguments.summaries, arguments.shards), Summary)
    if not arguments.abstracts:
        store.write_rows(arguments.output, map(_summary, found))
        return
    written = chain(shards(arguments.abstracts, arguments.shards), AbstractSentence)
    of_article = store.by_article(written)
    store.write_rows(
        arguments.output,
        ({**_summary(summary), "abstract": _abstract(of_article(summary.article))} for summary in found),
    )


def _summary(summary: Summary) -> dict[str, Any]:
    row = {"article": summary.article, "method": summary.method, "segments": summary.segments}
    return {**row, **summary.texts}


def _abstract(sentences: Sequence[AbstractSentence]) -> list[dict[str, Any]]:
    return [
        {"ar": sentence.ar, **sentence.targets, "segments": sentence.segments, "flags": sentence.flags}
        for sentence in sentences
    ]


def brief(arguments: Arguments) -> None:
    """Writes a shard's briefs and the rows for the index."""
    from dragoman.brief import write_briefs

    entries = write_briefs(
        store.read(arguments.articles, Article),
        store.read(arguments.aligned, AlignedUnit),
        store.read(arguments.summaries, Summary),
        arguments.folder,
        manifests(arguments.models),
        arguments.languages,
        store.read(arguments.names, NameRow) if arguments.names else (),
        abstracts=store.read(arguments.abstracts, AbstractSentence) if arguments.abstracts else (),
        papers=arguments.papers,
        workers=arguments.threads,
    )
    store.write_rows(arguments.entries, entries)


def brief_index(arguments: Arguments) -> None:
    """Writes the index and removes the briefs of articles that are gone."""
    from dragoman.brief import prune, write_index

    entries = [row for path in shards(arguments.entries, arguments.shards) for row in store.read_rows(path)]
    write_index(entries, arguments.folder, arguments.languages, manifests(arguments.models))
    prune(arguments.folder, {entry["slug"] for entry in entries})


def show_briefs(arguments: Arguments) -> None:
    """Prints where the briefs are: each page of a few, the index of many."""
    entries = (row for path in shards(arguments.entries, arguments.shards) for row in store.read_rows(path))
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
    signatures = [path.with_suffix(".signatures") for path in shards(arguments.folder, arguments.shards)]
    first, likeness = earlier(Index(signatures, near is not None), near)
    verdicts = chain(shards(arguments.folder, arguments.shards), Verdict)
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
        verdicts = chain(shards(arguments.filtered, arguments.shards), Verdict)
        duplicates = store.read_rows(arguments.duplicates) if arguments.duplicates else iter(())
        asked = [name for name in (*BLOCKS, DUPLICATES) if name in arguments.blocks]
        sieve = Sieve(verdicts, duplicates, asked)
    catalogue = store.read_json(arguments.catalogue)
    counts = write_corpus(
        chain(shards(arguments.aligned, arguments.shards), AlignedUnit),
        arguments.folder,
        arguments.languages,
        arguments.formats,
        {
            "models": manifests(arguments.models),
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
        for path in shards(arguments.timings / language, arguments.shards)
    ]
    models = dict(zip(arguments.languages, map(store.read_json, arguments.models), strict=True))
    low_score = {
        language: model["low_score"] if arguments.low_score is None else arguments.low_score
        for language, model in models.items()
    }
    units = chain(shards(arguments.aligned, arguments.shards), AlignedUnit)
    figures(units, timings, arguments.folder, low_score)
    if arguments.counts:
        draw_filter(arguments.folder / "filter.svg", store.read_json(arguments.counts))


def manifest(arguments: Arguments) -> None:
    """Writes what the run used and made."""
    from dragoman.manifest import build

    document = build(
        store.read_json(arguments.catalogue),
        store.read_json(arguments.counts),
        manifests(arguments.models),
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
