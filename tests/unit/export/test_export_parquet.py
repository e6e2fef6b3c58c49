"""The dataset folder, as users load it."""

from __future__ import annotations

import socket

import pandas
import pytest
import yaml

from dragoman.export import card, parquet


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Loads a dataset folder with the network shut off."""
    import datasets

    calls = []

    def refuse(*args, **_options):
        calls.append(args)
        raise OSError("the network was called")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield lambda folder, **options: datasets.load_dataset(
        str(folder), cache_dir=tmp_path / "cache", **options
    )
    assert calls == []


def row_of(unit):
    return {
        "id": unit.id,
        "article": unit.article,
        "n": unit.n,
        "paragraph": unit.paragraph,
        "kind": unit.kind,
        "translation": {"ar": unit.ar, **unit.targets},
        "scores": unit.scores,
        "flags": unit.flags,
        "methods": unit.methods,
        "quality": unit.qualities,
        "estimates": unit.estimates,
        "round_trips": unit.round_trips,
        "comets": unit.comets,
    }


def features(languages):
    import datasets

    string = datasets.Value("string")
    return datasets.Features(
        {
            "id": string,
            "article": string,
            "n": datasets.Value("int32"),
            "paragraph": datasets.Value("int32"),
            "kind": string,
            "translation": datasets.Translation(languages=["ar", *languages]),
            "scores": {language: datasets.Value("float64") for language in languages},
            "flags": {language: datasets.List(string) for language in languages},
            "methods": dict.fromkeys(languages, string),
            "quality": dict.fromkeys(languages, string),
            "estimates": dict.fromkeys(languages, datasets.Value("float64")),
            "round_trips": dict.fromkeys(languages, datasets.Value("float64")),
            "comets": dict.fromkeys(languages, datasets.Value("float64")),
        }
    )


@pytest.mark.parametrize("languages", [["en", "fr"], ["fr", "en"], ["fr"]])
def test_the_schema_is_what_the_library_would_write(languages):
    assert parquet.schema(languages).equals(features(languages).arrow_schema, check_metadata=True)


def test_it_loads_offline_and_gives_the_units_back(corpus, units, load):
    splits = load(corpus / "dataset")
    assert list(splits) == ["train"]
    assert splits["train"].features == features(["en", "fr"])
    assert list(splits["train"]) == [row_of(unit) for unit in units]


def test_it_streams(corpus, units, load):
    stream = load(corpus / "dataset", streaming=True, split="train")
    assert list(stream) == [row_of(unit) for unit in units]


def test_a_null_first_row_does_not_decide_the_types(tmp_path, units, export, load):
    export([units[2], units[0]], tmp_path, "parquet")
    rows = load(tmp_path / "dataset", split="train")
    assert [row["scores"]["en"] for row in rows] == [None, -0.25]


@pytest.mark.parametrize(("rows", "files"), [(5, 2), (6, 2), (7, 3)])
def test_large_corpora_are_cut_into_numbered_files(tmp_path, make, export, load, monkeypatch, rows, files):
    monkeypatch.setattr(parquet, "ROWS_PER_FILE", 3)
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 2)
    export((make(n, "نص", "text", "texte") for n in range(rows)), tmp_path, "parquet")
    assert sorted(path.name for path in (tmp_path / "dataset" / "data").iterdir()) == [
        f"train-{number:05d}-of-{files:05d}.parquet" for number in range(files)
    ]
    assert load(tmp_path / "dataset", split="train")["n"][:] == list(range(rows))


def test_pandas_reads_it(corpus, units):
    frame = pandas.read_parquet(corpus / "dataset" / "data")
    assert [row["fr"] for row in frame["translation"]] == [unit.targets["fr"] for unit in units]


def test_an_empty_corpus_streams(tmp_path, export, load):
    export([], tmp_path, "parquet")
    assert list(load(tmp_path / "dataset", streaming=True, split="train")) == []


def header_and_body(text):
    _, header, body = text.split("---\n", 2)
    return yaml.safe_load(header), body


def test_the_card_tells_what_is_in_the_corpus(corpus):
    from huggingface_hub import DatasetCard

    data = DatasetCard.load(corpus / "dataset" / "README.md").data.to_dict()
    assert data["language"] == ["ar", "en", "fr"]
    assert data["license"] == "cc-by-4.0"
    assert data["task_categories"] == ["translation"]
    assert data["size_categories"] == ["n<1K"]
    _, body = header_and_body((corpus / "dataset" / "README.md").read_text(encoding="utf-8"))
    assert "| mini (`dragoman/mini`) | ar-enfr | CC-BY-4.0 | en, fr | path: models/mini |" in body
    assert "| en | numbers | 1 | 33.3 % |" in body


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        ([], "unknown"),
        (["Apache-2.0", "Apache-2.0"], "apache-2.0"),
        (["CC-BY-4.0", "Apache-2.0"], ["apache-2.0", "cc-by-4.0"]),
        (["ask the authors"], "other"),
    ],
)
def test_the_licence_is_that_of_the_models(corpus, units, export, licences, expected):
    models = [
        {"recipe": "m|1", "part": "p", "id": "i", "licence": name, "languages": ["en"], "source": "s\n"}
        for name in licences
    ]
    export(units, corpus, "parquet", models=models)
    header, body = header_and_body((corpus / "dataset" / "README.md").read_text(encoding="utf-8"))
    assert header["license"] == expected
    assert body.count("| m\\|1 (`i`) |") == len(licences)


@pytest.mark.parametrize(
    ("segments", "size"), [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (250_000, "100K<n<1M")]
)
def test_size_category(segments, size):
    assert card.metadata({"segments": segments, "splits": {"train": segments}}, ["en"], [])[
        "size_categories"
    ] == [size]
