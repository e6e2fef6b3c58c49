"""A trained run in the hub's MarianMT format, which the model recipes read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from dragoman.training.network import marian
from dragoman.training.train import STATE
from dragoman.training.vocabulary import EOS, PAD, UNK, target_ids

NEVER = -1e4
"""Bias of what no translation may have: as good as minus infinity, and a number in float16."""


def export(settings: dict[str, Any], run: Path, vocabulary: Path, output: Path) -> None:
    """Writes the averaged weights in Marian's order of ids: end mark 0, unknown 1, pieces, pad last.

    Args:
        settings: the whole configuration, checked and filled.
        run: the run's folder.
        vocabulary: sentencepiece model.
        output: folder to make: config, float16 weights, vocabulary, sentencepiece models.
    """
    import sentencepiece
    import torch

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    size = pieces.get_piece_size()
    order = [EOS, UNK, *(number for number in range(size) if number not in (EOS, UNK, PAD)), PAD]
    network = marian(settings["model"])
    state = torch.load(run / STATE, map_location="cpu", weights_only=True)
    # without averaging, both are the same
    network.load_state_dict(state["average"])
    with torch.no_grad():
        # embeddings and output layer are one tensor
        network.model.shared.weight.copy_(network.model.shared.weight[order].clone())
        network.model.shared.weight[-1].zero_()
        # the training had no others to choose from
        may = set(target_ids(vocabulary))
        network.final_logits_bias.copy_(torch.tensor([[0.0 if number in may else NEVER for number in order]]))
    for config in (network.config, network.generation_config):
        config.pad_token_id = config.decoder_start_token_id = size - 1
        config.eos_token_id = config.forced_eos_token_id = 0
        config.bos_token_id = None
    network.generation_config.bad_words_ids = [[size - 1]]
    network.generation_config.max_length = 256
    output.mkdir(parents=True, exist_ok=True)
    network.half().save_pretrained(output)
    tokens = {pieces.id_to_piece(old): new for new, old in enumerate(order)}
    special = {"</s>": 0, "<unk>": 1, "<pad>": size - 1}
    (output / "vocab.json").write_text(json.dumps(tokens | special, ensure_ascii=False), encoding="utf-8")
    (output / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "MarianTokenizer", "source_lang": "ar", "target_lang": "en"}),
        encoding="utf-8",
    )
    for side in ("source", "target"):
        shutil.copyfile(vocabulary, output / f"{side}.spm")
