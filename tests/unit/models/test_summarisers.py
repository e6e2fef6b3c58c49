"""T5, mT5 and mBART: converted to what transformers computes, installed as models that write summaries."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import yaml
from toys import Bench, Server, learn

from dragoman.abstracts import MOST_TOKENS, Writer
from dragoman.data import load
from dragoman.engine import Decoding, open_translator
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


def pieces(**ids: int) -> bytes:
    """Trains a sentencepiece model on the sentences."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SOURCES),
        model_writer=model,
        vocab_size=250,
        hard_vocab_limit=False,
        minloglevel=2,
        **ids,
    )
    return model.getvalue()


def build(folder: Path, kind: str, steps: int = 0) -> tuple[Any, list[str], Any]:
    """Writes a tiny model in the hub's format, as its authors do.

    Returns:
        The model, its tokens in the order of their ids, and its pieces.
    """
    torch.manual_seed(0)
    torch.set_num_threads(1)
    return (build_mbart if kind == "mbart" else build_t5)(folder, kind, steps)


def build_t5(folder: Path, kind: str, steps: int) -> tuple[Any, list[str], Any]:
    """A T5, with an output layer of its own but for ``t5``."""
    proto = pieces(pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    processor = sentencepiece.SentencePieceProcessor(model_proto=proto)
    family = "MT5" if kind == "mt5" else "T5"
    # a vocabulary has more places than pieces
    config = getattr(transformers, f"{family}Config")(
        vocab_size=256, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, **SIZES, **KINDS[kind]
    )
    model = getattr(transformers, f"{family}ForConditionalGeneration")(config)
    if kind != "t5":
        model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.lm_head.weight) * 0.2)
    sources, targets = ([[*processor.encode(text), 1] for text in texts] for texts in (SOURCES, TARGETS))
    learn(model, sources, targets, steps)
    model.save_pretrained(folder)
    (folder / "spiece.model").write_bytes(proto)
    tokens = [processor.id_to_piece(n) for n in range(processor.get_piece_size())]
    return model.eval(), tokens, processor


def build_mbart(folder: Path, kind: str, steps: int) -> tuple[Any, list[str], Any]:
    """An mBART: ids are not those of its pieces, and each side begins with the language."""
    proto = pieces(unk_id=0, bos_id=1, eos_id=2)
    processor = sentencepiece.SentencePieceProcessor(model_proto=proto)
    own = [processor.id_to_piece(n) for n in range(3, processor.get_piece_size())]
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *own, "ar_AR", "<mask>"]
    ids = {token: number for number, token in enumerate(tokens)}
    config = transformers.MBartConfig(
        vocab_size=len(tokens) + 3,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=128,
        dropout=0.0,
        scale_embedding=True,
        decoder_start_token_id=2,
        forced_eos_token_id=None,
    )
    model = transformers.MBartForConditionalGeneration(config)
    model.generation_config.forced_bos_token_id = ids["ar_AR"]
    with torch.no_grad():
        for value in model.parameters():
            if steps == 0 and value.dim() > 1:
                value.normal_(0, 0.2)

    def encoded(text: str) -> list[int]:
        return [ids["ar_AR"], *(ids[piece] for piece in processor.encode(text, out_type=str)), 2]

    sources, targets = ([encoded(text) for text in texts] for texts in (SOURCES, TARGETS))
    learn(model, sources, targets, steps)
    model.save_pretrained(folder)
    (folder / "sentencepiece.bpe.model").write_bytes(proto)
    added = [{"id": ids[token], "content": token} for token in ("<s>", "ar_AR", "<mask>")]
    vocabulary = [[token, 0.0] for token in tokens[:-2]]
    tokenizer = {"model": {"type": "Unigram", "unk_id": 3, "vocab": vocabulary}, "added_tokens": added}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return model.eval(), tokens, processor


def part(folder: Path, kind: str) -> Part:
    source = {"path": str(folder)}
    return Part("p", {"ar": ""}, source, form(kind), "MIT", quantization="float32", trim=False)


def form(kind: str) -> str:
    return "mbart" if kind == "mbart" else "t5"


@pytest.mark.parametrize("kind", [*KINDS, "mbart"])
def test_the_scores_are_those_of_transformers(tmp_path: Path, kind: str) -> None:
    import ctranslate2

    model, tokens, processor = build(tmp_path / "hub", kind)
    convert(part(tmp_path / "hub", kind), tmp_path / "hub", tmp_path / "converted")
    begin = ["ar_AR"] if kind == "mbart" else []
    source = [*begin, *processor.encode(SOURCES[4], out_type=str), "</s>"]
    target = [*begin, *processor.encode(SOURCES[0], out_type=str)]
    ids = {token: number for number, token in enumerate(tokens)}
    wanted = [ids[token] for token in (*target, "</s>")]
    start = [model.config.decoder_start_token_id, *wanted[:-1]]
    with torch.no_grad():
        logits = model(
            input_ids=torch.tensor([[ids[token] for token in source]]),
            decoder_input_ids=torch.tensor([start]),
        ).logits[0]
    expected = torch.log_softmax(logits, -1)[range(len(wanted)), wanted].tolist()
    engine = ctranslate2.Translator(str(tmp_path / "converted"), compute_type="float32")
    (found,) = engine.score_batch([source], [target])
    assert found.log_probs == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("kind", ["mt5", "mbart"])
def test_a_model_of_the_hub_is_installed_and_writes_what_it_learnt(
    bench: Bench, server: Server, tmp_path: Path, kind: str
) -> None:
    model, _, _ = build(tmp_path / "hub", kind, steps=300)
    server.repositories["someone/writer"] = tmp_path / "hub"
    prefix = "ar_AR" if kind == "mbart" else ""
    path = bench.recipe(source={"hub": "someone/writer"}, format=form(kind), languages={"ar": prefix})
    recipe = yaml.safe_load(path.read_text(encoding="utf-8")) | {"translates": "summaries"}
    path.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    for step in (bench.fetch, bench.install):
        result = step()
        assert result.returncode == 0, result.stderr
    manifest = json.loads((bench.model / "manifest.json").read_text())
    assert manifest["translates"] == "summaries"
    positions = (126, 128) if kind == "mbart" else (1000, 1002)
    assert (manifest["max_source_tokens"], manifest["max_positions"]) == positions
    size = model.config.vocab_size
    assert manifest["vocabulary"] == {"source": size, "target": size, "untrimmed": size}
    assert manifest["target_prefix"] == prefix
    writer = open_translator(bench.model, "ar", engine=Writer)
    made = writer.translate(SOURCES, Decoding(1))
    assert [hypothesis.text for hypothesis in made] == TARGETS
    assert all(hypothesis.complete and hypothesis.score > -0.5 for hypothesis in made)
    assert made[0].tokens == writer.count(TARGETS[:1])[0]
    assert writer.limits(900) == {"max_decoding_length": MOST_TOKENS}


def test_a_marian_is_told_from_a_t5(tmp_path: Path) -> None:
    build(tmp_path / "hub", "t5")
    config = tmp_path / "hub" / "config.json"
    config.write_text(config.read_text().replace('"t5"', '"marian"'))
    with pytest.raises(ModelError, match=r"model_type 'marian'; the format t5 is of T5 and mT5 models"):
        convert(part(tmp_path / "hub", "t5"), tmp_path / "hub", tmp_path / "converted")
