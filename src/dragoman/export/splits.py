"""Train, validation and test: an article is in one of them whole, by a hash of its id.

Sentences of one article resemble each other, so a split by segment would test on what was trained on. The
split of an article depends on nothing else, so it stays when others come or go.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the articles, about, that are held back from training.

    Attributes:
        validation: share to watch the training with.
        test: share to score the result on.
    """

    validation: float = 0.0
    test: float = 0.0


# asked by several formats for each segment, and the segments of an article follow each other
@functools.lru_cache(maxsize=16)
def split_of(article: str, shares: Shares) -> str:
    """Returns the split of an article: one of ``SPLITS``."""
    digest = hashlib.sha256(b"split\0" + article.encode("utf-8", "surrogatepass")).digest()
    place = int.from_bytes(digest[:8]) / 2**64
    if place < shares.test:
        return "test"
    return "validation" if place < shares.test + shares.validation else "train"
