"""Reading what a CTranslate2 model file says of itself, and making its int8 weights safe on every CPU.

The layout is that of ``ModelSpec._serialize`` in CTranslate2's converters (binary version 6).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from dragoman.errors import ModelError

BINARY_VERSION = 6
TYPES = ("float32", "int8", "int16", "int32", "float16", "bfloat16")
POSITIONS = "decoder/position_encodings/encodings"
DISTANCES = "decoder/layer_0/self_attention/relative_attention_bias"
EMBEDDINGS = "decoder/embeddings/weight"


@dataclass(frozen=True, slots=True)
class Variable:
    """A tensor of a model file.

    Attributes:
        name: its path in the model.
        shape: its dimensions.
        type: name of its number type.
        offset: where its contents start in the file.
        size: their length in bytes.
    """

    name: str
    shape: tuple[int, ...]
    type: str
    offset: int
    size: int


def variables(path: Path) -> Iterator[Variable]:
    """Yields the tensors of a ``model.bin`` in the order of the file, skipping their contents.

    Raises:
        ModelError: not a model file of a known version.
    """
    try:
        with path.open("rb") as file:
            (version,) = _read(file, "I")
            if version != BINARY_VERSION:
                raise ModelError(
                    f"{path}: binary version {version}, not {BINARY_VERSION}; convert the model again"
                )
            _string(file)
            _, count = _read(file, "II")
            for _ in range(count):
                name = _string(file)
                (rank,) = _read(file, "B")
                shape = _read(file, f"{rank}I")
                kind, size = _read(file, "=BI")
                yield Variable(name, tuple(shape), TYPES[kind], file.tell(), size)
                file.seek(size, 1)
    except (OSError, struct.error, IndexError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: not a CTranslate2 model ({error})") from error


def _read(file: IO[bytes], layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _string(file: IO[bytes]) -> str:
    (length,) = _read(file, "H")
    return file.read(length)[:-1].decode("utf-8")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model file says of itself.

    Attributes:
        max_positions: size of the position table, the hard limit on the tokens of a side; None for a model
            that knows only how far tokens are apart, as T5 does.
        quantization: number type of the embeddings.
    """

    max_positions: int | None
    quantization: str


def facts(path: Path) -> Facts:
    """Reads the facts of a ``model.bin``.

    Raises:
        ModelError: not an encoder-decoder with positions.
    """
    found = {variable.name: variable for variable in variables(path)}
    if EMBEDDINGS not in found or not {POSITIONS, DISTANCES} & found.keys():
        raise ModelError(
            f"{path}: not an encoder-decoder with a position table; Dragoman reads MarianMT and T5 models"
        )
    positions = found[POSITIONS].shape[0] if POSITIONS in found else None
    return Facts(positions, found[EMBEDDINGS].type)


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a model.

    Attributes:
        vocabulary: source tokens.
        width: size of embeddings and layers.
        feed_forward: size of the encoder's feed-forward layers.
        decoder_feed_forward: size of the decoder's.
        heads: attention heads.
        encoder_layers: layers of the encoder.
        decoder_layers: layers of the decoder.
    """

    vocabulary: int
    width: int
    feed_forward: int
    decoder_feed_forward: int
    heads: int
    encoder_layers: int
    decoder_layers: int


def shape(path: Path) -> Shape:
    """Reads the size of a MarianMT model from its ``model.bin``.

    Raises:
        ModelError: as ``variables``.
    """
    found = {variable.name: variable for variable in variables(path)}
    # where both sides share one matrix, it is stored under the first name in the alphabet
    source = found.get("encoder/embeddings_0/weight", found[EMBEDDINGS])
    with path.open("rb") as file:
        file.seek(found["encoder/num_heads"].offset)
        (heads,) = _read(file, "h")
    layers = {
        side: sum(bool(re.fullmatch(rf"{side}/layer_\d+/ffn/linear_0/weight", name)) for name in found)
        for side in ("encoder", "decoder")
    }
    hidden = {side: found[f"{side}/layer_0/ffn/linear_0/weight"].shape[0] for side in layers}
    vocabulary, width = source.shape
    return Shape(
        vocabulary,
        width,
        hidden["encoder"],
        hidden["decoder"],
        heads,
        layers["encoder"],
        layers["decoder"],
    )


def tensors(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Returns the weights of a ``model.bin`` by name as float32: int8 rows divided by their scales.

    Raises:
        ModelError: as ``variables``; or number types other than int8, float16 and float32.
    """
    found = {variable.name: variable for variable in variables(path)}
    # equal tensors are stored once; the other names follow the last of them
    last = list(found.values())[-1]
    with path.open("rb") as file:
        file.seek(last.offset + last.size)
        (count,) = _read(file, "I")
        aliases = [(_string(file), _string(file)) for _ in range(count)]
        found |= {alias: found[name] for alias, name in aliases}

        def values(variable: Variable) -> npt.NDArray[np.float32]:
            file.seek(variable.offset)
            array = np.frombuffer(file.read(variable.size), dtype=variable.type).reshape(variable.shape)
            return array.astype(np.float32)

        out = {}
        for name, variable in found.items():
            if name.endswith(("weight", "bias", "gamma", "beta")):
                if variable.type not in ("int8", "float16", "float32"):
                    raise ModelError(f"{path}: {name} is {variable.type}; int8, float16, float32 can be read")
                out[name] = values(variable)
                if variable.type == "int8":
                    out[name] /= values(found[f"{variable.name}_scale"])[:, None]
        return out


def to_seven_bits(path: Path) -> None:
    """Halves the int8 weights of a ``model.bin`` and their scales, in place: the same weights in seven bits.

    Without VNNI instructions, oneDNN adds two products of an unsigned and a signed byte in 16 bits, which
    overflows (255 * 127 * 2 > 32767) and quietly spoils translations. CTranslate2 uses it on AMD's CPUs. With
    weights of at most 64 in size nothing overflows, and every CPU computes the same integers. This is what
    oneDNN's developer guide advises ("Nuances of int8 computations").

    Raises:
        ModelError: as ``variables``.
    """
    found = {variable.name: variable for variable in variables(path)}
    with path.open("r+b") as file:
        for weight in found.values():
            scale = found.get(f"{weight.name}_scale")
            if weight.type == "int8" and scale is not None:
                _halve(file, weight)
                _halve(file, scale)


def _halve(file: IO[bytes], variable: Variable) -> None:
    file.seek(variable.offset)
    values = np.frombuffer(file.read(variable.size), dtype=variable.type)
    half = np.rint(values / 2) if variable.type == "int8" else values / 2
    file.seek(variable.offset)
    file.write(half.astype(variable.type).tobytes())
