"""Values of any source as clean text, dates and JSON."""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import math
import re
from collections.abc import Mapping
from typing import Any

MAX_DEPTH = 64
MAX_DATE = 64

SURROGATE = re.compile("[\ud800-\udfff]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LINE_END = re.compile(r"\r\n?")

# year, month, day in figures of any script, then an optional time and zone
DATE = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]\s*(\d.*))?")
SPACE_BEFORE_ZONE = re.compile(r"\s+(?=[+-]\d|Z$)")

# the library answers anything that holds a month's name: ask for the whole form first
MAIL_DATE = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d\d", re.ASCII)


def clean(text: str) -> tuple[str, list[str]]:
    r"""Makes a text safe to write, and changes nothing else.

    ``\r\n`` and ``\r`` become ``\n``; lone surrogates, which no encoding can hold, U+FFFD; C0 controls
    other than tab and line feed, which later tools take for line ends or refuse, a space.

    Returns:
        The text and the notes on what was replaced, [] for nothing but line ends.
    """
    text = LINE_END.sub("\n", text)
    text, lone = SURROGATE.subn("\N{REPLACEMENT CHARACTER}", text)
    text, controls = CONTROL.subn(" ", text)
    notes = []
    if lone:
        notes.append(f"invalid characters replaced: {lone}")
    if controls:
        notes.append(f"control characters replaced: {controls}")
    return text, notes


def plain(value: Any, depth: int = 0) -> Any:
    """Returns a value as JSON can hold it.

    Dates become ISO 8601, NaN and infinities None, bytes the UTF-8 that they hold or else ``base64:...``,
    lone surrogates U+FFFD, anything unknown its ``str``.

    Raises:
        ValueError: nested deeper than ``MAX_DEPTH``.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"nested more than {MAX_DEPTH} deep")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, bytes | bytearray):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            return "base64:" + base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, depth + 1) for inner in value]
    return plain(str(value))


def iso_date(value: str) -> str:
    """Returns a date or date-time in ISO 8601, or "" when the value is not certainly one.

    Read are year-month-day with ``-``, ``/``, ``.`` or nothing between, in figures of any script, with or
    without a time and a zone, and the form of e-mails and RSS (RFC 2822).
    """
    value = value.strip()
    if len(value) > MAX_DATE:
        return ""
    match = DATE.fullmatch(value)
    try:
        if match is None:
            return email.utils.parsedate_to_datetime(value).isoformat() if MAIL_DATE.match(value) else ""
        year, separator, month, day, time = match.groups()
        if not separator and len(month + day) != 4:
            return ""
        date = f"{int(year):04}-{int(month):02}-{int(day):02}"
        if time is None:
            return dt.date.fromisoformat(date).isoformat()
        time = re.sub(r"\s*(?:UTC|GMT)$", "+00:00", SPACE_BEFORE_ZONE.sub("", time.strip()))
        time = re.sub(r"\d", lambda figure: str(int(figure[0])), time)
        return dt.datetime.fromisoformat(f"{date}T{time}").isoformat()
    except (ValueError, OverflowError):
        return ""
