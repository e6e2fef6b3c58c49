"""Units to the files of the corpus: one pass, constant memory, all formats at once."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dragoman import store
from dragoman.export import card, filtered, jsonl, licences, moses, parquet, tmx, tsv, xliff
from dragoman.export.filtered import Sieve
from dragoman.export.splits import Shares
from dragoman.export.tally import Tally
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
    sieve: Sieve | None = None,
    tmx_units: int = 0,
) -> dict[str, Any]:
    """Writes the corpus; each file appears complete or not at all.

    Files of an earlier run that this one does not write (a format or a language less) are removed; the
    list of them is kept in a hidden file, so nothing that Dragoman did not write is touched.

    Args:
        units: in article order, over all shards.
        folder: ``corpus/``; made where missing.
        languages: target languages in order.
        formats: keys of ``FORMATS``; ``jsonl`` is always written.
        context: ``models`` (manifests), ``version``, ``licences`` and ``hosts`` (articles by each), for the
            dataset card and the licences.
        shares: of the articles that are held back from training.
        sieve: what the corpus filter leaves out; None for nothing.
        tmx_units: most units of one TMX file, 0 for one file.

    Returns:
        ``segments``, ``text``, ``verbatim``, ``articles``; ``splits`` (segments by split); ``flagged``
        (segments with a flag, by language); ``flags`` (segments by flag, by language); ``methods`` (segments
        by method, by language); ``qualities`` (translated segments by class, by language); with ``tmx`` also
        ``units_in_tmx`` and ``xml_illegal_removed`` (characters);
        with a sieve, all this is of what stays, and ``filter`` tells of the rest, see ``Sieve.counts``.
    """
    formats = [name for name in FORMATS if name == "jsonl" or name in formats]
    names = [licences.NAME, *(file for name in formats for file in FORMATS[name].names(languages))]
    if sieve:
        names += [filtered.NAME, filtered.TABLE]
    written = _Written(folder, names)
    tally, before = Tally(languages, shares), Tally(languages, shares) if sieve else None
    notes = licences.lines(context)
    options: dict[str, dict[str, Any]] = {
        "tmx": {"notes": notes, "limit": tmx_units, "begins": written.add},
        "xliff": {"notes": notes},
        **{name: {"shares": shares} for name in ("jsonl", "tsv", "parquet")},
    }
    with contextlib.ExitStack() as stack:
        writers = {
            name: stack.enter_context(FORMATS[name].writer(folder, languages, **options.get(name, {})))
            for name in formats
        }
        if sieve:
            stack.enter_context(sieve.writing(folder))
        for unit in units:
            if sieve and before:
                before.add(unit)
                if not sieve.keeps(unit):
                    continue
            tally.add(unit)
            for writer in writers.values():
                writer.add(unit)
        counts = tally.counts()
        if sieve and before:
            counts["filter"] = {"before": before.counts(), **sieve.counts()}
            filtered.write_table(folder / filtered.TABLE, before, tally)
        if "tmx" in writers:
            counts["units_in_tmx"] = writers["tmx"].units
            counts["xml_illegal_removed"] = writers["tmx"].removed
        if "parquet" in writers:
            writers["parquet"].finish(card.render(counts, languages, context))
    with store.atomic(folder / licences.NAME) as file:
        file.write(licences.render(context))
    return counts


class _Written:
    """Remembers in a hidden file what was written here, so that a later run removes its leftovers alone."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Removes what an earlier run wrote and this one does not."""
        self._record = folder / _WRITTEN
        self._names = list(names)
        for name in store.read_json(self._record) if self._record.exists() else []:
            if name not in names:
                path = folder / name
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        store.write_json(self._record, self._names)

    def add(self, name: str) -> None:
        """Remembers one more, before it is there."""
        self._names.append(name)
        store.write_json(self._record, self._names)
