"""The systems that are compared; each runs alone in a process and tells what it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dragoman.arabic import for_model
from dragoman.engine import LENGTHS, CTranslate2Translator, open_translator

BATCH_TOKENS = 1024
"""Padded source tokens per batch of the bare engine."""
GENERATE_BATCH = 32
"""Segments per batch with transformers, in the order of the file."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a system does.

    Attributes:
        texts: what to translate, in the order of the file.
        model: folder of the model.
        language: target language.
        threads: threads to use.
        beam_size: hypotheses kept per step.
        limit: seconds after which a slow system stops after the batch at hand; 0 for no limit.
        forced: whether outputs have as many tokens as their sources, for a model with
            random weights, which never ends.
        untrimmed: folder of the model with its whole target vocabulary, None where there is none.
        system: one of ``SYSTEMS``.
        work: folder for what a system writes.
    """

    texts: tuple[str, ...]
    model: Path
    language: str
    threads: int
    beam_size: int
    limit: float
    work: Path
    forced: bool = False
    untrimmed: Path | None = None
    system: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of the first texts of a job.

    Attributes:
        seconds: from when the model was loaded and the texts were ready to the last token or file.
        outputs: translations of the first texts, in their order; "" where only the time counts.
        target_tokens: tokens produced, end marks not counted.
    """

    seconds: float
    outputs: list[str]
    target_tokens: int


class Forced(CTranslate2Translator):
    """An engine whose outputs are as long as the middle one of the sources that are padded alike."""

    def limits(self, width: int) -> dict[str, int]:
        """Returns limits that leave one length only."""
        middle = max(1, width - LENGTHS // 2)
        return {"min_decoding_length": middle, "max_decoding_length": middle}


def run(job: Job, answer: Connection) -> None:
    """Runs a job's system and sends the row of ``benchmark.measure``."""
    began = time.perf_counter()
    try:
        outcome = SYSTEMS[job.system](job)
    except ImportError as error:
        answer.send({"reason": f"needs torch and transformers ({error}): pip install 'dragoman[convert]'"})
        return
    spent = time.perf_counter() - began
    done = job.texts[: len(outcome.outputs)]
    answer.send(
        {
            "segments": len(done),
            "source_tokens": sum(_translator(job, job.model).count(done)),
            "target_tokens": outcome.target_tokens,
            "seconds": round(outcome.seconds, 3),
            # all around it: loading, preparing, reading the outputs back
            "other_seconds": round(spent - outcome.seconds, 3),
            "memory_mb": _peak_memory(),
            "texts": outcome.outputs,
        }
    )


def _peak_memory() -> int:
    """Returns the most memory that this process has held, in MiB.

    From the kernel's figure for this program: ``getrusage`` would count that of the parent before the start.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _translator(job: Job, folder: Path) -> CTranslate2Translator:
    return open_translator(
        folder, job.language, threads=job.threads, engine=Forced if job.forced else CTranslate2Translator
    )


def _sources(job: Job, translator: CTranslate2Translator) -> list[list[str]]:
    """Returns the tokens of the texts, which Dragoman's stage has to find for itself within its time."""
    return translator.tokens([for_model(text) for text in job.texts])


def _bare(job: Job) -> Outcome:
    """The limit: token lists, sorted by length before the clock starts, straight to the engine."""
    return _translate_batch(job, job.model)


def _untrimmed(job: Job) -> Outcome:
    """The bare engine with the whole target vocabulary."""
    assert job.untrimmed
    return _translate_batch(job, job.untrimmed)


def _translate_batch(job: Job, folder: Path) -> Outcome:
    translator = _translator(job, folder)
    sources = _sources(job, translator)
    groups = [
        (width, sorted(indices, key=lambda i: -len(sources[i])))
        for width, indices in translator.by_width(sources)
    ]
    model = translator.model
    found: dict[int, Any] = {}
    started = time.perf_counter()
    pending = [
        (
            indices,
            model.translate_batch(
                [sources[i] for i in indices],
                asynchronous=True,
                max_batch_size=BATCH_TOKENS,
                batch_type="tokens",
                beam_size=job.beam_size,
                repetition_penalty=translator.repetition_penalty,
                max_input_length=0,
                disable_unk=True,
                **translator.limits(width),
            ),
        )
        for width, indices in groups
    ]
    for indices, results in pending:
        for index, result in zip(indices, results, strict=True):
            found[index] = result.result().hypotheses[0]
    seconds = time.perf_counter() - started
    return _outcome(translator, seconds, [found[index] for index in range(len(sources))])


def _outcome(translator: CTranslate2Translator, seconds: float, pieces: list[list[str]]) -> Outcome:
    return Outcome(seconds, translator.detokenise(pieces), sum(map(len, pieces)))


def _dragoman(job: Job) -> Outcome:
    """The translate stage: reading, tokens, engine, checks, writing; but no second decoding."""
    from dragoman import store
    from dragoman.records import Segment, Translation
    from dragoman.translate import Counts, Options, translate

    shard, output = job.work / "segments.jsonl", job.work / "translations.jsonl"
    store.write(shard, (Segment(f"a#{n}", "a", n, n + 1, "text", text) for n, text in enumerate(job.texts)))
    translator = _translator(job, job.model)
    counts = Counts()
    options = Options(job.beam_size, rescue=False)
    started = time.perf_counter()
    segments = store.read(shard, Segment)
    store.write(output, translate(segments, translator, job.language, options, counts=counts))
    seconds = time.perf_counter() - started
    outputs = [translation.text for translation in store.read(output, Translation)]
    return Outcome(seconds, outputs, counts.tokens)


def _naive(job: Job) -> Outcome:
    """As small tools do it: CTranslate2 with its defaults, a call per text in the order of the file."""
    import ctranslate2

    translator = _translator(job, job.model)
    sources = _sources(job, translator)
    model = ctranslate2.Translator(str(job.model))
    limits = [translator.limits(translator.width(translator.length(source))) for source in sources]
    started = time.perf_counter()
    pieces = []
    for source, limit in zip(sources, limits, strict=True):
        (result,) = model.translate_batch([source], beam_size=job.beam_size, **limit)
        pieces.append(result.hypotheses[0])
        if job.limit and time.perf_counter() - started > job.limit:
            break
    return _outcome(translator, time.perf_counter() - started, pieces)


def _generate(job: Job, precision: str) -> Outcome:
    """Transformers in batches of 32 in the order of the file.

    The weights are random: a step takes as long as with others. Every output of a batch is as long as the
    longest that such sources get, the length at which a real batch would end.
    """
    import torch

    torch.set_num_threads(job.threads)
    translator = _translator(job, job.model)
    network = _network(job.model).to(getattr(torch, precision)).eval()
    sources = _sources(job, translator)
    started = time.perf_counter()
    outputs: list[str] = []
    tokens = 0
    for batch in _batches(sources, GENERATE_BATCH):
        longest = max(map(len, batch))
        ids = torch.full((len(batch), longest), network.config.pad_token_id)
        for row, source in zip(ids, batch, strict=True):
            row[: len(source)] = torch.arange(1, len(source) + 1)
        with torch.inference_mode():
            network.generate(
                input_ids=ids,
                attention_mask=(ids != network.config.pad_token_id).long(),
                num_beams=job.beam_size,
                min_new_tokens=longest,
                max_new_tokens=longest,
            )
        outputs += [""] * len(batch)
        # what a real model would have produced
        tokens += sum(map(len, batch))
        if job.limit and time.perf_counter() - started > job.limit:
            break
    return Outcome(time.perf_counter() - started, outputs, tokens)


def _batches(items: Sequence[list[str]], size: int) -> Iterator[Sequence[list[str]]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _network(model: Path) -> Any:
    """Returns a MarianMT network of an installed model's shape, with random weights."""
    from transformers import MarianConfig, MarianMTModel

    from dragoman.models.weights import shape

    found = shape(model / "model.bin")
    pad = found.vocabulary
    return MarianMTModel(
        MarianConfig(
            vocab_size=found.vocabulary + 1,
            d_model=found.width,
            encoder_layers=found.encoder_layers,
            decoder_layers=found.decoder_layers,
            encoder_ffn_dim=found.feed_forward,
            decoder_ffn_dim=found.decoder_feed_forward,
            encoder_attention_heads=found.heads,
            decoder_attention_heads=found.heads,
            pad_token_id=pad,
            decoder_start_token_id=pad,
            eos_token_id=0,
            forced_eos_token_id=None,
            max_position_embeddings=512,
            scale_embedding=True,
            activation_function="swish",
        )
    )


SYSTEMS: dict[str, Callable[[Job], Outcome]] = {
    "bare": _bare,
    "dragoman": _dragoman,
    "untrimmed": _untrimmed,
    "naive": _naive,
    "transformers-float32": lambda job: _generate(job, "float32"),
    "transformers-bfloat16": lambda job: _generate(job, "bfloat16"),
}
"""The systems by name, in the order of the table."""
