"""The network that is trained, and how a smaller one grows into it."""

from __future__ import annotations

from typing import Any

from dragoman.training.vocabulary import EOS, PAD


def marian(model: dict[str, Any], dropout: float = 0.0, activation_dropout: float = 0.0) -> Any:
    """Returns a fresh MarianMT model.

    Args:
        model: the section ``model`` of the configuration.
        dropout: dropout while training.
        activation_dropout: that inside the feed-forward layers.
    """
    import torch
    from transformers import MarianConfig, MarianMTModel

    size, width = model["pieces"], model["width"]
    config = MarianConfig(
        vocab_size=size,
        decoder_vocab_size=size,
        d_model=width,
        encoder_layers=model["encoder_layers"],
        decoder_layers=model["decoder_layers"],
        encoder_ffn_dim=model["feed_forward"],
        decoder_ffn_dim=model["decoder_feed_forward"] or model["feed_forward"],
        encoder_attention_heads=model["heads"],
        decoder_attention_heads=model["heads"],
        pad_token_id=PAD,
        eos_token_id=EOS,
        bos_token_id=None,
        decoder_start_token_id=PAD,
        forced_eos_token_id=None,
        scale_embedding=True,
        activation_function="relu",
        share_encoder_decoder_embeddings=True,
        tie_word_embeddings=True,
        max_position_embeddings=512,
        dropout=dropout,
        activation_dropout=activation_dropout,
        attention_dropout=0.0,
    )
    network = MarianMTModel(config)
    with torch.no_grad():
        torch.nn.init.normal_(network.model.shared.weight, std=width**-0.5)
        network.model.shared.weight[PAD].zero_()
    return network


def widened(weights: dict[str, Any], fresh: dict[str, Any]) -> dict[str, Any]:
    """Widens feed-forward layers so that the network computes what it did: a smaller model can grow.

    New units take in random weights and give out nothing until they have learnt to (after Net2Net, Chen et
    al. 2016).

    Args:
        weights: tensors by name, of a network whose feed-forward layers may be narrower.
        fresh: those of a new network of the same shape otherwise.

    Returns:
        ``weights``, widened to the sizes in ``fresh``; all others as they are.
    """
    import torch

    grown = dict(weights)
    for name, old in weights.items():
        axis = {"fc1.weight": 0, "fc1.bias": 0, "fc2.weight": 1}.get(".".join(name.split(".")[-2:]))
        if axis is None or name not in fresh or fresh[name].shape[axis] <= old.shape[axis]:
            continue
        new = fresh[name].narrow(axis, old.shape[axis], fresh[name].shape[axis] - old.shape[axis])
        grown[name] = torch.cat([old, new if name.endswith("fc1.weight") else torch.zeros_like(new)], axis)
    return grown
