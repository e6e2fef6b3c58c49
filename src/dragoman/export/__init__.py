"""Units to the files of the corpus: one pass, constant memory, all formats at once."""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dragoman import store
from dragoman.export import card, jsonl, moses, parquet, tmx, tsv, xliff
from dragoman.export.splits import SPLITS, Shares, split_of
from dragoman.records import AlignedUnit

FORMATS: dict[str, Any] = {
    "jsonl": jsonl,
    "moses": moses,
    "tsv": tsv,
    "tmx": tmx,
    "xliff": xliff,
    "parquet": parquet,
}
_WRITTEN = ".written.json"


def write_corpus(  # noqa: PLR0917
    units: Iterable[AlignedUnit],
    folder: Path,
    languages: Sequence[str],
    formats: Sequence[str],
    context: Mapping[str, Any],
    shares: Shares = Shares(),  # noqa: B008
) -> dict[str, Any]:
    """Writes the corpus; each file appears complete or not at all.

    Files of an earlier run that this one does not write (a format or a language less) are removed; the
    list of them is kept in a hidden file, so nothing that Dragoman did not write is touched.

    Args:
        units: in article order, over all shards.
        folder: ``corpus/``; made where missing.
        languages: target languages in order.
        formats: keys of ``FORMATS``; ``jsonl`` is always written.
        context: ``models`` (manifests) and ``version``, for the dataset card.
        shares: of the articles that are held back from training.

    Returns:
        ``segments``, ``text``, ``verbatim``, ``articles``; ``splits`` (segments by split); ``flagged``
        (segments with a flag, by language); ``flags`` (segments by flag, by language); ``methods`` (segments
        by method, by language); with ``tmx`` also ``units_in_tmx`` and ``xml_illegal_removed`` (characters).
    """
    formats = [name for name in FORMATS if name == "jsonl" or name in formats]
    names = [file for name in formats for file in FORMATS[name].names(languages)]
    _remove_stale(folder, names)
    tally = Tally(languages, shares)
    with contextlib.ExitStack() as stack:
        writers = {name: stack.enter_context(_writer(name, folder, languages, shares)) for name in formats}
        for unit in units:
            tally.add(unit)
            for writer in writers.values():
                writer.add(unit)
        counts = tally.counts()
        if "tmx" in writers:
            counts["units_in_tmx"] = writers["tmx"].units
            counts["xml_illegal_removed"] = writers["tmx"].removed
        if "parquet" in writers:
            writers["parquet"].finish(card.render(counts, languages, context))
    return counts


class Tally:
    """Counts units as they pass."""

    def __init__(self, languages: Iterable[str], shares: Shares) -> None:
        self._shares = shares
        self._splits = Counter({"train": 0})
        self._kinds = Counter({"text": 0, "verbatim": 0})
        self._flags: dict[str, Counter[str]] = {language: Counter() for language in languages}
        self._methods: dict[str, Counter[str]] = {language: Counter() for language in languages}
        self._flagged: Counter[str] = Counter(dict.fromkeys(self._flags, 0))
        self._articles = 0
        self._article: str | None = None

    def add(self, unit: AlignedUnit) -> None:
        """Counts one unit; an article's units follow each other."""
        self._kinds[unit.kind] += 1
        self._splits[split_of(unit.article, self._shares)] += 1
        if unit.article != self._article:
            self._articles += 1
            self._article = unit.article
        for language, flags in self._flags.items():
            flags.update(unit.flags[language])
            self._flagged[language] += bool(unit.flags[language])
            self._methods[language][unit.methods.get(language, "model")] += 1

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
        }


def _writer(name: str, folder: Path, languages: Sequence[str], shares: Shares) -> Any:
    """Opens a format's writer; some tell the split of each segment."""
    split = {"shares": shares} if name in ("jsonl", "tsv", "parquet") else {}
    return FORMATS[name].writer(folder, languages, **split)


def _remove_stale(folder: Path, names: Sequence[str]) -> None:
    record = folder / _WRITTEN
    for name in store.read_json(record) if record.exists() else []:
        if name not in names:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    store.write_json(record, names)
