"""With the embedded model: what a text becomes does not depend on what is translated with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dragoman.arabic import for_model
from dragoman.engine import CTranslate2Translator, Decoding
from dragoman.test_sets import read_test_set

ROOT = Path(__file__).parents[2]
STRICT = Decoding(2, repetition_penalty=1.2, no_repeat_ngram_size=3)


def make(threads: int, batch_tokens: int) -> CTranslate2Translator:
    return CTranslate2Translator(
        ROOT / "models" / "mini",
        prefix=">>fra<<",
        add_source_eos=False,
        max_source_tokens=100,
        max_positions=512,
        threads=threads,
        batch_tokens=batch_tokens,
    )


@pytest.mark.parametrize("decoding", [Decoding(), STRICT])
def test_a_hypothesis_and_its_score_are_the_same_in_any_company(decoding: Decoding) -> None:
    news = read_test_set(ROOT / "training" / "news" / "dev.jsonl", "fr")
    assert news
    together = make(2, 4096)
    texts = together.fitting(map(for_model, news.sources[:60]))
    assert len({together.width(length) for length in together.count(texts)}) > 2
    wanted = dict(zip(texts, together.translate(texts, decoding), strict=True))
    # several share a batch here, and none there; a batch of a few is in between
    alone, few = make(1, 1), make(2, 100)
    for number, text in enumerate(texts):
        if number % 4 == 0:
            assert alone.translate([text], decoding) == [wanted[text]]
    assert few.translate(texts[::-1], decoding) == [wanted[text] for text in texts[::-1]]
