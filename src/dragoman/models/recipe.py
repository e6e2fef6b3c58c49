"""Model recipes: where a model comes from, what it offers, how it is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dragoman.config import read_yaml, schema
from dragoman.errors import ConfigError

SOURCE_LANGUAGE = "ar"
"""What parts translate from, unless their recipe says otherwise."""
USERS = {"names": "names.romaniser", "summaries": "summary.model"}
"""The key of the configuration that names a recipe, by what it is for besides text."""
DEFAULT_REVISION = "main"
DEFAULT_QUANTIZATION = "int8"


@dataclass(frozen=True, slots=True)
class Part:
    """One model folder of a recipe.

    Attributes:
        name: the part's name within the recipe.
        languages: token before each source by target language, "" for none.
        source: ``{"hub", "revision"}``, ``{"url"}`` or ``{"path"}``, as the recipe has it.
        format: ``transformers``, ``t5``, ``mbart``, ``opus-mt`` or ``ctranslate2``.
        licence: SPDX identifier.
        quantization: weights after conversion; "" for ``ctranslate2``, which is taken as it is.
        trim: whether conversion cuts the decoder's vocabulary; False for ``ctranslate2``.
        sha256: checksums of source files by name; may be empty.
        pickle: whether pickled weights may be used.
        source_language: what it translates from; not Arabic for one that translates back.
        folder: the recipe's folder, which a relative ``path`` starts from.
    """

    name: str
    languages: dict[str, str]
    source: dict[str, str]
    format: str
    licence: str
    quantization: str
    trim: bool
    sha256: dict[str, str] = field(default_factory=dict)
    pickle: bool = False
    source_language: str = SOURCE_LANGUAGE
    folder: Path = Path()

    @property
    def path(self) -> Path | None:
        """The local folder or zip file of a ``path`` source, else None."""
        return self.folder / Path(self.source["path"]).expanduser() if "path" in self.source else None

    def to_json(self) -> dict[str, Any]:
        """Returns what the recipe says of the part: a change of it asks for a new installation."""
        return {
            "languages": self.languages,
            "source": self.source,
            "format": self.format,
            "licence": self.licence,
            "quantization": self.quantization,
            "trim": self.trim,
            "sha256": self.sha256,
            "pickle": self.pickle,
            "source_language": self.source_language,
        }


@dataclass(frozen=True, slots=True)
class Recipe:
    """A model by name.

    Attributes:
        name: the file's stem.
        description: one line.
        max_source_tokens: longest source that translates well in one piece.
        low_score: mean log-probability per target token below which a segment is flagged.
        demonstration: whether its translations are not to be relied on.
        copies_names: whether it copies names that the source has in Latin letters, see ``names.copying``.
        repetition_penalty: what it is decoded with; above 1 makes tokens that were produced already less
            likely.
        quality: by target language, the calibration of its quality classes, see ``quality``; may be empty.
        parts: the model's folders by name.
        file: where the recipe was read from.
        translates: ``text``; ``names`` for a model that spells them; ``summaries`` for one that writes a
            summary in the language of the text.
    """

    name: str
    description: str
    max_source_tokens: int
    low_score: float
    demonstration: bool
    quality: dict[str, dict[str, Any]]
    parts: dict[str, Part]
    file: Path
    translates: str = "text"
    copies_names: bool = False
    repetition_penalty: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """Returns what the recipe says of all its parts and their manifests repeat."""
        return {
            "max_source_tokens": self.max_source_tokens,
            "low_score": self.low_score,
            "demonstration": self.demonstration,
            "translates": self.translates,
            "copies_names": self.copies_names,
            "repetition_penalty": self.repetition_penalty,
            "quality": self.quality,
        }

    def part(self, name: str) -> Part:
        """Returns a part by name.

        Raises:
            ConfigError: the recipe has no such part.
        """
        if name not in self.parts:
            known = ", ".join(self.parts)
            raise ConfigError(f"{self.file}: parts: no part {name!r}; the recipe has {known}")
        return self.parts[name]


def known(folder: Path) -> list[str]:
    """Returns the names of the recipes in a folder, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def find_recipe(name: str, folder: Path) -> Path:
    """Returns the recipe file of a model.

    Args:
        name: the recipe's name; anything but a plain name is unknown.
        folder: where the recipes are.

    Raises:
        ConfigError: there is no such recipe; the message lists the known ones.
    """
    names = known(folder)
    if name not in names:
        raise ConfigError(
            f"model: {name!r} is not known; {folder} has {', '.join(names) or 'no recipes'} "
            "(models/README.md tells how to add one)"
        )
    return folder / f"{name}.yaml"


def load_recipe(path: Path) -> Recipe:
    """Reads and checks a recipe.

    Raises:
        ConfigError: the first thing that is wrong, in one line.
    """
    values = read_yaml(path, schema("recipe"))
    if values["name"] != path.stem:
        raise ConfigError(f"{path}: name: {values['name']!r} should be {path.stem!r}, as the file is called")
    parts = {name: _part(name, part, path) for name, part in values["parts"].items()}
    offered: dict[tuple[str, str], str] = {}
    for part in parts.values():
        for language in part.languages:
            pair = part.source_language, language
            if pair in offered:
                raise ConfigError(
                    f"{path}: parts: {offered[pair]} and {part.name} both offer {language}; keep one"
                )
            offered[pair] = part.name
    return Recipe(
        name=values["name"],
        description=values["description"],
        max_source_tokens=values["max_source_tokens"],
        low_score=float(values["low_score"]),
        demonstration=values.get("demonstration", False),
        translates=values.get("translates", "text"),
        copies_names=values.get("copies_names", False),
        repetition_penalty=float(values.get("repetition_penalty", 1.0)),
        quality=values.get("quality", {}),
        parts=parts,
        file=path,
    )


def _part(name: str, values: dict[str, Any], path: Path) -> Part:
    """Builds a part; what JSON schemas say badly (one key of several) is checked here."""
    where = f"{path}: parts.{name}"
    source = dict(values["source"])
    kinds = [kind for kind in ("hub", "url", "path") if kind in source]
    if len(kinds) != 1:
        raise ConfigError(f"{where}.source: give exactly one of hub, url, path")
    if "revision" in source and kinds != ["hub"]:
        raise ConfigError(f"{where}.source: revision goes with hub only")
    if kinds == ["hub"]:
        source.setdefault("revision", DEFAULT_REVISION)
        if values["format"] == "opus-mt":
            raise ConfigError(
                f"{where}.format: a hub repository is transformers, t5, mbart or ctranslate2, not opus-mt"
            )
    converted = values["format"] != "ctranslate2"
    if values.get("trim") and SOURCE_LANGUAGE in values["languages"]:
        raise ConfigError(f"{where}.trim: a model into Arabic needs its Arabic pieces; leave the key out")
    for key in ("quantization", "trim"):
        if not converted and key in values:
            raise ConfigError(f"{where}.{key}: a ctranslate2 model is taken as it is; leave the key out")
    return Part(
        name=name,
        languages=values["languages"],
        source=source,
        format=values["format"],
        licence=values["licence"],
        quantization=values.get("quantization", DEFAULT_QUANTIZATION) if converted else "",
        trim=values.get("trim", converted and SOURCE_LANGUAGE not in values["languages"]),
        sha256=values.get("sha256", {}),
        pickle=values.get("pickle", False),
        source_language=values.get("source_language", SOURCE_LANGUAGE),
        folder=path.parent,
    )


def part_for(recipe: Recipe, language: str, source: str = SOURCE_LANGUAGE) -> str:
    """Returns the name of the part that translates from one language to another.

    Raises:
        ConfigError: no part does; the message lists the languages that are offered.
    """
    if recipe.translates != "text":
        does = {"names": "spells names", "summaries": "writes summaries"}[recipe.translates]
        raise ConfigError(f"model: {recipe.name} {does} and translates no text; choose another")
    for part in recipe.parts.values():
        if language in part.languages and part.source_language == source:
            return part.name
    parts = [part for part in recipe.parts.values() if part.source_language == source]
    offered = ", ".join(sorted(offer for part in parts for offer in part.languages))
    if source != SOURCE_LANGUAGE:
        raise ConfigError(
            f"quality.round_trip: the model {recipe.name} does not translate from {source} to {language}"
        )
    raise ConfigError(
        f"languages: the model {recipe.name} does not translate to {language}; it offers {offered or 'none'}"
    )


def only_part(recipe: Recipe, translates: str) -> str:
    """Returns the name of the part of a recipe that is for something else than text.

    Args:
        recipe: the recipe.
        translates: what it has to be for.

    Raises:
        ConfigError: it is for something else, or has several parts.
    """
    if recipe.translates != translates or len(recipe.parts) != 1:
        raise ConfigError(
            f"{USERS[translates]}: {recipe.name} is no recipe of one part with translates: {translates}; "
            "choose another, or none"
        )
    return next(iter(recipe.parts))
