"""Cutting a decoder's vocabulary to what its target language can use.

A MarianMT model shares one vocabulary between both sides, and the decoder pays for all of it at every step:
its largest matrix product is that of the output projection. Pieces that only sources have are never right in
a translation, so their rows are left out. The encoder keeps all of its pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dragoman.arabic import has_arabic

SPECIALS = ("bos_token", "eos_token", "unk_token", "decoder_start_token")
"""Keys of a CTranslate2 configuration that name tokens which the decoder needs."""
PAD = "<pad>"


def trim(spec: Any, sentencepiece_file: Path) -> None:
    """Cuts the target side of a converter's specification, before it is optimised, quantised and saved.

    Args:
        spec: a CTranslate2 ``TransformerSpec`` whose weights are arrays of one row per target token.
        sentencepiece_file: the model that turns target tokens into text.

    Raises:
        ValueError: the vocabulary and the weights differ in size.
    """
    vocabulary: list[str] = spec._vocabularies["target"][0]
    rows = spec.get_target_vocabulary_size()
    if len(vocabulary) != rows:
        raise ValueError(f"the target vocabulary has {len(vocabulary)} tokens and its embeddings {rows} rows")
    config = spec.config.to_dict()
    specials = [config[key] for key in SPECIALS if key in config]
    ids = kept(vocabulary, producible(sentencepiece_file), [*specials, PAD])
    projection = spec.decoder.projection
    # where both sides share one matrix, indexing makes new ones and the encoder's stays whole
    spec.decoder.embeddings.weight = spec.decoder.embeddings.weight[ids]
    projection.weight = projection.weight[ids]
    if projection.has_bias():
        projection.bias = projection.bias[ids]
    spec._vocabularies["target"] = [[vocabulary[number] for number in ids]]


def producible(sentencepiece_file: Path) -> list[str]:
    """Returns the pieces of a sentencepiece model that stand for text, byte pieces included."""
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(sentencepiece_file))
    return [
        processor.id_to_piece(number)
        for number in range(processor.get_piece_size())
        if not (processor.is_control(number) or processor.is_unused(number))
    ]


def kept(vocabulary: Sequence[str], pieces: Iterable[str], specials: Iterable[str]) -> list[int]:
    """Returns the ids of the target tokens to keep, in their order.

    All targets are written in Latin script, so a piece with an Arabic letter is left out although the
    sentencepiece model may have it, as one that both sides share does.

    Args:
        vocabulary: target tokens by id.
        pieces: what the target's sentencepiece model can produce.
        specials: tokens to keep in any case, where the vocabulary has them.
    """
    wanted = {piece for piece in pieces if not has_arabic(piece)} | set(specials)
    return [number for number, token in enumerate(vocabulary) if token in wanted]
