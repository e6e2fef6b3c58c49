"""Words in quotation marks, with the verb of speech and whoever stands before them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from dragoman import data

_MIN_WORDS = 4
"""Shorter ones are titles and names, not speech."""
_QUOTE = re.compile('[«"“]([^«»"“”]{10,600})[»"”]')


def find_quotes(text: str) -> Iterator[tuple[str, str]]:
    """Yields ``(speaker, quote)`` in Arabic; the speaker is what stands after the verb of speech, or "".

    Args:
        text: normalised Arabic.
    """
    for match in _QUOTE.finditer(text):
        quote = match.group(1).strip()
        said = _said().search(text[: match.start()])
        if said and len(quote.split()) >= _MIN_WORDS:
            yield said["speaker"].strip(" ،,:"), quote


@functools.cache
def _said() -> re.Pattern[str]:
    verbs = "|".join(data.load("facts.yaml")["speech"])
    return re.compile(
        rf"(?<!\w)[وف]?(?:{verbs})(?!\w)(?P<speaker>[^:.؛«»\"]{{0,120}}?)(?:\s(?:إن|أن|إنه|إنها|بأن|عن)(?!\w)[^:.؛«»\"]{{0,160}}|[:،]?\s*)$"
    )
