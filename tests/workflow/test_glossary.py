"""Names that people want spelt their way, in a whole run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import copy_project, rows

pytestmark = pytest.mark.workflow

TEXT = (
    "وصل الأمين العام للأمم المتحدة أنطونيو غوتيريش إلى الرباط صباح اليوم.\n"
    "وزار الوفد مدينة الحسيمة يوم الأحد.\n"
    "وأضاف أن الحكومة خصصت ١٥ مليون دولار لتجهيز المستشفى.\n"
)


def write_glossary(folder: Path, english: str) -> None:
    (folder / "names.tsv").write_text(f"ar\ten\nالحسيمة\t{english}\n", encoding="utf-8")


def test_a_new_spelling_is_given_to_the_model_and_nothing_else_is_decoded(snakemake, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    found = []
    for spelling in ("Al Hoceima", "Alhucemas"):
        write_glossary(tmp_path, spelling)
        run = snakemake(articles="in", names="{glossary: names.tsv}", briefs=False)
        assert run.code == 0, run.output
        found.append(rows(tmp_path / "results/corpus/corpus.jsonl"))
        assert any(spelling in row["en"] for row in found[-1])
    first, second = found
    # a person whom the press knows needs no glossary, and French has no column in it
    for row in (first[0], second[0]):
        assert "Guterres" in row["en"] and "Guterres" in row["fr"]
    changed = [one["n"] for one, other in zip(first, second, strict=True) if one["en"] != other["en"]]
    assert changed == [1]
    assert [row["fr"] for row in first] == [row["fr"] for row in second]
    timings = json.loads((tmp_path / "results/benchmarks/translate/en/0000.json").read_text(encoding="utf-8"))
    assert (timings["segments"], timings["translated"]) == (3, 1)


def test_a_model_that_does_not_copy_is_not_run_again_for_a_glossary(snakemake, tmp_path: Path) -> None:
    snakefile = copy_project(tmp_path / "project")
    recipe = snakefile.parent / "models" / "mini.yaml"
    text = recipe.read_text(encoding="utf-8")
    assert "copies_names: true\n" in text
    recipe.write_text(text.replace("copies_names: true\n", ""), encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    jobs = []
    for spelling in ("Al Hoceima", "Alhucemas"):
        write_glossary(tmp_path, spelling)
        run = snakemake(
            "--snakefile",
            str(snakefile),
            articles="in",
            names="{glossary: names.tsv}",
            resources="own",
            briefs=False,
        )
        assert run.code == 0, run.output
        jobs.append((run.count("translate"), run.count("align")))
    # before the first run's articles are read, its jobs are not known
    assert jobs[1] == (0, 1)
