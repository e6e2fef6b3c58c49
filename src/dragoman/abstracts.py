"""Abstractive summaries: a model says in a few Arabic sentences of its own what an article says.

A model that writes may invent. So each sentence is held against the article: the segments that support it,
and figures, people and places that the article does not have. A text that is longer than the model takes is
summarised in parts, and the parts' summaries again, until one is left (Wu et al. 2021). What it wrote is
translated as articles are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dragoman import clauses
from dragoman.arabic import for_model
from dragoman.checks import numbers
from dragoman.engine import CTranslate2Translator, Decoding, Hypothesis, Translator
from dragoman.facts.people import find_people
from dragoman.facts.places import find_places
from dragoman.names.find import arabic_words
from dragoman.parallel import batches
from dragoman.records import AbstractSentence, AlignedUnit, Article, Segment
from dragoman.repetition import loops
from dragoman.segment import segment
from dragoman.similarity import similarities
from dragoman.translate import Options, translate

MOST_TOKENS = 128
"""Tokens of a summary, at most: models of news write 30 to 60."""
DECODING = Decoding(beam_size=4, no_repeat_ngram_size=2)
"""As the authors of XL-Sum decode."""
SUPPORT = 0.1
"""Least likeness of a segment that supports a sentence. Of 1,140 headlines 86 % have such a segment in their
own article, 4 % in another."""
MOST_SUPPORT = 3
"""Segments that are named for a sentence."""
ARTICLES = 64
"""Articles that are in memory at a time."""


class Writer(CTranslate2Translator):
    """A model that writes summaries."""

    def limits(self, width: int) -> dict[str, int]:
        """Returns the decoding limits: a summary is short however long its source."""
        return {"max_decoding_length": MOST_TOKENS}


def write_abstracts(
    units: Iterable[AlignedUnit],
    writer: Translator,
    translators: Mapping[str, tuple[Translator, Options]],
) -> Iterator[AbstractSentence]:
    """Writes the summaries of a shard.

    Args:
        units: aligned units in order, articles contiguous.
        writer: the model that writes.
        translators: by target language, the engine and how it translates.

    Yields:
        The sentences of each article in order; none for an article without text.
    """
    articles = (
        (article, [unit for unit in group if unit.kind == "text"])
        for article, group in itertools.groupby(units, key=lambda unit: unit.article)
    )
    # marks alone are text that is nothing to a model
    readable = ((article, found, text) for article, found in articles if (text := text_of(found)))
    for batch in batches(readable, ARTICLES):
        made = summaries([text for _, _, text in batch], writer)
        of_article = {article: (found, one) for (article, found, _), one in zip(batch, made, strict=True)}
        sentences = list(segment(Article(article, one.text) for article, (_, one) in of_article.items()))
        translated = {
            language: translate(sentences, engine, language, options)
            for language, (engine, options) in translators.items()
        }
        for article, group in itertools.groupby(sentences, key=lambda sentence: sentence.article):
            for row in _held_against(list(group), *of_article[article]):
                for language, rows in translated.items():
                    translation = next(rows)
                    row.targets[language] = translation.text
                    row.scores[language] = translation.score
                    row.flags[language] = translation.flags
                yield row


def text_of(units: Sequence[AlignedUnit]) -> str:
    """Returns an article as the model reads it: its body, or its title where it has no other text."""
    body = [unit for unit in units if unit.paragraph] or units
    return for_model(" ".join(unit.ar for unit in body))


def summaries(texts: Sequence[str], writer: Translator) -> list[Hypothesis]:
    """Summarises texts of any length, none empty.

    Args:
        texts: normalised Arabic.
        writer: the model.

    Returns:
        A summary of each, its score and length those of the last part that was written.
    """
    done: dict[int, Hypothesis] = {}
    todo = dict(enumerate(texts))
    while todo:
        parts = {index: _parts(text, writer) for index, text in todo.items()}
        made = iter(writer.submit([part for found in parts.values() for part in found], DECODING)())
        longer: dict[int, str] = {}
        for index, found in parts.items():
            written = [next(made) for _ in found]
            text = " ".join(one.text for one in written if one.text)
            if len(found) == 1 or len(text) >= len(todo[index]) or not text:
                last = written[-1]
                complete = all(one.complete for one in written)
                done[index] = Hypothesis(text, last.score, last.tokens, complete)
            else:
                longer[index] = for_model(text)
        todo = longer
    return [done[index] for index in range(len(texts))]


def _parts(text: str, writer: Translator) -> list[str]:
    """Returns a text in as few parts as the model takes."""

    def fits(part: str) -> bool:
        return writer.count([part.strip()])[0] <= writer.max_source_tokens

    return [part.strip() for part in clauses.split(text, fits) if part.strip()]


def _held_against(
    sentences: Sequence[Segment], units: Sequence[AlignedUnit], made: Hypothesis
) -> Iterator[AbstractSentence]:
    """Yields the sentences of an article with their support and their flags, not translated yet."""
    likeness = similarities([*(sentence.text for sentence in sentences), *(unit.ar for unit in units)])
    text = for_model(" ".join(unit.ar for unit in units))
    figures, words, places = set(numbers(text)), _words(text), _places(text)
    for row, sentence in enumerate(sentences):
        alike = likeness[row, len(sentences) :]
        best = sorted(range(len(units)), key=lambda index: (-alike[index], index))[:MOST_SUPPORT]
        segments = sorted(units[index].n for index in best if alike[index] >= SUPPORT)
        plain = for_model(sentence.text)
        flags = {
            "unsupported": not segments,
            "unsupported-number": not figures.issuperset(numbers(plain)),
            "unsupported-name": bool(_places(plain) - places)
            or any(not _has(words, person.name) for person in find_people(plain, ())),
            "repetition": loops(plain) and not loops(text),
            "truncated": not made.complete and sentence is sentences[-1],
        }
        yield AbstractSentence(
            article=sentence.article,
            n=sentence.n,
            ar=sentence.text,
            segments=segments,
            targets={},
            scores={},
            flags={"ar": sorted(flag for flag, raised in flags.items() if raised)},
        )


def _words(text: str) -> set[str]:
    return {reading.text for readings in arabic_words(text) for reading in readings}


def _has(words: set[str], name: str) -> bool:
    """Tells whether each word of a name is among words, however it is joined to what comes before it."""
    return all(not readings or words & {one.text for one in readings} for readings in arabic_words(name))


def _places(text: str) -> set[str]:
    return {place for place, _ in find_places(text, ())}
