"""The schedule, and what must hold of a run: it resumes exactly, and CTranslate2 can decode what it made."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman import config
from dragoman.__main__ import main
from dragoman.errors import ConfigError, DataError
from dragoman.training import train as module
from dragoman.training.encode import Examples
from dragoman.training.network import marian, widened
from dragoman.training.train import LOG, STATE, masked, rate, train, use_bfloat16
from dragoman.training.vocabulary import EOS, PAD, UNK, Ids, Sampler

OPTIONS = {"peak": 0.001, "warmup": 100, "cooldown": 0.25}


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_the_rate_is_never_above_its_peak_nor_zero(step: int, progress: float) -> None:
    assert 0 < rate(step, progress, OPTIONS) <= OPTIONS["peak"]


def test_the_rate_warms_up_decays_and_cools_down() -> None:
    assert rate(50, 0, OPTIONS) == pytest.approx(0.0005)
    assert rate(100, 0, OPTIONS) == pytest.approx(0.001)
    assert rate(400, 0.75, OPTIONS) == pytest.approx(0.0005)
    assert rate(400, 0.875, OPTIONS) == pytest.approx(0.00025)


@given(st.lists(st.integers(3, 9), min_size=1), st.floats(0, 0.5), st.integers(0, 2**31))
def test_a_hidden_token_is_the_unknown_one(tokens: list[int], share: float, seed: int) -> None:
    target = np.array([*tokens, EOS], np.int32)
    (shown,) = masked([target], share, seed)
    assert shown.dtype == target.dtype and len(shown) == len(target)
    assert all(new in (old, UNK) for new, old in zip(shown, target, strict=True))
    assert np.array_equal(masked([target], share, seed)[0], shown)


def test_as_many_tokens_are_hidden_as_asked_for() -> None:
    targets = [np.full(1000, 7, np.int32)] * 10
    assert masked(targets, 0, 1) is targets
    hidden = np.mean([side == UNK for side in masked(targets, 0.1, 1)])
    assert 0.08 < hidden < 0.12


def test_bfloat16_where_it_was_asked_for_and_on_cuda() -> None:
    assert use_bfloat16("bfloat16", "cpu")
    assert not use_bfloat16("float32", "cuda")
    assert use_bfloat16("auto", "cuda")


@pytest.fixture
def settings() -> dict[str, Any]:
    values = {
        "model": {"pieces": 300, "width": 16, "feed_forward": 16, "heads": 2}
        | {"encoder_layers": 1, "decoder_layers": 1},
        "train": {"max_steps": 6, "batch_tokens": 40, "warmup": 2, "valid_steps": 2},
    }
    return config.fill(values, config.schema("training"))


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch", reason="the training needs torch")


def weights(folder: Path) -> dict[str, Any]:
    import torch

    return torch.load(folder / STATE, weights_only=True)  # type: ignore[no-any-return]


class Shuffler(Sampler):
    """Stands for a sampler: puts the pieces in another order, by the seed."""

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def __call__(self, sources: Iterable[Ids], seed: int) -> list[Ids]:
        self.seeds.append(seed)
        numbers = np.random.default_rng(seed)
        return [
            np.append(numbers.permutation(source[:-1]), source[-1]).astype(np.int32) for source in sources
        ]


@pytest.mark.convert
@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_a_stopped_run_goes_on_as_if_nothing_had_been(
    optimiser: str,
    torch: Any,
    settings: dict[str, Any],
    pairs: Examples,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings["train"]["optimiser"] = optimiser
    sampler = Shuffler()
    finished = train(settings, pairs, pairs, "v", tmp_path / "whole", sampler=sampler)
    learn = module._Trainer._learn

    def stopped(self: Any, batch: list[int]) -> tuple[float, int]:
        if self.step == 2:
            signal.raise_signal(signal.SIGTERM)
        return learn(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(module._Trainer, "_learn", stopped)
        with pytest.raises(DataError, match="stopped at step 3, state saved; run again to go on"):
            train(settings, pairs, pairs, "v", tmp_path / "parts", sampler=sampler)
    assert train(settings, pairs, pairs, "v", tmp_path / "parts", sampler=sampler)["seen"] == finished["seen"]
    assert sampler.seeds[:6] == sampler.seeds[6:] == [2, 3, 4, 5, 6, 7]
    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert parts["step"] == 6
    for kind in ("model", "average"):
        assert all(torch.equal(whole[kind][name], value) for name, value in parts[kind].items())


@pytest.mark.convert
def test_threads_that_share_a_batch_learn_what_one_does(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, threads in (("one", 1), ("three", 3), ("again", 3)):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        train(
            settings | {"train": settings["train"] | {"precision": "float32"}},
            pairs,
            pairs,
            "v",
            tmp_path / folder,
        )
    one, three, again = (weights(tmp_path / folder)["model"] for folder in ("one", "three", "again"))
    assert all(torch.allclose(one[name], value, atol=1e-5) for name, value in three.items())
    assert all(torch.equal(again[name], value) for name, value in three.items())


@pytest.mark.convert
@pytest.mark.parametrize("kind", ["dropout", "activation_dropout", "word_dropout"])
def test_dropout_is_for_learning_only(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path, kind: str
) -> None:
    plain = train(settings, pairs, pairs, "v", tmp_path / "plain")
    settings["train"][kind] = 0.5
    trainer = module._Trainer(settings, pairs, pairs, "v", tmp_path / "dropped")
    assert trainer.look() == trainer.look()
    trainer.run()
    assert trainer.step == plain["steps"]
    without, dropped = weights(tmp_path / "plain")["model"], weights(tmp_path / "dropped")["model"]
    assert not torch.equal(without["model.shared.weight"], dropped["model.shared.weight"])


@pytest.mark.convert
def test_a_wider_model_begins_where_the_smaller_one_stands(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path
) -> None:
    train(settings, pairs, pairs, "v", tmp_path / "small")
    small = weights(tmp_path / "small")["average"]
    wide = settings | {"model": settings["model"] | {"feed_forward": 48, "decoder_feed_forward": 24}}
    network = marian(wide["model"])
    network.load_state_dict(widened(small, network.state_dict()))
    before = marian(settings["model"])
    before.load_state_dict(small)
    source, target = (torch.from_numpy(np.stack(side)).long() for side in (pairs.sources, pairs.targets))
    with torch.no_grad():
        outputs = [
            model.eval()(input_ids=source, decoder_input_ids=target).logits for model in (before, network)
        ]
    assert torch.allclose(*outputs, atol=1e-5)
    wide["train"]["warm_start"] = str(tmp_path / "small" / STATE)
    train(wide, pairs, pairs, "v", tmp_path / "wide")
    learnt = weights(tmp_path / "wide")["model"]
    assert learnt["model.encoder.layers.0.fc2.weight"][:, 16:].any()
    assert learnt["model.decoder.layers.0.fc1.weight"].shape[0] == 24


@pytest.mark.convert
def test_the_start_of_decoding_is_a_zero_vector(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path
) -> None:
    train(settings, pairs, pairs, "v", tmp_path)
    state = weights(tmp_path)
    for kind in ("model", "average"):
        embeddings = state[kind]["model.shared.weight"]
        assert not embeddings[PAD].any()
        assert embeddings[EOS].any()


@pytest.mark.convert
def test_the_exported_weights_are_the_average(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path
) -> None:
    settings["train"]["average"] = 0.0
    train(settings, pairs, pairs, "v", tmp_path / "last")
    settings["train"]["average"] = 0.9
    train(settings, pairs, pairs, "v", tmp_path / "mean")
    last, mean = weights(tmp_path / "last"), weights(tmp_path / "mean")
    name = "model.shared.weight"
    assert torch.equal(last["average"][name], last["model"][name])
    assert torch.equal(mean["model"][name], last["model"][name])
    assert not torch.allclose(mean["average"][name], mean["model"][name], atol=1e-6)


@pytest.mark.convert
def test_the_log_tells_of_right_and_wrong_sources(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path
) -> None:
    train(settings, pairs, pairs, "v", tmp_path)
    log = [json.loads(line) for line in (tmp_path / LOG).read_text(encoding="utf-8").splitlines()]
    assert [row["step"] for row in log] == [2, 4, 6]
    assert all(row["valid_loss"] > 0 and row["shuffled_loss"] > 0 for row in log)


@pytest.mark.convert
def test_another_vocabulary_optimiser_or_shape_is_told(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path
) -> None:
    train(settings, pairs, pairs, "v", tmp_path)
    with pytest.raises(ConfigError, match="trained with another vocabulary"):
        train(settings, pairs, pairs, "w", tmp_path)
    settings["train"]["optimiser"] = "muon"
    with pytest.raises(ConfigError, match="made with another optimiser; begin a new run"):
        train(settings, pairs, pairs, "v", tmp_path)
    settings["model"]["width"] = 32
    with pytest.raises(ConfigError, match="weights of another shape"):
        train(settings, pairs, pairs, "v", tmp_path)


@pytest.mark.convert
def test_export_puts_ids_in_marian_s_order(
    torch: Any, settings: dict[str, Any], pairs: Examples, tmp_path: Path
) -> None:
    transformers = pytest.importorskip("transformers")
    from dragoman.training.export import export
    from dragoman.training.vocabulary import learn

    words = [f"{a}{b}{c}" for a in "bcdfgh" for b in "aeiou" for c in "klmn"]
    learn([{"ar": f"{a} {b}", "text": b} for a in words for b in words[:9]], 300, tmp_path / "v.spm")
    train(settings, pairs, pairs, "v", tmp_path)
    export(settings, tmp_path, tmp_path / "v.spm", tmp_path / "hf")
    vocabulary = json.loads((tmp_path / "hf" / "vocab.json").read_text(encoding="utf-8"))
    assert (vocabulary["</s>"], vocabulary["<unk>"], vocabulary["<pad>"]) == (0, 1, 299)
    assert sorted(vocabulary.values()) == list(range(300))
    network = transformers.MarianMTModel.from_pretrained(tmp_path / "hf", dtype=torch.float32)
    new = network.model.shared.weight
    old = weights(tmp_path)["average"]["model.shared.weight"].half().float()
    assert torch.equal(new[0], old[EOS]) and torch.equal(new[1], old[UNK]) and not new[299].any()
    assert torch.equal(new[2:299], old[3:])
    assert network.config.decoder_start_token_id == 299
    # nothing but what the training could choose from: here all but the padding and the language tokens
    barred = {number for number, bias in enumerate(network.final_logits_bias[0]) if bias < -1000}
    assert barred == {299, vocabulary[">>eng<<"], vocabulary[">>fra<<"]}


def test_without_torch_the_verb_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    paths = [f"--{name}={tmp_path / name}" for name in ("folder", "vocabulary", "output")]
    assert main(["training", "export", "--config={}", *paths]) == 2
    assert "pip install 'dragoman[train]'" in capsys.readouterr().err


def test_characters_are_not_sampled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dragoman.training.cli._need_torch", lambda: None)
    names = ("train", "valid", "vocabulary", "folder", "output")
    paths = [f"--{name}={tmp_path / name}" for name in names]
    section = json.dumps({"model": {"unit": "char"}, "train": {"sampling": 0.5}})
    assert main(["training", "train", f"--config={section}", *paths]) == 2
    assert "config.train.sampling: characters can be cut in one way only" in capsys.readouterr().err
