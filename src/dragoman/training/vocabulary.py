"""One sentencepiece vocabulary for all languages (Kudo 2018), with the language tokens as symbols."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from pathlib import Path

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


def learn(rows: Iterable[Row], pieces: int, output: Path, unit: str = "unigram") -> None:
    """Learns the pieces and writes a sentencepiece model.

    Args:
        rows: cleaned rows.
        pieces: size of the vocabulary, symbols and bytes included.
        output: the model file.
        unit: ``unigram`` or ``char``.

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
            user_defined_symbols=list(PREFIXES.values()),
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
    """Returns the ids that a translation may have: no language token, no padding, no Arabic letter.

    Args:
        vocabulary: sentencepiece model.
    """
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    sources = {PAD, *(pieces.piece_to_id(symbol) for symbol in PREFIXES.values())}
    return [
        number
        for number in range(pieces.get_piece_size())
        if number not in sources and not has_arabic(pieces.id_to_piece(number))
    ]
