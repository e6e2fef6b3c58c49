"""One row of a source to an article, or to a reject that says what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.ingest.sources import stem_of
from dragoman.ingest.values import clean, iso_date, plain
from dragoman.records import Article, Reject

Columns = Mapping[str, Any]
"""The source's names of an article's parts by ours, and ``given``: those of translations, by language."""
PARTS = ("id", "text", "title", "date", "source")

# share of the letters, links left out, that must be Arabic: low enough for a report full of Latin names,
# high enough to refuse a French page with an Arabic byline
MIN_ARABIC_SHARE = 0.3

ARABIC_BLOCKS = [(0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)]

LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Row:
    """What a reader found.

    Attributes:
        position: where in the source, "" for the whole file.
        fields: values as read, by the source's names.
        notes: what reading had to do.
    """

    position: str
    fields: Mapping[str, Any]
    notes: Sequence[str] = ()


def build(row: Row, columns: Columns, source: str) -> Article | Reject:
    """Makes the record of one row.

    Args:
        row: as read.
        columns: the source's names of id, text, title, date and source, by ours. A name with dots leads into
            an object, as ``translation.ar`` does; an empty one of the id makes one of the file and the row.
        source: the file or dataset.

    Returns:
        An article with an id and an Arabic text, or the reject.
    """

    def refuse(reason: str, detail: str, identifier: str = "") -> Reject:
        return Reject(source, row.position, reason, detail, identifier)

    names = [*(columns[part] for part in PARTS), *columns["given"].values()]
    ours = {name if name in row.fields else name.partition(".")[0] for name in names}
    try:
        extra = {plain(name): plain(value) for name, value in row.fields.items() if name not in ours}
        # strings are left to clean(), which counts what it replaces
        given = {part: _value(find(row.fields, columns[part])) for part in PARTS}
    except (ValueError, RecursionError) as error:
        return refuse("bad-line", str(error))
    key = _scalar(given["id"]) if columns["id"] else f"{stem_of(source)}:{row.position.replace(' ', '-')}"
    if key is None:
        return refuse("no-id", f"{columns['id']!r} is neither a string nor a number")
    identifier = plain(key.strip())
    if not identifier:
        return refuse("no-id", f"{columns['id']!r} is missing or empty")
    raw = _scalar(given["text"])
    if raw is None or given["text"] is None:
        fault = "not a string" if raw is None else "missing"
        return refuse("no-text", f"{columns['text']!r} is {fault}", identifier)
    text, text_notes = clean(raw)
    if not text.strip():
        return refuse("empty", "the text is empty", identifier)
    letters, arabic = count_letters(text)
    if not letters or arabic < MIN_ARABIC_SHARE * letters:
        least = f"at least {MIN_ARABIC_SHARE:.0%} must be"
        return refuse("not-arabic", f"{arabic} of {letters} letters are Arabic; {least}", identifier)
    kept = {}
    for language, name in columns["given"].items():
        value = _scalar(_value(find(row.fields, name)))
        if value is None:
            return refuse("no-given", f"{name!r} is not a string", identifier)
        if value:
            lines, others = text.split("\n"), clean(value)[0].split("\n")
            if len(lines) != len(others):
                detail = f"{name!r} has {len(others)} lines, the text {len(lines)}"
                return refuse("unaligned", detail, identifier)
            kept[language] = [other.strip() for line, other in zip(lines, others, strict=True) if line]
    notes = [*row.notes, *text_notes]
    beside = {}
    for part in ("title", "date", "source"):
        value = _scalar(given[part])
        if part == "date" and value and value.strip():
            value = iso_date(value) or None
        if value is None:
            extra[columns[part]] = plain(given[part])
            notes.append(f"{part} not understood: kept in extra")
        value, value_notes = clean(value or "")
        notes += [f"{part}: {note}" for note in value_notes]
        beside[part] = " ".join(value.split())
    return Article(
        id=identifier,
        text=text,
        title=beside["title"],
        date=beside["date"],
        source=beside["source"],
        extra=extra,
        origin=plain(f"{source}, {row.position}" if row.position else source),
        notes=notes,
        given=kept,
    )


def find(fields: Mapping[str, Any], name: str) -> Any:
    """Returns a field by its name, where dots lead into objects; None where it is not there."""
    if name in fields:
        return fields[name]
    value: Any = fields
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def count_letters(text: str) -> tuple[int, int]:
    """Returns the number of letters of a text, links left out, and how many of them are Arabic."""
    letters = arabic = 0
    for character, count in Counter(LINK.sub("", text)).items():
        if character.isalpha():
            letters += count
            if any(low <= ord(character) <= high for low, high in ARABIC_BLOCKS):
                arabic += count
    return letters, arabic


def _value(value: Any) -> Any:
    return value if isinstance(value, str) else plain(value)


def _scalar(value: Any) -> str | None:
    """Returns a string or number as a string, "" for None, and None for anything else."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)
