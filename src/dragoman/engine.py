"""The translation engine: a small protocol, and CTranslate2 behind it.

Everything that knows tokens is here. A caller hands over texts and gets hypotheses in the same order.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dragoman.errors import ModelError

BUCKET = 8
"""Width of a length bucket in source tokens: texts of one bucket share batches and a decoding limit."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to search.

    Attributes:
        beam_size: hypotheses kept per step.
        repetition_penalty: above 1 makes pieces that were produced already less likely.
        no_repeat_ngram_size: n-grams of this many pieces never come twice; 0 allows all.
    """

    beam_size: int = 4
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the engine made of one text.

    Attributes:
        text: detokenised target text.
        score: mean log-probability per target token.
        tokens: number of target tokens, the end mark not counted.
        complete: False when decoding hit its limit before the end mark.
    """

    text: str
    score: float
    tokens: int
    complete: bool


class Translator(Protocol):
    """Anything that turns texts of the source language into hypotheses of one target language."""

    @property
    def max_source_tokens(self) -> int:
        """Longest source, in tokens without prefix and end mark, that translates well in one piece."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of source tokens of each text."""

    def translate(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> list[Hypothesis]:
        """Translates texts of at most ``max_source_tokens`` each.

        Args:
            texts: normalised source texts, none empty.
            decoding: how to search.
            progress: called with the number of texts just finished.

        Returns:
            One hypothesis per text, in the order of ``texts``.
        """
