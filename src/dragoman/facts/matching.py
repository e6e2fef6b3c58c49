"""Known names in Arabic text, with what is written together with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

_Trie: TypeAlias = dict[str, "_Trie"]


def pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    """Returns a pattern that finds names, the longest first, after conjunctions and prepositions.

    Args:
        names: normalised Arabic.
    """
    known = sorted(names)
    whole = _any_of(known)
    # to Algeria: the article's alif falls after the preposition
    bare = _any_of(name[2:] for name in known if name.startswith("ال"))
    pattern = rf"(?:[وفبك]{{0,2}}?|[وف]?ل)(?P<name>{whole})|[وف]?لل(?P<to>{bare})"
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def _any_of(names: Iterable[str]) -> str:
    """Returns a pattern of any of the names, letter by letter: a beginning is tried once for all of them."""
    root: _Trie = {}
    for name in names:
        node = root
        for letter in name:
            node = node.setdefault(letter, {})
        node[""] = {}

    def written(node: _Trie) -> str:
        # a name that ends here comes last, so that the longest is found
        ways = [re.escape(letter) + written(node[letter]) for letter in sorted(node, reverse=True) if letter]
        if "" in node:
            ways.append("")
        return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"

    return written(root) if root else "(?!)"


def names_in(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """Yields the names that stand in a text, as they were given to ``pattern_of``, and where.

    Args:
        text: normalised Arabic.
        pattern: of ``pattern_of``.

    Yields:
        ``(name, start, end)``, in characters, with what is written together with the name.
    """
    for match in pattern.finditer(text):
        yield f"ال{match['to']}" if match["to"] else match["name"], *match.span()
