"""Shards: what is written is read back, and a failure leaves nothing behind."""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import texts

from dragoman import store
from dragoman.errors import ConfigError, DataError
from dragoman.records import AlignedUnit, Article, NameRow, Segment, Summary, Translation

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
ARTICLES = st.builds(
    Article, id=texts, text=texts, title=texts, extra=st.dictionaries(texts, JSON, max_size=3)
)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@settings(max_examples=30)
@given(st.lists(ARTICLES, max_size=4))
def test_records_come_back_as_they_were(articles: list[Article]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deep" / "0000.jsonl"
        assert store.write(path, iter(articles)) == len(articles)
        assert list(store.read(path, Article)) == articles
        assert path.read_bytes().count(b"\n") == len(articles)
        assert files(path.parent) == ["0000.jsonl"]


@pytest.mark.parametrize(
    "record",
    [
        Segment("a#0", "a", 0, 1, "verbatim", "@user", "\n", "\u2028"),
        Translation("a#0", "نعم", None, [], "copy"),
        AlignedUnit("a#0", "a", 0, 1, "text", "نعم", {"en": "yes"}, {"en": None}, {"en": []}, {"en": "no"}),
        Summary("a", "extractive", [1, 4], {"ar": ["نعم"], "en": ["yes"]}),
    ],
)
def test_every_record_has_a_line(tmp_path: Path, record) -> None:  # type: ignore[no-untyped-def]
    store.write(tmp_path / "x", [record])
    assert list(store.read(tmp_path / "x", type(record))) == [record]
    assert list(json.loads((tmp_path / "x").read_text(encoding="utf-8"))) == list(record.__dataclass_fields__)


@settings(max_examples=30)
@given(JSON)
def test_documents_come_back_as_they_were(value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        store.write_json(path, value)
        assert store.read_json(path) == value


def failing(error: BaseException) -> Iterator[dict[str, int]]:
    yield {"n": 1}
    raise error


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), DataError("bad")])
@pytest.mark.parametrize("existed", [True, False])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException, existed: bool
) -> None:
    path = tmp_path / "0000.jsonl"
    if existed:
        path.write_text("old", encoding="utf-8")
    with pytest.raises(type(error)):
        store.write_rows(path, failing(error))
    assert files(tmp_path) == (["0000.jsonl"] if existed else [])
    assert not existed or path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_nan_is_written(tmp_path: Path, value: float) -> None:
    for write in (store.write_rows, store.write_json):
        with pytest.raises(ValueError, match="not JSON compliant"):
            write(tmp_path / "x", [{"score": value}])
    assert files(tmp_path) == []


def test_bytes_and_line_ends(tmp_path: Path) -> None:
    with store.atomic(tmp_path / "a") as file:
        file.write("نعم\n")
    with store.atomic(tmp_path / "b", "wb") as file:
        file.write(b"\r\n")
    assert (tmp_path / "a").read_bytes() == "نعم\n".encode()
    assert (tmp_path / "b").read_bytes() == b"\r\n"


def test_a_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        store.write_json(tmp_path / "x", 1)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("خ" * 120 + ".html")
    store.write_json(path, 1)
    assert files(tmp_path) == [path.name]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id":1}\n{"id":', "line 2 is not JSON"),
        (b'{"id":1}\n[1]\n', "line 2 is not an object"),
        (b"\n", "line 1 is not JSON"),
        (b'{"id":"\xff"}\n', "line 1 is not JSON"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "0000.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        list(store.read_rows(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("row", [{"id": "a#0"}, {"id": "a#0", "text": "", "score": None, "colour": 1}])
def test_a_row_of_another_record_is_named(tmp_path: Path, row: dict[str, object]) -> None:
    store.write_rows(tmp_path / "0000.jsonl", [row])
    with pytest.raises(DataError, match=r"0000\.jsonl: line 1 is not a Translation record.*run again"):
        list(store.read(tmp_path / "0000.jsonl", Translation))


@pytest.mark.parametrize("content", [None, b"{", b"\xff"])
def test_a_document_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(DataError, match=r"x\.json: "):
        store.read_json(tmp_path / "x.json")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert store.sha256(tmp_path / "x").startswith("ba7816bf8f01cfea")


def test_a_folder_is_for_one_run_at_a_time(tmp_path: Path) -> None:
    mine = store.claim(tmp_path / "a")
    store.claim(tmp_path / "b").close()
    with pytest.raises(DataError, match="another run is writing here"):
        store.claim(tmp_path / "a")
    mine.close()
    store.claim(tmp_path / "a").close()


def test_what_killed_jobs_left_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".x.jsonl.0123.part").write_text("half", encoding="utf-8")
    (tmp_path / ".model.01.part").mkdir()
    (tmp_path / ".model.01.part" / "model.bin").write_bytes(b"half")
    (tmp_path / "mine.part").write_text("not ours", encoding="utf-8")
    with store.atomic(tmp_path / "y") as file, store.working_folder(tmp_path / "other") as folder:
        file.write("whole")
        (folder / "z").write_text("z", encoding="utf-8")
        store.sweep(tmp_path)
        assert (folder / "z").exists()
    assert files(tmp_path) == ["deep", "mine.part", "y"]
    assert (tmp_path / "y").read_text(encoding="utf-8") == "whole"
    assert list((tmp_path / "deep").iterdir()) == []


def test_a_full_disk_says_for_which_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as caught, store.atomic(tmp_path / "y"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(tmp_path / "y")
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_is_said_before_any_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.check_writable(tmp_path / "new" / "folder", "results")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="is a file; name a folder"):
        store.check_writable(tmp_path / "file" / "folder", "results")
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    with pytest.raises(ConfigError, match="cannot be written to"):
        store.check_writable(tmp_path / "new", "results")


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "set" / "deeper").mkdir(parents=True)
    for name in ("b.ar", "a.ar"):
        (tmp_path / "set" / name).write_text("", encoding="utf-8")
    other = tmp_path / "rows.jsonl"
    assert store.files_of([tmp_path / "set", other]) == [
        str(tmp_path / "set" / "a.ar"),
        str(tmp_path / "set" / "b.ar"),
        str(other),
    ]


@given(st.lists(st.integers(0, 2), max_size=8))
def test_records_are_joined_by_article(articles: list[int]) -> None:
    """Articles without records, and several in a row, shift nothing."""
    names = [f"a{n}" for n in range(len(articles))]
    records = [
        NameRow(name, f"{name} {k}", [], {})
        for name, number in zip(names, articles, strict=True)
        for k in range(number)
    ]
    of = store.by_article(iter(records))
    for name, number in zip(names, articles, strict=True):
        assert [record.ar for record in of(name)] == [f"{name} {k}" for k in range(number)]
