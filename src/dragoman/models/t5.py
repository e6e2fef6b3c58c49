"""Conversion of T5 and mT5, where CTranslate2's own converter and transformers 5 do not agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sentencepiece
from ctranslate2.converters import TransformersConverter

from dragoman.models.layout import T5_SENTENCEPIECE


class T5Converter(TransformersConverter):  # type: ignore[misc]
    """Reads the pieces from the sentencepiece model, and does not take every output layer for a tied one."""

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
        """Returns what the conversion asks of a tokenizer; the real one needs protobuf."""
        return _Pieces(Path(path) / T5_SENTENCEPIECE)


class _Pieces:
    def __init__(self, path: Path) -> None:
        self._model = sentencepiece.SentencePieceProcessor(model_file=str(path))
        ids = (self._model.pad_id(), self._model.eos_id(), self._model.unk_id())
        self.pad_token, self.eos_token, self.unk_token = map(self._model.id_to_piece, ids)

    def get_vocab(self) -> dict[str, int]:
        return {self._model.id_to_piece(n): n for n in range(self._model.get_piece_size())}

    def convert_ids_to_tokens(self, number: int) -> str:
        piece: str = self._model.id_to_piece(number)
        return piece
