"""The card of a trained model: what it is, how it was made, what it scores, whose data it saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dragoman.training.collect import Source

UNITS = {"unigram": "sentencepiece unigrams", "char": "characters"}
HEAD = """---
language: [ar, en, fr]
license: apache-2.0
pipeline_tag: translation
library_name: ctranslate2
---

# {name}

A compact MarianMT for Arabic to English and French, trained with Dragoman's `training/` workflow.

## What it is

* Transformer, width {width}, {encoder_layers} encoder and {decoder_layers} decoder layers, {heads} heads,
  feed-forward {feed_forward}, in the decoder {in_decoder}; one joint vocabulary of {pieces} {units}
  with byte fallback.
* The source begins with `>>eng<<` or `>>fra<<`. Arabic is normalised as `dragoman.arabic.for_model` does it.
* Sources over 100 tokens were not in the training text; Dragoman splits them.

## How it was trained

{seen:,} sentence pairs seen in {steps:,} steps and {minutes:g} minutes, batches of {batch_tokens:,} padded
tokens, peak rate {peak:g}, {warmup} steps of warm-up, linear cool-down over the last {cooldown:.0%}, label
smoothing {label_smoothing:g}, dropout {dropout:g}, moving average of the weights {average:g}. Last validation
loss {valid_loss} nats per token, with wrong sources {shuffled_loss}.
"""


def card(
    settings: dict[str, Any],
    *,
    sources: Sequence[Source],
    counts: dict[str, Any],
    finished: dict[str, Any],
    log: Sequence[dict[str, Any]],
    evaluation: Sequence[dict[str, Any]],
) -> str:
    """Returns the card in Markdown.

    Args:
        settings: the whole configuration.
        sources: where the text came from.
        counts: what ``clean`` counted.
        finished: what ``train`` returned.
        log: the run's log.
        evaluation: rows of ``dragoman evaluate``.
    """
    looks = [row for row in log if "valid_loss" in row]
    last = looks[-1] if looks else {"valid_loss": "not measured", "shuffled_loss": "not measured"}
    text = HEAD.format(
        name=settings["recipe"],
        units=UNITS[settings["model"]["unit"]],
        **settings["model"],
        in_decoder=settings["model"]["decoder_feed_forward"] or settings["model"]["feed_forward"],
        **finished,
        **_chosen(settings["train"]),
        **_losses(last),
    )
    lines = [text, "## Scores", "", *_scores(evaluation), "", "## Data", ""]
    lines += ["Rows after cleaning; the weight is how often a row is used in an epoch.", ""]
    lines += ["| source | rows | weight | domain | licence as stated there |", "|---|---:|---:|---|---|"]
    for source in sources:
        rows, domain = counts["kept"].get(source.name, 0), _cell(source.domain)
        lines.append(f"| {source.name} | {rows:,} | {source.weight:g} | {domain} | {_cell(source.licence)} |")
    if distilled := counts["kept"].get("distilled"):
        weight, domain = settings["distil"]["weight"], _cell(settings["distil"]["domain"])
        lines.append(f"| distilled | {distilled:,} | {weight:g} | {domain} | as its text |")
    overlap = sum(reasons.get("evaluation", 0) for reasons in counts["rejected"].values())
    lines += ["", f"{overlap:,} rows that share seven words in a row with a test set were left out.", ""]
    return "\n".join(lines)


def _chosen(train: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in train.items() if key != "minutes"}


def _losses(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("valid_loss", "shuffled_loss")}


def _scores(rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["No test set was given."]
    table: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        table.setdefault((row["test_set"], row["pair"]), {})[row["metric"]] = row["score"]
    lines = ["| set | pair | BLEU | chrF |", "|---|---|---:|---:|"]
    lines += [
        f"| {name} | {pair} | {scores['BLEU']:.1f} | {scores['chrF2']:.1f} |"
        for (name, pair), scores in table.items()
    ]
    return [
        *lines,
        "",
        "Signatures: " + ", ".join(f"`{s}`" for s in sorted({r["signature"] for r in rows})) + ".",
    ]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
