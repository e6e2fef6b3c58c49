"""The dataset card: what is in the corpus, how it was made, what it is good for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2
import yaml

from dragoman.export.licences import sources

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)


def render(counts: Mapping[str, Any], languages: Sequence[str], context: Mapping[str, Any]) -> str:
    """Returns the card as Markdown with a YAML header.

    Args:
        counts: as ``export.write_corpus`` returns them.
        languages: target languages in order.
        context: ``version`` of Dragoman, and ``models``: the manifests of the models used, of which
            ``recipe``, ``part``, ``id``, ``licence``, ``languages`` and ``source`` are shown; where known,
            also ``licences`` and ``hosts``: articles by licence and by site.
    """
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown; values from outside pass the filter `plain`
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plain"] = _plain
    template = (files(__package__) / "templates" / "dataset_card.md.j2").read_text(encoding="utf-8")
    header = yaml.safe_dump(
        metadata(counts, languages, context["models"]), sort_keys=False, allow_unicode=True
    )
    return environment.from_string(template).render(
        header=header,
        counts=counts,
        languages=languages,
        people=any("memory" in methods for methods in counts["methods"].values()),
        models=context["models"],
        version=context["version"],
        hosts={name: number for name, number in context.get("hosts", {}).items() if name},
        blocks=context.get("filter", {}),
        licences=sources(context),
    )


def metadata(
    counts: Mapping[str, Any], languages: Sequence[str], models: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Returns the card's header in the vocabulary of the Hugging Face hub."""
    licences = sorted({_licence(model["licence"]) for model in models}) or ["unknown"]
    segments = counts["segments"]
    return {
        "pretty_name": "Arabic news in machine translation",
        "language": ["ar", *languages],
        "license": licences[0] if len(licences) == 1 else licences,
        "multilinguality": ["translation"],
        "task_categories": ["translation"],
        "language_creators": ["found", "machine-generated"],
        "annotations_creators": ["machine-generated"],
        "size_categories": [next((name for limit, name in _SIZES if segments < limit), "100M<n<1B")],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split, "path": f"data/{split}-*.parquet"} for split in counts["splits"]
                ],
            }
        ],
    }


def _licence(name: str) -> str:
    """Returns an SPDX identifier as the hub spells it; what is not one is ``other``."""
    return name.lower() if re.fullmatch(r"[A-Za-z0-9.+-]+", name) else "other"


def _plain(value: Any) -> str:
    """Returns a value as text on one line that cannot leave its place in a Markdown table."""
    if isinstance(value, Mapping):
        value = ", ".join(f"{key}: {part}" for key, part in value.items() if isinstance(part, str))
    return " ".join(str(value).split()).replace("|", "\\|")
