"""The configuration: checked against its schema, defaults filled in, as typed settings."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from dragoman.errors import ConfigError


@dataclass(frozen=True, slots=True)
class TranslateSettings:
    """The ``translate`` section; see the schema for the meaning of each key."""

    beam_size: int
    batch_tokens: int
    compute_type: str
    threads: int
    rescue: bool
    low_score: float | None


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """The ``memory`` section."""

    enabled: bool
    path: str
    tmx: list[str]


@dataclass(frozen=True, slots=True)
class SummarySettings:
    """The ``summary`` section; see the schema for the meaning of each key."""

    sentences: int
    words: int
    query: str
    method: str
    model: str


@dataclass(frozen=True, slots=True)
class EvaluateSettings:
    """The ``evaluate`` section."""

    test_sets: list[str]
    models: list[str]
    comet: dict[str, str]


@dataclass(frozen=True, slots=True)
class CorpusSettings:
    """The ``corpus`` section; ``filter`` holds the parameters of each block that is on."""

    filter: dict[str, dict[str, Any]]
    tmx_units: int
    licence: str


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """The ``segment`` section."""

    unit: str


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """The ``quality`` section."""

    round_trip: str
    comet: dict[str, str]


@dataclass(frozen=True, slots=True)
class NamesSettings:
    """The ``names`` section."""

    glossary: str
    romaniser: str


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """The ``splits`` section."""

    validation: float
    test: float


@dataclass(frozen=True, slots=True)
class BenchmarkSettings:
    """The ``benchmark`` section; see the schema for the meaning of each key."""

    text: list[str]
    segments: int
    random_segments: int
    beam_sizes: list[int]
    repeats: int
    limit: float


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration.

    Attributes:
        articles: sources as given, always a list.
        columns: field names of an article's parts by our names, and of ``given`` translations by language.
        segment: what a segment is.
        quality: what tells how far to trust a translation.
        names: how names are to be spelt.
        results: output folder.
        resources: folder for installed models.
        languages: target languages in order.
        models: recipe name by target language.
        shards: number of shards.
        device: ``cpu``, ``cuda`` or ``auto``.
        translate: decoding.
        memory: what is not translated again.
        summary: summaries.
        evaluate: the target ``evaluate``.
        benchmark: the target ``benchmark``.
        export: formats under ``corpus/``.
        corpus: what goes into the corpus.
        splits: shares of the articles that are held back from training.
        briefs: whether there are briefs.
        docx: whether they are written as Word documents too.
        pdf: whether they are written as PDF too.
        on_bad_record: ``reject`` or ``fail``.
    """

    articles: list[str]
    columns: dict[str, Any]
    segment: SegmentSettings
    quality: QualitySettings
    names: NamesSettings
    results: Path
    resources: Path
    languages: list[str]
    models: dict[str, str]
    shards: int
    device: str
    translate: TranslateSettings
    memory: MemorySettings
    summary: SummarySettings
    evaluate: EvaluateSettings
    benchmark: BenchmarkSettings
    export: list[str]
    corpus: CorpusSettings
    splits: SplitSettings
    briefs: bool
    docx: bool
    pdf: bool
    on_bad_record: str

    @property
    def memory_path(self) -> Path:
        """The file of the sentence memory."""
        return Path(self.memory.path) if self.memory.path else self.resources / "memory.sqlite"


@functools.cache
def schema(name: str) -> dict[str, Any]:
    """Returns a JSON schema of the package: ``config``, ``recipe`` or a record's name in lower case."""
    text = (files("dragoman") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def load(config: Mapping[str, Any]) -> Settings:
    """Checks a configuration and returns it as settings.

    Args:
        config: the merged configuration, as Snakemake holds it; not changed.

    Raises:
        ConfigError: the first thing that is wrong, in one line.
    """
    values = checked(config, schema("config"))
    languages = values["languages"]
    model = values["model"]
    if isinstance(model, dict):
        missing = [language for language in languages if language not in model]
        if missing:
            raise ConfigError(
                f"config.model: no model for {', '.join(missing)}; name one or shorten languages"
            )
        models = {language: model[language] for language in languages}
    else:
        models = dict.fromkeys(languages, model)
    if "round_trip" in values["corpus"]["filter"] and not values["quality"]["round_trip"]:
        raise ConfigError("config.corpus.filter.round_trip: needs a recipe under quality.round_trip")
    if "comet" in values["corpus"]["filter"] and not values["quality"]["comet"]["program"]:
        raise ConfigError("config.corpus.filter.comet: needs a program under quality.comet")
    given = values["columns"]["given"]
    if given and values["segment"]["unit"] != "line":
        raise ConfigError("config.columns.given: the lines of translations need segment: {unit: line}")
    if strange := [language for language in given if language not in languages]:
        raise ConfigError(f"config.columns.given: {strange[0]} is not among languages; add it there")
    articles = values["articles"]
    return Settings(
        articles=[articles] if isinstance(articles, str) else list(articles),
        columns=values["columns"],
        segment=SegmentSettings(**values["segment"]),
        quality=QualitySettings(**values["quality"]),
        names=NamesSettings(**values["names"]),
        results=Path(values["results"]),
        resources=Path(values["resources"]),
        languages=languages,
        models=models,
        shards=values["shards"],
        device=values["device"],
        translate=TranslateSettings(**values["translate"]),
        memory=MemorySettings(**values["memory"]),
        summary=SummarySettings(**values["summary"]),
        evaluate=EvaluateSettings(**values["evaluate"]),
        benchmark=BenchmarkSettings(**values["benchmark"]),
        export=values["export"],
        corpus=CorpusSettings(**values["corpus"]),
        splits=SplitSettings(**values["splits"]),
        briefs=values["briefs"],
        docx=values["docx"],
        pdf=values["pdf"],
        on_bad_record=values["on_bad_record"],
    )


def checked(config: Mapping[str, Any], against: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a configuration of Snakemake's checked, as a plain dictionary with the defaults filled in.

    Args:
        config: the merged configuration, as Snakemake holds it; not changed.
        against: its JSON schema.

    Raises:
        ConfigError: the first thing that is wrong, in one line.
    """
    values = copy.deepcopy(dict(config))
    _read_sections(values, against)
    check(values, against, "config")
    return fill(values, against)


def _read_sections(values: dict[str, Any], against: Mapping[str, Any]) -> None:
    """Reads numbers in sections, and switches: ``--config`` has strings for some of them.

    A section without content, null in YAML and "" on the command line, is one with nothing set.
    """
    for name, part in against.get("properties", {}).items():
        if name not in values:
            continue
        if part.get("type") != "object":
            if part.get("type") == "boolean":
                values[name] = _read(values[name], part)
            continue
        if values[name] is None or values[name] == "":
            values[name] = {}
        section = values[name]
        if not isinstance(section, dict):
            continue
        _read_sections(section, part)
        for key, value in section.items():
            declared = part.get("properties", {}).get(key, {})
            if isinstance(value, list):
                section[key] = [_read(item, declared.get("items", {})) for item in value]
            else:
                section[key] = _read(value, declared)


def _read(value: Any, declared: Mapping[str, Any]) -> Any:
    """Reads a string as YAML where the schema declares something else."""
    import yaml

    if isinstance(value, str) and "string" not in declared.get("type", "string"):
        with contextlib.suppress(yaml.YAMLError):
            return yaml.safe_load(value)
    return value


def read_yaml(path: Path, against: Mapping[str, Any]) -> Any:
    """Reads a YAML file and checks it.

    Args:
        path: the file.
        against: its JSON schema.

    Raises:
        ConfigError: the first thing that is wrong, in one line.
    """
    import yaml

    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    check(values, against, str(path))
    return values


def check(values: Any, against: Mapping[str, Any], what: str) -> None:
    """Checks a value against a schema.

    Args:
        values: the parsed document.
        against: its JSON schema.
        what: the document's name for the message.

    Raises:
        ConfigError: what is wrong, where and what would be right, in one line.
    """
    import jsonschema

    # JSON Schema takes 2.0 for an integer, and Python does not
    types = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
    checker = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
    error = jsonschema.exceptions.best_match(checker(against).iter_errors(values))
    if error is None:
        return
    where = ".".join([what, *map(str, error.absolute_path)])
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = [key for key in error.instance if key not in known]
        message = f"unknown key {', '.join(map(repr, unknown))}; known keys: {', '.join(known)}"
    elif error.validator == "enum":
        message = f"{error.instance!r} is not one of {', '.join(map(str, error.validator_value))}"
    else:
        message = error.message
    raise ConfigError(" ".join(f"{where}: {message}".split()))


def _is_integer(_: Any, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def fill(values: dict[str, Any], against: Mapping[str, Any]) -> dict[str, Any]:
    """Returns ``values`` with the schema's defaults for missing keys, nested objects included."""
    filled = dict(values)
    for key, part in against["properties"].items():
        if key not in filled:
            if "default" not in part:
                continue
            filled[key] = copy.deepcopy(part["default"])
        if part.get("type") == "object" and "properties" in part:
            filled[key] = fill(filled[key], part)
    return filled


def reference() -> str:
    """Returns ``config/README.md``: every key, its default and meaning, from the schema."""
    lines = [
        "# Configuration",
        "",
        "Made from `src/dragoman/schemas/config.schema.json` by "
        "`dragoman config-reference > config/README.md`.",
        "Set keys in `config/config.yaml`, or on the command line: "
        "`snakemake --cores 8 --config shards=4 languages=[en]`.",
        "A section is given as one value there: `--config translate='{beam_size: 2}'`.",
        "",
        "| key | default | meaning |",
        "|---|---|---|",
    ]
    return "\n".join([*lines, *_reference_rows(schema("config"), ""), ""])


def _reference_rows(part: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, value in part["properties"].items():
        default = json.dumps(value["default"]).replace('"', "") if value.get("default", {}) != {} else ""
        choices = value.get("enum") or value.get("items", {}).get("enum") or []
        among = f" One of: {', '.join(map(str, choices))}." if choices else ""
        text = value.get("description", "").rstrip(".").replace("|", "\\|")
        yield f"| `{prefix}{key}` | {f'`{default}`' if default else ''} | {text}.{among} |"
        if "properties" in value:
            yield from _reference_rows(value, f"{prefix}{key}.")
