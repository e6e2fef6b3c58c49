"""Writing briefs: a shard's streams joined by article, one HTML and one Markdown file each, and the index."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dragoman.brief.content import content, parse_date, row
from dragoman.brief.docx import page_docx
from dragoman.brief.feeds import write_feed, write_json
from dragoman.brief.markdown import page_markdown
from dragoman.brief.paper import Paper, paper
from dragoman.brief.pdf import page_pdf
from dragoman.brief.render import GENERATOR, is_demonstration, page_html, render_index
from dragoman.brief.words import targets
from dragoman.errors import DataError
from dragoman.parallel import in_order
from dragoman.records import AbstractSentence, AlignedUnit, Article, NameRow, Summary
from dragoman.store import atomic, by_article

# The marker stands near the top of the head; reading this much finds it without reading the page.
_HEAD_BYTES = 1024

WRITERS = 4
"""Threads that write pages: much of the time is the disk's, which confirms each file."""
BATCH = 16
"""Articles that a process takes at a time."""

PAPERS: Mapping[str, Callable[[Paper], bytes]] = {"docx": page_docx, "pdf": page_pdf}
"""Writers of what is printed and pasted, by the ending of the file."""


_Brief = tuple[Article, list[AlignedUnit], Summary, list[NameRow], list[AbstractSentence]]


def write_briefs(  # noqa: PLR0917
    articles: Iterable[Article],
    units: Iterable[AlignedUnit],
    summaries: Iterable[Summary],
    folder: Path,
    models: Sequence[Mapping[str, Any]],
    languages: Sequence[str],
    names: Iterable[NameRow] = (),
    *,
    abstracts: Iterable[AbstractSentence] = (),
    papers: Sequence[str] = (),
    workers: int = 1,
) -> Iterator[dict[str, Any]]:
    """Writes ``<slug>.html`` and ``<slug>.md`` for each article, some articles in memory at a time.

    Args:
        articles: a shard's articles.
        units: their aligned units, in the same order of articles.
        summaries: one for each article that has text, in the same order.
        folder: where the files go; created.
        models: manifests of the models that translated.
        languages: the target languages.
        names: the articles' names, in the same order of articles.
        abstracts: the articles' summaries as a model wrote them, likewise.
        papers: what to write beside them, see ``PAPERS``.
        workers: processes.

    Yields:
        Each article's row for the index.

    Raises:
        DataError: the streams do not line up; the message names the articles.
    """
    write = functools.partial(_write_batch, folder=folder, models=models, languages=languages, papers=papers)
    return in_order(write, _join(articles, units, summaries, names, abstracts), workers, BATCH)


def _write_batch(
    batch: Sequence[_Brief],
    folder: Path,
    models: Sequence[Mapping[str, Any]],
    languages: Sequence[str],
    papers: Sequence[str],
) -> list[dict[str, Any]]:
    rows = []
    with ThreadPoolExecutor(WRITERS) as pool:
        waiting: list[Future[None]] = []
        for article, units, summary, names, abstract in batch:
            page = content(article, units, summary, languages, names, abstract=abstract)
            rows.append(row(article, page))
            pages = {
                "html": page_html(article, page, models, languages).encode(),
                "md": page_markdown(article, page, models, languages).encode(),
            }
            if papers:
                sheet = paper(article, page, models, languages)
                pages |= {suffix: PAPERS[suffix](sheet) for suffix in papers}
            for suffix, text in pages.items():
                waiting.append(pool.submit(_write, folder / f"{rows[-1]['slug']}.{suffix}", text))
        for written in waiting:
            written.result()
    return rows


def _write(path: Path, text: bytes) -> None:
    with atomic(path, "wb") as file:
        file.write(text)


def _join(
    articles: Iterable[Article],
    units: Iterable[AlignedUnit],
    summaries: Iterable[Summary],
    names: Iterable[NameRow],
    abstracts: Iterable[AbstractSentence],
) -> Iterator[_Brief]:
    """Joins the streams; only an article without text may have neither units nor a summary."""
    groups = itertools.groupby(units, key=lambda unit: unit.article)
    remaining, names_of, abstract_of = iter(summaries), by_article(names), by_article(abstracts)
    group, summary = next(groups, None), next(remaining, None)
    for article in articles:
        found, chosen = [], Summary(article.id, "", [], {})
        readable = bool(article.text.strip() or article.title.strip())
        if group and group[0] == article.id:
            found, group = list(group[1]), next(groups, None)
        elif readable:
            raise _mismatch("aligned segments", article.id, group and group[0])
        if summary and summary.article == article.id:
            chosen, summary = summary, next(remaining, None)
        elif readable:
            raise _mismatch("summary", article.id, summary.article if summary else None)
        yield article, found, chosen, names_of(article.id), abstract_of(article.id)
    if group:
        raise _mismatch("aligned segments", None, group[0])
    if summary:
        raise _mismatch("summary", None, summary.article)


def _mismatch(what: str, wanted: str | None, got: str | None) -> DataError:
    expected, found = ("the end" if name is None else f"article {name!r}" for name in (wanted, got))
    return DataError(
        f"briefs: expected the {what} of {expected} but found {found}; "
        "delete this shard's aligned units and summaries and run again"
    )


def write_index(
    entries: Iterable[Mapping[str, Any]],
    folder: Path,
    languages: Sequence[str],
    models: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Writes ``index.html``, ``briefs.json`` and ``feed.atom``: newest first, undated last, then by id.

    Args:
        entries: all articles' rows, in any order.
        folder: the briefs' folder.
        languages: the target languages.
        models: manifests of the models that translated.
    """
    rows = sorted(entries, key=lambda row: row["id"])
    rows.sort(key=_moment, reverse=True)
    write_json(rows, folder)
    write_feed(rows, folder, languages)
    demonstration = is_demonstration(models, targets(languages))
    with atomic(folder / "index.html") as file:
        file.write(render_index(rows, languages, demonstration=demonstration))


def _moment(entry: Mapping[str, Any]) -> datetime:
    return parse_date(entry["date"]) or datetime.min.replace(tzinfo=UTC)


def prune(folder: Path, keep_slugs: Iterable[str]) -> list[str]:
    """Removes briefs of articles that are gone; files that Dragoman did not write stay.

    Args:
        folder: the briefs' folder.
        keep_slugs: slugs of the articles that are still there.

    Returns:
        The removed slugs, sorted.
    """
    keep = {"index", *keep_slugs}
    gone = [path for path in sorted(folder.glob("*.html")) if path.stem not in keep and _is_ours(path)]
    for path in gone:
        # The page goes last: should the job die between the two, the next one finds it again.
        for suffix in ("md", *PAPERS):
            path.with_suffix(f".{suffix}").unlink(missing_ok=True)
        path.unlink()
    return [path.stem for path in gone]


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return GENERATOR.encode() in file.read(_HEAD_BYTES)
