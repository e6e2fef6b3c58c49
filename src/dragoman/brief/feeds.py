"""The briefs for other programs: ``briefs.json``, and an Atom feed of the newest ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dragoman import __version__, store
from dragoman.brief.content import parse_date
from dragoman.brief.words import interface, targets
from dragoman.xmltext import legal

JSON, ATOM = "briefs.json", "feed.atom"
ENTRIES = 100
"""Briefs in the feed."""


def write_json(rows: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Writes ``briefs.json``: an array of the briefs' rows, see ``content.entry``, each with its ``page``."""
    with store.atomic(folder / JSON) as file:
        file.write("[")
        for number, row in enumerate(rows):
            file.write(",\n" if number else "\n")
            file.write(store.dumps({**row, "page": f"{row['slug']}.html"}))
        file.write("\n]\n")


def write_feed(rows: Sequence[Mapping[str, Any]], folder: Path, languages: Sequence[str]) -> None:
    """Writes ``feed.atom``: the newest briefs with a date, in the first language; times are the articles'.

    Args:
        rows: newest first.
        folder: the briefs' folder.
        languages: the target languages.
    """
    from feedgen.feed import FeedGenerator

    language, words = interface(languages)
    shown = targets(languages)[0]
    dated = [(moment, row) for row in rows if (moment := parse_date(row["date"]))][:ENTRIES]
    feed = FeedGenerator()
    feed.id("urn:dragoman:briefs")
    feed.title(words["site"])
    feed.language(language)
    feed.generator("Dragoman", version=__version__)
    feed.author(name="Dragoman")
    feed.link(href="index.html", rel="alternate")
    feed.updated(dated[0][0] if dated else "1970-01-01T00:00:00Z")
    for moment, row in dated:
        entry = feed.add_entry(order="append")
        entry.id(f"urn:dragoman:{row['slug']}")
        entry.title(legal(row["title"][shown])[0] or row["slug"])
        entry.link(href=f"{row['slug']}.html")
        entry.updated(moment)
        entry.summary(legal(row["lead"][shown])[0])
    with store.atomic(folder / ATOM, "wb") as file:
        file.write(feed.atom_str(pretty=True))
