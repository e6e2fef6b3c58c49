"""Text of any direction and any intent, made safe to show: pieces first, then HTML or Markdown.

Isolation follows Unicode Standard Annex 9: a run of the other direction is isolated from the text around it,
and the controls that would re-order text are shown as tokens instead of being obeyed.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from markupsafe import Markup, escape

Piece = Literal["plain", "other", "control", "link"]

# Letters written from right to left: Hebrew to Arabic Extended-A without the digits, presentation forms, and
# the right-to-left blocks of the supplementary plane.
_RTL = (
    "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_ARABIC_DIGITS = "\u0660-\u0669\u06f0-\u06f9"
_BIDI = {
    "\u061c": "ALM", "\u200e": "LRM", "\u200f": "RLM",
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
# Bidi controls, and what HTML or UTF-8 cannot hold: other controls, separators, lone surrogates.
_CONTROL = (
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"
)
_LTR_LETTER = rf"(?:(?![{_RTL}])[^\W\d_])"
_STRONG = re.compile(rf"(?P<rtl>[{_RTL}])|{_LTR_LETTER}")
_SPLIT = re.compile(rf"(?P<control>[{_CONTROL}])|(?P<link>https?://[^\s<>\"'`{_CONTROL}]+)", re.IGNORECASE)
_RTL_RUN = re.compile(rf"[{_RTL}](?:(?:(?!{_LTR_LETTER}).)*[{_RTL}{_ARABIC_DIGITS}])?", re.DOTALL)
_LTR_RUN = re.compile(rf"[@#]?{_LTR_LETTER}(?:[^{_RTL}]*(?:{_LTR_LETTER}|[0-9_/%]))?", re.DOTALL)
_CONTROL_HTML = Markup('<bdi class="control" dir="ltr" title="{0}: {2}">{1}</bdi>')
_LINK_HTML = Markup('<a href="{}" rel="noopener noreferrer nofollow" dir="ltr">{}</a>')
_LTR_HTML = Markup('<bdi dir="ltr">{}</bdi>')
_RTL_HTML = Markup('<bdi dir="rtl" lang="ar">{}</bdi>')
_CLOSES = {")": "(", "]": "[", "}": "{", "»": "«", "”": "“"}
_LINK_TAIL = ".,;:!?)]}»”’،؛؟"


def first_strong(text: str) -> str:
    """Returns the direction of the first letter that has one, ``ltr`` when none has."""
    found = _STRONG.search(text)
    return "rtl" if found and found["rtl"] else "ltr"


def host_of(text: str) -> str:
    """Returns the host of a web address, "" where the text is none."""
    return (urlsplit(text.strip()).hostname or "") if web_address(text) else ""


def web_address(text: str) -> bool:
    """Tells whether a text is an address that may become a link.

    Only http and https count, with a host and no user part (``https://known.site@other.site`` deceives), and
    nothing in it that is invisible or would end the attribute or the Markdown link.
    """
    if re.search(rf"[\s<>\"'`\\{_CONTROL}]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def pieces(text: str, base: str, links: bool = False) -> Iterator[tuple[Piece, str]]:
    """Cuts a text into runs that are to be shown differently; joined again they are the text.

    Args:
        text: any text.
        base: direction of the paragraph, ``ltr`` or ``rtl``.
        links: whether web addresses are cut out as links.

    Yields:
        ``control`` with one character; ``link``; ``other``, a run of the other direction; ``plain``.
    """
    place = 0
    for found in _SPLIT.finditer(text):
        piece, kind = found.group(), found.lastgroup
        if kind == "link":
            piece = piece.rstrip(_LINK_TAIL)
            if not links or not web_address(piece):
                continue
        yield from _runs(text[place : found.start()], base)
        yield ("link" if kind == "link" else "control"), piece
        place = found.start() + len(piece)
    yield from _runs(text[place:], base)


def _runs(text: str, base: str) -> Iterator[tuple[Piece, str]]:
    pattern, place = _LTR_RUN if base == "rtl" else _RTL_RUN, 0
    while found := pattern.search(text, place):
        if found.start() > place:
            yield "plain", text[place : found.start()]
        place = found.end()
        # A bracket that opens inside must close inside: outside it would be mirrored.
        seen = Counter(found.group())
        while (mark := text[place : place + 1]) in _CLOSES and seen[_CLOSES[mark]] > seen[mark]:
            seen[mark] += 1
            place += 1
        yield "other", text[found.start() : place]
    if place < len(text):
        yield "plain", text[place:]


def control_name(character: str) -> tuple[str, str]:
    """Returns a short token for a control character, such as ``RLO``, and a full description."""
    code = f"U+{ord(character):04X}"
    return _BIDI.get(character, code), f"{code} {unicodedata.name(character, '')}".strip()


def visible(text: str) -> str:
    """Returns a text for places that hold no markup: controls as tokens, white space as single spaces."""
    shown = re.sub(f"[{_CONTROL}]", lambda found: f"[{control_name(found.group())[0]}]", text)
    return " ".join(shown.split())


# a page says much of what it says twice, and the same words as the page before
@functools.lru_cache(maxsize=4096)
def to_html(text: str, base: str, hint: str, links: bool = False) -> Markup:
    """Returns a text as HTML in which nothing of it acts.

    Args:
        text: any text.
        base: direction of the element that will hold it.
        hint: words that explain the token of a control character.
        links: whether http and https addresses become links.
    """
    parts = []
    for kind, piece in pieces(text, base, links):
        if kind == "control":
            parts.append(_CONTROL_HTML.format(hint, *control_name(piece)))
        elif kind == "other" and base == "rtl":
            parts.append(_LTR_HTML.format(piece))
        elif kind == "other":
            parts.append(_RTL_HTML.format(piece))
        elif kind == "link":
            parts.append(_LINK_HTML.format(piece, piece))
        else:
            parts.append(escape(piece))
    return Markup("").join(parts)


def clip(text: str, length: int = 110) -> str:
    """Returns a text of at most ``length`` characters, cut between words, with … when it was longer."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    head = text[: length - 1]
    if not text[length - 1].isspace() and " " in head:
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(' ,;:،؛-–—(«"“') + "…"
