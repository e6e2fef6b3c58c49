"""Paths, folders, globs and names become the files to read, or one line that says what is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dragoman.errors import DataError
from dragoman.ingest import find_sources


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def names(folder, paths):
    return [path.removeprefix(f"{folder}/") for path in paths]


def test_folder_is_read_recursively_and_sorted(tmp_path):
    touch(
        tmp_path,
        "b.txt",
        "a/c.jsonl.gz",
        "a/B.HTML",
        ".hidden.txt",
        ".git/x.txt",
        "~$b.docx",
        "n.odt",
        "old.csv.bak",
    )
    sources = find_sources([str(tmp_path)])
    assert names(tmp_path, sources.entries) == ["a/B.HTML", "a/c.jsonl.gz", "b.txt"]
    assert [(r.source.removeprefix(f"{tmp_path}/"), r.reason) for r in sources.rejects] == [
        ("n.odt", "unsupported"),
        ("old.csv.bak", "unsupported"),
    ]
    assert names(tmp_path, sources.files) == ["a/B.HTML", "a/c.jsonl.gz", "b.txt", "n.odt", "old.csv.bak"]


def test_the_same_file_is_read_once(tmp_path, monkeypatch):
    touch(tmp_path, "d/a.txt", "d/b.txt")
    monkeypatch.chdir(tmp_path)
    given = ["d", "./d/a.txt", str(tmp_path / "d"), "d/*.txt", "d/../d/b.txt"]
    assert find_sources(given).entries == ("d/a.txt", "d/b.txt")


def test_globs(tmp_path):
    touch(tmp_path, "x/1.txt", "x/2.md", "y/1.txt", "y/n.pdf", "z[1].txt")
    assert names(tmp_path, find_sources([f"{tmp_path}/*/1.txt"]).entries) == ["x/1.txt", "y/1.txt"]
    assert names(tmp_path, find_sources([f"{tmp_path}/**/*.md"]).entries) == ["x/2.md"]
    assert names(tmp_path, find_sources([f"{tmp_path}/y*"]).entries) == ["y/1.txt"]
    # a name with brackets is a file before it is a pattern
    assert names(tmp_path, find_sources([f"{tmp_path}/z[1].txt"]).entries) == ["z[1].txt"]


def test_links_are_followed_and_circles_end(tmp_path):
    touch(tmp_path, "real/a.txt", "top/b.txt")
    (tmp_path / "top" / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "back").symlink_to(tmp_path / "top")
    (tmp_path / "top" / "lost.txt").symlink_to(tmp_path / "nowhere")
    sources = find_sources([str(tmp_path / "top")])
    assert names(tmp_path / "top", sources.entries) == ["b.txt", "linked/a.txt"]
    assert [r.reason for r in sources.rejects] == ["unreadable"]


def test_saved_dataset_is_one_entry_with_all_its_files(tmp_path):
    touch(tmp_path, "d/dataset_info.json", "d/state.json", "d/data-0.arrow", "a.txt")
    for given in (tmp_path, tmp_path / "d"):
        sources = find_sources([str(given)])
        assert str(tmp_path / "d") in sources.entries
        assert not sources.rejects
        assert {"d/dataset_info.json", "d/state.json", "d/data-0.arrow"} <= set(
            names(tmp_path, sources.files)
        )


def test_hub_names_are_kept(tmp_path):
    sources = find_sources(["hf:some/name:ar@train"])
    assert (sources.entries, sources.files) == (("hf:some/name:ar@train",), ())


@pytest.mark.parametrize(
    "given", ["none", "none/*.txt", "empty", "a.odt", "empty/*", "hf:", "x" * 5000, "a\0b.txt", "docs/*.pdf"]
)
def test_mistakes_are_told_in_one_line(given, tmp_path, monkeypatch):
    touch(tmp_path, "a.odt", "empty/.hidden.txt", "empty/a.pdf", "docs/a.pdf")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        find_sources([given])
    message = str(caught.value)
    assert given[:50].split("\0")[0] in message
    assert "\n" not in message
    assert ";" in message


def test_importing_is_cheap():
    """The Snakefile imports the package every time it is parsed."""
    heavy = ("trafilatura", "markdown_it", "pyarrow", "datasets", "charset_normalizer", "lxml")
    code = f"import sys, dragoman.ingest; print([name for name in {heavy} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
