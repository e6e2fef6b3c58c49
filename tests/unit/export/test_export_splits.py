"""Splits: whole articles, in about the shares asked for, whatever else is in the corpus."""

from __future__ import annotations

from collections import Counter

import datasets
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dragoman import store
from dragoman.export import write_corpus
from dragoman.export.splits import SPLITS, Shares, split_of

SHARES = Shares(validation=0.1, test=0.2)


@given(st.text(), st.floats(0, 0.5), st.floats(0, 0.5))
def test_an_article_stays_held_back_when_more_is(article, validation, more):
    split = split_of(article, Shares(validation))
    assert split in SPLITS
    if split == "validation":
        assert split_of(article, Shares(validation, more)) in ("validation", "test")
    assert split_of(article, Shares()) == "train"


def test_shares_are_about_what_was_asked_for():
    found = Counter(split_of(f"article {n}", SHARES) for n in range(20_000))
    assert abs(found["validation"] / 20_000 - 0.1) < 0.01
    assert abs(found["test"] / 20_000 - 0.2) < 0.01


def test_the_corpus_is_split_by_article(tmp_path, make):
    units = [
        make(n, f"نص {n}", "text", "texte", article=f"a{number}") for number in range(60) for n in range(3)
    ]
    context = {"models": [], "version": "0.1.0"}
    counts = write_corpus(units, tmp_path, ["en", "fr"], ["parquet", "tsv"], context, SHARES)
    by_article: dict[str, set[str]] = {}
    for row in store.read_rows(tmp_path / "corpus.jsonl"):
        by_article.setdefault(row["article"], set()).add(row["split"])
    assert all(len(splits) == 1 for splits in by_article.values())
    loaded = datasets.load_dataset(str(tmp_path / "dataset"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in loaded.items()} == counts["splits"]
    assert list(counts["splits"]) == ["train", "validation", "test"]
    for split, rows in loaded.items():
        assert {article for article, (found,) in by_article.items() if found == split} == set(rows["article"])
    header = yaml.safe_load((tmp_path / "dataset" / "README.md").read_text(encoding="utf-8").split("---")[1])
    assert [entry["split"] for entry in header["configs"][0]["data_files"]] == list(loaded)
    lines = (tmp_path / "corpus.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert Counter(line.split("\t")[-1] for line in lines) == counts["splits"]
