"""T5 and mT5: converted to what transformers computes, and installed as models that write summaries."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import yaml
from toys import Bench, Server

from dragoman.abstracts import DECODING, MOST_TOKENS, Writer
from dragoman.data import load
from dragoman.engine import open_translator
from dragoman.errors import ModelError
from dragoman.models.convert import convert
from dragoman.models.recipe import Part

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'dragoman[convert]'")
transformers = pytest.importorskip("transformers", reason="transformers is not installed")
pytestmark = pytest.mark.convert

SOURCES: list[str] = load("selftest.yaml")["ar"]
TARGETS = [" ".join(text.split()[:3]) for text in SOURCES]
SIZES = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 1, "num_heads": 2, "dropout_rate": 0.0}
KINDS = {"mt5": {}, "t5": {}, "t5-untied": {"tie_word_embeddings": False, "feed_forward_proj": "gated-gelu"}}


def build(folder: Path, kind: str, steps: int = 0) -> tuple[Any, Any]:
    """Writes a tiny model in the hub's format, as its authors do: an output layer of its own but for t5."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    pieces = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SOURCES),
        model_writer=pieces,
        vocab_size=250,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces.getvalue())
    family = "MT5" if kind == "mt5" else "T5"
    # a vocabulary has more places than pieces
    config = getattr(transformers, f"{family}Config")(
        vocab_size=256, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, **SIZES, **KINDS[kind]
    )
    model = getattr(transformers, f"{family}ForConditionalGeneration")(config)
    if kind != "t5":
        model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.lm_head.weight) * 0.2)
    source, target = (
        torch.nn.utils.rnn.pad_sequence(
            [torch.tensor([*processor.encode(text), 1]) for text in texts], batch_first=True
        )
        for texts in (SOURCES, TARGETS)
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(steps):
        labels = target.masked_fill(target == 0, -100)
        model(input_ids=source, attention_mask=source != 0, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    model.save_pretrained(folder)
    (folder / "spiece.model").write_bytes(pieces.getvalue())
    return model.eval(), processor


def part(folder: Path) -> Part:
    source = {"path": str(folder)}
    return Part("p", {"ar": ""}, source, "t5", "MIT", quantization="float32", trim=False)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_scores_are_those_of_transformers(tmp_path: Path, kind: str) -> None:
    import ctranslate2

    model, processor = build(tmp_path / "hub", kind)
    convert(part(tmp_path / "hub"), tmp_path / "hub", tmp_path / "converted")
    source, target = processor.encode(SOURCES[4]), processor.encode(SOURCES[0])
    with torch.no_grad():
        logits = model(
            input_ids=torch.tensor([[*source, 1]]), decoder_input_ids=torch.tensor([[0, *target]])
        ).logits[0]
    expected = torch.log_softmax(logits, -1)[range(len(target) + 1), [*target, 1]].tolist()
    engine = ctranslate2.Translator(str(tmp_path / "converted"), compute_type="float32")
    tokens = [[*map(processor.id_to_piece, source), "</s>"]], [[*map(processor.id_to_piece, target)]]
    (found,) = engine.score_batch(*tokens)
    assert found.log_probs == pytest.approx(expected, abs=1e-3)


def test_a_model_of_the_hub_is_installed_and_writes_what_it_learnt(
    bench: Bench, server: Server, tmp_path: Path
) -> None:
    build(tmp_path / "hub", "mt5", steps=300)
    server.repositories["someone/mt5"] = tmp_path / "hub"
    path = bench.recipe(source={"hub": "someone/mt5"}, format="t5", languages={"ar": ""})
    recipe = yaml.safe_load(path.read_text(encoding="utf-8")) | {"translates": "summaries"}
    path.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    for step in (bench.fetch, bench.install):
        result = step()
        assert result.returncode == 0, result.stderr
    manifest = json.loads((bench.model / "manifest.json").read_text())
    assert manifest["translates"] == "summaries"
    assert (manifest["max_source_tokens"], manifest["max_positions"]) == (1000, 1002)
    assert manifest["vocabulary"] == {"source": 256, "target": 256, "untrimmed": 256}
    writer = open_translator(bench.model, "ar", engine=Writer)
    assert [made.text for made in writer.translate(SOURCES, DECODING)] == TARGETS
    assert writer.limits(900) == {"max_decoding_length": MOST_TOKENS}


def test_a_marian_is_told_from_a_t5(tmp_path: Path) -> None:
    build(tmp_path / "hub", "t5")
    config = tmp_path / "hub" / "config.json"
    config.write_text(config.read_text().replace('"t5"', '"marian"'))
    with pytest.raises(ModelError, match=r"model_type 'marian'; the format t5 is of T5 and mT5 models"):
        convert(part(tmp_path / "hub"), tmp_path / "hub", tmp_path / "converted")
