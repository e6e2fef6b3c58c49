"""Conversion of a fetched model to CTranslate2's format."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from dragoman.errors import ModelError
from dragoman.models.layout import CONFIG, MODEL, PICKLED, SENTENCEPIECE, select, sentencepiece_files
from dragoman.models.optimise import trim as trim_target
from dragoman.models.recipe import Part
from dragoman.models.weights import to_seven_bits
from dragoman.store import read_json, write_json

if TYPE_CHECKING:
    from ctranslate2.converters import Converter

HUB = {
    "transformers": ("MarianMT models (marian)", frozenset({"marian"})),
    "t5": ("T5 and mT5 models (t5, mt5)", frozenset({"t5", "mt5"})),
    "mbart": ("mBART models (mbart)", frozenset({"mbart"})),
}
"""What the formats of the hub are read as: words for people, and the ``model_type`` in ``config.json``."""


def convert(part: Part, source: Path, target: Path, quantization: str = "", trim: bool | None = None) -> None:
    """Converts a part's source files into a new folder of CTranslate2 files and sentencepiece models.

    Weights in int8 use seven bits, see ``weights.to_seven_bits``.

    Args:
        part: the part.
        source: folder with the fetched files.
        target: folder to make; must not exist.
        quantization: number type of the weights instead of the recipe's.
        trim: whether to cut the decoder's vocabulary, instead of what the recipe says.

    Raises:
        ModelError: the files are no such model, or torch and transformers are needed and missing.
    """
    names = select(
        (file.name for file in source.iterdir() if file.is_file()),
        part.format,
        str(source),
        pickle=part.pickle,
    )
    if part.format == "ctranslate2":
        target.mkdir(parents=True)
        for name in names:
            shutil.copyfile(source / name, target / name)
        return
    converter = _hub(source, part.format) if part.format in HUB else _opus_mt(source, names)
    try:
        spec = converter._load()
        if part.trim if trim is None else trim:
            trim_target(spec, source / SENTENCEPIECE[1])
        # from here on as Converter.convert does, which has no place for a step between
        spec.validate()
        spec.optimize(quantization=quantization or part.quantization)
        target.mkdir(parents=True)
        spec.save(str(target))
    except Exception as error:
        # the converters raise whatever their libraries do for an unknown or damaged model
        text = " ".join(str(error).split())
        raise ModelError(f"{source}: part {part.name} does not convert as {part.format}: {text}") from error
    to_seven_bits(target / MODEL)
    for name, in_source in sentencepiece_files(part.format).items():
        shutil.copyfile(source / in_source, target / name)
    if part.format == "mbart":
        from dragoman.models.summarisers import target_prefix

        config = read_json(target / CONFIG)
        write_json(target / CONFIG, {**config, "target_prefix": target_prefix(source)})


def _hub(source: Path, format_name: str) -> Converter:
    """Returns the converter of a model in the hub's format."""
    try:
        import torch
        import transformers  # noqa: F401
    except ImportError as error:
        raise ModelError(
            f"{source}: a model in the format {format_name} needs torch and transformers: "
            "pip install 'dragoman[convert]'"
        ) from error
    from ctranslate2.converters import TransformersConverter

    kind = read_json(source / CONFIG).get("model_type")
    read, kinds = HUB[format_name]
    if kind not in kinds:
        raise ModelError(
            f"{source}: config.json says model_type {kind!r}; the format {format_name} is of {read}"
        )
    if not (source / "model.safetensors").is_file():
        try:
            # a pickle may run code when it is loaded; this reads tensors only and refuses anything else
            torch.load(source / PICKLED, map_location="cpu", weights_only=True)
        except Exception as error:
            text = str(error).split("\n", 1)[0]
            raise ModelError(
                f"{source / PICKLED}: holds more than weights, or is damaged ({text})"
            ) from error
    if format_name == "transformers":
        return TransformersConverter(str(source))
    from dragoman.models.summarisers import MBartConverter, T5Converter

    return {"t5": T5Converter, "mbart": MBartConverter}[format_name](str(source))


def _opus_mt(source: Path, names: list[str]) -> Converter:
    """Returns the converter of a native OPUS-MT release, after checking the files that it names."""
    from ctranslate2.converters import OpusMTConverter

    path = source / "decoder.yml"
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        named = [config["models"][0], *config["vocabs"]]
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, IndexError, TypeError) as error:
        raise ModelError(f"{path}: does not name models and vocabs; is this an OPUS-MT release?") from error
    for name in named:
        # only files of this folder: a decoder.yml may not lead elsewhere
        if name not in names:
            raise ModelError(f"{path}: names {name!r}, which is not in the folder")
    return OpusMTConverter(str(source))
