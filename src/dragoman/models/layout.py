"""Which files of a source make up a model, by format."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from dragoman.errors import ModelError

SENTENCEPIECE = ("source.spm", "target.spm")
"""The sentencepiece models that the engine reads, by the same names in every format."""

MODEL = "model.bin"
CONFIG = "config.json"
VOCABULARIES = (
    "source_vocabulary.json",
    "target_vocabulary.json",
    "shared_vocabulary.json",
    "source_vocabulary.txt",
    "target_vocabulary.txt",
    "shared_vocabulary.txt",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a format.

    Attributes:
        required: names that must be there.
        weights: names of which the first that is there is taken; empty when ``required`` has them.
        optional: names taken when they are there.
        patterns: further names taken, for formats that name their files themselves.
    """

    required: tuple[str, ...]
    weights: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


LAYOUTS = {
    "transformers": Layout(
        required=(CONFIG, "vocab.json", *SENTENCEPIECE),
        # most OPUS repositories have the pickled file only; convert reads it without running code from it
        weights=("model.safetensors", "pytorch_model.bin"),
        optional=(
            "generation_config.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "target_vocab.json",
        ),
    ),
    "opus-mt": Layout(required=("decoder.yml", *SENTENCEPIECE), patterns=("*.npz", "*.yml")),
    "ctranslate2": Layout(required=(MODEL, CONFIG, *SENTENCEPIECE), optional=VOCABULARIES),
}


def select(names: Iterable[str], format_name: str, what: str) -> list[str]:
    """Returns the names that a model of the format needs, sorted.

    Args:
        names: file names that a source has.
        format_name: a key of ``LAYOUTS``.
        what: the source, for the message.

    Raises:
        ModelError: a required file is missing.
    """
    layout = LAYOUTS[format_name]
    there = set(names)
    missing = [name for name in layout.required if name not in there]
    if missing:
        hint = (
            "; Dragoman reads MarianMT models with their SentencePiece files"
            if "source.spm" in missing
            else ""
        )
        raise ModelError(f"{what}: no {', '.join(missing)}, which the format {format_name} needs{hint}")
    weights = [name for name in layout.weights if name in there][:1]
    if layout.weights and not weights:
        raise ModelError(f"{what}: no {' or '.join(layout.weights)}, which the format {format_name} needs")
    matched = {name for name in there for pattern in layout.patterns if fnmatch.fnmatchcase(name, pattern)}
    return sorted({*layout.required, *weights, *matched, *(there & set(layout.optional))})
