"""The translation engine: a small protocol, and CTranslate2 behind it.

Everything that knows tokens is here. A caller hands over texts and gets hypotheses in the same order.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from dragoman.errors import ModelError
from dragoman.provenance import source_digest


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to search.

    Attributes:
        beam_size: hypotheses kept per step.
        repetition_penalty: above 1 makes pieces that were produced already less likely.
        no_repeat_ngram_size: n-grams of this many pieces never come twice; 0 allows all.
    """

    beam_size: int = 4
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0

    @property
    def is_strict(self) -> bool:
        """Tells whether loops are forbidden, as where a text is decoded a second time."""
        return self.no_repeat_ngram_size > 0

    def to_list(self) -> list[float]:
        """Returns all that decides the search, in order."""
        return [self.beam_size, self.repetition_penalty, self.no_repeat_ngram_size]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the engine made of one text.

    Attributes:
        text: detokenised target text.
        score: mean log-probability per target token.
        tokens: number of target tokens, the end mark not counted.
        complete: False when decoding hit its limit before the end mark.
        recalled: whether it was remembered, not decoded now.
    """

    text: str
    score: float
    tokens: int
    complete: bool
    recalled: bool = False


LENGTHS = 8
"""Sources of so many neighbouring lengths are decoded together, padded to the longest of these lengths."""
GIVE_BACK_TEXTS = 2048
"""After so many texts freed memory goes back to the system: more often, it costs more than a hundredth."""

Pending = Callable[[], list[Hypothesis]]
"""What the engine is at work on: waits for it when called."""


class Translator(Protocol):
    """Anything that turns texts of the source language into hypotheses of one target language."""

    @property
    def max_source_tokens(self) -> int:
        """Longest source, in tokens without prefix and end mark, that translates well in one piece."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of source tokens of each text."""

    def submit(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> Pending:
        """Hands texts of at most ``max_source_tokens`` each to the engine and returns at once.

        Args:
            texts: normalised source texts, none empty.
            decoding: how to search.
            progress: called with the number of texts just collected.

        Returns:
            A function that waits for the engine and returns one hypothesis per text, in their order.
        """


class CTranslate2Translator:
    """A MarianMT model in CTranslate2's format, with its sentencepiece models.

    One worker per thread, one thread per worker: more parallel than several threads per worker, and the
    arithmetic of a batch never depends on the number of threads, so neither does the output.
    """

    def __init__(
        self,
        folder: Path,
        *,
        prefix: str,
        add_source_eos: bool,
        max_source_tokens: int,
        max_positions: int,
        target_prefix: str = "",
        repetition_penalty: float = 1.0,
        device: str = "cpu",
        compute_type: str = "auto",
        threads: int = 1,
        batch_tokens: int = 1024,
    ) -> None:
        """Loads the model.

        Args:
            folder: holds ``model.bin``, ``config.json``, vocabularies, ``source.spm``, ``target.spm``.
            prefix: token before every source that names the target language, "" for none.
            add_source_eos: whether CTranslate2 appends the end mark itself.
            max_source_tokens: longest source that translates well in one piece.
            max_positions: size of the model's position table: the hard limit on both sides.
            target_prefix: token that every output begins with, "" for none.
            repetition_penalty: what the model is always decoded with, a decoding may ask for more.
            device: ``cpu``, ``cuda`` or ``auto``.
            compute_type: CTranslate2's name, or ``auto``.
            threads: workers on a CPU.
            batch_tokens: source tokens per batch.

        Raises:
            ModelError: the folder does not hold such a model, or the device is not there.
        """
        import ctranslate2
        import sentencepiece

        device = resolve_device(device)
        try:
            self._source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
            self._target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
            self.model = ctranslate2.Translator(
                str(folder),
                device=device,
                compute_type=_compute_type(compute_type, device),
                inter_threads=threads if device == "cpu" else 1,
                intra_threads=1,
                # however much is handed over: the caller must not wait before it has prepared the next window
                max_queued_batches=-1,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"{folder}: the model does not load: {' '.join(str(error).split())}") from error
        self.device = device
        self.compute_type: str = self.model.compute_type
        self._prefix = [prefix] if prefix else []
        self._begins = [target_prefix] if target_prefix else []
        self.repetition_penalty = repetition_penalty
        self._end = [] if add_source_eos else ["</s>"]
        self._max_source_tokens = max_source_tokens
        self._max_positions = max_positions
        self._batch_tokens = batch_tokens
        self._collected = 0

    @property
    def identity(self) -> list[str]:
        """What decides a hypothesis besides the model's files, the decoding and the text."""
        return [
            version("ctranslate2"),
            self.device,
            self.compute_type,
            *self._prefix,
            *self._begins,
            str(self.repetition_penalty),
            source_digest("engine"),
        ]

    @property
    def max_source_tokens(self) -> int:
        """Longest source, in tokens without prefix and end mark, that translates well in one piece."""
        return self._max_source_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of source tokens of each text."""
        return [len(pieces) for pieces in self._source.encode(list(texts), out_type=int)]

    def tokens(self, texts: Sequence[str]) -> list[list[str]]:
        """Returns the tokens of each text as the model wants them, with language token and end mark."""
        encoded = self._source.encode(list(texts), out_type=str)
        return [[*self._prefix, *pieces, *self._end] for pieces in encoded]

    def length(self, source: Sequence[str]) -> int:
        """Returns the number of a source's tokens, language token and end mark not counted."""
        return len(source) - len(self._prefix) - len(self._end)

    def detokenise(self, lines: Sequence[Sequence[str]]) -> list[str]:
        """Returns the text of each list of target tokens, what it begins with and end marks left out."""
        start = len(self._begins)
        decoded = self._target.decode([line[start : -1 if _ended(line) else None] for line in lines])
        # pieces that target.spm does not know keep their word mark
        return [text.replace("\u2581", " ").strip() for text in decoded]

    def fitting(self, texts: Iterable[str]) -> list[str]:
        """Returns the texts that the model can take in one piece."""
        todo = list(texts)
        return [text for text, n in zip(todo, self.count(todo), strict=True) if n <= self._max_source_tokens]

    def translate(self, texts: Sequence[str], decoding: Decoding) -> list[Hypothesis]:
        """Translates texts and waits for them; see ``submit``."""
        return self.submit(texts, decoding)()

    def submit(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> Pending:
        """Hands texts over, longest first, in batches of neighbouring lengths.

        A source is padded to a length that its own decides, whatever its batch holds: a filler sees to that
        where no source of a batch is so long, and is thrown away. The integers of an int8 model are then the
        same whichever texts share a batch, and so is each hypothesis: it depends neither on the shard nor on
        what is remembered. Padded to the longest of its batch, one score in fifty differed, and one text in a
        hundred; in batches of one length, a few texts of a large model took half as long again.

        Raises:
            ModelError: a text is longer than ``max_source_tokens``.
        """
        sources = self.tokens(texts)
        jobs = []
        for width, indices in self.by_width(sources):
            indices.sort(key=lambda index: -len(sources[index]))
            for chunk in _dealt(indices, max(1, self._batch_tokens // (width + 2))):
                jobs.append((chunk, self._submit([sources[i] for i in chunk], width, decoding)))
        return lambda: self._collect(jobs, len(texts), progress)

    def width(self, length: int) -> int:
        """Returns the length that a source of ``length`` tokens is padded to."""
        return min(-(-length // LENGTHS) * LENGTHS, self._max_source_tokens)

    def by_width(self, sources: Sequence[Sequence[str]]) -> list[tuple[int, list[int]]]:
        """Groups sources by the length that they are padded to.

        Args:
            sources: tokens of each source, as ``tokens`` returns them.

        Returns:
            Length in tokens, language token and end mark not counted, and indices; longest first.

        Raises:
            ModelError: a source is longer than ``max_source_tokens``.
        """
        groups: dict[int, list[int]] = {}
        for index, source in enumerate(sources):
            if (length := self.length(source)) > self._max_source_tokens:
                raise ModelError(f"a source of {length} tokens exceeds {self._max_source_tokens}")
            groups.setdefault(self.width(length), []).append(index)
        return sorted(groups.items(), reverse=True)

    def _collect(
        self,
        jobs: list[tuple[list[int], list[Any]]],
        number: int,
        progress: Callable[[int], None] | None,
    ) -> list[Hypothesis]:
        """Waits for the batches and puts their hypotheses in the order of the texts."""
        hypotheses: dict[int, Hypothesis] = {}
        for chunk, pending in jobs:
            # the filler, where there is one, stands last
            results = [result.result() for result in pending[: len(chunk)]]
            texts = self.detokenise([result.hypotheses[0] for result in results])
            for index, result, text in zip(chunk, results, texts, strict=True):
                ended = _ended(result.hypotheses[0])
                hypotheses[index] = Hypothesis(
                    text=text,
                    score=round(float(result.scores[0]), 4),
                    tokens=len(result.hypotheses[0]) - len(self._begins) - ended,
                    complete=ended,
                )
            if progress:
                progress(len(chunk))
        self._collected += number
        if self._collected >= GIVE_BACK_TEXTS:
            self._collected = 0
            _give_back()
        return [hypotheses[index] for index in range(number)]

    def _submit(self, sources: list[list[str]], width: int, decoding: Decoding) -> list[Any]:
        if max(map(self.length, sources)) < width:
            # end marks at the end leave its output as short as that of a text, and cost no more
            sources = [*sources, [*sources[0], *["</s>"] * (width - self.length(sources[0]))]]
        pending: list[Any] = self.model.translate_batch(
            sources,
            asynchronous=True,
            target_prefix=[self._begins] * len(sources) if self._begins else None,
            beam_size=decoding.beam_size,
            repetition_penalty=max(decoding.repetition_penalty, self.repetition_penalty),
            no_repeat_ngram_size=decoding.no_repeat_ngram_size,
            **self.limits(width),
            max_input_length=0,
            disable_unk=True,
            return_scores=True,
            return_end_token=True,
        )
        return pending

    def limits(self, width: int) -> dict[str, int]:
        """Returns the decoding limits of sources that are padded to ``width`` tokens."""
        return {"max_decoding_length": min(2 * width + 16, self._max_positions)}


def open_translator(
    folder: Path,
    language: str,
    *,
    device: str = "cpu",
    compute_type: str = "auto",
    threads: int = 1,
    batch_tokens: int = 1024,
    engine: type[CTranslate2Translator] | None = None,
) -> CTranslate2Translator:
    """Loads an installed model for one target language.

    Args:
        folder: an installed model: CTranslate2 files and ``manifest.json``.
        language: target language that the model offers.
        device: ``cpu``, ``cuda`` or ``auto``.
        compute_type: CTranslate2's name, or ``auto``: what the installation chose for the device.
        threads: workers on a CPU.
        batch_tokens: source tokens per batch.
        engine: a class to open it with instead of the usual one.

    Raises:
        ModelError: the model is not installed, or does not offer the language.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{folder}: no installed model (manifest.json); run snakemake to install it"
        raise ModelError(message) from error
    if language not in manifest["languages"]:
        offered = ", ".join(manifest["languages"])
        raise ModelError(f"{folder}: the model does not translate to {language}; it offers {offered}")
    if compute_type == "auto":
        # what the installation measured to be the fastest on such a device
        compute_type = manifest["compute_type"].get(resolve_device(device), "auto")
    return (engine or CTranslate2Translator)(
        folder,
        prefix=manifest["languages"][language]["prefix"],
        add_source_eos=manifest["add_source_eos"],
        max_source_tokens=manifest["max_source_tokens"],
        max_positions=manifest["max_positions"],
        target_prefix=manifest.get("target_prefix", ""),
        repetition_penalty=manifest.get("repetition_penalty", 1.0),
        device=device,
        compute_type=compute_type,
        threads=threads,
        batch_tokens=batch_tokens,
    )


def resolve_device(device: str) -> str:
    """Returns ``cpu`` or ``cuda``; ``auto`` is ``cuda`` where CTranslate2 sees a GPU.

    Raises:
        ModelError: ``cuda`` was asked for and there is none.
    """
    import ctranslate2

    gpus = ctranslate2.get_cuda_device_count()
    if device == "cuda" and not gpus:
        raise ModelError("device: cuda: CTranslate2 sees no GPU here; set device: cpu, or see docs/models.md")
    return "cuda" if gpus and device != "cpu" else "cpu"


def _compute_type(name: str, device: str) -> str:
    if name != "auto":
        return name
    # on a CPU the model's own precision: int8 weights with float32 around them, unless its recipe differs
    return "float16" if device == "cuda" else "default"


def _ended(tokens: Sequence[str]) -> bool:
    return bool(tokens) and tokens[-1] == "</s>"


def _give_back() -> None:
    """Gives memory that was freed back to the system, where the C library can (glibc's ``malloc_trim``).

    The blocks that workers free lie between those that they hold. Left there, they become more with every
    batch of another shape, and a long shard takes more memory than a short one.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _dealt(items: list[int], size: int) -> Iterable[list[int]]:
    """Deals items out to as few batches of at most ``size`` as will do: the first go to one each."""
    number = -(-len(items) // size)
    return (items[start::number] for start in range(number))
