"""What XML can hold of a text."""

from __future__ import annotations

import re

# the complement of Char in XML 1.0, production 2
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> tuple[str, int]:
    """Removes the characters that XML 1.0 cannot hold, not even escaped.

    Returns:
        The text without them, and how many there were.
    """
    return ILLEGAL.subn("", text)
