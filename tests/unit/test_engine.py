"""Batching, limits and loading of the engine, on stand-ins for CTranslate2 and sentencepiece."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman import engine
from dragoman.engine import LENGTHS, CTranslate2Translator, Decoding, open_translator, resolve_device
from dragoman.errors import ModelError

MANIFEST = {
    "languages": {"en": {"prefix": ">>eng<<"}, "de": {"prefix": ""}},
    "add_source_eos": False,
    "max_source_tokens": 30,
    "max_positions": 64,
    "compute_type": {"cpu": "int8_float32"},
}


class Pieces:
    """Stands in for a SentencePieceProcessor: words are pieces."""

    def __init__(self, model_file: str) -> None:
        if "broken" in model_file:
            raise OSError("Not found: \n no such file")

    def encode(self, texts: list[str], out_type: type) -> list[list[Any]]:
        return [[out_type(len(word)) if out_type is int else word for word in text.split()] for text in texts]

    def decode(self, lines: list[list[str]]) -> list[str]:
        return ["".join(line) for line in lines]


class Model:
    """Stands in for a ctranslate2.Translator: repeats the source, as far as the decoding limit lets it."""

    def __init__(self, folder: str, **settings: Any) -> None:
        self.settings = settings
        self.compute_type = settings["compute_type"]
        self.batches: list[tuple[list[list[str]], dict[str, Any]]] = []

    def translate_batch(self, sources: list[list[str]], **options: Any) -> list[Any]:
        self.batches.append((sources, options))
        return [SimpleNamespace(result=lambda s=source: self._answer(s, options)) for source in sources]

    def _answer(self, source: list[str], options: dict[str, Any]) -> Any:
        pieces = [f"▁{piece}" for piece in source]
        limit = options["max_decoding_length"]
        ended = [*pieces, "</s>"] if len(pieces) < limit and "endless" not in source else pieces[:limit]
        return SimpleNamespace(hypotheses=[ended], scores=[-0.123456])


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    found = SimpleNamespace(Translator=Model, get_cuda_device_count=lambda: 0)
    monkeypatch.setitem(sys.modules, "ctranslate2", found)
    monkeypatch.setitem(sys.modules, "sentencepiece", SimpleNamespace(SentencePieceProcessor=Pieces))
    yield found


def make(**settings: Any) -> CTranslate2Translator:
    values: dict[str, Any] = {
        "prefix": ">>eng<<",
        "add_source_eos": False,
        "max_source_tokens": 30,
        "max_positions": 64,
    }
    return CTranslate2Translator(Path("model"), **(values | settings))


def batches(translator: CTranslate2Translator) -> list[tuple[list[list[str]], dict[str, Any]]]:
    model: Any = translator.model
    found: list[tuple[list[list[str]], dict[str, Any]]] = model.batches
    return found


TEXTS = st.lists(
    st.lists(st.sampled_from(["a", "b", "endless"]), min_size=1, max_size=30).map(" ".join), max_size=20
)


@given(TEXTS, st.integers(1, 200))
def test_hypotheses_come_in_order_in_batches_of_neighbouring_lengths(
    texts: list[str], batch_tokens: int
) -> None:
    translator = make(batch_tokens=batch_tokens)
    done: list[int] = []
    found = translator.submit(texts, Decoding(), done.append)()
    assert [h.text for h in found] == [" ".join([">>eng<<", *t.split(), "</s>"]) for t in texts]
    assert sum(done) == len(texts)
    widths = []
    for sources, options in batches(translator):
        width = max(len(source) - 2 for source in sources)
        # the model pads to the longest, which is as long in every batch of these lengths
        assert width % LENGTHS == 0 or width == 30
        fillers = [source for source in sources if source[-2:] == ["</s>", "</s>"]]
        real = sources[: len(sources) - len(fillers)]
        assert fillers == sources[len(real) :] and len(fillers) <= 1
        assert real and all(width - LENGTHS < len(source) - 2 <= width for source in real)
        # none is made where a source is as long
        assert bool(fillers) == (max(len(source) - 2 for source in real) < width)
        assert len(real) == 1 or len(real) * (width + 2) <= batch_tokens
        assert options["max_decoding_length"] == min(2 * width + 16, 64)
        assert options["max_input_length"] == 0
        widths.append(width)
    assert widths == sorted(widths, reverse=True)


@given(TEXTS.filter(len))
def test_a_hypothesis_does_not_depend_on_what_is_translated_with_it(texts: list[str]) -> None:
    together = make().translate(texts, Decoding())
    assert together == [make(batch_tokens=64).translate([text], Decoding())[0] for text in texts]


@pytest.mark.parametrize(
    ("prefix", "add_source_eos", "source"),
    [(">>eng<<", False, [">>eng<<", "a", "</s>"]), ("", False, ["a", "</s>"]), ("", True, ["a"])],
)
def test_prefix_and_end_mark(prefix: str, add_source_eos: bool, source: list[str]) -> None:
    translator = make(prefix=prefix, add_source_eos=add_source_eos)
    translator.translate(["a"], Decoding())
    (found, filler), _ = batches(translator)[0]
    assert found == source
    assert filler == [*source, *["</s>"] * (LENGTHS - 1)]


def test_freed_memory_is_given_back_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    times = []
    monkeypatch.setattr(engine, "GIVE_BACK_TEXTS", 5)
    monkeypatch.setattr(engine, "_give_back", lambda: times.append(1))
    translator = make()
    for done in [0, 0, 1, 1, 1]:
        translator.translate(["a", "b"], Decoding())
        assert len(times) == done


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc")
def test_freed_memory_is_given_back_from_between_what_is_held() -> None:
    def held() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    blocks = [bytes(100_000) for _ in range(500)]
    del blocks[:-1]
    before = held()
    engine._give_back()
    assert before - held() > 20_000_000


def test_the_end_mark_is_no_token_and_its_absence_is_told() -> None:
    ended, endless = make(prefix="").translate(["a b", "endless b"], Decoding())
    assert (ended.text, ended.tokens, ended.complete, ended.score) == ("a b </s>", 3, True, -0.1235)
    assert (endless.tokens, endless.complete) == (3, False)


def test_decoding_options_are_handed_over() -> None:
    translator = make()
    translator.translate(["a"], Decoding(2, repetition_penalty=1.2, no_repeat_ngram_size=3))
    options = batches(translator)[0][1]
    assert (options["beam_size"], options["repetition_penalty"], options["no_repeat_ngram_size"]) == (
        2,
        1.2,
        3,
    )
    assert options["disable_unk"]


@pytest.mark.parametrize(("asked", "wanted"), [(1.0, 1.1), (1.2, 1.2)])
def test_a_decoding_asks_for_more_than_the_model_s_own_penalty_or_has_that(
    asked: float, wanted: float
) -> None:
    translator = make(repetition_penalty=1.1)
    translator.translate(["a"], Decoding(repetition_penalty=asked))
    assert batches(translator)[0][1]["repetition_penalty"] == wanted
    assert translator.identity != make().identity


def test_a_source_that_is_too_long_is_refused_not_cut() -> None:
    assert make().count(["a " * 30, "a"]) == [30, 1]
    assert make().translate(["a " * 30], Decoding())
    with pytest.raises(ModelError, match="31 tokens exceeds 30"):
        make().translate(["a", "a " * 31], Decoding())


def test_nothing_to_translate() -> None:
    assert make().translate([], Decoding()) == []
    assert make().count([]) == []


def test_threads_are_workers_of_one_thread_each(stand_ins: SimpleNamespace) -> None:
    model: Any = make(threads=6).model
    assert (model.settings["inter_threads"], model.settings["intra_threads"]) == (6, 1)
    stand_ins.get_cuda_device_count = lambda: 1
    on_gpu = make(threads=6, device="auto")
    model = on_gpu.model
    assert (on_gpu.device, model.settings["inter_threads"], on_gpu.compute_type) == ("cuda", 1, "float16")
    assert make(compute_type="int8").compute_type == "int8"


@pytest.mark.parametrize(
    ("device", "gpus", "found"),
    [("cpu", 1, "cpu"), ("auto", 0, "cpu"), ("auto", 2, "cuda"), ("cuda", 1, "cuda")],
)
def test_devices(stand_ins: SimpleNamespace, device: str, gpus: int, found: str) -> None:
    stand_ins.get_cuda_device_count = lambda: gpus
    assert resolve_device(device) == found


def test_a_gpu_that_is_not_there_is_the_user_s_to_mend() -> None:
    with pytest.raises(ModelError, match=r"device: cuda: .* set device: cpu"):
        resolve_device("cuda")


def write_manifest(folder: Path, manifest: dict[str, Any] = MANIFEST) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_an_installed_model_is_opened_as_its_manifest_says(tmp_path: Path) -> None:
    translator = open_translator(write_manifest(tmp_path / "model"), "en")
    assert translator.max_source_tokens == 30
    translator.translate(["a"], Decoding())
    assert batches(translator)[0][0][0] == [">>eng<<", "a", "</s>"]
    assert translator.compute_type == "int8_float32"


def test_a_compute_type_holds_for_the_device_that_it_was_measured_on(
    tmp_path: Path, stand_ins: SimpleNamespace
) -> None:
    folder = write_manifest(tmp_path / "model")
    assert open_translator(folder, "en", compute_type="float32").compute_type == "float32"
    stand_ins.get_cuda_device_count = lambda: 1
    assert open_translator(folder, "en", device="cuda").compute_type == "float16"


def not_installed(folder: Path) -> None:
    open_translator(folder / "nothing", "en")


def not_json(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    open_translator(folder, "en")


def not_offered(folder: Path) -> None:
    open_translator(write_manifest(folder / "model"), "fr")


def not_a_model(folder: Path) -> None:
    open_translator(write_manifest(folder / "broken"), "en")


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (not_installed, "no installed model"),
        (not_json, "no installed model"),
        (not_offered, "does not translate to fr; it offers en, de"),
        (not_a_model, "the model does not load: Not found: no such file"),
    ],
)
def test_a_model_that_cannot_be_opened_is_named_in_one_line(
    tmp_path: Path, mistake: Callable[[Path], None], message: str
) -> None:
    with pytest.raises(ModelError) as caught:
        mistake(tmp_path)
    assert message in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.integers(0, 50), st.integers(1, 10))
def test_batches_hold_everything_once_are_alike_and_share_out_the_longest(number: int, size: int) -> None:
    batches = list(engine._dealt(list(range(number)), size))
    assert sorted(item for batch in batches for item in batch) == list(range(number))
    assert [batch[0] for batch in batches] == list(range(len(batches)))
    assert len(batches) == -(-number // size)
    assert {len(batch) for batch in batches} <= {number // max(1, len(batches)) + extra for extra in (0, 1)}
