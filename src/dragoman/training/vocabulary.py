"""One sentencepiece vocabulary for all languages (Kudo 2018), with the language tokens as symbols."""

from __future__ import annotations

import io
import itertools
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.arabic import has_arabic
from dragoman.errors import DataError
from dragoman.store import atomic
from dragoman.training.collect import Row

PREFIXES = {"en": ">>eng<<", "fr": ">>fra<<"}
"""The token before a source that names the target language."""
PAD, EOS, UNK = 0, 1, 2
"""Ids while training; ``export`` puts them in Marian's order."""
SAMPLE = 600_000
"""Most texts that the pieces are learnt from."""
SEED = 1
Ids = npt.NDArray[np.int32]
_LATIN = re.compile("[A-Za-z]")
_SYMBOL = re.compile(">>[a-z]+<<")


def tag_symbol(tag: str) -> str:
    """Returns the token of a kind of text, after that of the language (Kobus et al. 2017)."""
    return f">>{tag}<<"


def learn(
    rows: Iterable[Row], pieces: int, output: Path, unit: str = "unigram", tags: Iterable[str] = ()
) -> None:
    """Learns the pieces and writes a sentencepiece model.

    Args:
        rows: cleaned rows.
        pieces: size of the vocabulary, symbols and bytes included.
        output: the model file.
        unit: ``unigram`` or ``char``.
        tags: kinds of text that have a token.

    Raises:
        DataError: there is too little text for so many pieces.
    """
    import sentencepiece

    texts = sorted({text for row in rows for text in (row["ar"], row["text"])})
    if len(texts) > SAMPLE:
        texts = sorted(random.Random(SEED).sample(texts, SAMPLE))
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            vocab_size=pieces,
            model_type=unit,
            character_coverage=0.9998,
            byte_fallback=True,
            pad_id=PAD,
            eos_id=EOS,
            unk_id=UNK,
            bos_id=-1,
            user_defined_symbols=[*PREFIXES.values(), *map(tag_symbol, tags)],
            normalization_rule_name="nmt_nfkc",
            # with several threads the sums, and so the pieces, differ from run to run
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise DataError(f"{pieces} pieces from {len(texts)} texts: {' '.join(str(error).split())}") from error
    with atomic(output, "wb") as file:
        file.write(model.getvalue())


def target_ids(vocabulary: Path) -> list[int]:
    """Returns the ids that a translation may have: no language, tag, padding or Arabic letter.

    Args:
        vocabulary: sentencepiece model.
    """
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    texts = {number: pieces.id_to_piece(number) for number in range(pieces.get_piece_size())}
    return [
        number
        for number, text in texts.items()
        if number != PAD and not has_arabic(text) and not _SYMBOL.fullmatch(text)
    ]


class Sampler:
    """Cuts the same text into other pieces each time, so that no cut is learnt by heart.

    The method is subword regularisation (Kudo 2018). Words in Latin letters stay as they are: they are
    copied, and a copy is easiest from the same pieces.
    """

    def __init__(self, vocabulary: Path, alpha: float) -> None:
        """Opens a sentencepiece model.

        Args:
            vocabulary: sentencepiece model of unigrams.
            alpha: exponent of the probability that a cut is drawn with; the higher, the nearer to the best.
        """
        import sentencepiece

        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
        self._alpha = alpha
        self._symbols = {
            number
            for number in range(self._processor.get_piece_size())
            if _SYMBOL.fullmatch(self._processor.id_to_piece(number))
        }

    def __call__(self, sources: Iterable[Ids], seed: int) -> list[Ids]:
        """Returns sources cut anew, with the symbols before them and the end mark as they are.

        Args:
            sources: symbols, pieces, end mark.
            seed: decides the cuts; any thread, any order of calls.
        """
        import sentencepiece

        sentencepiece.set_random_generator_seed(seed)
        return [self._cut(source.tolist()) for source in sources]

    def _cut(self, source: list[int]) -> Ids:
        start = next(place for place, number in enumerate(source) if number not in self._symbols)
        words = self._processor.decode(source[start:-1]).split(" ")
        pieces: list[int] = []
        for latin, run in itertools.groupby(words, key=lambda word: bool(_LATIN.search(word))):
            how: dict[str, Any] = {"enable_sampling": not latin, "alpha": self._alpha, "nbest_size": -1}
            pieces += self._processor.encode(" ".join(run), **how)
        return np.array([*source[:start], *pieces, source[-1]], np.int32)
