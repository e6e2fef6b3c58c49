"""The self-test of an installed model: it ends, does not loop, and is the model that was converted.

Conversion has gone wrong without a word before: endless repetition where the end mark or the pad embedding
was lost, results that change with the batch, int8 weights far from the original. All of that shows on a few
sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dragoman.data import load
from dragoman.engine import Decoding, Hypothesis, open_translator
from dragoman.errors import ModelError
from dragoman.models.installed import MANIFEST
from dragoman.models.recipe import SOURCE_LANGUAGE
from dragoman.repetition import repeats
from dragoman.store import read_json

MAX_BROKEN = 0.5
"""Largest share of sentences that may loop or not end: a weak model may fail on some."""
MIN_INVARIANT = 0.9
"""Smallest share of sentences whose translation alone is the one in a batch."""
MIN_CHRF = 90.0
"""Smallest chrF of the quantised model's output against the float32 model's, unless nothing was lost."""
MAX_LOSS = 0.05
"""Largest loss of likelihood, in nats per token: how much better the float32 model finds its own output than
the quantised model's. A weak model has many phrasings of one likelihood, and rounding picks another of them:
chrF is low although nothing was lost."""
MIN_SAME = 0.97
"""Smallest share of sentences that the model translates, in greedy search, as it does with its whole target
vocabulary. Where the whole one says a piece that was cut, the two differ rightly; that counts as well."""
BEAM_SENTENCES = 100
"""Sentences that are compared in beam search too, which takes four times as long."""
LOOP_SPAN = 4
LOOP_TIMES = 4
"""A loop is a run of up to LOOP_SPAN pieces that comes LOOP_TIMES times in a row."""


def self_test(
    folder: Path,
    languages: Sequence[str],
    reference: Path | None = None,
    threads: int = 1,
    untrimmed: Path | None = None,
) -> dict[str, Any]:
    """Translates the built-in sentences to each language and judges the output.

    Args:
        folder: the model with its (provisional) manifest.
        languages: target languages that it offers.
        reference: the same model in float32 with its manifest, None where there is none.
        threads: threads of the engine.
        untrimmed: the same model with its whole target vocabulary and its manifest, None where nothing was
            cut.

    Returns:
        Per language ``{"sentences", "complete", "loops", "batch_invariant", "chrf_to_float32", "loss"}``: the
        number of sentences, shares of them, and chrF and loss to float32, or the reason why there are none;
        with ``untrimmed`` also ``same_as_untrimmed``: ``{"sentences", "greedy", "beam_4"}``, shares.

    Raises:
        ModelError: a figure is out of bounds.
    """
    report = {language: _test(folder, language, reference, threads) for language in languages}
    if untrimmed:
        for language in languages:
            report[language]["same_as_untrimmed"] = _same(folder, untrimmed, language, threads)
    return report


def _same(folder: Path, untrimmed: Path, language: str, threads: int) -> dict[str, Any]:
    """Returns how often a model and its untrimmed original translate to the same.

    Raises:
        ModelError: too seldom in greedy search. A beam may differ: a model trained with label smoothing gives
            the pieces that were cut a little probability, the others share that, and near ties turn over.
    """
    trimmed, original = (open_translator(model, language, threads=threads) for model in (folder, untrimmed))
    texts = trimmed.fitting(load("sentences.yaml"))
    report: dict[str, Any] = {"sentences": len(texts)}
    for name, beam_size, number in (("greedy", 1, len(texts)), ("beam_4", 4, BEAM_SENTENCES)):
        pairs = zip(
            trimmed.translate(texts[:number], Decoding(beam_size)),
            original.translate(texts[:number], Decoding(beam_size)),
            strict=True,
        )
        report[name] = _share([a.text == b.text for a, b in pairs])
    if report["greedy"] < MIN_SAME:
        raise ModelError(
            f"self-test {language}: {report['greedy']:.0%} of the translations are the same with the target "
            f"vocabulary trimmed and whole, at least {MIN_SAME:.0%} should be; set trim: false in the recipe"
        )
    return report


def _test(folder: Path, language: str, reference: Path | None, threads: int) -> dict[str, Any]:
    translator = open_translator(folder, language, threads=threads)
    source = tested_with(folder)
    texts = translator.fitting(load("selftest.yaml").get(source, []))
    if not texts:
        limit = translator.max_source_tokens
        raise ModelError(
            f"self-test {language}: no sentence in {source} fits into {limit} tokens; raise max_source_tokens"
        )
    together = translator.translate(texts, Decoding())
    loops = [_loops(_pieces(folder, hypothesis)) for hypothesis in together]
    complete = [hypothesis.complete for hypothesis in together]
    alone = [translator.translate([text], Decoding())[0].text for text in texts]
    report: dict[str, Any] = {
        "sentences": len(texts),
        "complete": _share(complete),
        "loops": _share(loops),
        "batch_invariant": _share([a == b.text for a, b in zip(alone, together, strict=True)]),
    }
    broken = _share([loop or not end for loop, end in zip(loops, complete, strict=True)])
    if broken > MAX_BROKEN:
        raise ModelError(
            f"self-test {language}: {broken:.0%} of the translations loop or do not end, at most "
            f"{MAX_BROKEN:.0%} may, such as {together[0].text[:60]!r}; the conversion is faulty, or the "
            "recipe does not fit the model"
        )
    if report["batch_invariant"] < MIN_INVARIANT:
        raise ModelError(
            f"self-test {language}: {report['batch_invariant']:.0%} of the translations are the same alone "
            f"and in a batch, at least {MIN_INVARIANT:.0%} should be; set quantization: float32 in the recipe"
        )
    if reference is None:
        report["chrf_to_float32"] = "skipped: the model came converted, there is no float32 to compare with"
        return report
    original = open_translator(reference, language, compute_type="float32", threads=threads)
    outputs = [hypothesis.text for hypothesis in together]
    references = [hypothesis.text for hypothesis in original.translate(texts, Decoding())]
    report["chrf_to_float32"] = chrf = _chrf(outputs, references)
    report["loss"] = loss = _loss(reference, language, texts, outputs, references)
    if chrf < MIN_CHRF and loss > MAX_LOSS:
        raise ModelError(
            f"self-test {language}: chrF {chrf} to the float32 model (at least {MIN_CHRF:g}) and {loss} nats "
            f"per token lost (at most {MAX_LOSS:g}); set quantization: float32 in the recipe"
        )
    return report


def tested_with(folder: Path) -> str:
    """Returns the key of ``selftest.yaml`` for a model: its source language, or ``names``."""
    manifest = read_json(folder / MANIFEST)
    names = manifest.get("translates") == "names"
    return "names" if names else str(manifest.get("source_language", SOURCE_LANGUAGE))


def _pieces(folder: Path, hypothesis: Hypothesis) -> list[str]:
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
    pieces: list[str] = processor.encode(hypothesis.text, out_type=str)
    return pieces


def _loops(pieces: Sequence[str]) -> bool:
    return repeats(pieces, ((span, LOOP_TIMES) for span in range(1, LOOP_SPAN + 1)))


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4)


def _chrf(outputs: Sequence[str], references: Sequence[str]) -> float:
    """Returns chrF2 of one model's output against another's, 100 where both are the same."""
    import sacrebleu

    if list(outputs) == list(references):
        return 100.0
    return round(float(sacrebleu.corpus_chrf(outputs, [references]).score), 2)


def _loss(folder: Path, language: str, texts: list[str], outputs: list[str], references: list[str]) -> float:
    """Returns by how much a model finds ``references`` likelier than ``outputs``, in nats per token."""
    import ctranslate2
    import sentencepiece

    manifest = read_json(folder / MANIFEST)
    source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
    model = ctranslate2.Translator(str(folder), compute_type="float32", intra_threads=1)
    prefix = [token for token in [manifest["languages"][language]["prefix"]] if token]
    begins = [token for token in [manifest["target_prefix"]] if token]
    end = [] if manifest["add_source_eos"] else ["</s>"]
    sources = [[*prefix, *pieces, *end] for pieces in source.encode(texts, out_type=str)]

    def mean(translations: list[str]) -> float:
        targets = [[*begins, *pieces] for pieces in target.encode(translations, out_type=str)]
        scored = model.score_batch(sources, targets)
        return float(sum(sum(s.log_probs) / max(len(s.log_probs), 1) for s in scored) / len(scored))

    return round(mean(references) - mean(outputs), 3)
