"""Names and how they are spelt, out of aligned text: what a romaniser learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dragoman.names.find import arabic_words, matches
from dragoman.names.press import words_of


def name_pairs(pairs: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Finds the words that are names on both sides, each with its most frequent spelling.

    Args:
        pairs: ``(Arabic, language, text)``, sentences or single names; a single word may be in lower case.

    Yields:
        ``(Arabic word, language, spelling)``, a row per word and language, the spelling in lower case.
    """
    found: dict[tuple[str, str], Counter[str]] = {}
    for arabic, language, text in pairs:
        name = text if " " in text.strip() else text.title()
        for word, spelling in matches(arabic_words(" ".join(words_of(arabic))), name, language):
            # a name of several words was matched word by word
            for part, spelt in zip(word.split(), spelling.split(), strict=True):
                found.setdefault((part, language), Counter())[spelt.casefold()] += 1
    for (word, language), spellings in found.items():
        yield word, language, min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
