"""The teacher's sound translations become rows; flagged and unlikely ones are rejected with the reason."""

from __future__ import annotations

import pytest
from fakes import FakeTranslator, answer, latin, silence

from dragoman.engine import Decoding, Hypothesis
from dragoman.training import distil as module
from dragoman.training.distil import distil
from dragoman.translate import Options

GOOD, BAD, LOST = "وصل الوزير إلى المدينة", "غادر الرئيس العاصمة", "افتتحت المدرسة اليوم"
OPTIONS = Options(1, False, -1.0)


def spoil(text: str, decoding: Decoding) -> Hypothesis | None:
    if text == BAD:
        return answer(latin(text), score=-0.9)
    return silence(text) if text == LOST else None


def test_rows_and_reasons() -> None:
    found = list(
        distil([GOOD, BAD, LOST], {"en": FakeTranslator(spoil=spoil)}, OPTIONS, min_score=-0.8, domain="d")
    )
    assert found[0] == (
        {"source": "distilled", "domain": "d", "language": "en", "ar": GOOD, "text": latin(GOOD)},
        "",
    )
    assert found[1][1] == "score"
    assert found[2][1] not in ("", "score")


def test_chunks_keep_every_text_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    texts = [GOOD, BAD, LOST]
    teachers = {"en": FakeTranslator(), "fr": FakeTranslator()}
    rows = [row for row, _ in distil(iter(texts), dict(teachers), OPTIONS, min_score=-9, domain="d")]
    for language in teachers:
        assert [row["ar"] for row in rows if row["language"] == language] == texts


def test_no_text_needs_no_teacher() -> None:
    teacher = FakeTranslator()
    assert list(distil([], {"en": teacher}, OPTIONS, min_score=0, domain="d")) == []
    assert teacher.calls == []
