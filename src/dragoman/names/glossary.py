"""Spellings that people ask for: where the Arabic has a name, its translation has it as the glossary says.

The engine cannot be held to words inside a translation (CTranslate2 takes prefixes only), so the spelling is
put in afterwards: in the place of the words that sound most like it, and nowhere else. What cannot be placed
is flagged.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from dragoman.arabic import for_model, has_arabic
from dragoman.errors import DataError
from dragoman.names.inline import attached, beginnings, first_word
from dragoman.names.skeleton import latin_skeleton, likeness
from dragoman.records import AlignedUnit

LOST = "name-lost"
"""The flag of a translation without a name that the glossary has."""
PLACED = 0.6
"""Least likeness of the words that a spelling takes the place of."""
MAX_CHARACTERS = 200

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


class Glossary:
    """Names with their spelling by language."""

    def __init__(self, entries: Mapping[str, Mapping[str, str]]) -> None:
        """Prepares the search.

        Args:
            entries: spelling by target language, by Arabic name.
        """
        self._entries = {for_model(name): spellings for name, spellings in entries.items()}
        self._by_word: dict[str, list[str]] = {}
        for name in self._entries:
            self._by_word.setdefault(first_word(name), []).append(name)

    def names_in(self, text: str) -> Counter[str]:
        """Returns the glossary's names in an Arabic text and how often each is there."""
        plain = for_model(text)
        # a pattern of a whole glossary would try each of its names at every letter
        here = [name for word in beginnings(plain) for name in self._by_word.get(word, ())]
        if not here:
            return Counter()
        # the longest first: Idris Taleb before Idris
        here.sort(key=lambda name: (-len(name), name))
        pattern = "|".join(f"({attached(name)})" for name in here)
        return Counter(here[(match.lastindex or 0) - 1] for match in re.finditer(pattern, plain))

    def spellings(self, text: str, language: str) -> dict[str, str]:
        """Returns the spellings of the glossary's names in an Arabic text, by name."""
        found = {name: self._entries[name].get(language, "") for name in self.names_in(text)}
        return {name: spelling for name, spelling in found.items() if spelling}

    def repair(self, unit: AlignedUnit) -> AlignedUnit:
        """Returns the unit with the glossary's spellings in it.

        A text that was changed has the method ``glossary`` and what it was as its alternative, where it has
        no other; one in which a name has no place carries the flag ``name-lost``. People's translations are
        left alone.
        """
        names = self.names_in(unit.ar)
        if not names or unit.kind == "verbatim":
            return unit
        targets, flags = dict(unit.targets), dict(unit.flags)
        alternatives, methods = dict(unit.alternatives), dict(unit.methods)
        for language, text in unit.targets.items():
            if methods.get(language) == "memory":
                continue
            wanted = {
                spelling: count
                for name, count in names.items()
                if (spelling := self._entries[name].get(language, ""))
            }
            repaired, lost = place(text, wanted)
            if lost:
                flags[language] = sorted({*flags[language], LOST})
            if repaired != text:
                targets[language], methods[language] = repaired, "glossary"
                alternatives.setdefault(language, text)
        return replace(unit, targets=targets, flags=flags, alternatives=alternatives, methods=methods)


def read_glossary(path: Path, languages: Sequence[str], *, some: bool = False) -> Glossary:
    """Reads a table with tabs: a header with ``ar`` and target languages, then a name a line.

    Other columns are passed over, so that the table of names that a run writes can be corrected and used.

    Args:
        path: the table.
        languages: target languages that spellings are wanted for.
        some: whether it may lack all of them.

    Raises:
        DataError: it cannot be read, lacks a column, or an entry is not what it should be.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error})") from error
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = [language for language in languages if language in (reader.fieldnames or [])]
    if "ar" not in (reader.fieldnames or []) or not (columns or some):
        raise DataError(
            f"{path}: the first line must name the columns ar and {', '.join(languages)}, tabs between"
        )
    entries: dict[str, dict[str, str]] = {}
    known: set[str] = set()
    for number, row in enumerate(reader, 2):
        name = (row["ar"] or "").strip()
        spellings = {language: value for language in columns if (value := (row[language] or "").strip())}
        if not name and not spellings:
            continue
        if not has_arabic(name):
            raise DataError(f"{path}, line {number}: {name!r} in the column ar is not Arabic")
        if max(map(len, [name, *spellings.values()])) > MAX_CHARACTERS:
            raise DataError(f"{path}, line {number}: more than {MAX_CHARACTERS} characters are no name")
        if for_model(name) in known:
            raise DataError(f"{path}, line {number}: {name} is there twice; keep one")
        known.add(for_model(name))
        entries[name] = spellings
    return Glossary(entries)


def place(text: str, spellings: Mapping[str, int]) -> tuple[str, list[str]]:
    """Puts spellings into a text.

    Args:
        text: a translation.
        spellings: how often each should be there.

    Returns:
        The text, and the spellings that found no place. A second time changes nothing.
    """
    lost = []
    taken: list[tuple[int, int]] = []
    for spelling in sorted(spellings, key=len, reverse=True):
        there = [match.span() for match in _whole(spelling).finditer(text)]
        there = [span for span in there if not _touches(span, taken)]
        taken += there
        for _ in range(spellings[spelling] - len(there)):
            span = _most_alike(text, spelling, taken)
            if span is None:
                # said twice in the Arabic, a pronoun the second time
                lost += [] if _whole(spelling).search(text) else [spelling]
                break
            start, end = span
            text = text[:start] + spelling + text[end:]
            shift = len(spelling) - (end - start)
            taken = [(a + shift, b + shift) if a >= end else (a, b) for a, b in taken]
            taken.append((start, start + len(spelling)))
    return text, lost


def _most_alike(text: str, spelling: str, taken: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Returns the words that sound most like a spelling, None where none do."""
    size = len(_WORD.findall(spelling))
    skeleton = latin_skeleton(spelling)
    words = [match.span() for match in _WORD.finditer(text)]
    best: tuple[float, int, int] | None = None
    for length in range(max(1, size - 1), size + 2):
        for first in range(len(words) - length + 1):
            start, end = words[first][0], words[first + length - 1][1]
            # a name is written large at both ends, and its words stand together
            edges = text[start].isupper() and text[words[first + length - 1][0]].isupper()
            if not edges or _touches((start, end), taken) or re.search(r"[.,;:!?()«»\"]", text[start:end]):
                continue
            alike = likeness(skeleton, latin_skeleton(text[start:end]))
            if alike < PLACED:
                continue
            sound = SequenceMatcher(None, spelling.casefold(), text[start:end].casefold()).ratio()
            if sound >= 0.5 and (best is None or alike + sound > best[0]):
                best = (alike + sound, start, end)
    return best[1:] if best else None


def _touches(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _whole(spelling: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(spelling)}(?!\w)")
