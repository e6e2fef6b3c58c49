"""A text as pieces to translate and strings to copy, and the pieces' translations as one text again."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dragoman import clauses, data, protect
from dragoman.arabic import for_model, has_arabic, punctuation_to_latin
from dragoman.engine import Translator

# the white space before the tail is possessive: tried again and again, a long run would cost its cube
_EDGES = re.compile(r"(?P<head>[\s،؛:,;.!؟?)\]»”]*)(?P<core>.*?)(?P<tail>\s*+[(\[«“]*\s*)", re.DOTALL)
_SENTENCE_ENDS = (".", "؟", "?", "!", "…")
_FIRST_WORD = re.compile(r"\w+")
_FUNCTION_WORDS = {
    language: frozenset(words) for language, words in data.load("clauses.yaml")["function_words"].items()
}


@dataclass(frozen=True, slots=True)
class Layout:
    """A text as a sequence of strings to copy and pieces to translate.

    ``parts`` holds ``(text, translate)``; a piece to translate is normalised for the model.
    """

    parts: tuple[tuple[str, bool], ...]

    def pieces(self) -> Iterator[str]:
        """Returns what is to be translated, in order."""
        return (text for text, translated in self.parts if translated)

    def put_together(self, text: str, targets: Mapping[str, str], language: str) -> str:
        """Returns the translation of the whole.

        A model writes every piece like a sentence. Inside one there is no full stop, and no capital where a
        function word begins a piece; any other word may be a name.

        Args:
            text: what was laid out.
            targets: the translation of each piece.
            language: target language.
        """
        out: list[str] = []
        begins = True
        for index, (part, translated) in enumerate(self.parts):
            ends = part.rstrip().endswith(_SENTENCE_ENDS)
            if not translated:
                out.append(part)
                # a link or a handle between two sentences changes nothing
                begins |= ends
                continue
            target = targets[part] if begins else _uncapitalised(targets[part], language)
            inner = any(later for _, later in self.parts[index + 1 :])
            out.append(target.removesuffix(".") if inner and not ends else target)
            begins = ends
        whole = _joined(out)
        wanted = protect.count(text)
        if wanted and wanted - protect.count(whole):
            # what the engine said touches a span and has become part of it
            whole = _joined(f" {part} " if part in wanted else part for part in out)
        return whole


def lay_out(
    texts: Sequence[str],
    translator: Translator,
    limits: Mapping[str, int] | None = None,
    *,
    between_words: bool = True,
) -> dict[str, Layout]:
    """Splits texts at protected spans, and what is longer than its limit where it is best cut.

    Args:
        texts: the texts, as in the articles.
        translator: the engine that shall take the pieces.
        limits: length in tokens that the pieces of a text shall not exceed; by default the engine's.
        between_words: whether to cut anywhere so that a piece keeps to its limit, or only where sentences
            and clauses end. None exceeds what the engine takes.

    Returns:
        The layout of each text.
    """
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
    sizes = dict(zip(cores, translator.count([for_model(core) for core in cores]), strict=True))
    most = translator.max_source_tokens

    def cut(core: str, limit: int) -> list[str]:
        if sizes[core] <= limit:
            return [core]
        if between_words:
            return clauses.split(core, _fits(translator, limit))
        taken, wanted = _fits(translator, most), _fits(translator, limit)
        whole = clauses.split(core, taken)
        return [piece for long in whole for piece in clauses.split(long, wanted, between_words=False)]

    limits = limits or {}
    return {
        text: Layout(tuple(_parts(parts, functools.partial(cut, limit=limits.get(text, most)))))
        for text, parts in zip(texts, drafts, strict=True)
    }


def _parts(parts: Sequence[tuple[str, bool]], cut: Callable[[str], list[str]]) -> Iterator[tuple[str, bool]]:
    for text, translated in parts:
        if not translated:
            if text:
                yield text, False
            continue
        for number, piece in enumerate(cut(text)):
            normal = for_model(piece)
            if not normal:
                continue
            if number:
                yield " ", False
            yield (normal, True) if has_arabic(normal) else (punctuation_to_latin(normal), False)


def _fits(translator: Translator, limit: int) -> Callable[[str], bool]:
    return lambda piece: translator.count([for_model(piece)])[0] <= limit


def _uncapitalised(target: str, language: str) -> str:
    word = _FIRST_WORD.match(target)
    # a word of capitals is an abbreviation
    known = _FUNCTION_WORDS.get(language, frozenset())
    if word and not word.group()[1:].isupper() and word.group().lower() in known:
        return target[0].lower() + target[1:]
    return target


def _joined(parts: Iterable[str]) -> str:
    return " ".join("".join(parts).split())
