"""Installing a fetched model part: convert, quantise, test, then move into place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dragoman.errors import DataError, ModelError
from dragoman.models.calibrate import calibrate
from dragoman.models.convert import HUB, convert
from dragoman.models.fetch import listing_path
from dragoman.models.installed import MANIFEST
from dragoman.models.layout import CONFIG, MODEL, VOCABULARIES
from dragoman.models.recipe import Part, Recipe
from dragoman.models.selftest import self_test
from dragoman.models.weights import facts
from dragoman.store import read_json, sha256, working_folder, write_json

EXTRA_TOKENS = 2
"""Positions that a source needs besides its tokens: the language token and the end mark."""
POSITIONS = 512
"""Limit on either side for a model that has none: what the common ones are trained with."""
CALIBRATION = "calibration.json"
"""What the choice of ``compute_type`` rests on."""
CONVERTERS = dict.fromkeys(HUB, ("transformers", "torch"))
"""Packages besides CTranslate2 whose version a conversion depends on, by format."""


def install(recipe: Recipe, part_id: str, source: Path, target: Path, threads: int = 1) -> dict[str, Any]:
    """Installs a part: the folder appears whole and tested, or not at all.

    Args:
        recipe: the recipe.
        part_id: name of the part.
        source: folder that ``fetch`` filled, with its listing beside it.
        target: the model's folder; an older one is replaced.
        threads: threads of the self-test.

    Returns:
        The manifest, as written to ``<target>/manifest.json``.

    Raises:
        ConfigError: the recipe has no such part.
        ModelError: the files were not fetched, do not convert, or the model fails its self-test.
    """
    part = recipe.part(part_id)
    if not listing_path(source).is_file():
        raise ModelError(f"{source}: not fetched yet; run dragoman models fetch first")
    with working_folder(target) as work:
        manifest = _build(recipe, part, source, work / "model", threads)
        _replace(work / "model", target, work / "old")
    return manifest


def _build(recipe: Recipe, part: Part, source: Path, model: Path, threads: int) -> dict[str, Any]:
    """Converts and tests the model in a folder of its own and writes its manifest last."""
    convert(part, source, model)
    reference = untrimmed = None
    if part.format != "ctranslate2":
        reference = model.with_name("float32")
        convert(part, source, reference, quantization="float32")
    if part.trim:
        untrimmed = model.with_name("untrimmed")
        convert(part, source, untrimmed, trim=False)
    manifest = _manifest(recipe, part, read_json(listing_path(source))["source"], model)
    manifest["vocabulary"] = _sizes(model, untrimmed or model)
    write_json(model / MANIFEST, manifest)
    measured = calibrate(model, next(iter(part.languages)), threads)
    manifest["compute_type"] = {device: found["compute_type"] for device, found in measured.items()}
    for folder in filter(None, (model, reference, untrimmed)):
        write_json(folder / MANIFEST, manifest)
    manifest["self_test"] = self_test(model, list(part.languages), reference, threads, untrimmed)
    manifest["files"] = {path.name: sha256(path) for path in sorted(model.iterdir()) if path.name != MANIFEST}
    manifest["id"] = _id(manifest["files"])
    write_json(model / MANIFEST, manifest)
    # apart from the manifest, in which nothing depends on the moment
    write_json(model / CALIBRATION, measured)
    return manifest


def _manifest(recipe: Recipe, part: Part, origin: dict[str, str], model: Path) -> dict[str, Any]:
    """Returns the manifest but for what is known only after the self-test.

    Raises:
        ModelError: a language token is not in the model's vocabulary.
    """
    vocabulary = frozenset(_vocabulary(model, "source"))
    for language, prefix in part.languages.items():
        if prefix and prefix not in vocabulary:
            raise ModelError(
                f"part {part.name}: languages.{language}: {prefix!r} is not in the model's vocabulary"
                f"{_similar(vocabulary)}"
            )
    found = facts(model / MODEL)
    positions = found.max_positions or max(POSITIONS, recipe.max_source_tokens + EXTRA_TOKENS)
    return {
        "recipe": recipe.name,
        "part": part.name,
        "id": "",
        "source_language": part.source_language,
        "languages": {language: {"prefix": prefix} for language, prefix in part.languages.items()},
        "source": origin,
        "format": part.format,
        "licence": part.licence,
        "quantization": part.quantization or found.quantization,
        "max_source_tokens": min(recipe.max_source_tokens, positions - EXTRA_TOKENS),
        "max_positions": positions,
        "low_score": recipe.low_score,
        "demonstration": recipe.demonstration,
        "translates": recipe.translates,
        "copies_names": recipe.copies_names,
        "repetition_penalty": recipe.repetition_penalty,
        "quality": {
            language: values for language, values in recipe.quality.items() if language in part.languages
        },
        "compute_type": {},
        "add_source_eos": bool(read_json(model / CONFIG).get("add_source_eos", False)),
        "target_prefix": read_json(model / CONFIG).get("target_prefix", ""),
        "vocabulary": {},
        "files": {},
        "self_test": {},
        "versions": {name: version(name) for name in ("ctranslate2", *CONVERTERS.get(part.format, ()))},
    }


def _sizes(model: Path, untrimmed: Path) -> dict[str, int]:
    """Returns the number of tokens of either side, and of the target side before it was cut."""
    return {
        "source": len(_vocabulary(model, "source")),
        "target": len(_vocabulary(model, "target")),
        "untrimmed": len(_vocabulary(untrimmed, "target")),
    }


def _vocabulary(model: Path, side: str) -> list[str]:
    for name in VOCABULARIES:
        path = model / name
        if name.startswith((side, "shared")) and path.is_file():
            text = path.read_text(encoding="utf-8")
            return list(json.loads(text) if path.suffix == ".json" else text.removesuffix("\n").split("\n"))
    raise ModelError(f"{model}: no {side}_vocabulary or shared_vocabulary file")


def _similar(vocabulary: frozenset[str]) -> str:
    tokens = sorted(token for token in vocabulary if token.startswith(">>") and token.endswith("<<"))
    return f"; it has {', '.join(tokens[:20])}" if tokens else '; it has no language tokens, so use ""'


def _id(files: dict[str, str]) -> str:
    """Returns a short id of the content: the same for the same files wherever they are installed."""
    return hashlib.sha256("\n".join(sorted(files.values())).encode()).hexdigest()[:16]


def _replace(new: Path, target: Path, old: Path) -> None:
    """Moves a folder into place; an older one is moved out first and put back should that fail."""
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def lock_block(recipe: Recipe, listings: Sequence[Path]) -> str:
    """Returns the ``sha256`` blocks to paste into a recipe, from what was fetched.

    Args:
        recipe: the recipe.
        listings: the listing of each part, in the order of the recipe.

    Raises:
        ModelError: a part was not fetched yet.
    """
    lines = []
    for name, path in zip(recipe.parts, listings, strict=True):
        try:
            listing = read_json(path)
        except DataError as error:
            raise ModelError(f"{path}: part {name} is not fetched yet; run dragoman models fetch") from error
        # of an archive its own checksum says all
        checksums = listing["archive"] or listing["files"]
        lines += [f"  {name}:"]
        if commit := listing["source"].get("commit"):
            lines += [f"    # revision: {commit}"]
        lines += ["    sha256:", *(f"      {file}: {value}" for file, value in checksums.items())]
    return "\n".join(lines)
