"""A user's mistakes and bad records: one line or a reject, and everything else is produced."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from .conftest import SENTENCES, copy_project, rows, write_articles

pytestmark = pytest.mark.workflow


def one_line(run) -> str:
    """The single line that says what is wrong; nothing was started."""
    assert run.code == 2, run.output
    assert "Traceback" not in run.output
    (line,) = run.errors
    return line


def test_empty_folder(snakemake, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    line = one_line(snakemake(articles="in"))
    assert "in" in line
    assert ".txt" in line


def test_missing_folder(snakemake) -> None:
    assert "nowhere" in one_line(snakemake(articles="nowhere"))


def test_unknown_key(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    line = one_line(snakemake(articles="in", lanuages=["en"]))
    assert "'lanuages'" in line
    assert "languages" in line


def test_wrong_value(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    assert "config.shards" in one_line(snakemake(articles="in", shards="many"))


def test_unknown_model(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    line = one_line(snakemake(articles="in", model="maxi"))
    assert "'maxi'" in line
    assert "mini" in line


def test_language_that_the_model_does_not_offer(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    assert "de" in one_line(snakemake(articles="in", languages=["de"]))


def test_model_file_with_a_wrong_checksum(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    snakefile = copy_project(tmp_path / "project")
    model = snakefile.parent / "models" / "mini" / "model.bin"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    run = snakemake("--snakefile", str(snakefile), articles="in", resources="own")
    assert run.code != 0
    (line,) = dict.fromkeys(run.errors)
    assert "model.bin" in line
    assert "sha256" in line
    assert not (tmp_path / "own" / "models" / "mini").exists()


def test_bad_records_are_rejected_and_the_rest_is_produced(snakemake, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_articles(folder, 2)
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.txt").write_text("  \n\n", encoding="utf-8")
    (folder / "english.txt").write_text("A text without a word of Arabic.\n", encoding="utf-8")
    good = {"id": "row", "text": SENTENCES[0]}
    hostile = [
        {"id": name, "text": SENTENCES[1]} for name in ("../../escape", "<script>alert(1)</script>", "a\nb")
    ]
    lines = [json.dumps(good), "{broken", json.dumps([1]), *map(json.dumps, hostile), json.dumps(good)]
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    packed = gzip.compress(
        "\n".join(json.dumps({"id": f"z{i}", "text": SENTENCES[2]}) for i in range(500)).encode()
    )
    (folder / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    run = snakemake(articles="in")
    assert run.code == 0, run.output
    results = tmp_path / "results"
    rejects = rows(results / "rejects.jsonl")
    reasons = {(Path(row["source"]).name, row["reason"]) for row in rejects}
    assert {
        ("binary.txt", "unreadable"),
        ("empty.txt", "empty"),
        ("english.txt", "not-arabic"),
        ("rows.jsonl", "bad-line"),
        ("rows.jsonl", "duplicate-id"),
        ("cut.jsonl.gz", "unreadable"),
    } <= reasons
    assert all(row["detail"] for row in rejects)
    articles = {row["article"] for row in rows(results / "corpus" / "corpus.jsonl")}
    assert {"article-0", "article-1", "row", "../../escape", "<script>alert(1)</script>"} <= articles
    inside = {path.parent for path in (tmp_path).rglob("*.html")}
    assert inside == {results / "briefs"}
    assert len(list((results / "briefs").glob("*.html"))) == len(articles) + 1
    index = (results / "briefs" / "index.html").read_text(encoding="utf-8")
    # the index's own search, and no other
    assert index.count("<script>") == 1
    assert "<script>alert" not in index
    assert "rejected" in run.output


def test_policy_fail_stops_at_the_first_bad_record(snakemake, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", 1)
    (tmp_path / "in" / "empty.txt").write_text("", encoding="utf-8")
    run = snakemake(articles="in", on_bad_record="fail")
    assert run.code != 0
    assert any("empty.txt" in line for line in run.errors)
    assert not (tmp_path / "results" / "corpus").exists()


def test_five_megabytes_on_one_line(snakemake, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_articles(folder, 1)
    # few distinct words, so that the time goes where it should: into reading and cutting, not into decoding
    (folder / "huge.txt").write_text("قال الوزير ذلك اليوم " * 140_000, encoding="utf-8")
    assert (folder / "huge.txt").stat().st_size > 5_000_000
    run = snakemake(articles="in", translate={"beam_size": 1, "rescue": False}, export=["jsonl"])
    assert run.code == 0, run.output
    corpus = rows(tmp_path / "results" / "corpus" / "corpus.jsonl")
    huge = [row for row in corpus if row["article"] == "huge"]
    assert len(huge) > 1000
    assert all(row["en"].strip() for row in huge)
    assert sum(len(row["ar"].split()) for row in huge) == 140_000 * 4
