"""Shards: stable, complete, and touched only when their articles change."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman import store
from dragoman.errors import DataError
from dragoman.ingest import shard_of, shards, write_shards
from dragoman.records import Article, Reject

ARTICLES = [Article(id=f"a{n}", text=f"خبر رقم {n}", origin="f") for n in range(40)]
REJECTS = [Reject("f", "line 3", "empty", "the text is empty"), Reject("f", "line 9", "no-id", "x")]


@pytest.fixture
def write(tmp_path):
    def run(records, count=4, policy="reject"):
        return write_shards(records, tmp_path / "articles", tmp_path / "rejects.jsonl", count, policy)

    return run


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    ("identifier", "expected"), [("a", 6235), ("خبر-1", 2164), ("../x", 4597), ("https://n.example/1", 8408)]
)
def test_shard_is_the_same_everywhere(identifier, expected):
    assert shard_of(identifier, 1) == 0
    assert shard_of(identifier, 9999) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 9999))
def test_shard_is_in_range(identifier, count):
    assert 0 <= shard_of(identifier, count) < count


def test_shards_hold_the_articles_in_order(write, tmp_path):
    catalogue = write([*ARTICLES[:20], REJECTS[0], *ARTICLES[20:], REJECTS[1]])
    for shard in range(4):
        path = tmp_path / "articles" / f"{shard:04}.jsonl"
        assert list(store.read(path, Article)) == [a for a in ARTICLES if shard_of(a.id, 4) == shard]
        entry = catalogue["shards"][f"{shard:04}"]
        assert entry["sha256"] == store.sha256(path)
        assert entry["articles"] == len(list(store.read_rows(path)))
    assert list(store.read(tmp_path / "rejects.jsonl", Reject)) == REJECTS
    assert catalogue["articles"] == 40
    assert catalogue["rejects"] == {"empty": 1, "no-id": 1}
    assert catalogue["characters"] == sum(len(a.text) for a in ARTICLES)
    assert json.loads(json.dumps(catalogue)) == catalogue


def test_only_changed_shards_are_touched(write, tmp_path):
    folder = tmp_path / "articles"
    first = write(ARTICLES)
    before = times(folder)
    assert write(ARTICLES) == first
    assert times(folder) == before
    changed = [dataclasses.replace(a, text="خبر آخر") if a.id == "a7" else a for a in ARTICLES]
    write(changed)
    after = times(folder)
    assert [n for n in after if after[n] != before[n]] == [f"{shard_of('a7', 4):04}.jsonl"]


def test_every_shard_exists_and_stale_ones_go(write, tmp_path):
    write(ARTICLES, 8)
    (tmp_path / "articles" / "notes.jsonl").write_text("mine")
    write([], 3)
    assert {p.name: p.stat().st_size for p in (tmp_path / "articles").iterdir()} == {
        "0000.jsonl": 0,
        "0001.jsonl": 0,
        "0002.jsonl": 0,
        "notes.jsonl": 4,
    }


def test_policy_fail_names_the_record_and_changes_nothing(write, tmp_path):
    write(ARTICLES[:5])
    before = times(tmp_path / "articles")
    rejects = (tmp_path / "rejects.jsonl").stat().st_mtime_ns
    with pytest.raises(DataError, match=r"^f, line 3: empty: the text is empty; .*on_bad_record") as caught:
        write([*ARTICLES, REJECTS[0]], policy="fail")
    assert "\n" not in str(caught.value)
    assert times(tmp_path / "articles") == before
    assert (tmp_path / "rejects.jsonl").stat().st_mtime_ns == rejects
    assert write(ARTICLES, policy="fail")["articles"] == 40


def test_failure_in_the_stream_leaves_the_files_as_they_were(write, tmp_path):
    def stream():
        yield from ARTICLES
        raise KeyboardInterrupt

    write(ARTICLES[:5])
    before = times(tmp_path / "articles")
    with pytest.raises(KeyboardInterrupt):
        write(stream())
    assert times(tmp_path / "articles") == before


def test_leftovers_of_a_killed_run_are_removed(write, tmp_path):
    expected = write(ARTICLES)
    (tmp_path / "articles" / shards.PARTS).mkdir()
    (tmp_path / "articles" / shards.PARTS / "0000").write_text("half a li")
    (tmp_path / ".rejects.jsonl.abc.part").write_text("half")
    (tmp_path / "articles" / "0002.jsonl").unlink()
    assert write(ARTICLES) == expected
    assert sorted(p.name for p in (tmp_path / "articles").iterdir()) == [f"{n:04}.jsonl" for n in range(4)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["articles", "rejects.jsonl"]


def test_buffer_size_does_not_show(write, tmp_path, monkeypatch):
    expected = write(ARTICLES, 50)
    monkeypatch.setattr(shards, "BUFFER", 100)
    assert write(ARTICLES, 50) == expected


def test_rejects_are_told_in_one_warning(write, caplog):
    with caplog.at_level(logging.WARNING):
        write([*ARTICLES, *REJECTS, *REJECTS])
    [message] = [r.getMessage() for r in caplog.records]
    assert "4 records" in message
    assert "2 empty, 2 no-id" in message


def test_from_files_to_shards_and_counts(tmp_path, write, ingest, arabic):
    source = tmp_path / "in.jsonl"
    rows = [{"id": n % 30, "text": arabic if n % 3 else "English only"} for n in range(60)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    catalogue = write(ingest(source))
    assert catalogue["articles"] == 20
    assert Counter(catalogue["rejects"]) == {"duplicate-id": 20, "not-arabic": 20}
