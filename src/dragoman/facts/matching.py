"""Known names in Arabic text, with what is written together with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    """Returns a pattern that finds names, the longest first, after conjunctions and prepositions.

    Args:
        names: normalised Arabic.
    """
    ordered = sorted(names, key=lambda name: (-len(name), name))
    whole = "|".join(map(re.escape, ordered))
    # to Algeria: the article's alif falls after the preposition
    bare = "|".join(re.escape(name[2:]) for name in ordered if name.startswith("ال"))
    pattern = rf"[وفبك]{{0,2}}(?P<name>{whole})|[وف]?ل(?P<of>{whole})|[وف]?لل(?P<to>{bare})"
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def names_in(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yields the names that stand in a text, as they were given to ``pattern_of``."""
    for match in pattern.finditer(text):
        yield f"ال{match['to']}" if match["to"] else match["name"] or match["of"]
