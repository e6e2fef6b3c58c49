"""Conversion of models that write summaries, where CTranslate2's converter and the hub's files do not agree.

Their tokenizers are read from the files themselves: those of transformers need protobuf.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sentencepiece
from ctranslate2.converters import TransformersConverter

from dragoman.models.layout import CONFIG, GENERATION, T5_SENTENCEPIECE, TOKENIZER
from dragoman.store import read_json

END, PAD, BEGIN = "</s>", "<pad>", "<s>"


class T5Converter(TransformersConverter):  # type: ignore[misc]
    """Does not take every output layer for a tied one."""

    def load_model(self, model_class: Any, path: str, **options: Any) -> Any:
        """Loads the model and says truly whether its outputs are scaled.

        Since version 5, transformers calls the embeddings of every T5 tied, and keeps apart whether the
        outputs are scaled as those of tied ones are; mT5 never does. CTranslate2 scales where they are tied,
        and the scores of an mT5 are wrong without a word.
        """
        model = super().load_model(model_class, path, **options)
        model.config.tie_word_embeddings = bool(getattr(model.config, "scale_decoder_outputs", False))
        return model

    def load_tokenizer(self, tokenizer_class: Any, path: str, **options: Any) -> Any:
        """Returns what the conversion asks of a tokenizer."""
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(Path(path) / T5_SENTENCEPIECE))
        tokens = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
        return _Tokens(tokens, tokens[pieces.unk_id()])


class MBartConverter(TransformersConverter):  # type: ignore[misc]
    """Starts decoding as the model's configuration says."""

    def load_model(self, model_class: Any, path: str, **options: Any) -> Any:
        """Loads the model; its layers are normalised first, which its configuration may leave out."""
        model = super().load_model(model_class, path, **options)
        model.config.normalize_before = getattr(model.config, "normalize_before", True)
        return model

    def load_tokenizer(self, tokenizer_class: Any, path: str, **options: Any) -> Any:
        """Returns what the conversion asks of a tokenizer."""
        found = mbart_tokens(Path(path))
        return _Tokens(found, found[read_json(Path(path) / TOKENIZER)["model"]["unk_id"]])

    def _load(self) -> Any:
        spec = super()._load()
        folder = Path(self._model_name_or_path)
        start = read_json(folder / CONFIG).get("decoder_start_token_id")
        # CTranslate2 goes by the name of a tokenizer's class, and may leave it open
        spec.config.decoder_start_token = END if start is None else mbart_tokens(folder)[start]
        return spec


def mbart_tokens(folder: Path) -> list[str]:
    """Returns the tokens of an mBART in the order of their ids; places without a token have a name."""
    tokenizer = read_json(folder / TOKENIZER)
    tokens = {number: token for number, (token, _) in enumerate(tokenizer["model"]["vocab"])}
    tokens |= {added["id"]: added["content"] for added in tokenizer["added_tokens"]}
    size = max(max(tokens) + 1, read_json(folder / CONFIG)["vocab_size"])
    return [tokens.get(number, f"<unused_{number}>") for number in range(size)]


def target_prefix(folder: Path) -> str:
    """Returns the token that each output of an mBART begins with, "" where none is laid down."""
    for name in (GENERATION, CONFIG):
        values = read_json(folder / name) if (folder / name).is_file() else {}
        number: int | None = values.get("forced_bos_token_id")
        if number is not None:
            return mbart_tokens(folder)[number]
    return ""


class _Tokens:
    """As much of a tokenizer as the conversion asks for."""

    bos_token, eos_token, pad_token = BEGIN, END, PAD

    def __init__(self, tokens: Sequence[str], unknown: str) -> None:
        self._tokens = tokens
        self.unk_token = unknown

    def get_vocab(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self._tokens)}

    def convert_ids_to_tokens(self, number: int) -> str:
        return self._tokens[number]
