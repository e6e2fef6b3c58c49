"""The whole way of a hub model: a MarianMT overfitted here, fetched, converted, tested, translating."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
from toys import Bench, Server, learn, sentencepiece_model, write_marian, write_vocabulary

from dragoman.data import load
from dragoman.engine import Decoding, open_translator

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'dragoman[convert]'")
transformers = pytest.importorskip("transformers", reason="transformers is not installed")
pytestmark = pytest.mark.convert

SOURCES: list[str] = load("selftest.yaml")["ar"]
TARGETS = [
    "The government announced a new plan today to support farmers.",
    "Oil prices rose for the third week in a row.",
    "The minister arrived in the capital on Tuesday evening.",
    "There were no reports of injuries.",
    "The ministry spokesman said that the talks would resume next month after a break of a full year.",
    "The president opened a new hospital in the city with two hundred beds and a ward for children.",
    "Can the economy grow this year?",
    "The national team beat its guest by two goals to nil in the final.",
    "Forecasters warned of heavy rain on the coast and called on people to avoid roads near the valleys.",
    "The agency said that three million tourists visited the country in the first half of the year.",
]


def build(folder: Path, steps: int) -> Any:
    """Writes a tiny MarianMT in the hub's format; trained until it knows the pairs, or not at all."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    pieces = sentencepiece_model([*SOURCES, *TARGETS], 400, kind="unigram")
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    size = processor.get_piece_size()
    tokens = [*(processor.id_to_piece(number) for number in range(size)), "<pad>"]
    config = transformers.MarianConfig(
        vocab_size=size + 1,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        activation_function="relu",
        max_position_embeddings=128,
        dropout=0.0,
        scale_embedding=True,
        pad_token_id=size,
        eos_token_id=0,
        forced_eos_token_id=0,
        decoder_start_token_id=size,
        bos_token_id=None,
    )
    model = transformers.MarianMTModel(config)
    with torch.no_grad():
        model.model.shared.weight[size] = 0
    sides = ([[*processor.encode(text), 0] for text in texts] for texts in (SOURCES, TARGETS))
    learn(model, *sides, steps)
    model.save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({t: n for n, t in enumerate(tokens)}), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text("{}", encoding="utf-8")
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(pieces)
    return model


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("marian")
    return folder, build(folder, 400)


def installed(bench: Bench) -> dict[str, Any]:
    for step in (bench.fetch, bench.install):
        result = step()
        assert result.returncode == 0, result.stderr
    return json.loads((bench.model / "manifest.json").read_text())


def translations(folder: Path) -> list[str]:
    return [hypothesis.text for hypothesis in open_translator(folder, "en").translate(SOURCES, Decoding())]


HUB = {"source": {"hub": "someone/marian"}, "format": "transformers", "languages": {"en": ""}}


def test_hub_model_is_converted_and_translates_what_it_learnt(
    bench: Bench, server: Server, trained: tuple[Path, Any]
) -> None:
    server.repositories["someone/marian"] = trained[0]
    bench.recipe(**HUB)
    manifest = installed(bench)
    assert translations(bench.model) == TARGETS
    assert manifest["add_source_eos"] is False
    assert manifest["max_source_tokens"] == 126
    assert manifest["self_test"]["en"]["chrf_to_float32"] > 95
    assert set(manifest["versions"]) == {"ctranslate2", "torch", "transformers"}
    paths = {path.split("/")[1] for _, path, _ in server.requests}
    server.requests.clear()
    assert bench.install().returncode == 0
    assert server.requests == [], "conversion asked the hub for something"
    assert "someone" in paths


def test_the_pickled_file_gives_the_same_model_and_its_code_is_not_run(
    bench: Bench, server: Server, trained: tuple[Path, Any], one_line: Callable[..., str]
) -> None:
    server.repositories["someone/marian"] = trained[0]
    bench.recipe(**HUB)
    expected = installed(bench)["files"]["model.bin"]
    pickled = bench.folder / "pickled"
    shutil.copytree(trained[0], pickled)
    (pickled / "model.safetensors").unlink()
    torch.save(trained[1].state_dict(), pickled / "pytorch_model.bin")
    local = {**HUB, "source": {"path": str(pickled)}}
    bench.recipe(**local)
    assert "the recipe has to allow it: pickle: true" in one_line(bench.fetch())
    bench.recipe(**local, pickle=True)
    assert installed(bench)["files"]["model.bin"] == expected

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return (Path.touch, (bench.folder / "ran",))

    torch.save({"model.shared.weight": Bomb()}, pickled / "pytorch_model.bin")
    assert bench.fetch().returncode == 0
    assert "more than weights" in one_line(bench.install())
    assert not (bench.folder / "ran").exists()


def test_an_untrained_model_does_not_pass(bench: Bench, server: Server, one_line: Callable[..., str]) -> None:
    folder = bench.folder / "raw"
    folder.mkdir()
    build(folder, 0)
    server.repositories["someone/marian"] = folder
    bench.recipe(**HUB)
    assert bench.fetch().returncode == 0
    assert "of the translations loop or do not end" in one_line(bench.install())


def test_damaged_and_foreign_files_are_told_in_one_line(
    bench: Bench, trained: tuple[Path, Any], one_line: Callable[..., str]
) -> None:
    folder = bench.folder / "damaged"
    shutil.copytree(trained[0], folder)
    bench.recipe(**{**HUB, "source": {"path": str(folder)}})
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:2000])
    assert bench.fetch().returncode == 0
    assert "part p does not convert as transformers" in one_line(bench.install())
    (folder / "config.json").write_text('{"model_type": "t5"}', encoding="utf-8")
    assert bench.fetch().returncode == 0
    assert "model_type 't5'" in one_line(bench.install())


def test_native_weights_of_the_same_model_translate_alike(bench: Bench, trained: tuple[Path, Any]) -> None:
    """The reverse of what the hub's models came from: the weights under Marian's names."""
    folder, model = trained
    native = bench.folder / "native"
    native.mkdir()
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    tokens = list(json.loads((folder / "vocab.json").read_text()))[:-1]
    names = {"self": "self_attn", "context": "encoder_attn"}
    weights: dict[str, np.ndarray] = {"Wemb": state["model.shared.weight"][:-1]}
    weights["decoder_ff_logit_out_b"] = state["final_logits_bias"][:, :-1]
    for side, blocks in (("encoder", ["self"]), ("decoder", ["self", "context"])):
        here, there = f"{side}_l1", f"model.{side}.layers.0"
        for block in blocks:
            for letter, name in zip("qkvo", ["q_proj", "k_proj", "v_proj", "out_proj"], strict=True):
                linear = f"{there}.{names[block]}.{name}"
                weights[f"{here}_{block}_W{letter}"] = state[f"{linear}.weight"].T
                weights[f"{here}_{block}_b{letter}"] = state[f"{linear}.bias"][None]
            weights[f"{here}_{block}_Wo_ln_scale"] = state[f"{there}.{names[block]}_layer_norm.weight"][None]
            weights[f"{here}_{block}_Wo_ln_bias"] = state[f"{there}.{names[block]}_layer_norm.bias"][None]
        for number in (1, 2):
            weights[f"{here}_ffn_W{number}"] = state[f"{there}.fc{number}.weight"].T
            weights[f"{here}_ffn_b{number}"] = state[f"{there}.fc{number}.bias"][None]
        weights[f"{here}_ffn_ffn_ln_scale"] = state[f"{there}.final_layer_norm.weight"][None]
        weights[f"{here}_ffn_ffn_ln_bias"] = state[f"{there}.final_layer_norm.bias"][None]
    write_marian(native / "model.npz", weights)
    write_vocabulary(native / "vocab.yml", tokens)
    (native / "decoder.yml").write_text(
        "models: [model.npz]\nvocabs: [vocab.yml, vocab.yml]\n", encoding="utf-8"
    )
    for name in ("source.spm", "target.spm"):
        shutil.copy(folder / name, native / name)
    bench.recipe(source={"path": str(native)}, format="opus-mt", languages={"en": ""})
    installed(bench)
    assert translations(bench.model) == TARGETS
