"""Which segments go into the corpus: blocks that each give a reason, or nothing.

A segment is left out in all its languages as soon as one of them fails, so that the line-aligned files stay
aligned over all languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dragoman.filter.blocks import BLOCKS, Finder
from dragoman.records import AlignedUnit, Verdict


class Filter:
    """The blocks of a configuration, in the order of ``blocks.BLOCKS``."""

    def __init__(self, settings: Mapping[str, Mapping[str, Any]], languages: Sequence[str]) -> None:
        """Prepares the blocks; test sets and the language identifier are read here.

        Args:
            settings: parameters by block, as ``corpus.filter`` of the configuration holds them, checked.
            languages: target languages in order.

        Raises:
            DataError: a test set cannot be read.
        """
        self._finders: list[tuple[str, Finder]] = [
            (name, make(languages, **settings[name])) for name, make in BLOCKS.items() if name in settings
        ]

    def judge(self, unit: AlignedUnit) -> Verdict:
        """Returns the first block that a unit fails, or none."""
        for name, find in self._finders:
            # a link or a credit has no score, no language and nothing to translate
            if unit.kind == "verbatim" and name != "verbatim":
                continue
            if found := find(unit):
                return Verdict(unit.id, name, *found)
        return Verdict(unit.id)
