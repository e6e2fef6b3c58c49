"""Summaries that a model writes, in a whole run; mini stands in for such a model, and writes no Arabic."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest
import yaml

from dragoman.config import check, schema

from .conftest import ROOT, copy_project, rows, write_articles

pytestmark = pytest.mark.workflow


def test_what_a_model_wrote_is_in_summaries_and_briefs(snakemake, tmp_path: Path) -> None:
    snakefile = copy_project(tmp_path / "project")
    recipe = yaml.safe_load((ROOT / "models" / "mini.yaml").read_text(encoding="utf-8"))
    recipe.pop("quality")
    recipe |= {"name": "writer", "translates": "summaries"}
    recipe["parts"]["ar-enfr"]["languages"] = {"ar": recipe["parts"]["ar-enfr"]["languages"]["en"]}
    (snakefile.parent / "models" / "writer.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    write_articles(tmp_path / "articles", 3)
    run = snakemake(
        "--snakefile", str(snakefile), articles="articles", resources="own", summary="{model: writer}"
    )
    assert run.code == 0, run.output
    written = rows(tmp_path / "results/abstracts/0000.jsonl")
    gathered = rows(tmp_path / "results/summaries.jsonl")
    assert [row["article"] for row in gathered] == list(dict.fromkeys(row["article"] for row in written))
    assert len(gathered) == 3
    for row in gathered:
        own = [sentence for sentence in written if sentence["article"] == row["article"]]
        assert [sentence["ar"] for sentence in row["abstract"]] == [sentence["ar"] for sentence in own]
        assert row["segments"], "the extractive summary is there as well"
        # English words stand in no Arabic article
        assert all("unsupported" in sentence["flags"]["ar"] for sentence in row["abstract"])
        page = lxml.html.parse(str(tmp_path / f"results/briefs/{row['article']}.html"))
        check(row, schema("summary"), "summaries.jsonl")
        notes = (tmp_path / f"results/briefs/{row['article']}.md").read_text(encoding="utf-8")
        assert "## Summary written by a model" in notes
        assert "*(nothing in the article says so)*" in notes
        section = page.getroot().get_element_by_id("abstract")
        text = " ".join(section.text_content().split())
        assert "The model writer/ar-enfr wrote these sentences in Arabic" in text
        assert own[0]["ar"] in text
        assert "nothing in the article says so" in text
    assert '"recipe": "writer"' in (tmp_path / "results/manifest.json").read_text(encoding="utf-8")


def test_a_recipe_for_text_writes_no_summaries(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", 1)
    run = snakemake(articles="articles", summary="{model: mini}")
    assert run.code == 2
    assert "summary.model: mini is no recipe of one part with translates: summaries" in run.output
