"""Segments to translations: the hot path.

A shard is read in windows, so that it may be of any size. Within a window every distinct text is translated
once: it is split at protected spans and, where it is longer than the model takes, at clauses; the pieces of
all texts go to the engine together, which batches them by length; then each text is put together again,
checked, and decoded again where a check fails. While the engine is at work on one window, the next
is prepared and the one before is checked.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field

from dragoman.arabic import for_model
from dragoman.checks import check, failed
from dragoman.engine import Decoding, Hypothesis, Translator
from dragoman.outcome import Outcome, Result, choose, mended
from dragoman.pieces import Layout, lay_out
from dragoman.records import Segment, Translation

Progress = Callable[[int], None]
"""Called with the number of segments done, about."""

People = Callable[[Iterable[str]], dict[str, str]]
"""Returns people's translations of those texts that have one."""

WINDOW_SEGMENTS = 2048
WINDOW_CHARACTERS = 1_000_000
"""A window ends with the segment that reaches one of these: enough to fill batches with texts of like length,
and little beside the engine's own memory."""
FIRST_SEGMENTS = 512
"""The first window ends with this one: the engine soon has work."""
REMEMBERED = 4096
"""Texts whose translation is kept for when they come again in a later window."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to translate.

    Attributes:
        beam_size: hypotheses kept per step.
        rescue: whether to put figures right, and to decode again what fails a check.
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
        distinct: texts translated: distinct ones, but for what comes again only much later.
        pieces: pieces decoded first, without those remembered.
        rescued: pieces decoded again, without those remembered.
        tokens: target tokens produced.
        decoded: texts of which the engine decoded at least a piece; it remembered the others.
        people: texts that people have translated: of the distinct ones, and segments given with the source.
    """

    segments: int = 0
    distinct: int = 0
    decoded: int = 0
    people: int = 0
    pieces: int = 0
    rescued: int = 0
    tokens: int = 0


def translate(
    segments: Iterable[Segment],
    translator: Translator,
    language: str,
    options: Options,
    *,
    people: People | None = None,
    progress: Progress | None = None,
    counts: Counts | None = None,
) -> Iterator[Translation]:
    """Translates the segments of a shard, in memory that does not depend on their number.

    Args:
        segments: segments in order.
        translator: the engine for ``language``.
        language: target language.
        options: how to translate.
        people: people's translations, which are taken where there is one.
        progress: told of segments done.
        counts: filled in.

    Yields:
        One translation per segment, in the order of the segments.
    """
    stage = _Stage(
        translator, language, options, people, progress, counts if counts is not None else Counts()
    )
    running: deque[_Window] = deque()
    for window in _windows(segments):
        # its first pass keeps the engine at work while the older windows are checked and hand in their next
        newest = _Window(stage.window(window))
        for older in running:
            older.step()
        running.append(newest)
        yield from _finished(running)
    while running:
        for older in running:
            older.step()
        yield from _finished(running)


def _windows(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    window: list[Segment] = []
    characters, most = 0, min(FIRST_SEGMENTS, WINDOW_SEGMENTS)
    for segment in segments:
        window.append(segment)
        characters += len(segment.text)
        if len(window) >= most or characters >= WINDOW_CHARACTERS:
            yield window
            window, characters, most = [], 0, WINDOW_SEGMENTS
    if window:
        yield window


class _Window:
    """A window on its way: each ``step`` waits for the engine once and hands it what is to be done next."""

    def __init__(self, passes: Generator[None, None, list[Translation]]) -> None:
        self._passes = passes
        self.done: list[Translation] | None = None
        self.step()

    def step(self) -> None:
        if self.done is None:
            try:
                next(self._passes)
            except StopIteration as end:
                self.done = end.value


def _finished(running: deque[_Window]) -> Iterator[Translation]:
    """Takes out the windows that are done, in order, and yields their translations."""
    while running and running[0].done is not None:
        yield from running.popleft().done or ()


@dataclass(slots=True)
class _Stage:
    """One language's decoding passes over the windows of a shard."""

    translator: Translator
    language: str
    options: Options
    people: People | None
    progress: Progress | None
    counts: Counts
    known: OrderedDict[str, Outcome] = field(default_factory=OrderedDict)
    asked: int = 0
    answered: int = 0
    told: int = 0

    @property
    def plain(self) -> Decoding:
        return Decoding(self.options.beam_size)

    @property
    def strict(self) -> Decoding:
        """Loops forbidden, in a narrower beam."""
        return Decoding(max(2, self.options.beam_size // 2), repetition_penalty=1.2, no_repeat_ngram_size=3)

    @property
    def apart(self) -> Decoding:
        """For pieces of a text: long loops forbidden."""
        return Decoding(self.options.beam_size, no_repeat_ngram_size=4)

    def window(self, segments: list[Segment]) -> Generator[None, None, list[Translation]]:
        """Translates a window; yields whenever the engine has work and there is nothing to do but to wait.

        Returns:
            One translation per segment.
        """
        self.counts.segments += len(segments)
        given = {
            segment.id: segment.given[self.language] for segment in segments if self.language in segment.given
        }
        self.counts.people += len(given)
        texts = list(dict.fromkeys(s.text for s in segments if s.kind == "text" and s.id not in given))
        outcomes = {text: self.known[text] for text in texts if text in self.known}
        new = [text for text in texts if text not in outcomes]
        self.counts.distinct += len(new)
        if self.people:
            found = self.people(new)
            self.counts.people += len(found)
            outcomes |= {text: self._by_people(text, target) for text, target in found.items()}
            new = [text for text in new if text not in found]
        if new:
            layouts = lay_out(new, self.translator)
            first = yield from self._decode(layouts, self.plain)
            second = (yield from self._rescue(first, layouts)) if self.options.rescue else {}
            outcomes |= {text: choose(result, second.get(text)) for text, result in first.items()}
        self._remember(outcomes)
        rows = []
        for segment in segments:
            if segment.id in given:
                rows.append(_translation(segment, self._by_people(segment.text, given[segment.id])))
            elif segment.kind == "verbatim":
                rows.append(Translation(segment.id, segment.text, None, [], "copy"))
            else:
                rows.append(_translation(segment, outcomes[segment.text]))
        return rows

    def _by_people(self, text: str, target: str) -> Outcome:
        result = self._checked(text, target, None, complete=True)
        return Outcome(result, "memory")

    def _checked(self, text: str, target: str, score: float | None, *, complete: bool) -> Result:
        low_score = self.options.low_score
        flags = check(text, target, self.language, score=score, complete=complete, low_score=low_score)
        return Result(target, score, complete, flags)

    def _remember(self, outcomes: dict[str, Outcome]) -> None:
        for text, outcome in outcomes.items():
            self.known[text] = outcome
            self.known.move_to_end(text)
        while len(self.known) > REMEMBERED:
            self.known.popitem(last=False)

    def _decode(
        self, layouts: dict[str, Layout], decoding: Decoding
    ) -> Generator[None, None, dict[str, Result]]:
        """Decodes the pieces of texts, each piece once, and checks the texts."""
        pieces = list(dict.fromkeys(piece for layout in layouts.values() for piece in layout.pieces()))
        self.asked += len(pieces)
        pending = self.translator.submit(pieces, decoding, self._advanced)
        yield
        found = dict(zip(pieces, pending(), strict=True))
        decoded = {piece for piece, hypothesis in found.items() if not hypothesis.recalled}
        self.counts.tokens += sum(found[piece].tokens for piece in decoded)
        if decoding == self.plain:
            self.counts.pieces += len(decoded)
            self.counts.decoded += sum(not decoded.isdisjoint(layout.pieces()) for layout in layouts.values())
        else:
            self.counts.rescued += len(decoded)
        return {text: self._assemble(text, layout, found) for text, layout in layouts.items()}

    def _rescue(
        self, first: dict[str, Result], whole: dict[str, Layout]
    ) -> Generator[None, None, dict[str, Result]]:
        """Puts figures right, and decodes again what still fails.

        A low score alone is no reason: the second hypothesis is then hardly ever the better one.

        Args:
            first: what the first decoding made of each text.
            whole: the layouts that it had.

        Returns:
            The best of the second results, by text, for every text that failed.
        """
        better = {
            text: mended(text, result, self.language)
            for text, result in first.items()
            if failed(result.flags)
        }
        wrong = {text: failed(result.flags) for text, result in better.items() if failed(result.flags)}
        for decoding, layouts in self._ways(wrong, whole):
            todo = {text: layout for text, layout in layouts.items() if failed(better[text].flags)}
            if not todo:
                continue
            for text, result in (yield from self._decode(todo, decoding)).items():
                result = mended(text, result, self.language)
                if better[text] is first[text] or result.rank() < better[text].rank():
                    better[text] = result
        return better

    def _ways(
        self, wrong: dict[str, set[str]], whole: dict[str, Layout]
    ) -> Iterator[tuple[Decoding, dict[str, Layout]]]:
        """Yields how to decode again which texts, one way after the other, until nothing is wrong.

        The whole text where one fault may be chance; where a figure is lost or there are several faults that
        cures one in five. Then smaller pieces, in which a model loses less: cut where clauses end, and last
        anywhere. A doubled word is not worth a cut. What each brings is in ``docs/quality.md``.
        """
        texts = list(wrong)
        most = self.translator.max_source_tokens
        lengths = self.translator.count([for_model(text) for text in texts])
        limits = {text: _half(min(length, most)) for text, length in zip(texts, lengths, strict=True)}
        halves = lay_out(texts, self.translator, limits)
        single = {text for text, flags in wrong.items() if len(flags) == 1 and "numbers" not in flags}
        yield self.strict, {t: whole[t] for t in texts if t in single or halves[t] == whole[t]}
        texts = [text for text, flags in wrong.items() if flags != {"doubled"}]
        at_clauses = lay_out(texts, self.translator, limits, between_words=False)
        yield self.apart, {t: at_clauses[t] for t in texts if at_clauses[t] != whole[t]}
        yield self.apart, {t: halves[t] for t in texts if halves[t] not in (whole[t], at_clauses[t])}

    def _advanced(self, count: int) -> None:
        self.answered += count
        # a second pass asks for more when the first is done: what was told is not taken back
        self.told = max(self.told, self.counts.segments * self.answered // self.asked)
        if self.progress:
            self.progress(self.told)

    def _assemble(self, text: str, layout: Layout, found: dict[str, Hypothesis]) -> Result:
        """Puts a text's hypotheses together and checks the whole."""
        target = layout.put_together(
            text, {piece: found[piece].text for piece in layout.pieces()}, self.language
        )
        hypotheses = [found[piece] for piece in layout.pieces()]
        # the end mark is a token too: it has a probability
        weight = sum(hypothesis.tokens + 1 for hypothesis in hypotheses)
        score = round(sum(h.score * (h.tokens + 1) for h in hypotheses) / weight, 4) if weight else 0.0
        complete = all(hypothesis.complete for hypothesis in hypotheses)
        return self._checked(text, target, score, complete=complete)


def _translation(segment: Segment, outcome: Outcome) -> Translation:
    kept = outcome.kept
    return Translation(segment.id, kept.text, kept.score, kept.flags, outcome.method, outcome.alternative)


def _half(tokens: int) -> int:
    """Returns the limit that cuts a text of so many tokens in two or three, not below 8."""
    return max(8, tokens // 2)
