"""A corpus that means harm goes through: nothing crashes, nothing is lost, nothing is obeyed."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree, html

from . import hostile
from .conftest import SENTENCES, rows, run_snakemake

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, resources: Path) -> tuple[Path, int, str, Counter[str]]:
    """The folder of a run on a hostile corpus, its number of records, its output, its peaks of memory."""
    folder = tmp_path_factory.mktemp("hostile")
    # ten thousand, with `python -m tests.workflow.hostile`
    count = hostile.write(folder / "in", 1200, sentences=3000)
    code, output, peak = hostile.run(folder, resources)
    assert code == 0, output
    return folder, count, output, peak


def test_every_record_is_accounted_for(outcome) -> None:
    folder, count, output, _ = outcome
    results = folder / "results"
    catalogue = json.loads((results / "articles" / "catalogue.json").read_text(encoding="utf-8"))
    rejects = rows(results / "rejects.jsonl")
    assert catalogue["articles"] + len(rejects) == count >= 1200
    assert sum(catalogue["rejects"].values()) == len(rejects)
    assert all(row["reason"] and (row["detail"] or row["reason"]) for row in rejects)
    corpus = rows(results / "corpus" / "corpus.jsonl")
    assert len({row["article"] for row in corpus}) == catalogue["articles"]
    assert len(list((results / "briefs").glob("*.html"))) == catalogue["articles"] + 1
    assert len(rows(results / "summaries.jsonl")) == catalogue["articles"]
    lines = [
        (results / "corpus" / f"corpus.{language}").read_bytes().count(b"\n")
        for language in ("ar", "en", "fr")
    ]
    assert lines == [len(corpus)] * 3
    assert "this is a bug" not in output
    assert "Traceback" not in output


def test_bombs_are_refused_with_their_reason(outcome) -> None:
    folder, *_ = outcome
    details = {Path(row["source"]).name: row["detail"] for row in rows(folder / "results" / "rejects.jsonl")}
    for name in ("bomb.txt.gz", "spaces.txt.gz"):
        assert "more than any text would" in details[name], details[name]
    assert "characters; split it" in details["line.jsonl.gz"]


def test_memory_is_bounded(outcome) -> None:
    _, _, _, peak = outcome
    assert peak["ingest"] and peak["translate"]
    assert {stage: most for stage, most in peak.items() if most > 600} == {}


def test_no_command_in_a_name_or_id_was_run(outcome) -> None:
    folder, *_ = outcome
    assert not list(folder.rglob("pwned"))
    articles = {row["article"] for row in rows(folder / "results" / "corpus" / "corpus.jsonl")}
    assert {"$(touch pwned)", "../../../etc/passwd", "-rf --help", "=cmd|' /C calc'!A0"} <= articles
    assert {path.parent for path in folder.rglob("*.md") if path.parent != folder / "in"} == {
        folder / "results" / "briefs",
        folder / "results" / "corpus",
        folder / "results" / "corpus" / "dataset",
    }


def test_briefs_run_and_obey_nothing(outcome) -> None:
    folder, *_ = outcome
    pages = sorted((folder / "results" / "briefs").glob("*.html"))
    for path in pages:
        text = path.read_text(encoding="utf-8")
        # an override would show a text in another order than it is in
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", text), path
        page = html.fromstring(text)
        if path.name == "index.html":
            # its own search, which the page's policy names by its digest, and nothing else
            (script,) = page.xpath("//script")
            digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
            (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
            assert f"script-src 'sha256-{digest}'" in policy
            (form,) = page.xpath("//form")
            script.drop_tree()
            form.drop_tree()
        active = "//script | //iframe | //object | //embed | //form | //img"
        assert not page.xpath(f"{active} | //link[not(starts-with(@href, 'data:'))]"), path
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), path
        for address in page.xpath("//a/@href"):
            assert re.match(r"(https?://|#|[^:/?#]+(\.html)?(#|$))", address), address


def test_what_others_read_is_sound(outcome) -> None:
    folder, *_ = outcome
    corpus = folder / "results" / "corpus"
    units = etree.parse(corpus / "corpus.tmx").getroot().findall(".//tu")
    texts = sum(row["kind"] == "text" for row in rows(corpus / "corpus.jsonl"))
    assert len(units) == texts
    import pyarrow.parquet

    (file,) = (corpus / "dataset" / "data").iterdir()
    assert pyarrow.parquet.read_metadata(file).num_rows == len(rows(corpus / "corpus.jsonl"))


@pytest.mark.parametrize("name", ["in $(touch pwned) 'x'", "in; touch pwned #", 'in "y" `touch pwned`'])
def test_hostile_names_of_folders(name: str, tmp_path: Path, resources: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.txt").write_text(SENTENCES[0] + "\n", encoding="utf-8")
    results = f"out{name[2:]}"
    # in a file: on the command line, Snakemake reads values as YAML, in which # begins a comment
    (tmp_path / "config.json").write_text(json.dumps({"articles": [name], "results": results}))
    run = run_snakemake(
        tmp_path, "--cores", "2", "--configfile", str(tmp_path / "config.json"), resources=resources
    )
    assert run.code == 0, run.output
    assert not list(tmp_path.rglob("pwned"))
    assert len(rows(tmp_path / results / "corpus" / "corpus.jsonl")) == 1
