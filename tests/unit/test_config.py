"""The configuration: defaults filled in, and one line for what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dragoman import config
from dragoman.errors import ConfigError

ROOT = Path(__file__).parents[2]


def test_defaults() -> None:
    settings = config.load({})
    assert settings.articles == ["config/articles"]
    assert settings.columns == {name: name for name in ("id", "text", "title", "date", "source")} | {
        "given": {}
    }
    assert (settings.results, settings.resources) == (Path("results"), Path("resources"))
    assert (settings.languages, settings.models) == (["en", "fr"], {"en": "mini", "fr": "mini"})
    assert (settings.shards, settings.device, settings.on_bad_record) == (1, "auto", "reject")
    assert settings.summary == config.SummarySettings(
        sentences=3, words=0, query="", method="trained", model=""
    )
    assert (settings.translate.rescue, settings.translate.low_score) == (True, None)
    assert set(settings.export) >= {"jsonl", "moses", "tmx", "parquet"}


def test_every_key_has_a_default_that_its_own_schema_takes() -> None:
    schema = config.schema("config")
    filled = config.fill({}, schema)
    assert set(filled) == set(schema["properties"])
    config.check(filled, schema, "config")


def test_the_shipped_configuration_says_what_the_defaults_are() -> None:
    shipped = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    assert config.load(shipped) == config.load({})


def test_values_given_are_kept_and_sections_are_filled() -> None:
    given = {
        "articles": "my/articles",
        "columns": {"text": "body"},
        "languages": ["fr"],
        "model": {"fr": "opus-big", "en": "opus-fast"},
        "translate": {"beam_size": 1},
        "shards": 7,
    }
    settings = config.load(given)
    assert settings.articles == ["my/articles"]
    assert (settings.columns["text"], settings.columns["id"]) == ("body", "id")
    assert settings.models == {"fr": "opus-big"}
    assert (settings.translate.beam_size, settings.translate.rescue) == (1, True)
    assert settings.shards == 7


def test_a_section_on_snakemake_s_command_line_comes_in_strings() -> None:
    from snakemake.cli import parse_config

    given = parse_config(
        [
            "translate={beam_size: 2, rescue: false, low_score: -1.5, compute_type: int8}",
            "summary={sentences: 4}",
            "columns={id: 7}",
            "benchmark={beam_sizes: [1, 4]}",
            "languages=[fr]",
            "shards=3",
        ]
    )
    settings = config.load(given)
    assert (settings.translate.beam_size, settings.translate.rescue) == (2, False)
    assert (settings.translate.low_score, settings.translate.compute_type) == (-1.5, "int8")
    assert (settings.summary.sentences, settings.columns["id"]) == (4, "7")
    assert settings.benchmark.beam_sizes == [1, 4]
    assert (settings.languages, settings.shards) == (["fr"], 3)
    assert config.load(parse_config(["translate={low_score: null}"])).translate.low_score is None


def test_the_given_configuration_is_not_changed() -> None:
    given = {"translate": {}, "columns": {}, "articles": ["a"]}
    config.load(given).articles.append("b")
    config.load(given).columns["id"] = "key"
    assert given == {"translate": {}, "columns": {}, "articles": ["a"]}
    assert config.load({}).columns["id"] == "id"


@pytest.mark.parametrize(
    ("given", "where", "what"),
    [
        ({"articels": "x"}, "config", "unknown key 'articels'; known keys: articles"),
        ({1: "x"}, "config", "unknown key 1"),
        ({"a": 1, "b": 2}, "config", "unknown key 'a', 'b'"),
        ({"translate": {"beam": 4}}, "config.translate", "unknown key 'beam'; known keys: beam_size"),
        ({"columns": {"body": "text"}}, "config.columns", "unknown key 'body'"),
        ({"columns": {"given": {"en": "x"}}}, "config.columns.given", "need segment: {unit: line}"),
        (
            {"columns": {"given": {"de": "x"}}, "segment": {"unit": "line"}},
            "config.columns.given",
            "de is not among languages",
        ),
        (
            {"corpus": {"filter": {"round_trip": {"min": 3}}}},
            "config.corpus.filter.round_trip",
            "needs a recipe under quality.round_trip",
        ),
        (
            {"corpus": {"filter": {"comet": {"min": 3}}}},
            "config.corpus.filter.comet",
            "needs a program under quality.comet",
        ),
        ({"articles": 3}, "config.articles", "3 is not"),
        ({"articles": []}, "config.articles", "[]"),
        ({"articles": ["a", 3]}, "config.articles", "3"),
        ({"articles": ""}, "config.articles", "''"),
        ({"results": None}, "config.results", "None is not of type 'string'"),
        ({"shards": "4"}, "config.shards", "'4' is not of type 'integer'"),
        ({"shards": True}, "config.shards", "True is not of type 'integer'"),
        ({"shards": 2.0}, "config.shards", "2.0 is not of type 'integer'"),
        ({"shards": 0}, "config.shards", "0 is less than the minimum of 1"),
        ({"shards": 10000}, "config.shards", "10000 is greater than the maximum"),
        ({"device": "gpu"}, "config.device", "'gpu' is not one of cpu, cuda, auto"),
        ({"languages": "en"}, "config.languages", "'en' is not of type 'array'"),
        ({"languages": []}, "config.languages", "[]"),
        ({"languages": ["en", "en"]}, "config.languages", "non-unique"),
        ({"languages": ["English"]}, "config.languages.0", "'English'"),
        ({"languages": ["ar"]}, "config.languages.0", "'ar'"),
        ({"model": 3}, "config.model", "3 is not"),
        ({"model": {"en": 3}}, "config.model", "3 is not"),
        ({"model": {}}, "config.model", "{}"),
        ({"translate": 4}, "config.translate", "4 is not of type 'object'"),
        ({"translate": {"beam_size": 0}}, "config.translate.beam_size", "0 is less than"),
        ({"translate": {"beam_size": [4]}}, "config.translate.beam_size", "[4] is not of type 'integer'"),
        (
            {"translate": {"compute_type": "int4"}},
            "config.translate.compute_type",
            "'int4' is not one of auto,",
        ),
        (
            {"translate": {"rescue": "perhaps"}},
            "config.translate.rescue",
            "'perhaps' is not of type 'boolean'",
        ),
        ({"translate": {"beam_size": "2.5"}}, "config.translate.beam_size", "2.5 is not of type 'integer'"),
        ({"translate": {"beam_size": "["}}, "config.translate.beam_size", "'[' is not of type 'integer'"),
        ({"translate": {"low_score": "low"}}, "config.translate.low_score", "'low' is not of type 'number'"),
        ({"summary": {"method": "mt5"}}, "config.summary.method", "'mt5' is not one of lead, textrank"),
        ({"summary": {"sentences": 0}}, "config.summary.sentences", "0 is less than"),
        ({"export": ["docx"]}, "config.export.0", "'docx' is not one of jsonl,"),
        ({"export": "tmx"}, "config.export", "'tmx' is not of type 'array'"),
        ({"on_bad_record": "skip\nthem"}, "config.on_bad_record", "is not one of reject, fail"),
        ({"model": {"en": "mini"}}, "config.model", "no model for fr"),
    ],
)
def test_one_line_names_the_key(given: dict[Any, Any], where: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(given)
    message = str(caught.value)
    assert message.startswith(where)
    assert what in message
    assert "\n" not in message
    assert len(message) < 400


def test_the_reference_has_every_key_and_is_what_the_project_ships() -> None:
    text = config.reference()
    for key in ("`articles`", "`translate.beam_size`", "`columns.id`", "`on_bad_record`"):
        assert f"| {key} |" in text
    assert (ROOT / "config/README.md").read_text(encoding="utf-8") == text


def test_values_of_the_command_line_are_read_by_the_schema() -> None:
    found = config.load({"briefs": "false", "corpus": {"filter": {"verbatim": "", "score": {"min": "-0.5"}}}})
    assert found.briefs is False
    assert found.corpus.filter == {"verbatim": {}, "score": {"min": -0.5}}
    with pytest.raises(ConfigError, match="'perhaps' is not of type"):
        config.load({"briefs": "perhaps"})
