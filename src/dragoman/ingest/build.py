"""One row of a source to an article, or to a reject that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dragoman.ingest.values import clean, iso_date, plain
from dragoman.records import Article, Reject

# our name to the source's name when the source has no names of its own
SAME = {name: name for name in ("id", "text", "title", "date", "source")}


def build(
    row: Mapping[str, Any], columns: Mapping[str, str], source: str, position: str, notes: Sequence[str] = ()
) -> Article | Reject:
    """Makes the record of one row.

    Args:
        row: the fields as read, by the source's names.
        columns: the source's names of id, text, title, date and source, by ours.
        source: the file or dataset.
        position: where in it, "" for the whole file.
        notes: what reading had to do so far.
    """
    try:
        fields: dict[str, Any] = plain(row)
    except (ValueError, RecursionError) as error:
        return Reject(source, position, "bad-line", str(error))
    taken = {name: fields.pop(columns[name], None) for name in SAME}
    key = _scalar(taken["id"])
    identifier = (key or "").strip()
    if not identifier:
        detail = f"no {columns['id']!r}" if key is not None else f"{columns['id']!r} is not a string or number"
        return Reject(source, position, "no-id", detail)
    text = _scalar(taken["text"])
    if taken["text"] is None or text is None:
        detail = f"{columns['text']!r} is " + ("missing" if taken["text"] is None else "not a string")
        return Reject(source, position, "no-text", detail, identifier)
    body, found = clean(text)
    found = [*notes, *found]
    kept = {name: _side(name, taken[name], columns[name], fields, found) for name in ("title", "source")}
    title, title_notes = clean(kept["title"])
    found += [f"title: {note}" for note in title_notes]
    return Article(
        id=identifier,
        text=body,
        title=" ".join(title.split()),
        date=_side("date", taken["date"], columns["date"], fields, found),
        source=kept["source"].strip(),
        extra=fields,
        origin=f"{source}, {position}" if position else source,
        notes=found,
    )


def _side(name: str, value: Any, column: str, extra: dict[str, Any], notes: list[str]) -> str:
    """Returns a field beside the text; what cannot be used stays in ``extra`` under the source's name."""
    text = _scalar(value)
    if text is not None and name == "date" and text.strip():
        text = iso_date(text) or None
    if text is None:
        extra[column] = value
        notes.append(f"{name} not understood: kept in extra")
        return ""
    return text


def _scalar(value: Any) -> str | None:
    """Returns a string or number as a string, "" for None, and None for anything else."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)
