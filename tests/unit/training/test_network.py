"""A model in CTranslate2's format gives the weights that training goes on from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dragoman import config
from dragoman.errors import ConfigError, ModelError
from dragoman.models import weights as module
from dragoman.models.convert import convert
from dragoman.models.recipe import load_recipe
from dragoman.models.weights import tensors
from dragoman.store import sha256
from dragoman.training.encode import Examples
from dragoman.training.export import export
from dragoman.training.network import (
    added,
    converted,
    hand_through,
    marian,
    optimisers,
    origins,
    take,
)
from dragoman.training.train import STATE, train
from dragoman.training.vocabulary import learn

ROOT = Path(__file__).parents[3]


def test_int8_rows_are_divided_by_their_scales() -> None:
    """What both sides of mini share comes out the same of either, though the decoder has half of the rows."""
    read = tensors(ROOT / "models" / "mini" / "model.bin")
    tokens = {
        side: json.loads((ROOT / "models" / "mini" / f"{side}_vocabulary.json").read_text("utf-8"))
        for side in ("source", "target")
    }
    rows = {token: row for row, token in enumerate(tokens["source"])}
    source = read["encoder/embeddings_0/weight"]
    target = read["decoder/embeddings/weight"]
    assert np.array_equal(source[[rows[token] for token in tokens["target"]]], target)
    assert 0.02 < source.std() < 0.2


def test_a_number_type_that_numpy_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TYPES", ("float32", "int8", "int16", "int32", "bfloat16", "float16"))
    with pytest.raises(ModelError, match="is bfloat16; int8, float16, float32 can be read"):
        tensors(ROOT / "models" / "mini" / "model.bin")


@pytest.fixture
def settings() -> dict[str, Any]:
    values = {
        "model": {"pieces": 300, "width": 16, "feed_forward": 32, "decoder_feed_forward": 16, "heads": 2}
        | {"encoder_layers": 2, "decoder_layers": 1},
        "train": {"max_steps": 4, "batch_tokens": 40, "warmup": 2},
    }
    return config.fill(values, config.schema("training"))


@pytest.fixture
def trained(settings: dict[str, Any], pairs: Examples, tmp_path: Path) -> Path:
    """A run with its vocabulary and its export."""
    pytest.importorskip("torch", reason="the training needs torch")
    words = [f"{a}{b}{c}" for a in "bcdfgh" for b in "aeiou" for c in "klmn"]
    learn([{"ar": f"{a} {b}", "text": b} for a in words for b in words[:9]], 300, tmp_path / "v.spm")
    train(settings, pairs, pairs, sha256(tmp_path / "v.spm"), tmp_path)
    export(settings, tmp_path, tmp_path / "v.spm", tmp_path / "hf")
    return tmp_path


@pytest.mark.convert
@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_every_weight_takes_its_steps_once(kind: str, settings: dict[str, Any]) -> None:
    pytest.importorskip("torch", reason="the training needs torch")
    network = marian(settings["model"])
    taken = [
        [id(w) for group in one.param_groups for w in group["params"]] for one in optimisers(network, kind)
    ]
    learnt = {id(weight): name for name, weight in network.named_parameters() if weight.requires_grad}
    assert sorted(number for part in taken for number in part) == sorted(learnt)
    inner = {learnt[number] for part in taken[1:] for number in part}
    assert bool(inner) == (kind == "muon")
    assert all(".layers." in name and name.endswith("weight") and "norm" not in name for name in inner)


@pytest.mark.convert
@pytest.mark.parametrize(("quantization", "error"), [("float16", 1e-3), ("int8", 0.02)])
@pytest.mark.parametrize("trim", [True, False])
def test_what_was_exported_comes_back(
    quantization: str, error: float, trim: bool, trained: Path, settings: dict[str, Any]
) -> None:
    import torch

    (part,) = load_recipe(ROOT / "training" / "config" / "mini.yaml").parts.values()
    convert(part, trained / "hf", trained / "model", quantization, trim)
    fresh = marian(settings["model"]).state_dict()
    back = converted(trained / "model")
    assert fresh.keys() - back.keys() <= {name for name in fresh if ".layers." not in name}
    assert back.keys() <= fresh.keys()
    average = torch.load(trained / STATE, weights_only=True)["average"]
    for name, values in back.items():
        assert values.shape == average[name].shape, name
        assert (values - average[name]).abs().max() < error * max(1, average[name].abs().max()), name


@pytest.mark.convert
def test_training_goes_on_from_a_model_without_its_run(
    trained: Path, settings: dict[str, Any], pairs: Examples
) -> None:
    import torch

    (part,) = load_recipe(ROOT / "training" / "config" / "mini.yaml").parts.values()
    convert(part, trained / "hf", trained / "model", "float16")
    settings["train"] |= {"warm_start": str(trained / "model"), "peak": 1e-9, "max_steps": 1}
    train(settings, pairs, pairs, sha256(trained / "v.spm"), trained / "next")
    first, then = (
        torch.load(folder / STATE, weights_only=True)["average"] for folder in (trained, trained / "next")
    )
    for name, values in then.items():
        assert torch.allclose(values, first[name], atol=1e-3), name
    with pytest.raises(ConfigError, match="model: trained with another vocabulary"):
        train(settings, pairs, pairs, "other", trained / "another")
    settings["train"]["warm_start"] = str(trained / "hf" / "..")
    with pytest.raises(ConfigError, match=r"train\.warm_start names a folder without a model"):
        train(settings, pairs, pairs, "other", trained / "another")


@pytest.mark.convert
def test_a_deep_model_is_no_start_for_a_shallower_one(
    trained: Path, settings: dict[str, Any], pairs: Examples
) -> None:
    settings["train"]["warm_start"] = str(trained / STATE)
    settings["model"]["encoder_layers"] = 1
    with pytest.raises(ConfigError, match="weights of another shape"):
        train(settings, pairs, pairs, sha256(trained / "v.spm"), trained / "shallower")


def test_new_layers_are_spread_among_the_old() -> None:
    assert [origins(6, 8), added(6, 8)] == [[0, 0, 1, 2, 3, 3, 4, 5], [1, 5]]
    assert [origins(2, 4), added(2, 4)] == [[0, 0, 1, 1], [1, 3]]
    assert [origins(2, 2), added(2, 2)] == [[0, 1], []]
    assert added(3, 1) == []


@pytest.mark.convert
def test_a_deeper_model_begins_where_the_smaller_one_stands(
    trained: Path, settings: dict[str, Any], pairs: Examples
) -> None:
    torch = pytest.importorskip("torch", reason="the training needs torch")
    start = torch.load(trained / STATE, weights_only=True)["average"]
    deep = settings["model"] | {"encoder_layers": 3, "decoder_layers": 2}
    networks = [marian(model).eval() for model in (settings["model"], deep)]
    none, new = (take(network, start) for network in networks)
    assert none == []
    assert new == [networks[1].model.encoder.layers[1], networks[1].model.decoder.layers[1]]
    source, target = (torch.from_numpy(np.stack(side)).long() for side in (pairs.sources, pairs.targets))

    def outputs() -> list[Any]:
        with torch.no_grad():
            return [
                network(input_ids=source, decoder_input_ids=target).logits.log_softmax(-1)
                for network in networks
            ]

    as_copied = outputs()
    hand_through(new, outputs)
    settled = outputs()
    apart = [float((small - large).abs().mean()) for small, large in (as_copied, settled)]
    assert apart[1] < 0.2 * apart[0], apart
    # what they add can be learnt: its gradient is not zero
    logits = networks[1](input_ids=source, decoder_input_ids=target).logits
    (slope,) = torch.autograd.grad(logits.log_softmax(-1)[..., 5].sum(), new[0].fc2.weight)
    assert slope.any()
    settings["train"]["warm_start"] = str(trained / STATE)
    train(settings | {"model": deep}, pairs, pairs, sha256(trained / "v.spm"), trained / "deeper")
    learnt = torch.load(trained / "deeper" / STATE, weights_only=True)["model"]
    assert learnt["model.encoder.layers.1.fc2.weight"].any()
    # the norms were fitted before the first step, and both layers that are new differ from a fresh one's
    assert not torch.allclose(
        learnt["model.decoder.layers.1.final_layer_norm.weight"], torch.ones(16), atol=1e-3
    )


@pytest.mark.convert
def test_a_model_whose_tokens_are_not_its_pieces_is_told(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the training needs torch")
    for name in ("model.bin", "source_vocabulary.json"):
        shutil.copyfile(ROOT / "models" / "mini" / name, tmp_path / name)
    shutil.copyfile(ROOT / "models" / "romaniser" / "source.spm", tmp_path / "source.spm")
    with pytest.raises(ModelError, match=r"its tokens are not the pieces of its source\.spm"):
        converted(tmp_path)
