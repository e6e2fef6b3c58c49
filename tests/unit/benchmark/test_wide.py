"""The wide model of the benchmarks: it is larger and translates as the small one does."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from dragoman import data
from dragoman.engine import CTranslate2Translator, Decoding, Hypothesis
from dragoman.models.weights import shape

ROOT = Path(__file__).parents[3]
MINI = ROOT / "models" / "mini"


def translated(folder: Path) -> list[Hypothesis]:
    translator = CTranslate2Translator(
        folder,
        prefix=">>eng<<",
        add_source_eos=False,
        max_source_tokens=100,
        max_positions=512,
        compute_type="float32",
    )
    return translator.translate(data.load("selftest.yaml")["ar"], Decoding())


def test_a_wide_model_has_the_size_of_opus_mt_and_translates_as_the_small_one(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("wide", ROOT / "benchmarks" / "wide.py")
    assert spec and spec.loader
    wide = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wide)
    # without integers, so that nothing is rounded twice
    wide.widen(MINI, tmp_path / "wide", quantization="float32")
    size, small = shape(tmp_path / "wide" / "model.bin"), shape(MINI / "model.bin")
    assert (size.width, size.heads, size.encoder_layers, size.decoder_layers) == (512, 8, 6, 6)
    assert (size.feed_forward, size.decoder_feed_forward) == (small.feed_forward, 2048)
    for found, wanted in zip(translated(tmp_path / "wide"), translated(MINI), strict=True):
        assert found.text == wanted.text
        assert abs(found.score - wanted.score) < 0.002
