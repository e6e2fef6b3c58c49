"""The tools that people have read the corpus: translate-toolkit, DuckDB, pandas, awk, OmegaT."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pandas
import pytest

from dragoman.export.moses import line

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def test_translate_toolkit_reads_the_tmx(corpus, units):
    from translate.storage.tmx import tmxfile

    found = tmxfile.parsefile(str(corpus / "corpus.tmx")).units
    texts = [unit for unit in units if unit.kind == "text"]
    assert [unit.getid() for unit in found] == [unit.id for unit in texts]
    for unit, expected in zip(found, texts, strict=True):
        nodes = {node.get(XML_LANG): unit.getNodeText(node, "preserve") for node in unit.getlanguageNodes()}
        assert nodes["ar"] == expected.ar
        assert nodes["en"] in {expected.targets["en"], None}
        # white space in an XML text: the reader makes one line of it
        assert nodes["fr"].split() == expected.targets["fr"].split()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_translate_toolkit_reads_the_xliff(corpus, units, language):
    from translate.storage.xliff2 import Xliff2File

    found = Xliff2File.parsefile(str(corpus / f"corpus.{language}.xlf")).units
    assert [unit.source for unit in found] == [unit.ar for unit in units]
    targets = [(unit.target or "").split() for unit in found]
    assert targets == [unit.targets[language].split() for unit in units]


def test_duckdb_and_pandas_read_the_parquet_files(corpus, units):
    pattern = str(corpus / "dataset" / "data" / "*.parquet")
    query = "SELECT id, translation.fr, quality.en, estimates.en, flags.en FROM read_parquet($1)"
    expected = [(u.id, u.targets["fr"], u.qualities["en"], u.estimates["en"], u.flags["en"]) for u in units]
    assert duckdb.execute(query, [pattern]).fetchall() == expected
    frame = pandas.read_parquet(corpus / "dataset" / "data")
    assert [row["ar"] for row in frame["translation"]] == [unit.ar for unit in units]


def test_duckdb_reads_the_lines_and_the_table(corpus, units):
    texts = duckdb.execute(
        "SELECT ar, en, quality.fr FROM read_json($1, format='newline_delimited')",
        [str(corpus / "corpus.jsonl")],
    ).fetchall()
    assert texts == [(unit.ar, unit.targets["en"], "good") for unit in units]
    rows = duckdb.execute(
        "SELECT id, fr FROM read_csv($1, delim='\t', quote='', header=true, all_varchar=true)",
        [str(corpus / "corpus.tsv")],
    ).fetchall()
    assert rows == [(unit.id, line(unit.targets["fr"])) for unit in units]


def test_awk_counts_the_same_lines_in_each_file(corpus, units):
    for language in ("ar", "en", "fr"):
        counted = subprocess.run(
            ["awk", "END {print NR}", str(corpus / f"corpus.{language}")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert int(counted.stdout) == len(units)


PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>AR</source_lang><target_lang>{language}</target_lang>
<sentence_seg>false</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags>
</project></omegat>
"""


@pytest.mark.skipif(not shutil.which("omegat"), reason="OmegaT is not installed (Debian: omegat)")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_omegat_finds_exact_matches(corpus, units, tmp_path, language):
    project = tmp_path / "project"
    for name in ("source", "target", "tm/auto", "glossary", "dictionary", "omegat"):
        (project / name).mkdir(parents=True)
    (project / "omegat.project").write_text(PROJECT.format(language=language.upper()), encoding="utf-8")
    shutil.copy(corpus / "corpus.tmx", project / "tm/auto")
    known = [unit for unit in units[:2] if unit.targets[language]]
    # its filter of texts takes a segment to end at an empty line
    lines = [*(unit.ar for unit in known), "جملة لا تعرفها الذاكرة."]
    (project / "source/text.utf8").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run(
        ["omegat", str(project), "--mode=console-translate"],
        env=os.environ | {"LC_ALL": "C.UTF-8", "HOME": str(tmp_path)},
        capture_output=True,
        check=True,
        timeout=120,
    )
    found = Path(project / "target/text.utf8").read_text(encoding="utf-8").split("\n\n")
    assert [text.strip() for text in found] == [*(u.targets[language] for u in known), lines[-1]]
