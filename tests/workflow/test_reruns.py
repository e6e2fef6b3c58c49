"""What runs again and what does not; the same bytes on any number of cores."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .conftest import ROOT, SENTENCES, copy_project, digests, write_articles

pytestmark = pytest.mark.workflow


def test_second_run_schedules_nothing(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in")
    first = snakemake(articles="in")
    assert first.code == 0, first.output
    second = snakemake(articles="in")
    assert second.code == 0
    assert "Nothing to be done" in second.output


def test_same_bytes_on_any_number_of_cores(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 6)
    found = []
    for cores in (1, 2, 8):
        run = snakemake(articles="in", shards=3, cores=cores, memory={"enabled": False})
        assert run.code == 0, run.output
        found.append(digests(tmp_path / "results"))
        shutil.rmtree(tmp_path / "results")
    assert len(found[0]) > 20
    assert found[0] == found[1] == found[2]


def test_same_translations_in_any_number_of_shards(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 6)
    found = []
    for shards in (1, 4):
        run = snakemake(articles="in", shards=shards, memory={"enabled": False}, briefs=False)
        assert run.code == 0, run.output
        assert not (tmp_path / "results/briefs").exists()
        found.append(sorted((tmp_path / "results/corpus/corpus.jsonl").read_bytes().splitlines()))
        shutil.rmtree(tmp_path / "results")
    assert len(found[0]) == 30
    assert found[0] == found[1]


def test_one_changed_article_re_runs_one_shard(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 8)
    assert snakemake(articles="in", shards=4).code == 0
    shards = sorted((tmp_path / "results" / "articles").glob("[0-9]*.jsonl"))
    before = {path: path.stat().st_mtime_ns for path in shards}
    changed = tmp_path / "in" / "article-3.txt"
    changed.write_text(changed.read_text(encoding="utf-8") + SENTENCES[0] + "\n", encoding="utf-8")
    run = snakemake(articles="in", shards=4)
    assert run.code == 0, run.output
    rewritten = [path for path in shards if path.stat().st_mtime_ns != before[path]]
    assert len(rewritten) == 1
    finished = [line for line in run.output.splitlines() if "Splitting shard" in line]
    assert len(finished) == 1
    assert rewritten[0].stem in finished[0]
    assert sum("Translating shard" in line for line in run.output.splitlines()) == 2
    assert "Nothing to be done" in snakemake(articles="in", shards=4).output


def test_a_removed_article_leaves_no_trace(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 3)
    assert snakemake(articles="in").code == 0
    assert (tmp_path / "results" / "briefs" / "article-1.html").exists()
    (tmp_path / "in" / "article-1.txt").unlink()
    run = snakemake(articles="in")
    assert run.code == 0, run.output
    assert not (tmp_path / "results" / "briefs" / "article-1.html").exists()
    corpus = (tmp_path / "results" / "corpus" / "corpus.jsonl").read_text(encoding="utf-8")
    assert '"article-1"' not in corpus
    assert '"article-2"' in corpus


def test_editing_a_stage_re_runs_from_it_on(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 2)
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "src"), os.environ.get("PYTHONPATH", "")])}
    assert snakemake(articles="in", env=env).code == 0
    module = tmp_path / "src" / "dragoman" / "segment.py"
    module.write_text(module.read_text(encoding="utf-8") + "# an edit\n", encoding="utf-8")
    run = snakemake("--dry-run", articles="in", env=env)
    assert run.code == 0, run.output
    for rule in ("segment", "translate", "align", "summarise", "write_briefs", "export"):
        assert run.count(rule) >= 1, rule
    assert run.count("ingest") == 0
    assert run.count("install_model") == 0


def test_editing_a_recipe_installs_and_translates_again(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    snakefile = copy_project(tmp_path / "project")
    arguments = ("--snakefile", str(snakefile))
    first = snakemake(*arguments, articles="in", resources="own", export=["jsonl"])
    assert first.code == 0, first.output
    recipe = snakefile.parent / "models" / "mini.yaml"
    text = recipe.read_text(encoding="utf-8")
    recipe.write_text(text.replace("max_source_tokens: 100", "max_source_tokens: 12"), encoding="utf-8")
    run = snakemake("--dry-run", *arguments, articles="in", resources="own", export=["jsonl"])
    assert run.code == 0, run.output
    assert run.count("install_model") == 1
    assert run.count("translate") == 2
    assert run.count("segment") == 0
