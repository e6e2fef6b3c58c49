"""File names for articles, whose ids are data and never paths."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
# A plain id that looks like one of our hashed names is hashed itself, so the two kinds never meet.
_HASHED = re.compile(r"-[0-9a-f]{16}$")
# Names that mean a device on Windows, and the page that lists the briefs.
_RESERVED = re.compile(r"index|con|prn|aux|nul|com\d|lpt\d")
_READABLE = 60


def slug(article_id: str) -> str:
    """Returns a file name, without extension, for an article's id.

    A lower-case plain id is its own name. Any other becomes a readable part and 16 hex digits of its
    SHA-256, so that ids that differ only in case, or only in characters that file systems refuse, keep
    different names.

    Args:
        article_id: any text.

    Returns:
        1 to 80 characters of ``a-z 0-9 _ -``, starting with a letter or digit, never ``index``; different for
        different ids.
    """
    plain = _PLAIN.fullmatch(article_id) and not _RESERVED.fullmatch(article_id)
    if plain and not _HASHED.search(article_id):
        return article_id
    folded = unicodedata.normalize("NFKD", article_id).encode("ascii", "ignore").decode("ascii").lower()
    readable = re.sub(r"[^a-z0-9]+", "-", folded)[:_READABLE].strip("-") or "article"
    digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{readable}-{digest}"
