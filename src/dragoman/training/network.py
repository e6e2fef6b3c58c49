"""The network that is trained, what takes its steps, and the weights that it may begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dragoman.errors import ModelError
from dragoman.models.weights import tensors
from dragoman.store import read_json
from dragoman.training.activation import relu_with_dropout
from dragoman.training.vocabulary import EOS, PAD

SHARES = 8
"""Optimisers that share Muon's matrices, on any number of cores: a run can move to another machine."""
MODULES = {
    "self_attention/layer_norm": ["self_attn_layer_norm"],
    "self_attention/linear_0": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    "self_attention/linear_1": ["self_attn.out_proj"],
    "attention/layer_norm": ["encoder_attn_layer_norm"],
    "attention/linear_0": ["encoder_attn.q_proj"],
    "attention/linear_1": ["encoder_attn.k_proj", "encoder_attn.v_proj"],
    "attention/linear_2": ["encoder_attn.out_proj"],
    "ffn/layer_norm": ["final_layer_norm"],
    "ffn/linear_0": ["fc1"],
    "ffn/linear_1": ["fc2"],
}
"""Modules of a layer in transformers, by that of CTranslate2 which holds them one below the other."""


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
        attention_dropout=0.0,
        # on a CPU torch's own attention takes ten times as long in bfloat16 as its parts one after another
        attn_implementation="sdpa" if torch.cuda.is_available() else "eager",
    )
    network = MarianMTModel(config)
    if activation_dropout:
        activation = relu_with_dropout(activation_dropout)
        for layer in (*network.model.encoder.layers, *network.model.decoder.layers):
            layer.activation_fn = activation
    with torch.no_grad():
        torch.nn.init.normal_(network.model.shared.weight, std=width**-0.5)
        network.model.shared.weight[PAD].zero_()
    return network


def optimisers(network: Any, kind: str) -> list[Any]:
    """Returns what takes the steps: all parameters, each in one optimiser, with the rate yet to be set.

    Args:
        network: a model of ``marian``.
        kind: ``adamw`` (Kingma and Ba 2015), or ``muon``: Muon (Jordan et al. 2024) for the matrices inside
            the layers, with steps of AdamW's size so that one rate serves both (Liu et al. 2025), AdamW for
            the embeddings and for what is no matrix. Its matrices are dealt out to several optimisers, for
            threads to share: its products are too small for a core to have a part of each.
    """
    import torch

    inner: list[Any] = []
    others: list[Any] = []
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            (inner if kind == "muon" and ".layers." in name and weight.ndim == 2 else others).append(weight)
    inner.sort(key=lambda weight: -weight.numel())
    muon = {"lr": 0.0, "weight_decay": 0.0, "adjust_lr_fn": "match_rms_adamw"}
    return [
        torch.optim.AdamW(others, lr=0.0, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0, fused=True),
        *(torch.optim.Muon(inner[part::SHARES], **muon) for part in range(min(SHARES, len(inner)))),
    ]


def converted(folder: Path) -> dict[str, Any]:
    """Returns the weights of a model in CTranslate2's format as ``marian`` names them, in ids of training.

    Training can so go on from a model of which nothing else was kept. The encoder has the embeddings of all
    pieces, also of those that a trimmed decoder lacks; what int8 rounded stays rounded.

    Args:
        folder: ``model.bin``, ``source_vocabulary.json`` or ``shared_vocabulary.json`` and ``source.spm``,
            made by this workflow.

    Raises:
        ModelError: not such a model.
    """
    import sentencepiece
    import torch

    read = {name: torch.from_numpy(array) for name, array in tensors(folder / "model.bin").items()}
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    names = (folder / f"{side}_vocabulary.json" for side in ("source", "shared"))
    tokens = read_json(next((path for path in names if path.exists()), folder / "source_vocabulary.json"))
    ids = [pieces.piece_to_id(token) for token in tokens]
    rows = read.get("encoder/embeddings_0/weight")
    if rows is None or len(rows) != len(ids) or len(set(ids)) != len(ids):
        raise ModelError(f"{folder}: its tokens are not the pieces of its source.spm; not made by training/")
    shared = torch.zeros(pieces.get_piece_size(), rows.shape[1])
    shared[ids] = rows
    # what pads a batch is a row of zeros, whether the file has it or not
    shared[PAD] = 0
    out = {
        f"{name}.weight": shared
        for name in (
            "model.shared",
            "model.encoder.embed_tokens",
            "model.decoder.embed_tokens",
            "lm_head",
        )
    }
    for name, values in read.items():
        side, layer, *path, kind = name.split("/")
        if not layer.startswith("layer_"):
            continue
        modules = MODULES["/".join(path)]
        kind = {"gamma": "weight", "beta": "bias"}.get(kind, kind)
        for module, part in zip(modules, values.chunk(len(modules)), strict=True):
            out[f"model.{side}.layers.{layer.removeprefix('layer_')}.{module}.{kind}"] = part.clone()
    return out


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


def deepened(weights: dict[str, Any], fresh: dict[str, Any]) -> dict[str, Any]:
    """Puts layers in between that add nothing to what they get, so that a smaller model can grow.

    A new layer is a copy of the one before it that gives out nothing to its residual connection until it has
    learnt to. Marian normalises that all the same (post-norm): see ``hand_through``.

    Args:
        weights: tensors by name, of a network that may have fewer layers.
        fresh: those of a new network of the same shape otherwise.

    Returns:
        ``weights`` with as many layers as ``fresh``, the new ones spread evenly among the old.
    """
    import torch

    grown = {name: value for name, value in weights.items() if ".layers." not in name}
    for side in ("encoder", "decoder"):
        old, new = _layers(weights, side), _layers(fresh, side)
        idle = added(len(old), len(new))
        for place, origin in enumerate(origins(len(old), len(new))):
            for name, value in old[origin].items():
                silent = place in idle and (name.startswith("fc2.") or ".out_proj." in name)
                grown[f"model.{side}.layers.{place}.{name}"] = torch.zeros_like(value) if silent else value
    return grown


def origins(old: int, new: int) -> list[int]:
    """Returns which of the old layers each layer comes from, when they grow in number."""
    return [place * old // new for place in range(new)] if new > old else list(range(old))


def added(old: int, new: int) -> list[int]:
    """Returns the places of the new layers."""
    from_old = origins(old, new)
    return [place for place in range(1, len(from_old)) if from_old[place] == from_old[place - 1]]


def take(network: Any, weights: dict[str, Any]) -> list[Any]:
    """Puts weights into a network, grown to its size; what they lack outside of layers stays as it is.

    Args:
        network: a model of ``marian``.
        weights: tensors by name, of a network with as many layers or fewer, as wide inside or narrower.

    Returns:
        The layers that are new, which ``hand_through`` shall fit.

    Raises:
        RuntimeError: the weights are of another shape otherwise.
    """
    fresh = network.state_dict()
    others = {name: value for name, value in fresh.items() if ".layers." not in name}
    network.load_state_dict(others | widened(deepened(weights, fresh), fresh))
    return [
        getattr(network.model, side).layers[place]
        for side in ("encoder", "decoder")
        for place in added(len(_layers(weights, side)), len(_layers(fresh, side)))
    ]


def hand_through(layers: Iterable[Any], text: Callable[[], object]) -> None:
    """Sets the norms of new layers of ``deepened`` by a text that comes to them.

    One scale and one shift for all units, those of the text on average, undo what their norms do: as tokens
    differ by about a tenth in scale, they then hand through nearly what they get.

    Args:
        layers: of the encoder and the decoder.
        text: sends the text through the network.
    """
    import torch

    def fit(layer: Any, inputs: tuple[Any, ...]) -> None:
        for name, module in layer.named_children():
            if name.endswith("layer_norm"):
                module.weight.fill_(inputs[0].std(-1, unbiased=False).mean())
                module.bias.fill_(inputs[0].mean())

    handles = [layer.register_forward_pre_hook(fit) for layer in layers]
    with torch.no_grad():
        text()
    for handle in handles:
        handle.remove()


def _layers(weights: dict[str, Any], side: str) -> list[dict[str, Any]]:
    """Returns the tensors of each layer of a side, ``encoder`` or ``decoder``, by their name inside it."""
    prefix = f"model.{side}.layers."
    layers: dict[int, dict[str, Any]] = {}
    for name, value in weights.items():
        if name.startswith(prefix):
            place, inner = name.removeprefix(prefix).split(".", 1)
            layers.setdefault(int(place), {})[inner] = value
    return [layers[place] for place in sorted(layers)]
