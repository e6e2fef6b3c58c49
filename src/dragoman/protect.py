"""Spans that must survive translation to the letter: links, e-mail addresses, handles, hashtags, file names.

Spans are split out, not masked: the text around a span is translated on its own and the span is put back
where it stood. A placeholder that the model drops or changes is a loss that splitting cannot have.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass

from dragoman.arabic import INVISIBLE

_FILE_ENDINGS = "pdf|docx?|xlsx?|pptx?|odt|csv|tsv|json|xml|txt|zip|jpe?g|png|gif|svg|mp[34]|html?"
# bidi controls wrap links in Arabic text and are not part of them
_ADDRESS = "[^" + r'\s<>"«»“”' + "".join(sorted(INVISIBLE)) + "]"

_SPAN = re.compile(
    rf"""
      (?:https?|ftp)://{_ADDRESS}+                               # links with a scheme
    | www\.{_ADDRESS}+
    | (?<![\w.@+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+    # e-mail addresses
    | (?<![A-Za-z0-9_@/])@[A-Za-z0-9_]{{2,30}}(?![A-Za-z0-9_])   # handles, which Arabic may touch
    | (?<![\w&/])\#\w*[^\W\d][\w\u064b-\u0655\u0670]*            # hashtags, in any script
    | (?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:{_FILE_ENDINGS})(?!\w)  # file names
    | (?<![\w.@-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[a-z]{{2,24}}
      (?:/{_ADDRESS}*)?(?![\w@])                                 # bare domains
    """,
    re.VERBOSE,
)
_MAY_BE_SPAN = re.compile(r"[@#]|://|\.\S")
"""What every span has; most texts have none of it, which is told ten times as fast."""
_TRAILING = ".,;:!?…)]}»”’\"'،؛؟۔"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; ``protected`` ones are copied, never translated."""

    text: str
    protected: bool


def split(text: str) -> list[Part]:
    """Splits a text at its protected spans.

    Args:
        text: any text.

    Returns:
        Parts whose texts concatenate to ``text``, none empty; no two unprotected parts are neighbours.
    """
    parts: list[Part] = []
    end = 0
    for start, stop in spans(text):
        if start > end:
            parts.append(Part(text[end:start], protected=False))
        parts.append(Part(text[start:stop], protected=True))
        end = stop
    if end < len(text):
        parts.append(Part(text[end:], protected=False))
    return parts


def count(text: str) -> Counter[str]:
    """Returns how often each protected span is in a text."""
    return Counter(text[start:stop] for start, stop in spans(text))


# a translation's checks ask several times for the spans of the same source and target
@functools.lru_cache(maxsize=64)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Returns the protected spans as (start, end) offsets in order, sentence punctuation cut off."""
    if not _MAY_BE_SPAN.search(text):
        return ()
    found = []
    for match in _SPAN.finditer(text):
        start, stop = match.span()
        value = match.group()
        while stop > start and text[stop - 1] in _TRAILING and not _closes(value[: stop - start]):
            stop -= 1
        if stop > start:
            found.append((start, stop))
    return tuple(found)


def _closes(value: str) -> bool:
    """Tells whether the last character closes a bracket of the span, as in a link to ``Name_(place)``."""
    return value[-1] == ")" and value.count("(") >= value.count(")")
