"""COMET in a whole run; a program that counts letters stands in for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .conftest import rows, write_articles

pytestmark = pytest.mark.workflow

PROGRAM = """#!{python}
import json, sys
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
files = [open(given[key], encoding="utf-8").read().split("\\n")[:-1] for key in ("-s", "-t")]
rows = [{{"src": s, "mt": t, "COMET": len(t) / 1000}} for s, t in zip(*files, strict=True)]
json.dump({{given["-t"]: rows}}, open(given["--to_json"], "w", encoding="utf-8"))
"""


def test_each_translation_carries_its_estimate(snakemake, tmp_path: Path) -> None:
    program = tmp_path / "comet-score"
    program.write_text(PROGRAM.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    write_articles(tmp_path / "articles", 2)
    run = snakemake(
        articles="articles",
        quality=f"{{comet: {{program: {program}}}}}",
        corpus="{filter: {comet: {min: 100}}}",
    )
    assert run.code == 0, run.output
    units = rows(tmp_path / "results/aligned/0000.jsonl")
    assert units
    for unit in units:
        wanted = {
            key: round(len(text) / 10, 2) if unit["kind"] == "text" else None
            for key, text in unit["targets"].items()
        }
        assert unit["comets"] == wanted
    assert {row["block"] for row in rows(tmp_path / "results/corpus/filtered.jsonl")} == {"comet"}
