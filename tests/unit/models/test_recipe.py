"""Recipes: what is shipped loads; what is wrong is told in one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dragoman.errors import ConfigError
from dragoman.models.recipe import find_recipe, known, load_recipe, only_part, part_for

RECIPES = Path(__file__).parents[3] / "models"


def good() -> dict[str, Any]:
    return {
        "name": "mine",
        "description": "one line",
        "max_source_tokens": 100,
        "low_score": -2,
        "parts": {
            "a": {
                "languages": {"en": ""},
                "source": {"hub": "o/n"},
                "format": "transformers",
                "licence": "MIT",
            },
        },
    }


def written(folder: Path, values: object, name: str = "mine") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(values if isinstance(values, str) else yaml.safe_dump(values), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["mini", "opus-fast", "opus-big"])
def test_shipped_recipes_offer_both_languages(name: str) -> None:
    recipe = load_recipe(find_recipe(name, RECIPES))
    assert recipe.name == name
    for language in ("en", "fr"):
        part = recipe.part(part_for(recipe, language))
        assert language in part.languages
        assert part.licence in ("Apache-2.0", "CC-BY-4.0")


def test_hub_revisions_of_shipped_recipes_are_commits() -> None:
    recipes = [load_recipe(RECIPES / f"{name}.yaml") for name in known(RECIPES)]
    revisions = [
        p.source["revision"] for recipe in recipes for p in recipe.parts.values() if "hub" in p.source
    ]
    assert revisions
    assert all(len(revision) == 40 for revision in revisions)


def test_defaults_and_paths(tmp_path: Path) -> None:
    values = good()
    part = load_recipe(written(tmp_path, values)).part("a")
    assert part.source == {"hub": "o/n", "revision": "main"}
    assert part.quantization == "int8"
    assert part.trim is part.to_json()["trim"] is True
    values["parts"]["a"] |= {"source": {"path": "weights"}, "format": "ctranslate2"}
    part = load_recipe(written(tmp_path, values)).part("a")
    assert part.path == tmp_path / "weights"
    assert part.quantization == ""
    assert part.trim is part.to_json()["trim"] is False


def change(**part: object) -> dict[str, Any]:
    values = good()
    values["parts"]["a"] |= part
    return values


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("a: [", "mine.yaml: not YAML"),
        ("- a\n", "is not of type 'object'"),
        ({**good(), "colour": "red"}, "unknown key 'colour'; known keys: name, description"),
        ({**good(), "name": "other"}, "name: 'other' should be 'mine'"),
        ({**good(), "low_score": 1}, "low_score: 1 is greater than the maximum of 0"),
        ({**good(), "parts": {}}, "parts: "),
        ({key: value for key, value in good().items() if key != "low_score"}, "'low_score' is a required"),
        (change(format="onnx"), "'onnx' is not one of transformers, t5, mbart, opus-mt, ctranslate2"),
        (change(format="opus-mt"), "a hub repository is transformers, t5, mbart or ctranslate2"),
        (change(source={}), "source"),
        (change(source={"hub": "o/n", "path": "x"}), "exactly one of hub, url, path"),
        (change(source={"revision": "main"}), "exactly one of hub, url, path"),
        (change(source={"path": "x", "revision": "main"}), "revision goes with hub only"),
        (change(source={"hub": "../n"}), "source.hub"),
        (change(source={"url": "file:///etc/a.zip"}), "source.url"),
        (change(sha256={"a/b": "0" * 64}), "sha256"),
        (change(sha256={"b": "0"}), "sha256.b"),
        (change(languages={"English": ""}), "languages"),
        (change(format="ctranslate2", quantization="int8"), "taken as it is; leave the key out"),
        (change(format="ctranslate2", trim=True), "trim: a ctranslate2 model is taken as it is"),
        (change(trim="yes"), "trim"),
        (
            {**good(), "parts": {"a": good()["parts"]["a"], "b": good()["parts"]["a"]}},
            "a and b both offer en",
        ),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path: Path, values: object, expected: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_recipe(written(tmp_path, values))
    assert expected in str(error.value)
    assert "mine.yaml" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["nobody", "../models/mini", "", "mini.yaml"])
def test_an_unknown_model_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigError, match=r"is not known; .* has .*mini, mt5-xlsum, opus-big, opus-fast"):
        find_recipe(name, RECIPES)


def test_an_unknown_language_lists_the_offered_ones() -> None:
    recipe = load_recipe(RECIPES / "mini.yaml")
    with pytest.raises(ConfigError, match="does not translate to de; it offers en, fr"):
        part_for(recipe, "de")


def test_a_part_that_translates_back_is_found_by_its_source_and_keeps_its_arabic(tmp_path: Path) -> None:
    values = good()
    back = {"languages": {"ar": ">>ara<<"}, "source_language": "en", "source": {"hub": "o/b"}}
    values["parts"]["back"] = back | {"format": "transformers", "licence": "MIT"}
    recipe = load_recipe(written(tmp_path, values))
    assert part_for(recipe, "ar", "en") == "back"
    assert part_for(recipe, "en") == "a"
    assert (recipe.part("back").trim, recipe.part("a").trim) == (False, True)
    with pytest.raises(
        ConfigError, match=r"quality.round_trip: the model mine does not translate from fr to ar"
    ):
        part_for(recipe, "ar", "fr")
    values["parts"]["back"]["trim"] = True
    with pytest.raises(ConfigError, match=r"parts.back.trim: a model into Arabic needs its Arabic pieces"):
        load_recipe(written(tmp_path, values))


@pytest.mark.parametrize(
    ("use", "does", "key"),
    [("names", "spells names", "names.romaniser"), ("summaries", "writes summaries", "summary.model")],
)
def test_a_recipe_for_something_else_is_for_that_only(tmp_path: Path, use: str, does: str, key: str) -> None:
    recipe = load_recipe(written(tmp_path, {**good(), "translates": use}))
    assert only_part(recipe, use) == "a"
    with pytest.raises(ConfigError, match=f"mine {does} and translates no text"):
        part_for(recipe, "en")
    with pytest.raises(ConfigError, match=f"{re.escape(key)}: mine is no recipe of one part"):
        only_part(load_recipe(written(tmp_path, good())), use)


@pytest.mark.parametrize(("given", "copies"), [({}, False), ({"copies_names": True}, True)])
def test_only_a_recipe_that_says_so_is_of_a_model_that_copies_names(
    tmp_path: Path, given: dict[str, bool], copies: bool
) -> None:
    recipe = load_recipe(written(tmp_path, {**good(), **given}))
    assert recipe.copies_names is copies
    assert recipe.to_json()["copies_names"] is copies


@pytest.mark.parametrize(("given", "penalty"), [({}, 1.0), ({"repetition_penalty": 1.1}, 1.1)])
def test_a_recipe_may_have_a_repetition_penalty(
    tmp_path: Path, given: dict[str, float], penalty: float
) -> None:
    recipe = load_recipe(written(tmp_path, {**good(), **given}))
    assert recipe.repetition_penalty == recipe.to_json()["repetition_penalty"] == penalty
