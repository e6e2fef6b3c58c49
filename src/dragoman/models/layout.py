"""Which files of a source make up a model, by format."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from dragoman.errors import ModelError

SENTENCEPIECE = ("source.spm", "target.spm")
"""The sentencepiece models that the engine reads, by the same names in every format."""

T5_SENTENCEPIECE, MBART_SENTENCEPIECE = "spiece.model", "sentencepiece.bpe.model"
"""The one for both sides in a T5 or mT5, and in an mBART of the hub."""
TOKENIZER, GENERATION = "tokenizer.json", "generation_config.json"

MODEL = "model.bin"
PICKLED = "pytorch_model.bin"
"""Weights in a file that may hold code; used only where the recipe asks for it."""
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
        weights=("model.safetensors", PICKLED),
        optional=(
            GENERATION,
            "tokenizer_config.json",
            "special_tokens_map.json",
            "target_vocab.json",
        ),
    ),
    "t5": Layout(
        required=(CONFIG, T5_SENTENCEPIECE),
        weights=("model.safetensors", PICKLED),
        optional=(GENERATION, "tokenizer_config.json", "special_tokens_map.json"),
    ),
    "mbart": Layout(
        required=(CONFIG, TOKENIZER, MBART_SENTENCEPIECE),
        weights=("model.safetensors", PICKLED),
        optional=(GENERATION, "tokenizer_config.json", "special_tokens_map.json"),
    ),
    "opus-mt": Layout(required=("decoder.yml", *SENTENCEPIECE), patterns=("*.npz", "*.yml")),
    "ctranslate2": Layout(required=(MODEL, CONFIG, *SENTENCEPIECE), optional=VOCABULARIES),
}


def sentencepiece_files(format_name: str) -> dict[str, str]:
    """Returns the sentencepiece models that the engine reads, each with its name in a format."""
    both = {"t5": T5_SENTENCEPIECE, "mbart": MBART_SENTENCEPIECE}.get(format_name)
    return {name: both or name for name in SENTENCEPIECE}


def weights(format_name: str, pickle: bool) -> tuple[str, ...]:
    """Returns the names of a format's weights, best first; the pickled file only where it is allowed."""
    return tuple(name for name in LAYOUTS[format_name].weights if pickle or name != PICKLED)


def select(names: Iterable[str], format_name: str, what: str, *, pickle: bool = False) -> list[str]:
    """Returns the names that a model of the format needs, sorted.

    Args:
        names: file names that a source has.
        format_name: a key of ``LAYOUTS``.
        what: the source, for the message.
        pickle: whether pickled weights may be used.

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
    allowed = weights(format_name, pickle)
    found = [name for name in allowed if name in there][:1]
    if layout.weights and not found:
        hint = (
            ""
            if pickle
            else f"; a pickled {PICKLED} may run code, so the recipe has to allow it: pickle: true"
        )
        raise ModelError(f"{what}: no {' or '.join(allowed)}, which the format {format_name} needs{hint}")
    matched = {name for name in there for pattern in layout.patterns if fnmatch.fnmatchcase(name, pattern)}
    return sorted({*layout.required, *found, *matched, *(there & set(layout.optional))})
