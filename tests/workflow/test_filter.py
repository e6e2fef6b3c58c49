"""The corpus filter in a whole run: what it leaves out, and that shards make no difference."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import rows, run_snakemake, write_articles

pytestmark = pytest.mark.workflow
# not in the order in which they are asked
BLOCKS = "duplicates: {near: 0.8}, test_sets: {paths: [sets]}, length: {min_words: 4}"
TEST_SENTENCE = "وطالب سكان الحي بتوفير حافلات إضافية نحو المستشفى الجديد"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, resources: Path) -> Path:
    folder = tmp_path_factory.mktemp("filter")
    write_articles(folder / "articles")
    (folder / "articles" / "short.txt").write_text("نعم قال الوزير\n", encoding="utf-8")
    (folder / "sets").mkdir()
    (folder / "sets" / "set.ar").write_text(TEST_SENTENCE + "\n", encoding="utf-8")
    for shards in (1, 3):
        run = run_snakemake(
            folder,
            articles="articles",
            results=f"results-{shards}",
            shards=shards,
            resources=resources,
            corpus=f"{{filter: {{{BLOCKS}}}, licence: CC0-1.0}}",
        )
        assert run.code == 0, run.output
        (folder / f"output-{shards}.txt").write_text(run.output, encoding="utf-8")
    return folder


def test_each_segment_is_in_the_corpus_or_has_a_reason(folder: Path) -> None:
    kept = rows(folder / "results-1/corpus/corpus.jsonl")
    left = rows(folder / "results-1/corpus/filtered.jsonl")
    aligned = rows(folder / "results-1/aligned/0000.jsonl")
    assert sorted(row["id"] for row in kept + left) == sorted(unit["id"] for unit in aligned)
    reasons = {row["id"]: row["block"] for row in left}
    assert reasons["short#0"] == "length"
    # all four articles end with the test set's sentence; their other sentences repeat the first article's
    assert [reasons[f"article-{n}#4"] for n in range(4)] == ["test_sets"] * 4
    assert {reasons[f"article-{n}#{s}"] for n in (1, 2, 3) for s in range(4)} == {"duplicates"}
    assert [row["id"] for row in kept] == [f"article-0#{n}" for n in range(4)]
    assert {row["of"].partition("#")[0] for row in left if row["block"] == "duplicates"} == {"article-0"}


def test_shards_keep_as_much(folder: Path) -> None:
    # another order of the articles: other ones come first, as many stay
    kept = [rows(folder / f"results-{shards}/corpus/corpus.jsonl") for shards in (1, 3)]
    # the first sentence has the number of its article
    texts = [sorted(row["ar"] for row in found if row["n"]) for found in kept]
    assert texts[0] == texts[1]
    assert len(kept[0]) == len(kept[1])


def test_the_run_says_what_it_left_out(folder: Path) -> None:
    said = (folder / "output-1.txt").read_text(encoding="utf-8")
    assert "4 of 21 segments in the corpus; left out: 1 by length, 4 by test_sets, 12 by duplicates" in said
    assert "21 segments: 21 translated" in said
    table = (folder / "results-1/corpus/filter.tsv").read_text(encoding="utf-8")
    assert "segments\t21\t4\n" in table
    figure = (folder / "results-1/report/filter.svg").read_text(encoding="utf-8")
    assert all(name in figure for name in ("length", "test_sets", "duplicates", "stay"))
    assert "5 articles: CC0-1.0" in (folder / "results-1/corpus/LICENCES.md").read_text(encoding="utf-8")
    assert len(list((folder / "results-1/briefs").glob("article-*.html"))) == 4


def test_an_edited_test_set_is_read_again(folder: Path, resources: Path, tmp_path: Path) -> None:
    """The time of the folder that the configuration names stays as it is."""
    work = shutil.copytree(folder, tmp_path / "work")
    (work / "sets" / "set.ar").write_text("جملة أخرى لا ترد في أي مقال من هذه المقالات\n", encoding="utf-8")
    run = run_snakemake(
        work,
        articles="articles",
        results="results-1",
        resources=resources,
        corpus=f"{{filter: {{{BLOCKS}}}, licence: CC0-1.0}}",
    )
    assert run.code == 0, run.output
    left = rows(work / "results-1/corpus/filtered.jsonl")
    assert left
    assert "test_sets" not in {row["block"] for row in left}


def test_a_block_that_is_not_known_is_named(folder: Path, resources: Path) -> None:
    run = run_snakemake(
        folder, articles="articles", resources=resources, corpus="{filter: {scores: {min: -1}}}"
    )
    assert run.code == 2
    assert len(run.errors) == 1
    assert "config.corpus.filter: unknown key 'scores'; known keys: verbatim, length" in run.errors[0]
