"""One vocabulary: fixed ids, language tokens as symbols, the same bytes for the same text."""

from __future__ import annotations

from pathlib import Path

import pytest

from dragoman.errors import DataError
from dragoman.training.vocabulary import EOS, PAD, PREFIXES, UNK, learn

WORDS = ["minister", "arrived", "city", "court", "school", "president", "company", "river", "market", "sea"]
ROWS = [
    {
        "source": "s",
        "domain": "d",
        "language": "en",
        "ar": f"وصل الوزير {a} {b}",
        "text": f"the {a} {b} of {a}",
    }
    for a in WORDS
    for b in WORDS
]
PIECES = 295


def test_ids_symbols_and_bytes(tmp_path: Path) -> None:
    spm = pytest.importorskip("sentencepiece")
    learn(ROWS, PIECES, tmp_path / "a.spm")
    model = spm.SentencePieceProcessor(model_file=str(tmp_path / "a.spm"))
    assert model.get_piece_size() == PIECES
    assert (model.pad_id(), model.eos_id(), model.unk_id(), model.bos_id()) == (PAD, EOS, UNK, -1)
    for prefix in PREFIXES.values():
        assert prefix in model.encode(f"{prefix} وصل", out_type=str)
    # byte fallback: a character never seen comes back
    assert UNK not in model.encode("漢")
    assert model.decode(model.encode("the 漢")) == "the 漢"


def test_order_and_repetition_of_rows_do_not_matter(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece")
    learn(ROWS, PIECES, tmp_path / "a.spm")
    learn([*reversed(ROWS), ROWS[0]], PIECES, tmp_path / "b.spm")
    assert (tmp_path / "a.spm").read_bytes() == (tmp_path / "b.spm").read_bytes()


def test_too_little_text_is_told(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece")
    with pytest.raises(DataError, match="5000 pieces from 2 texts"):
        learn(ROWS[:1], 5000, tmp_path / "a.spm")
    assert not (tmp_path / "a.spm").exists()


def test_a_vocabulary_of_characters_has_no_longer_pieces(tmp_path: Path) -> None:
    spm = pytest.importorskip("sentencepiece")
    learn(ROWS, 290, tmp_path / "a.spm", "char")
    model = spm.SentencePieceProcessor(model_file=str(tmp_path / "a.spm"))
    assert model.encode("court", out_type=str) == ["▁", *"court"]
    assert model.decode(model.encode("وصل 漢")) == "وصل 漢"
