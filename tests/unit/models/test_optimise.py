"""Trimming: which target tokens stay, and that their rows are the ones of the whole model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import Bench, sentencepiece_model

from dragoman.errors import ModelError
from dragoman.models.convert import convert
from dragoman.models.optimise import kept, producible
from dragoman.models.recipe import load_recipe
from dragoman.models.weights import variables

TOKENS = st.lists(
    st.sampled_from(["</s>", "<unk>", "<pad>", "▁the", "s", "<0xD8>", "▁في", "ة", ">>fra<<"]), unique=True
)


def rows(model: Path, name: str) -> np.ndarray:
    """Reads a float32 tensor of a model file."""
    found = next(variable for variable in variables(model / "model.bin") if variable.name == name)
    content = (model / "model.bin").read_bytes()
    return np.frombuffer(content, np.float32, found.size // 4, found.offset).reshape(found.shape)


def test_arabic_pieces_and_those_of_sources_go_and_the_rest_stays_in_order() -> None:
    vocabulary = ["</s>", "<unk>", "▁في", "▁the", ">>fra<<", "<0xD8>", "aة", "،", "<pad>"]
    pieces = ["<unk>", "،", "<0xD8>", "▁the", "▁في", "aة", "▁absent"]
    assert kept(vocabulary, pieces, ["</s>", "<pad>", "<s>"]) == [0, 1, 3, 5, 7, 8]


@given(vocabulary=TOKENS, pieces=TOKENS, specials=TOKENS)
def test_kept_ids_ascend_and_hold_every_special(
    vocabulary: list[str], pieces: list[str], specials: list[str]
) -> None:
    ids = kept(vocabulary, pieces, specials)
    assert ids == sorted(set(ids))
    tokens = {vocabulary[number] for number in ids}
    assert set(specials) & set(vocabulary) <= tokens <= set(specials) | set(pieces)


def test_end_marks_are_no_text_that_a_sentencepiece_model_produces(tmp_path: Path) -> None:
    path = tmp_path / "target.spm"
    path.write_bytes(sentencepiece_model(["hello bonjour"], 20, kind="word"))
    pieces = producible(path)
    assert "</s>" not in pieces
    assert {"▁hello", "▁bonjour"} <= set(pieces)


def test_only_the_target_side_is_cut_and_its_rows_are_those_of_the_whole_model(
    bench: Bench, opus_folder: Path
) -> None:
    part = load_recipe(bench.recipe(source={"path": str(opus_folder)}, format="opus-mt")).part("p")
    trimmed, whole = bench.folder / "trimmed", bench.folder / "whole"
    convert(part, opus_folder, trimmed, "float32")
    convert(part, opus_folder, whole, "float32", trim=False)
    vocabulary = json.loads((whole / "shared_vocabulary.json").read_text(encoding="utf-8"))
    assert json.loads((trimmed / "source_vocabulary.json").read_text(encoding="utf-8")) == vocabulary
    target = json.loads((trimmed / "target_vocabulary.json").read_text(encoding="utf-8"))
    assert target == ["</s>", "<unk>", "▁hello", "▁bonjour"]
    ids = [vocabulary.index(token) for token in target]
    for name in ("decoder/embeddings/weight", "decoder/projection/weight", "decoder/projection/bias"):
        assert np.array_equal(rows(trimmed, name), rows(whole, name)[ids]), name
    # the whole model keeps the matrix that both sides share under its first name
    encoder = rows(trimmed, "encoder/embeddings_0/weight")
    assert np.array_equal(encoder, rows(whole, "decoder/embeddings/weight"))


def test_a_vocabulary_of_another_size_is_refused(bench: Bench, opus_folder: Path) -> None:
    folder = bench.folder / "short"
    shutil.copytree(opus_folder, folder)
    lines = (folder / "opus.vocab.yml").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "opus.vocab.yml").write_text("".join(lines[:-1]), encoding="utf-8")
    part = load_recipe(bench.recipe(source={"path": str(folder)}, format="opus-mt")).part("p")
    with pytest.raises(ModelError, match=r"target vocabulary has \d+ tokens and its embeddings \d+ rows"):
        convert(part, folder, bench.folder / "model")
