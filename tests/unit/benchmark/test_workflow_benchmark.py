"""The limit that the whole workflow is measured against: the bare engine gets all that the stage does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from fakes import FakeTranslator

from dragoman.arabic import for_model
from dragoman.records import Segment
from dragoman.translate import Options, translate

ROOT = Path(__file__).parents[3]


def test_the_bare_engine_gets_each_text_once_and_long_ones_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("workflow_benchmark", ROOT / "benchmarks" / "workflow.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "workflow_benchmark", module)
    spec.loader.exec_module(module)
    long = "، ".join(f"زار الوفد القرية رقم {n} صباح اليوم" for n in range(12)) + "."
    texts = ["وصل الوزير.", long, "وصل الوزير.", "2026"]
    segments = [Segment(f"a#{n}", "a", n, n + 1, "text", text) for n, text in enumerate(texts)]

    recorder = module.Recorder(FakeTranslator(max_source_tokens=20))
    engine = FakeTranslator(max_source_tokens=20)
    for stage in (recorder, engine):
        list(translate(segments, stage, "en", Options(rescue=False)))

    given = list(recorder.texts)
    assert given == engine.sources
    assert given[0] == for_model("وصل الوزير.")
    assert len(given) > 2
    assert " ".join(given[1:]).split() == for_model(long).split()
