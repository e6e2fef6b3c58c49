"""Counts and means over the units of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from dragoman.export.splits import SPLITS, Shares, split_of
from dragoman.quality import CLASSES
from dragoman.records import AlignedUnit


class Tally:
    """Counts units as they pass."""

    def __init__(self, languages: Iterable[str], shares: Shares) -> None:
        self._shares = shares
        self._splits = Counter({"train": 0})
        self._kinds = Counter({"text": 0, "verbatim": 0})
        self._flags: dict[str, Counter[str]] = {language: Counter() for language in languages}
        self._methods: dict[str, Counter[str]] = {language: Counter() for language in languages}
        self._qualities: dict[str, Counter[str]] = {language: Counter() for language in self._flags}
        self._flagged: Counter[str] = Counter(dict.fromkeys(self._flags, 0))
        self._words: Counter[str] = Counter()
        self._scores: dict[str, float] = dict.fromkeys(self._flags, 0.0)
        self._scored: Counter[str] = Counter()
        self._articles = 0
        self._article: str | None = None

    def add(self, unit: AlignedUnit) -> None:
        """Counts one unit; an article's units follow each other."""
        self._kinds[unit.kind] += 1
        self._splits[split_of(unit.article, self._shares)] += 1
        self._words["ar"] += len(unit.ar.split())
        if unit.article != self._article:
            self._articles += 1
            self._article = unit.article
        for language, flags in self._flags.items():
            flags.update(unit.flags[language])
            self._flagged[language] += bool(unit.flags[language])
            self._methods[language][unit.methods.get(language, "model")] += 1
            # what is copied is good by nature and would make a weak model look better
            if unit.kind == "text" and language in unit.qualities:
                self._qualities[language][unit.qualities[language]] += 1
            self._words[language] += len(unit.targets[language].split())
            score = unit.scores[language]
            if score is not None:
                self._scores[language] += score
                self._scored[language] += 1

    def counts(self) -> dict[str, Any]:
        """Returns the counts, flags in order of name."""
        return {
            "segments": self._kinds.total(),
            "text": self._kinds["text"],
            "verbatim": self._kinds["verbatim"],
            "articles": self._articles,
            "splits": {split: self._splits[split] for split in SPLITS if split in self._splits},
            "flagged": dict(self._flagged),
            "flags": {language: dict(sorted(flags.items())) for language, flags in self._flags.items()},
            "methods": {language: dict(sorted(found.items())) for language, found in self._methods.items()},
            "qualities": {
                language: {name: found[name] for name in CLASSES}
                for language, found in self._qualities.items()
            },
        }

    def statistics(self) -> dict[str, int | float]:
        """Returns what a filter changes: numbers, and means rounded to two or three places."""
        segments = self._kinds.total()
        found: dict[str, int | float] = {"articles": self._articles, "segments": segments}
        for language in ("ar", *self._flags):
            found[f"words {language}"] = self._words[language]
            found[f"words a segment {language}"] = round(self._words[language] / max(segments, 1), 2)
        for language in self._flags:
            found[f"flagged {language}"] = self._flagged[language]
            found |= {f"{name} {language}": self._qualities[language][name] for name in CLASSES}
            if self._scored[language]:
                found[f"mean score {language}"] = round(self._scores[language] / self._scored[language], 3)
        return found
