"""Round trips in a whole run; mini stands in for a model that translates back, and brings no Arabic."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from .conftest import ROOT, copy_project, rows, write_articles

pytestmark = pytest.mark.workflow


def test_each_translation_carries_its_round_trip(snakemake, tmp_path: Path) -> None:
    snakefile = copy_project(tmp_path / "project")
    recipe = yaml.safe_load((ROOT / "models" / "mini.yaml").read_text(encoding="utf-8"))
    part = recipe["parts"].pop("ar-enfr")
    recipe |= {"name": "back"}
    recipe.pop("quality")
    for source in ("en", "fr"):
        languages = {"ar": part["languages"][source]}
        recipe["parts"][f"{source}-ar"] = {**part, "languages": languages, "source_language": source}
    (snakefile.parent / "models" / "back.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    write_articles(tmp_path / "articles", 2)
    run = snakemake(
        "--snakefile",
        str(snakefile),
        articles="articles",
        resources="own",
        quality="{round_trip: back}",
        corpus="{filter: {round_trip: {min: 99}}}",
    )
    assert run.code == 0, run.output
    back = {
        language: rows(tmp_path / f"results/round_trips/{language}/0000.jsonl") for language in ("en", "fr")
    }
    units = rows(tmp_path / "results/aligned/0000.jsonl")
    for place, unit in enumerate(units):
        assert unit["round_trips"] == {language: back[language][place]["chrf"] for language in back}
    assert all(0 <= value < 99 for unit in units for value in unit["round_trips"].values())
    assert any(row["text"] for row in back["en"])
    # nothing came back, so nothing stays
    assert rows(tmp_path / "results/corpus/corpus.jsonl") == []
    assert {row["block"] for row in rows(tmp_path / "results/corpus/filtered.jsonl")} == {"round_trip"}
