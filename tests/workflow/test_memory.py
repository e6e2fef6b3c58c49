"""What need not be translated again: the sentence memory, and people's translation memories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from .conftest import SENTENCES, digests, rows, write_articles

pytestmark = pytest.mark.workflow
NEW = "وافتتح الوزير مكتبة عامة في الحي القديم."
TMX = f"""<?xml version="1.0" encoding="utf-8"?>
<tmx version="1.4"><header srclang="ar"/><body>
<tu><tuv xml:lang="ar"><seg>{SENTENCES[0]}</seg></tuv>
<tuv xml:lang="en-US"><seg>The Ministry of Health today opened a new hospital in the city.</seg></tuv></tu>
</body></tmx>"""


def decoded(results: Path) -> dict[str, int]:
    """Texts that the engine decoded in the last job of each language."""
    folder = results / "benchmarks" / "translate"
    return {
        language: sum(
            json.loads(path.read_text())["translated"] for path in folder.glob(f"{language}/*.json")
        )
        for language in ("en", "fr")
    }


def test_an_edited_article_costs_its_new_segments(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 4)
    own = {"articles": "in", "resources": "own"}
    first = snakemake(**own)
    assert first.code == 0, first.output
    assert decoded(tmp_path / "results") == {"en": 8, "fr": 8}
    article = tmp_path / "in" / "article-2.txt"
    lines = article.read_text(encoding="utf-8").splitlines()
    article.write_text("\n".join([*lines[:2], NEW, *lines[3:]]) + "\n", encoding="utf-8")
    second = snakemake(**own)
    assert second.code == 0, second.output
    assert decoded(tmp_path / "results") == {"en": 1, "fr": 1}
    with_memory = digests(tmp_path / "results")

    # another results folder finds all in the memory
    other = snakemake(**own, results="other")
    assert other.code == 0, other.output
    assert decoded(tmp_path / "other") == {"en": 0, "fr": 0}

    # and a run without a memory writes the same bytes
    without = snakemake(**own, results="without", memory={"enabled": False})
    assert without.code == 0, without.output
    assert decoded(tmp_path / "without") == {"en": 9, "fr": 9}
    differ = {"manifest.json"}  # it states the configuration
    for folder in ("other", "without"):
        found = digests(tmp_path / folder)
        assert set(found) == set(with_memory)
        assert {name for name in found if found[name] != with_memory[name]} == differ, folder


def test_peoples_translations_are_used_and_marked(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 2)
    (tmp_path / "ours.tmx").write_text(TMX, encoding="utf-8")
    run = snakemake(articles="in", memory={"tmx": ["ours.tmx"]})
    assert run.code == 0, run.output
    found = [row for row in rows(tmp_path / "results/corpus/corpus.jsonl") if row["ar"] == SENTENCES[0]]
    assert len(found) == 2
    for row in found:
        assert row["en"] == "The Ministry of Health today opened a new hospital in the city."
        assert row["methods"]["en"] == "memory"
        assert row["scores"]["en"] is None
        assert row["methods"]["fr"] != "memory"
    manifest = json.loads((tmp_path / "results/manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["translate"]["en"]["methods"]["memory"] == 2
    assert "memory" not in manifest["counts"]["translate"]["fr"]["methods"]
    memory = etree.parse(tmp_path / "results/corpus/corpus.tmx")
    marked = memory.xpath("//tuv[prop[@type='x-method']='memory']/seg/text()")
    assert marked == ["The Ministry of Health today opened a new hospital in the city."] * 2
    page = (tmp_path / "results/briefs/article-0.html").read_text(encoding="utf-8")
    assert page.count(">by people</span>") == 1

    # the translation was improved: only the translations run again
    (tmp_path / "ours.tmx").write_text(TMX.replace("today opened", "opened"), encoding="utf-8")
    again = snakemake(articles="in", memory={"tmx": ["ours.tmx"]})
    assert again.code == 0, again.output
    assert again.count("segment") == 0
    texts = [row["en"] for row in rows(tmp_path / "results/corpus/corpus.jsonl")]
    assert texts.count("The Ministry of Health opened a new hospital in the city.") == 2


def test_a_missing_or_broken_memory_is_one_line(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    run = snakemake(articles="in", memory={"tmx": ["none.tmx"]})
    assert run.code == 2
    assert run.errors == ["dragoman: error: memory.tmx: none.tmx: no such file"]
    (tmp_path / "bad.tmx").write_text(TMX[:-20], encoding="utf-8")
    run = snakemake(articles="in", memory={"tmx": ["bad.tmx"]})
    assert run.code == 1
    assert any("bad.tmx: not TMX" in line for line in run.errors), run.output


def test_a_broken_sentence_memory_costs_a_warning(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    (tmp_path / "memory").write_bytes(b"something else" * 1000)
    run = snakemake(articles="in", memory={"path": "memory"})
    assert run.code == 0, run.output
    assert "memory: no sentence memory (file is not a database); going on without" in run.output
    assert (tmp_path / "memory").read_bytes() == b"something else" * 1000
    assert decoded(tmp_path / "results") == {"en": 5, "fr": 5}
