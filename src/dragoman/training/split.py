"""Training and validation parts, by a hash of the Arabic: all translations of a segment fall on one side."""

from __future__ import annotations

import hashlib


def is_validation(arabic: str, share: float) -> bool:
    """Tells whether a segment belongs to the validation part.

    Args:
        arabic: the normalised source.
        share: share of segments that do, 0 to 1.
    """
    digest = hashlib.sha256(arabic.encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
