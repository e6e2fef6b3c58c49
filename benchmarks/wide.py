r"""A model as large as OPUS-MT's that translates as a small one does, to measure what only real output shows.

    python benchmarks/wide.py models/mini WIDE

writes a folder for a recipe: `format: ctranslate2`, `source: {path: WIDE}`. With random weights no text
ends and no check passes, so a workflow does what it never does with a real model. Here every embedding
stands twice in a width twice as large, attention heads too; the decoder has more layers, which change
nothing, and tokens that are never produced fill its vocabulary up. The encoder's inner layers keep their
own width (4,096 in mini, 2,048 in OPUS-MT), so it is a little slower than OPUS-MT.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import TransformerSpec

from dragoman.models.weights import Shape, shape, tensors, to_seven_bits
from dragoman.store import read_json

LAYERS = 6
INNER = 2048
TARGET_TOKENS = 32_000
NEVER = -1e4
"""Bias of the tokens that fill the vocabulary up; float16 holds it."""
FUSED = {"self_attention/linear_0": 3, "attention/linear_1": 2}
"""Matrices that hold several, one below the other."""
SIDES = {"encoder": ("self_attention", "ffn"), "decoder": ("self_attention", "attention", "ffn")}
LINEAR = {"self_attention": 2, "attention": 3, "ffn": 2}


def doubled(weight: Any, axis: int) -> Any:
    """Returns a tensor whose entries along an axis stand twice, one block after the other."""
    return np.concatenate([weight, weight], axis)


def linear(weight: Any, bias: Any, path: str) -> tuple[Any, Any]:
    """Returns a matrix (outputs x inputs) and its bias for inputs and outputs that stand twice."""
    if path == "ffn/linear_0":
        return doubled(weight, 1) / 2, bias
    if path == "ffn/linear_1":
        return doubled(weight, 0), doubled(bias, 0)
    parts = FUSED.get(path, 1)
    rows = [doubled(doubled(part, 1) / 2, 0) for part in np.split(weight, parts)]
    return np.concatenate(rows), np.concatenate([doubled(part, 0) for part in np.split(bias, parts)])


def padded(weight: Any, bias: Any, path: str) -> tuple[Any, Any]:
    """Adds inner units that give out nothing to a narrower feed-forward layer."""
    axis = 0 if path == "ffn/linear_0" else 1
    more = max(0, INNER - weight.shape[axis])
    rows = more if axis == 0 else 0
    return np.pad(weight, ((0, rows), (0, more - rows))), np.pad(bias, (0, rows))


def set_layer(layer: Any, read: dict[str, Any], name: str, side: str) -> None:
    """Sets the weights of one layer from those of a layer of half its width."""
    for module in SIDES[side]:
        part = getattr(layer, module)
        for number in range(LINEAR[module]):
            path = f"{module}/linear_{number}"
            weight, bias = (read[f"{name}/{path}/{kind}"] for kind in ("weight", "bias"))
            weight, bias = linear(weight, bias, path)
            if module == "ffn":
                weight, bias = padded(weight, bias, path)
            target = getattr(part, f"linear_{number}") if module == "ffn" else part.linear[number]
            target.weight, target.bias = weight.astype(np.float32), bias.astype(np.float32)
        for kind in ("gamma", "beta"):
            setattr(part.layer_norm, kind, doubled(read[f"{name}/{module}/layer_norm/{kind}"], 0))


def idle(layer: Any, seed: int) -> None:
    """Makes a layer change nothing of what is normalised already: its sublayers give out nothing.

    Its matrices are drawn, or they would be stored once for all such layers, and in the caches too.
    """
    draw = np.random.default_rng(seed)
    for part in (layer.self_attention, layer.attention, layer.ffn):
        matrices = [part.linear_0, part.linear_1] if part is layer.ffn else part.linear
        for matrix in matrices:
            matrix.weight = draw.standard_normal(matrix.weight.shape, np.float32)
        matrices[-1].weight *= np.float32(1e-12)
        matrices[-1].bias = np.zeros_like(matrices[-1].bias)
        part.layer_norm.gamma = np.ones_like(part.layer_norm.gamma)
        part.layer_norm.beta = np.zeros_like(part.layer_norm.beta)


def positions(width: int, length: int) -> Any:
    """Returns the position table of MarianMT, whose sines are in its first half and cosines in the other."""
    angles = np.arange(length)[:, None] / 10000 ** (2 * np.arange(width // 2) / width)[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], 1).astype(np.float32)


def widen(source: Path, folder: Path, quantization: str = "int8") -> None:
    """Writes the wide model.

    Args:
        source: a MarianMT model in CTranslate2's format with a trimmed decoder, as ``models/mini``.
        folder: to write; must not be there.
        quantization: number type of the matrices; in float32 it translates exactly as ``source`` does.
    """
    read: dict[str, Any] = tensors(source / "model.bin")
    size: Shape = shape(source / "model.bin")
    spec = TransformerSpec.from_config((size.encoder_layers, LAYERS), 2 * size.heads, pre_norm=False)
    for side in SIDES:
        table = getattr(spec, side)
        # the square root of the width multiplies the embeddings; twice the width, so half of it less
        name = "encoder/embeddings_0" if side == "encoder" else "decoder/embeddings"
        rows = doubled(read[f"{name}/weight"], 1) / np.sqrt(2)
        if side == "decoder":
            rows = np.concatenate([rows, np.resize(rows, (TARGET_TOKENS - len(rows), rows.shape[1]))])
        embeddings = table.embeddings[0] if side == "encoder" else table.embeddings
        embeddings.weight = rows.astype(np.float32)
        table.position_encodings.encodings = doubled(positions(size.width, 512), 1)
    for number in range(size.encoder_layers):
        set_layer(spec.encoder.layer[number], read, f"encoder/layer_{number}", "encoder")
    for number in range(LAYERS):
        real = min(number, size.decoder_layers - 1)
        set_layer(spec.decoder.layer[number], read, f"decoder/layer_{real}", "decoder")
    last = spec.decoder.layer[size.decoder_layers - 1].ffn.layer_norm
    gamma, beta = last.gamma, last.beta
    last.gamma, last.beta = np.ones_like(gamma), np.zeros_like(beta)
    for seed, layer in enumerate(spec.decoder.layer[size.decoder_layers :]):
        idle(layer, seed)
    # the projection shares the embeddings, whose products with states that stand twice are too large
    final = spec.decoder.layer[-1].ffn.layer_norm
    final.gamma, final.beta = gamma / np.sqrt(2), beta / np.sqrt(2)
    projection = spec.decoder.projection
    projection.weight = spec.decoder.embeddings.weight
    bias = read["decoder/projection/bias"]
    projection.bias = np.concatenate([bias, np.full(TARGET_TOKENS - len(bias), NEVER)]).astype(np.float32)
    spec.decoder.start_from_zero_embedding = True
    config = read_json(source / "config.json")
    for key in (
        "bos_token",
        "eos_token",
        "unk_token",
        "decoder_start_token",
        "add_source_eos",
        "add_source_bos",
    ):
        setattr(spec.config, key, config[key])
    tokens = read_json(source / "target_vocabulary.json")
    never = [f"\N{LOWER ONE EIGHTH BLOCK}never{number}" for number in range(TARGET_TOKENS - len(tokens))]
    spec.register_source_vocabulary(read_json(source / "source_vocabulary.json"))
    spec.register_target_vocabulary([*tokens, *never])
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True)
    spec.save(str(folder))
    to_seven_bits(folder / "model.bin")
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(source / name, folder / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="a small model, as models/mini")
    parser.add_argument("folder", type=Path, help="the wide one to write")
    options = parser.parse_args()
    widen(options.source, options.folder)
