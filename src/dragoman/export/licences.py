"""The licences of what a corpus was made from, for the formats that can state them and for a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME = "LICENCES.md"
_UNKNOWN = "not stated"


def lines(context: Mapping[str, Any]) -> list[str]:
    """Returns a sentence for each licence.

    Args:
        context: ``models``: manifests of the models, ``licences``: number of articles by licence as the
            articles state it, ``licence``: what the configuration states for the others.
    """
    found = [f"Arabic text, {_articles(number)}: {name}" for name, number in sources(context).items()]
    found += [
        f"Translations into {', '.join(model['languages'])} by {model['recipe']} ({model['part']}): "
        f"{model['licence']}"
        for model in context["models"]
    ]
    return [" ".join(line.split()) for line in found]


def sources(context: Mapping[str, Any]) -> dict[str, int]:
    """Returns the number of articles by licence; those without one have the configuration's."""
    found: dict[str, int] = {}
    for name, number in context.get("licences", {}).items():
        licence = name or context.get("licence") or _UNKNOWN
        found[licence] = found.get(licence, 0) + number
    return dict(sorted(found.items()))


def render(context: Mapping[str, Any]) -> str:
    """Returns the report as Markdown."""
    text = [
        "# Licences",
        "",
        "What this corpus was made from. Whoever passes it on needs the right to each of these; a licence",
        "that is not stated is not a permission.",
        "",
        *(f"* {line}" for line in lines(context)),
    ]
    return "\n".join([*text, ""])


def _articles(number: int) -> str:
    return f"{number:,} article{'' if number == 1 else 's'}"
