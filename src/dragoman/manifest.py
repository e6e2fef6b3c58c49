"""What a run used and made: ``manifest.json`` and the lines at the end of a run."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dragoman import __version__

_LIBRARIES = (
    "ctranslate2",
    "sentencepiece",
    "snakemake",
    "datasets",
    "yasbd-lib",
    "trafilatura",
    "numpy",
)

_MODEL_FACTS = (
    "recipe",
    "part",
    "id",
    "licence",
    "languages",
    "source",
    "files",
    "compute_type",
    "demonstration",
)


def build(
    catalogue: Mapping[str, Any],
    counts: Mapping[str, Any],
    models: Sequence[Mapping[str, Any]],
    config: Mapping[str, Any],
) -> dict[str, Any]:
    """Returns the manifest: nothing in it depends on the time of day or the number of cores.

    Args:
        catalogue: what ingest counted.
        counts: what export counted.
        models: manifests of the installed models.
        config: the run's configuration.
    """
    before = counts["filter"]["before"] if "filter" in counts else counts
    return {
        "dragoman": __version__,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
        "config": dict(config),
        "models": [{key: model[key] for key in _MODEL_FACTS} for model in models],
        "counts": {
            "ingest": {"articles": catalogue["articles"], "rejects": catalogue["rejects"]},
            "segment": {"articles": catalogue["articles"], "segments": before["segments"]},
            "translate": {
                language: {
                    "segments": before["text"],
                    "copied": before["verbatim"],
                    "methods": before["methods"][language],
                    "flags": flags,
                }
                for language, flags in before["flags"].items()
            },
            "export": {key: value for key, value in counts.items() if key not in ("flags", "methods")},
        },
    }


def summary_lines(manifest: Mapping[str, Any], results: Path) -> list[str]:
    """Returns what a person wants to know when a run ends.

    Args:
        manifest: as ``build`` returns it.
        results: the output folder, for the paths.
    """
    counts = manifest["counts"]
    rejects = counts["ingest"]["rejects"]
    export = counts["export"]
    whole = export["filter"]["before"] if "filter" in export else export
    flagged = ", ".join(f"{n} in {language}" for language, n in whole["flagged"].items())
    reasons = ", ".join(f"{n} {reason}" for reason, n in sorted(rejects.items()))
    see = f": {reasons} (see {results / 'rejects.jsonl'})" if reasons else ""
    return [
        f"{counts['ingest']['articles']} articles, {whole['segments']} segments: "
        f"{whole['text']} translated, {whole['verbatim']} copied; flagged: {flagged or 'none'}",
        *_quality_line(whole),
        f"{sum(rejects.values())} records rejected{see}",
        *_filter_line(export, results),
        *([f"briefs: {results / 'briefs' / 'index.html'}"] if manifest["config"].get("briefs", True) else []),
        f"corpus: {results / 'corpus' / 'corpus.jsonl'}",
        *(
            f"{name} is there to try the tool: do not rely on its translations (see docs/models.md)"
            for name in dict.fromkeys(
                model["recipe"] for model in manifest["models"] if model["demonstration"]
            )
        ),
    ]


def _quality_line(counts: Mapping[str, Any]) -> list[str]:
    """Returns how many segments have each quality class, by language."""
    told = [
        f"{language} {found['good']} likely good, {found['check']} to check, {found['bad']} likely wrong"
        for language, found in counts.get("qualities", {}).items()
    ]
    return [f"quality: {'; '.join(told)}"] if told else []


def _filter_line(export: Mapping[str, Any], results: Path) -> list[str]:
    if "filter" not in export:
        return []
    removed = ", ".join(f"{n} by {block}" for block, n in export["filter"]["removed"].items() if n)
    kept = f"{export['segments']} of {export['filter']['before']['segments']} segments in the corpus"
    return [f"{kept}; left out: {removed or 'none'} (see {results / 'corpus' / 'filtered.jsonl'})"]
