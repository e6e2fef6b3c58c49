"""The target ``benchmark`` on the embedded model: small, so only what it compares is judged, not figures."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import SENTENCES


def test_the_benchmark_compares_like_with_like(snakemake, tmp_path: Path) -> None:
    test_set = tmp_path / "mine"
    test_set.mkdir()
    (test_set / "mine.ar").write_text("\n".join(SENTENCES) + "\n", encoding="utf-8")
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text(SENTENCES[0], encoding="utf-8")
    target = "results/benchmark/mini/benchmark.json"
    settings = {"text": [str(test_set)], "repeats": 1, "limit": 30, "beam_sizes": [1]}
    run = snakemake(target, articles=str(articles), benchmark=settings)
    assert run.code == 0, run.output
    rows = {row["system"]: row for row in json.loads((tmp_path / target).read_text(encoding="utf-8"))}
    assert {"bare", "dragoman", "naive"} <= set(rows)
    for name in ("dragoman", "naive"):
        assert rows[name]["segments"] == len(SENTENCES)
        # one search: a translation may differ by a rounding that depends on the batch, not by more
        assert rows[name]["chrf_to_bare"] > 90
    assert rows["bare"]["model"] == "mini/ar-enfr"
    assert rows["bare"]["threads"] == 2
    figure = (tmp_path / "results/benchmark/mini/benchmark.svg").read_text(encoding="utf-8")
    assert "a call per text" in figure
