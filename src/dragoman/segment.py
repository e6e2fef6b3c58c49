"""Articles to segments: one sentence or line each, nothing lost.

Line breaks always end a segment. Within a line a sentence splitter proposes boundaries, behind the small
interface ``Splitter``; our own rules correct it where it is known to fail: never inside a protected span,
bidi controls set aside, and a cap on length.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable, Iterable, Iterator

from dragoman import clauses, protect
from dragoman.arabic import INVISIBLE, has_arabic
from dragoman.records import Article, Kind, Segment

Splitter = Callable[[str], list[int]]
"""Takes one line and returns the end offsets of its sentences, ascending."""

MAX_CHARACTERS = 2000
"""A longer segment is no sentence but a page without full stops: it is cut at clauses. Readers and
translation memories work with segments; the model's own limit is the translate stage's business."""

_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_FED = re.compile("[^\n]+")
# a dash, a name and a handle, then a date or link at most: a sentence that mentions a handle goes on after it
_CREDIT = re.compile(
    r"[\s*]*[—–-]{1,2}\s*\S.{0,120}?\(@\w{2,30}\)(?:[^.]{0,60}?\d{4})?\W*(?:https?://\S+\s*)?"
)
_INITIALS = re.compile(r"\(\s*(?:\w\.\s*){1,6}\)$")


def segment(
    articles: Iterable[Article], splitter: Splitter | None = None, *, by_line: bool = False
) -> Iterator[Segment]:
    """Splits articles into segments.

    Args:
        articles: articles in order.
        splitter: proposes sentence ends; the default is ``yasbd``.
        by_line: each line of the body (it ends at a line feed) is a segment, however long: for text that
            was cut into segments before.

    Yields:
        The segments of each article in document order: its title, if any, as paragraph 0, then the body,
        such that ``before + text`` over the body plus the last ``after`` is ``article.text``.
    """
    splitter = splitter or sentence_ends
    for article in articles:
        yield from _segment_article(article, None if by_line else splitter)


def _segment_article(article: Article, splitter: Splitter | None) -> Iterator[Segment]:
    title = " ".join(article.title.split()).strip(" " + "".join(INVISIBLE))
    spans: list[tuple[int, int, int]] = []
    for paragraph, match in enumerate((_LINE if splitter else _FED).finditer(article.text), 1):
        found = _split_line(match.group(), match.start(), splitter)
        spans.extend((paragraph, start, end) for start, end in found)

    def build(n: int, paragraph: int, text: str, before: str = "", after: str = "") -> Segment:
        given = {language: lines[paragraph - 1] for language, lines in article.given.items() if paragraph}
        given = {language: line for language, line in given.items() if line}
        return Segment(
            f"{article.id}#{n}", article.id, n, paragraph, kind_of(text), text, before, after, given
        )

    if title:
        yield build(0, 0, title)
    end = 0
    for n, (paragraph, start, stop) in enumerate(spans, 1 if title else 0):
        after = article.text[stop:] if stop == spans[-1][2] else ""
        yield build(n, paragraph, article.text[start:stop], article.text[end:start], after)
        end = stop


def _split_line(line: str, offset: int, splitter: Splitter | None) -> Iterator[tuple[int, int]]:
    """Yields the (start, end) offsets in the article of a line's segments, invisible ends cut off."""
    start = 0
    for end in _capped(line, _ends(line, splitter)) if splitter else [len(line)]:
        left, right = start, end
        while left < right and (line[left].isspace() or line[left] in INVISIBLE):
            left += 1
        while right > left and (line[right - 1].isspace() or line[right - 1] in INVISIBLE):
            right -= 1
        if left < right:
            yield offset + left, offset + right
        start = end


def _ends(line: str, splitter: Splitter) -> list[int]:
    """Returns the sentence ends in a line, its whole length last."""
    # the splitter must not see bidi controls: they hide the space after a full stop from it
    kept = [i for i, character in enumerate(line) if character not in INVISIBLE]
    visible = "".join(line[i] for i in kept)
    protected = protect.spans(line)
    starts = [start for start, _ in protected]
    ends = []
    for end in splitter(visible):
        if _INITIALS.search(visible, max(0, end - 30), end):
            # the last point in (ر. س.) is an initial's: courts name the accused so, and the sentence goes on
            continue
        position = kept[end - 1] + 1 if end else 0
        before = bisect.bisect_left(starts, position) - 1
        inside = before >= 0 and position < protected[before][1]
        if 0 < position < len(line) and not inside:
            ends.append(position)
    return [*ends, len(line)]


def _capped(line: str, ends: list[int]) -> Iterator[int]:
    start = 0
    for end in ends:
        if end - start > MAX_CHARACTERS:
            for piece in clauses.split(line[start:end], lambda text: len(text) <= MAX_CHARACTERS)[:-1]:
                start += len(piece)
                yield start
        yield end
        start = end


def kind_of(text: str) -> Kind:
    """Returns ``verbatim`` for a segment with nothing to translate: links, credits of posts, no Arabic."""
    if _CREDIT.fullmatch(text):
        return "verbatim"
    words = "".join(part.text for part in protect.split(text) if not part.protected)
    return "text" if has_arabic(words) else "verbatim"


def sentence_ends(line: str) -> list[int]:
    """Returns the sentence ends of one line as yasbd finds them; see ``Splitter``."""
    return list(_detector().detect(line)) if line.strip() else []


@functools.cache
def _detector():  # type: ignore[no-untyped-def]
    from yasbd import BoundaryDetector

    return BoundaryDetector("ar")
