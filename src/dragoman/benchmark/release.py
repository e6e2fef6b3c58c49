"""A native OPUS-MT release with random weights: of the size of the real ones where none is at hand."""

from __future__ import annotations

import io
import itertools
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

LAYERS, WIDTH, FEED_FORWARD, HEADS = 6, 512, 2048, 8
VOCABULARY = 62_834
"""Tokens of the joint vocabulary, as in opus-mt-ar-en."""
PIECES = 32_000
"""Pieces of either sentencepiece model."""
LEARNT = 8_000
"""Pieces learnt from the text; the others are filled up with words that no text has."""
SEED = 1


def write_release(texts: Iterable[str], folder: Path) -> None:
    """Writes ``decoder.yml``, weights, vocabulary and sentencepiece models.

    Args:
        texts: Arabic, to learn the source's pieces from.
        folder: the release's folder, which is made.
    """
    folder.mkdir(parents=True)
    letters = map("".join, itertools.product(string.ascii_lowercase, repeat=2))
    tokens = ["</s>", "<unk>"]
    for side, lines in (("source", texts), ("target", letters)):
        model = _pieces(lines, side)
        (folder / f"{side}.spm").write_bytes(model)
        tokens += _names(model)
    tokens = list(dict.fromkeys(tokens))
    tokens += [f"@more{number}" for number in range(VOCABULARY - len(tokens))]
    rows = (yaml.safe_dump(token, allow_unicode=True, width=1000).split("\n")[0] for token in tokens)
    (folder / "opus.vocab.yml").write_text(
        "".join(f"{row}: {number}\n" for number, row in enumerate(rows)), encoding="utf-8"
    )
    config = {"models": ["opus.npz"], "vocabs": ["opus.vocab.yml"] * 2}
    (folder / "decoder.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    tensors: dict[str, Any] = dict(_weights(len(tokens)))
    np.savez(folder / "opus.npz", **tensors)


def _pieces(lines: Iterable[str], side: str) -> bytes:
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        vocab_size=PIECES,
        hard_vocab_limit=False,
        user_defined_symbols=[f"@{side}{number}" for number in range(PIECES - LEARNT)],
        eos_id=0,
        unk_id=1,
        bos_id=-1,
        pad_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def _names(model: bytes) -> list[str]:
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return [processor.id_to_piece(number) for number in range(processor.get_piece_size())]


def _weights(vocabulary: int) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
    """Yields the tensors of a Marian checkpoint, the configuration first."""
    config = {
        "type": "transformer",
        "enc-depth": LAYERS,
        "dec-depth": LAYERS,
        "transformer-heads": HEADS,
        "transformer-ffn-activation": "swish",
        "transformer-preprocess": "",
        "transformer-postprocess": "dan",
        "transformer-postprocess-emb": "d",
        "transformer-decoder-autoreg": "self-attention",
        "transformer-no-projection": False,
        "transformer-guided-alignment-layer": "last",
    }
    yield "special:model.yml", np.frombuffer(yaml.safe_dump(config).encode() + b"\0", dtype=np.int8)
    numbers = np.random.default_rng(SEED)

    def matrix(*shape: int) -> npt.NDArray[np.generic]:
        return numbers.normal(0, WIDTH**-0.5, shape).astype(np.float32)

    yield "Wemb", matrix(vocabulary, WIDTH)
    yield "decoder_ff_logit_out_b", np.zeros((1, vocabulary), np.float32)
    for side, attentions in (("encoder", ["self"]), ("decoder", ["self", "context"])):
        for layer in range(1, LAYERS + 1):
            name = f"{side}_l{layer}"
            for attention in attentions:
                for part in "qkvo":
                    yield f"{name}_{attention}_W{part}", matrix(WIDTH, WIDTH)
                    yield f"{name}_{attention}_b{part}", np.zeros((1, WIDTH), np.float32)
                yield from _norm(f"{name}_{attention}_Wo")
            yield f"{name}_ffn_W1", matrix(WIDTH, FEED_FORWARD)
            yield f"{name}_ffn_b1", np.zeros((1, FEED_FORWARD), np.float32)
            yield f"{name}_ffn_W2", matrix(FEED_FORWARD, WIDTH)
            yield f"{name}_ffn_b2", np.zeros((1, WIDTH), np.float32)
            yield from _norm(f"{name}_ffn_ffn")


def _norm(name: str) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
    yield f"{name}_ln_scale", np.ones((1, WIDTH), np.float32)
    yield f"{name}_ln_bias", np.zeros((1, WIDTH), np.float32)
