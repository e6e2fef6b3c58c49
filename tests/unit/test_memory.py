"""The sentence memory: the same hypotheses with it and without, and no failure of it ends a job."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from fakes import FakeTranslator
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.arabic import for_model
from dragoman.engine import Decoding, Hypothesis
from dragoman.errors import DataError
from dragoman.memory import Memory, RememberingTranslator
from dragoman.records import Segment
from dragoman.segment import kind_of
from dragoman.translate import Counts, Options, translate

PLAIN = Decoding(4)
A, B, C = "وصل الوزير", "غادر الوفد", "انتهى اللقاء"


def remembering(
    path: Path, engine: FakeTranslator | None = None, identity: tuple[str, ...] = ("model", "en")
) -> RememberingTranslator:
    return RememberingTranslator(engine or FakeTranslator(), Memory(path), identity)


def test_what_was_decoded_is_not_decoded_again(tmp_path: Path) -> None:
    first = remembering(tmp_path / "m").submit([A, B], PLAIN)()
    engine = FakeTranslator()
    told: list[int] = []
    second = remembering(tmp_path / "m", engine).submit([B, C, A], PLAIN, told.append)()
    assert engine.sources == [C]
    assert [h.recalled for h in second] == [True, False, True]
    assert [(h.text, h.score, h.tokens, h.complete) for h in (second[2], second[0])] == [
        (h.text, h.score, h.tokens, h.complete) for h in first
    ]
    assert sum(told) == 3


@pytest.mark.parametrize(
    ("identity", "decoding"),
    [
        (("other", "en"), PLAIN),
        (("model", "fr"), PLAIN),
        (("modele", "n"), PLAIN),
        (("model", "en"), Decoding(2)),
        (("model", "en"), Decoding(4, repetition_penalty=1.2)),
        (("model", "en"), Decoding(4, no_repeat_ngram_size=3)),
    ],
)
def test_another_model_or_search_has_its_own_entries(
    tmp_path: Path, identity: tuple[str, ...], decoding: Decoding
) -> None:
    remembering(tmp_path / "m").submit([A], PLAIN)()
    engine = FakeTranslator()
    remembering(tmp_path / "m", engine, identity).submit([A], decoding)()
    assert engine.sources == [A]


def segments(texts: Iterable[str]) -> list[Segment]:
    return [Segment(f"a#{n}", "a", n, n + 1, kind_of(text), text) for n, text in enumerate(texts)]


@given(st.lists(lines.filter(str.strip), max_size=8), st.lists(lines.filter(str.strip), max_size=4))
def test_the_stage_says_the_same_with_a_memory(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], more: list[str]
) -> None:
    path = tmp_path_factory.mktemp("memory") / "m"
    without = list(translate(segments(texts + more), FakeTranslator(12), "en", Options()))
    list(translate(segments(texts), remembering(path, FakeTranslator(12)), "en", Options()))
    counts = Counts()
    engine = FakeTranslator(12)
    found = list(translate(segments(texts + more), remembering(path, engine), "en", Options(), counts=counts))
    assert found == without
    new = {s.text for s in segments(more) if s.kind == "text"} - set(texts)
    assert counts.decoded <= len(new)
    assert bool(counts.decoded) <= bool(engine.sources)


def test_counts_tell_new_text_from_remembered(tmp_path: Path) -> None:
    list(translate(segments([A + ".", B + "."]), remembering(tmp_path / "m"), "en", Options()))
    counts = Counts()
    texts = [A + ".", B + ".", C + ".", C + "."]
    list(translate(segments(texts), remembering(tmp_path / "m"), "en", Options(), counts=counts))
    assert (counts.segments, counts.distinct, counts.decoded, counts.pieces) == (4, 3, 1, 1)
    assert counts.tokens == len(for_model(C).split())


def test_merging_keeps_what_is_there(tmp_path: Path) -> None:
    one, two = Memory(tmp_path / "one"), Memory(tmp_path / "two")
    one.put({b"a": Hypothesis("A", -0.1, 1, True), b"b": Hypothesis("B", -0.2, 1, True)})
    two.put({b"b": Hypothesis("other", -0.2, 1, True), b"c": Hypothesis("C", -0.3, 1, False)})
    assert one.merge(tmp_path / "two") == 1
    assert {key: (h.text, h.complete) for key, h in one.get([b"a", b"b", b"c", b"d"]).items()} == {
        b"a": ("A", True),
        b"b": ("B", True),
        b"c": ("C", False),
    }
    with pytest.raises(DataError, match="no sentence memory there"):
        one.merge(tmp_path / "missing")


def test_more_keys_than_one_question_takes(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m")
    hypotheses = {f"{n}".encode(): Hypothesis(str(n), -0.5, 1, True) for n in range(1203)}
    memory.put(hypotheses)
    assert len(memory) == 1203
    assert {key: h.text for key, h in memory.get(list(hypotheses)).items()} == {
        key: h.text for key, h in hypotheses.items()
    }


@pytest.mark.parametrize(
    "content", [b"not a database, whatever it is called" * 100, b"SQLite format 3\0" * 9]
)
def test_a_file_that_is_no_memory_is_an_error_and_stays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(DataError, match="no sentence memory"):
        Memory(tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == content


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "m")
    other.execute("CREATE TABLE photos (name)")
    other.commit()
    with pytest.raises(DataError, match="another program"):
        Memory(tmp_path / "m")


class _Failing(Memory):
    def get(self, keys: object) -> dict[bytes, Hypothesis]:
        raise sqlite3.OperationalError("database is locked")

    def put(self, hypotheses: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize("broken", ["get", "put"])
def test_a_memory_that_fails_is_given_up(
    tmp_path: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory(tmp_path / "m")
    setattr(memory, broken, getattr(_Failing(tmp_path / "f"), broken))
    translator = RememberingTranslator(FakeTranslator(), memory, ["model"])
    assert [h.text for h in translator.submit([A], PLAIN)()] == [
        h.text for h in FakeTranslator().submit([A], PLAIN)()
    ]
    assert translator.submit([A], PLAIN)()[0].recalled is False
    assert caplog.text.count("going on without the sentence memory") == 1


def _write(path: Path, start: int) -> None:
    memory = Memory(path)
    for turn in range(20):
        memory.put({f"{start + turn * 10 + n}".encode(): Hypothesis("x", -1.0, 1, True) for n in range(10)})


def test_jobs_write_side_by_side(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    jobs = [context.Process(target=_write, args=(tmp_path / "m", start * 200)) for start in range(3)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0, 0, 0]
    assert len(Memory(tmp_path / "m")) == 600
