"""Packing of encoded pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from dragoman.arabic import has_arabic
from dragoman.errors import DataError
from dragoman.training.encode import Examples, encode, epoch, load, pack, padded, save
from dragoman.training.vocabulary import EOS, PAD, learn, target_ids

lengths = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=40)


def examples(sizes: list[tuple[int, int]], weight: float = 1.0) -> Examples:
    return Examples(
        [np.full(source, 5, np.int32) for source, _ in sizes],
        [np.full(target, 6, np.int32) for _, target in sizes],
        np.full(len(sizes), weight, np.float32),
        np.array([1, 6], np.int32),
    )


@given(lengths, st.integers(2, 60))
def test_every_pair_is_in_one_batch_and_batches_keep_to_their_size(
    sizes: list[tuple[int, int]], tokens: int
) -> None:
    batches = list(pack(range(len(sizes)), examples(sizes), tokens))
    assert sorted(index for batch in batches for index in batch) == list(range(len(sizes)))
    for batch in batches:
        area = len(batch) * (max(sizes[i][0] for i in batch) + max(sizes[i][1] for i in batch))
        assert area <= tokens or len(batch) == 1


def test_little_of_a_batch_is_padding() -> None:
    numbers = np.random.default_rng(1)
    targets = numbers.integers(5, 60, 5_000)
    sizes = [(int(target * numbers.uniform(0.6, 1.1)) + 1, int(target)) for target in targets]
    batches = list(pack(range(len(sizes)), examples(sizes), 4000))
    area = sum(len(b) * (max(sizes[i][0] for i in b) + max(sizes[i][1] for i in b)) for b in batches)
    assert sum(map(sum, sizes)) > 0.93 * area


@given(lengths, st.sampled_from([1.0, 2.0, 3.0]))
def test_a_weight_repeats_pairs(sizes: list[tuple[int, int]], weight: float) -> None:
    drawn = [index for batch in epoch(examples(sizes, weight), 30, 1, 0) for index in batch]
    assert sorted(drawn) == sorted(list(range(len(sizes))) * int(weight))


def test_a_weight_below_one_draws_a_sample_anew_in_every_epoch() -> None:
    pairs = examples([(3, 3)] * 400, 0.25)
    first, second = ({i for batch in epoch(pairs, 60, 1, n) for i in batch} for n in (0, 1))
    assert 60 < len(first) < 140
    assert first != second
    assert epoch(pairs, 60, 1, 0) == epoch(pairs, 60, 1, 0)


def test_saved_pairs_come_back(tmp_path: Path) -> None:
    pairs = examples([(1, 4), (3, 2)], 0.5)
    save(pairs, tmp_path / "x.npz")
    found = load(tmp_path / "x.npz")
    assert [side.tolist() for side in found.sources] == [[5], [5, 5, 5]]
    assert [side.tolist() for side in found.targets] == [[6, 6, 6, 6], [6, 6]]
    assert found.weights.tolist() == [0.5, 0.5]
    assert found.outputs.tolist() == [1, 6]


def test_padding() -> None:
    assert padded([np.array([3], np.int32), np.array([4, 5], np.int32)]).tolist() == [[3, PAD], [4, 5]]


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vocabulary") / "pieces.spm"
    words = ["مدرسة", "وزير", "school", "minister", "école", "ministre", "مدينة", "city", "ville"]
    rows = [{"ar": f"{a} {b}", "text": f"{b} {a}"} for a in words for b in words]
    learn(rows, 290, path)
    return path


def test_a_source_begins_with_its_language_and_both_sides_end(vocabulary: Path) -> None:
    rows = [
        {"source": "s", "language": language, "ar": "وزير", "text": "minister"} for language in ("en", "fr")
    ]
    found = encode(rows, vocabulary, {"s": 2.0})
    assert found.sources[0][0] != found.sources[1][0]
    assert found.sources[0][1:].tolist() == found.sources[1][1:].tolist()
    assert {side[-1] for side in (*found.sources, *found.targets)} == {EOS}
    assert found.weights.tolist() == [2.0, 2.0]


def test_a_target_may_have_what_is_not_arabic_and_no_token_of_a_source(vocabulary: Path) -> None:
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    may = [pieces.id_to_piece(number) for number in target_ids(vocabulary)]
    assert "</s>" in may and "<unk>" in may and "<0xD8>" in may and "▁minister" in may
    assert not {"<pad>", ">>eng<<", ">>fra<<"} & set(may)
    assert not any(has_arabic(piece) for piece in may)
    rows = [{"source": "s", "language": "en", "ar": "وزير", "text": "وزير"}]
    with pytest.raises(DataError, match="a target holds Arabic letters"):
        encode(rows, vocabulary, {"s": 1.0})


def test_too_long_pairs_are_left_out(vocabulary: Path) -> None:
    rows = [{"source": "s", "language": "en", "ar": "وزير " * 200, "text": "minister"}]
    with pytest.raises(DataError, match="no pair of at most"):
        encode(rows, vocabulary, {"s": 1.0})


def test_a_tag_follows_the_language_and_is_never_said(tmp_path: Path) -> None:
    texts = [f"word {n} and more of {n * 7}" for n in range(60)]
    rows = [
        {"source": source, "domain": "d", "language": "fr", "ar": "نص قصير جدا", "text": text}
        for text in texts
        for source in ("ui", "news")
    ]
    learn(rows, 320, tmp_path / "v.spm", tags=["ui"])
    processor = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "v.spm"))
    found = encode(rows[:2], tmp_path / "v.spm", {"ui": 1.0, "news": 1.0}, {"ui": "ui"})
    tag, language = processor.piece_to_id(">>ui<<"), processor.piece_to_id(">>fra<<")
    tagged, plain = (side.tolist() for side in found.sources)
    assert tagged[:2] == [language, tag]
    assert [*tagged[:1], *tagged[2:]] == plain
    assert not {tag, language, PAD} & set(target_ids(tmp_path / "v.spm"))
    with pytest.raises(DataError, match="no token for the tag legal; learn another"):
        encode(rows[:2], tmp_path / "v.spm", {"ui": 1.0, "news": 1.0}, {"news": "legal"})
