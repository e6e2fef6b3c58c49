"""One vocabulary: fixed ids, language tokens as symbols, the same bytes for the same text."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.errors import DataError
from dragoman.training.vocabulary import EOS, PAD, PREFIXES, UNK, Ids, Sampler, learn

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
NEWS = Path(__file__).parents[3] / "training" / "news" / "dev.jsonl"


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


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sampler") / "pieces.spm"
    articles = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    learn(
        [{"ar": s["ar"], "text": s["en"]} for a in articles for s in a["sentences"]], 900, path, tags=["ui"]
    )
    return path


@pytest.fixture(scope="module")
def sources(pieces: Path) -> list[Ids]:
    model = pytest.importorskip("sentencepiece").SentencePieceProcessor(model_file=str(pieces))
    articles = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    texts = [sentence["ar"] for article in articles for sentence in article["sentences"]][:20]
    return [np.array([*model.encode(text), EOS], np.int32) for text in texts]


@given(text=st.text(max_size=60), seed=st.integers(0, 2**31), alpha=st.floats(0.01, 2))
def test_another_cut_is_the_same_text(pieces: Path, text: str, seed: int, alpha: float) -> None:
    spm = pytest.importorskip("sentencepiece")
    model = spm.SentencePieceProcessor(model_file=str(pieces))
    symbols = model.encode(">>fra<<>>ui<<")[1:]
    best = model.encode(text)
    (cut,) = Sampler(pieces, alpha)([np.array([*symbols, *best, EOS], np.int32)], seed)
    assert cut[:2].tolist() == symbols and cut[-1] == EOS
    assert model.decode(cut[2:-1].tolist()) == model.decode(best)


def test_cuts_differ_from_seed_to_seed_and_agree_for_one(pieces: Path, sources: list[Ids]) -> None:
    sampler = Sampler(pieces, 0.5)
    first, again, other = ([side.tolist() for side in sampler(sources, seed)] for seed in (1, 1, 2))
    assert first == again != other
    assert len({tuple(side) for side in sampler(sources[:1] * 50, 3)}) > 5


def test_the_higher_the_exponent_the_nearer_to_the_best(pieces: Path, sources: list[Ids]) -> None:
    model = pytest.importorskip("sentencepiece").SentencePieceProcessor(model_file=str(pieces))

    def losses(alpha: float) -> list[float]:
        """How much less probable than the best each cut is: nats, 0 for the best and for its equals."""
        cuts = Sampler(pieces, alpha)(sources, 1)
        pairs = zip(sources, cuts, strict=True)
        return [
            sum(model.get_score([int(i) for i in best[:-1]])) - sum(model.get_score(cut[:-1].tolist()))
            for best, cut in pairs
        ]

    # two cuts may be as probable as one another: which of them is drawn is chance
    assert max(losses(1000)) < 0.05
    assert sum(losses(1000)) < sum(losses(2)) < sum(losses(0.5))


def test_words_in_latin_letters_are_not_cut_anew(pieces: Path) -> None:
    spm = pytest.importorskip("sentencepiece")
    model = spm.SentencePieceProcessor(model_file=str(pieces))
    source = np.array([*model.encode("قال Antonio Guterres للصحفيين"), EOS], np.int32)
    name = model.encode("Antonio Guterres")
    cuts = [side.tolist() for side in Sampler(pieces, 0.1)([source] * 30, 1)]
    assert len({tuple(cut) for cut in cuts}) > 5
    for cut in cuts:
        starts = [at for at in range(len(cut)) if cut[at : at + len(name)] == name]
        assert len(starts) == 1
