"""Names written into a source in the letters of the target, for models that have learnt to copy them.

After Song et al. 2019 (code-switching for pre-specified translations).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_ARTICLE = "ال"
_WORD = re.compile(r"\w+")
_TOGETHER = "وفبلك"
_TO_THE = re.compile("[وف]?لل")


def attached(name: str) -> str:
    """Returns a pattern for a name with what may be written before it without a space."""
    if name.startswith(_ARTICLE) and len(name) > 3:
        bare = re.escape(name.removeprefix(_ARTICLE))
        return rf"(?<!\w)(?:[وفبك]{{0,2}}ال|[وف]?لل){bare}(?!\w)"
    return rf"(?<!\w)[وفبلك]{{0,2}}{re.escape(name)}(?!\w)"


def first_word(name: str) -> str:
    """Returns the word that ``beginnings`` has of a text in which the name stands."""
    word: str = _WORD.findall(name)[0]
    return word


def beginnings(text: str) -> set[str]:
    """Returns the words of a text as they stand and without what ``attached`` allows before a name.

    Args:
        text: normalised Arabic.
    """
    found: set[str] = set()
    for word in _WORD.findall(text):
        together = len(word[:2]) - len(word[:2].lstrip(_TOGETHER))
        found.update(word[start:] for start in range(together + 1))
        if to_the := _TO_THE.match(word):
            found.add(_ARTICLE + word[to_the.end() :])
    return found


def inlined(text: str, spellings: Mapping[str, str]) -> str:
    """Puts spellings in the place of names; a conjunction or preposition before one stays, with a space.

    Args:
        text: normalised Arabic.
        spellings: by normalised name; the longest name that fits is taken.

    Returns:
        The text: ``سافر غوتيريش`` becomes ``سافر Guterres``, ``وللحسيمة`` ``ول Al Hoceima``.
    """
    names = sorted((name for name in spellings if spellings[name]), key=lambda name: (-len(name), name))
    if not names:
        return text
    pattern = re.compile("|".join(f"(?P<n{i}>{attached(name)})" for i, name in enumerate(names)))

    def spelt(match: re.Match[str]) -> str:
        name = names[int(str(match.lastgroup)[1:])]
        prefix = match.group().removesuffix(name.removeprefix(_ARTICLE)).removesuffix(_ARTICLE)
        return f"{prefix.replace('لل', 'ل')} {spellings[name]}".strip()

    return pattern.sub(spelt, text)
