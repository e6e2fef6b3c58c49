"""Segments to translations: the hot path.

Every distinct piece of text is translated once. A segment is split at protected spans and, where it is
longer than the model takes, at clauses; the pieces of all segments go to the engine together, which batches
them by length; then each segment is put together again, checked, and decoded a second time where a check
fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dragoman import clauses, protect
from dragoman.arabic import for_model, has_arabic, punctuation_to_latin
from dragoman.checks import SEVERE, check
from dragoman.engine import Decoding, Hypothesis, Translator
from dragoman.records import Segment, Translation

Progress = Callable[[int, int], None]
"""Called with the number of texts done and to do."""

# the white space before the tail is possessive: tried again and again, a long run would cost its cube
_EDGES = re.compile(r"(?P<head>[\s،؛:,;.!؟?)\]»”]*)(?P<core>.*?)(?P<tail>\s*+[(\[«“]*\s*)", re.DOTALL)
_SPLIT_AGAIN = frozenset({"truncated", "short", "long", "repetition", "empty"})
"""Flags that smaller pieces may cure: the model lost its way or left something out."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to translate.

    Attributes:
        beam_size: hypotheses kept per step.
        rescue: whether to decode again what fails a check.
        low_score: mean log-probability per token below which a segment is flagged.
    """

    beam_size: int = 4
    rescue: bool = True
    low_score: float = -2.0


@dataclass(slots=True)
class Counts:
    """What the stage did, filled in while it runs.

    Attributes:
        segments: segments in.
        distinct: distinct texts among those that are translated.
        pieces: pieces decoded first.
        rescued: pieces decoded again.
        tokens: target tokens produced.
    """

    segments: int = 0
    distinct: int = 0
    pieces: int = 0
    rescued: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class _Layout:
    """A text as a sequence of strings to copy and pieces to translate.

    ``parts`` holds ``(text, translate)``; a piece to translate is normalised for the model.
    """

    parts: tuple[tuple[str, bool], ...]

    def pieces(self) -> Iterator[str]:
        return (text for text, translated in self.parts if translated)


@dataclass(frozen=True, slots=True)
class _Result:
    text: str
    score: float
    complete: bool
    flags: list[str] = field(default_factory=list)

    def rank(self) -> tuple[int, int]:
        """Lower is better: severe flags first, then all flags."""
        return sum(flag in SEVERE for flag in self.flags), len(self.flags)


def translate(
    segments: Iterable[Segment],
    translator: Translator,
    language: str,
    options: Options,
    *,
    progress: Progress | None = None,
    counts: Counts | None = None,
) -> Iterator[Translation]:
    """Translates the segments of a shard.

    Args:
        segments: segments in order.
        translator: the engine for ``language``.
        language: target language.
        options: how to translate.
        progress: told of texts done and to do, over both decodings.
        counts: filled in.

    Yields:
        One translation per segment, in the order of the segments.
    """
    counts = counts if counts is not None else Counts()
    todo = list(segments)
    counts.segments = len(todo)
    texts = list(dict.fromkeys(segment.text for segment in todo if segment.kind == "text"))
    counts.distinct = len(texts)
    stage = _Stage(translator, language, options, progress, counts)
    first = stage.run(texts, Decoding(options.beam_size), translator.max_source_tokens)
    second = stage.rescue(first) if options.rescue else {}
    for segment in todo:
        if segment.kind == "verbatim":
            yield Translation(segment.id, segment.text, None, [], "copy")
            continue
        kept, other, method = first[segment.text], second.get(segment.text), "model"
        if other and other.rank() < kept.rank():
            kept, other, method = other, kept, "rescue"
        alternative = other.text if other and other.text != kept.text else ""
        yield Translation(segment.id, kept.text, kept.score, kept.flags, method, alternative)  # type: ignore[arg-type]


@dataclass(slots=True)
class _Stage:
    """One language's decoding passes over the distinct texts of a shard."""

    translator: Translator
    language: str
    options: Options
    progress: Progress | None
    counts: Counts
    done: int = 0
    total: int = 0

    def run(self, texts: Sequence[str], decoding: Decoding, limit: int) -> dict[str, _Result]:
        """Decodes texts in pieces of at most ``limit`` tokens and checks what comes back."""
        layouts = self._layouts(texts, limit)
        pieces = list(dict.fromkeys(piece for layout in layouts.values() for piece in layout.pieces()))
        self.total += len(pieces)
        found = dict(zip(pieces, self.translator.translate(pieces, decoding, self._advance), strict=True))
        self.counts.pieces += len(pieces)
        self.counts.tokens += sum(hypothesis.tokens for hypothesis in found.values())
        return {text: self._assemble(text, layout, found) for text, layout in layouts.items()}

    def rescue(self, first: dict[str, _Result]) -> dict[str, _Result]:
        """Decodes what failed a check again: loops forbidden, then in smaller pieces.

        Returns:
            The better of the second hypotheses, by text, for every text that failed.
        """
        before = self.counts.pieces
        strict = Decoding(max(2, self.options.beam_size // 2), repetition_penalty=1.2, no_repeat_ngram_size=3)
        failed = [text for text, result in first.items() if result.flags]
        second = self.run(failed, strict, self.translator.max_source_tokens)
        still = [text for text in failed if _SPLIT_AGAIN & set(second[text].flags) & set(first[text].flags)]
        lengths = dict(zip(still, self.translator.count([for_model(text) for text in still]), strict=True))
        limits = {text: _half(min(n, self.translator.max_source_tokens)) for text, n in lengths.items()}
        for limit in sorted(set(limits.values()), reverse=True):
            texts = [text for text in still if limits[text] == limit]
            for text, result in self.run(texts, strict, limit).items():
                if result.rank() < second[text].rank():
                    second[text] = result
        self.counts.rescued = self.counts.pieces - before
        self.counts.pieces = before
        return second

    def _advance(self, count: int) -> None:
        self.done += count
        if self.progress:
            self.progress(self.done, self.total)

    def _layouts(self, texts: Sequence[str], limit: int) -> dict[str, _Layout]:
        """Splits texts at protected spans, and what is longer than ``limit`` tokens at clauses."""
        cores: list[str] = []
        drafts: list[list[tuple[str, bool]]] = []
        for text in texts:
            parts: list[tuple[str, bool]] = []
            for part in protect.split(text):
                if part.protected or not has_arabic(part.text):
                    parts.append((part.text if part.protected else punctuation_to_latin(part.text), False))
                    continue
                match = _EDGES.fullmatch(part.text)
                head, core, tail = match.group("head", "core", "tail") if match else ("", part.text, "")
                head, tail = punctuation_to_latin(head), punctuation_to_latin(tail)
                parts += [(head, False), (core, True), (tail, False)]
                cores.append(core)
            drafts.append(parts)
        sizes = dict(zip(cores, self.translator.count([for_model(core) for core in cores]), strict=True))
        return {
            text: _Layout(tuple(self._pieces(parts, sizes, limit)))
            for text, parts in zip(texts, drafts, strict=True)
        }

    def _pieces(
        self, parts: list[tuple[str, bool]], sizes: dict[str, int], limit: int
    ) -> Iterator[tuple[str, bool]]:
        for text, translated in parts:
            if not translated:
                if text:
                    yield text, False
                continue
            whole = sizes[text] <= limit
            for number, piece in enumerate([text] if whole else clauses.split(text, self._fits(limit))):
                normal = for_model(piece)
                if not normal:
                    continue
                if number:
                    yield " ", False
                yield (normal, True) if has_arabic(normal) else (punctuation_to_latin(normal), False)

    def _fits(self, limit: int) -> Callable[[str], bool]:
        return lambda piece: self.translator.count([for_model(piece)])[0] <= limit

    def _assemble(self, text: str, layout: _Layout, found: dict[str, Hypothesis]) -> _Result:
        """Puts a text's hypotheses together and checks the whole."""
        hypotheses = [found[piece] for piece in layout.pieces()]
        out = []
        for index, (part, translated) in enumerate(layout.parts):
            target = found[part].text if translated else part
            inner = translated and any(later for _, later in layout.parts[index + 1 :])
            if inner and target.endswith(".") and not part.endswith((".", "؟", "!", "…")):
                # the model ends every piece like a sentence; inside one there is no full stop
                target = target[:-1]
            out.append(target)
        target = _joined(out)
        wanted = protect.count(text)
        if wanted - protect.count(target):
            # what the engine said touches a span and has become part of it
            target = _joined(f" {part} " if part in wanted else part for part in out)
        # the end mark is a token too: it has a probability
        weight = sum(hypothesis.tokens + 1 for hypothesis in hypotheses)
        score = round(sum(h.score * (h.tokens + 1) for h in hypotheses) / weight, 4) if weight else 0.0
        complete = all(hypothesis.complete for hypothesis in hypotheses)
        flags = check(
            text, target, self.language, score=score, complete=complete, low_score=self.options.low_score
        )
        return _Result(target, score, complete, flags)


def _joined(parts: Iterable[str]) -> str:
    return " ".join("".join(parts).split())


def _half(tokens: int) -> int:
    """Returns the limit that cuts a text of so many tokens in two or three, not below 8."""
    return max(8, tokens // 2)
