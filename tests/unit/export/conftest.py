"""Units as the align stage makes them, and a folder that they are written to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dragoman.export import write_corpus
from dragoman.records import AlignedUnit

LANGUAGES = ["en", "fr"]
MODELS = [
    {
        "recipe": "mini",
        "part": "ar-enfr",
        "id": "dragoman/mini",
        "licence": "CC-BY-4.0",
        "languages": {"en": {"prefix": ">>eng<<"}, "fr": {"prefix": ">>fra<<"}},
        "source": {"path": "models/mini"},
    }
]


def make_unit(n: int, ar: str, en: str, fr: str, article: str = "a", **changes: Any) -> AlignedUnit:
    values: dict[str, Any] = {
        "id": f"{article}#{n}",
        "article": article,
        "n": n,
        "paragraph": n,
        "kind": "text",
        "ar": ar,
        "targets": {"en": en, "fr": fr},
        "scores": {"en": -0.25, "fr": -1.5},
        "flags": {"en": [], "fr": []},
        "methods": {"en": "model", "fr": "memory"},
        "qualities": {"en": "check", "fr": "good"},
        "estimates": {"en": 41.5, "fr": None},
        "round_trips": {"en": 55.5, "fr": None},
        "comets": {"en": 81.2, "fr": None},
        **changes,
    }
    return AlignedUnit(**values)


UNITS = [
    make_unit(
        0, "وصل الوزير إلى الرباط.", "The minister arrived in Rabat.", "Le ministre est arrivé à Rabat."
    ),
    make_unit(
        1,
        "بلغت القيمة ١٢٪.",
        "The value reached.",
        "La valeur a atteint 12\u00a0%.",
        flags={"en": ["length", "numbers"], "fr": []},
    ),
    make_unit(
        2,
        "https://example.org/?a=1&b=<2>",
        "https://example.org/?a=1&b=<2>",
        "https://example.org/?a=1&b=<2>",
        kind="verbatim",
        scores={"en": None, "fr": None},
    ),
    make_unit(0, "عنوان", "", "Titre\u2028du\r\njour", "b|/../#1", flags={"en": ["empty"], "fr": []}),
]


@pytest.fixture
def units() -> list[AlignedUnit]:
    return list(UNITS)


@pytest.fixture(scope="session")
def make() -> Callable[..., AlignedUnit]:
    """Makes a unit: number, Arabic, English, French, then any field by name."""
    return make_unit


@pytest.fixture(scope="session")
def export() -> Callable[..., dict[str, Any]]:
    """Writes units below a folder and returns the counts."""

    def write(
        units: Any,
        folder: Path,
        *formats: str,
        languages: Any = LANGUAGES,
        models: Any = MODELS,
        context: Any = None,
        **options: Any,
    ) -> dict[str, Any]:
        known = {"models": models, "version": "0.1.0", **(context or {})}
        return write_corpus(iter(units), folder, languages, formats, known, **options)

    return write


@pytest.fixture
def corpus(tmp_path: Path, units: list[AlignedUnit], export: Callable[..., dict[str, Any]]) -> Path:
    """The folder of a corpus in every format."""
    export(units, tmp_path / "corpus", "jsonl", "moses", "tsv", "tmx", "xliff", "parquet")
    return tmp_path / "corpus"


def _schema(name: str) -> Path:
    """Returns a schema that is not part of this project."""
    shared = os.environ.get("DRAGOMAN_SHARED") or Path(__file__).resolve().parents[3].parent / "shared"
    path = Path(shared) / "schemas" / name
    if not path.is_file():
        pytest.skip(f"no schemas/{name}; set DRAGOMAN_SHARED to the folder that holds schemas/")
    return path


@pytest.fixture(scope="session")
def dtd() -> Any:
    """The DTD of TMX 1.4."""
    from lxml import etree

    return etree.DTD(str(_schema("tmx14.dtd")))


@pytest.fixture(scope="session")
def xliff_schemas() -> list[Any]:
    """The schemas of XLIFF 2.1: the core, and the metadata module."""
    from lxml import etree

    return [
        etree.XMLSchema(file=str(_schema(f"xliff-2.1/{name}")))
        for name in ("xliff_core_2.0.xsd", "metadata.xsd")
    ]
