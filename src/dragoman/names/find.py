"""The names of an article: words that sound alike in the Arabic and in its translations.

There is no model of what a name is: a capitalised word of the translation whose consonants are those of an
Arabic word is one. What the translations lost altogether, in every segment, is found only where a rule tells
that it is a person.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from itertools import chain, groupby

from dragoman import data
from dragoman.arabic import for_model
from dragoman.facts.people import find_people, is_common
from dragoman.facts.places import is_adjective_of_origin, place_name
from dragoman.names.press import is_as_known, press_spelling, words_of
from dragoman.names.romanise import Speller
from dragoman.names.skeleton import arabic_skeleton, latin_skeleton, likeness
from dragoman.parallel import batches, in_order
from dragoman.records import AlignedUnit, NameRow

LIKE, _ENOUGH = 0.75, 1.35
"""Least likeness of the consonants of two words, and least sum of it and the likeness of their letters. Of
15,897 pairs of names 91 % reach both, of random pairs 0.1 %."""
_BATCH = 1000
"""Names that are spelt at once."""
ARTICLES = 50
"""Articles that a process takes at a time."""
_Known = Mapping[tuple[str, str], str]
"""Rendering of a single word, by language and word."""
_SHORT = 2
"""Skeletons of so many consonants must be the same, and the vowels alike."""
_SOUND = 0.5
"""Least likeness of the letters of words with a short skeleton."""

_ARABIC_WORD = re.compile(r"[^\W\d_]+")
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PREFIX = re.compile("^[وفبلك]{1,2}(?=.{3})")
_ARTICLE = re.compile("^ال(?=.{2})")
_TO_THE = re.compile("^لل(?=.{2})")
_TABLE = data.load("names.yaml")
_LETTERS = str.maketrans(_TABLE["letters"])
_COMMON = {language: frozenset(words.split()) for language, words in _TABLE["common"].items()}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, as it may be read.

    Attributes:
        place: its number, with a gap where more than a space stands between two words.
        text: what of it may be the name.
        skeleton: of the text, without the Arabic article.
    """

    place: int
    text: str
    skeleton: str


def find_names(
    units: Iterable[AlignedUnit],
    languages: Sequence[str],
    spell: Speller | None = None,
    *,
    workers: int = 1,
) -> Iterator[NameRow]:
    """Finds the names of each article: what sounds alike on both sides, and people by rule.

    Args:
        units: in article order.
        languages: target languages.
        spell: spells the words that no translation has.
        workers: processes that look for names; the spelling is done in this one.

    Yields:
        A row per name, by article in the order of their first segment.
    """
    articles = (
        [unit for unit in group if unit.kind == "text"]
        for _, group in groupby(units, key=lambda unit: unit.article)
    )
    of_batch = partial(_of_articles, languages=languages)
    found = chain.from_iterable(in_order(of_batch, articles, workers, ARTICLES))
    if spell is None:
        yield from (row for row, _ in found)
        return
    for batch in batches(found, _BATCH):
        yield from _spelt(batch, languages, spell)


def _spelt(
    batch: Sequence[tuple[NameRow, _Known]], languages: Sequence[str], spell: Speller
) -> Iterator[NameRow]:
    """Adds spellings to the names that a language lacks or spells in several ways."""
    spellings: list[dict[str, str]] = [{} for _ in batch]
    for language in languages:
        asked = {}
        for place, (row, known) in enumerate(batch):
            if _is_settled(row, language):
                continue
            if called := place_name(row.ar, language):
                spellings[place][language] = called
            else:
                # what is said twice may be mangled twice: Ramadan for Ramtane
                asked[place] = [
                    (word, press_spelling(word, language) or known.get((language, word), ""))
                    for word in words_of(row.ar)
                ]
        unknown = dict.fromkeys(word for words in asked.values() for word, have in words if not have)
        spelt = spell(list(unknown), language) if unknown else {}
        for place, words in asked.items():
            parts = [have or spelt[word] for word, have in words]
            if all(parts):
                spellings[place][language] = " ".join(parts)
    for (row, _), found in zip(batch, spellings, strict=True):
        yield replace(row, spellings=found)


def _is_settled(row: NameRow, language: str) -> bool:
    """Tells whether a language has one rendering of a name, and of the whole of it."""
    texts = list(row.renderings[language])
    if not row.titles and all(is_common(word) or is_adjective_of_origin(word) for word in row.ar.split()):
        # a word of the language that sounds like the translation, by chance or as Tunisian does
        return True
    whole = not row.titles or all(len(text.split()) >= len(words_of(row.ar)) for text in texts)
    return len(texts) == 1 and bool(texts[0]) and whole and is_as_known(row.ar, texts[0], language)


def _of_articles(
    articles: Sequence[Sequence[AlignedUnit]], languages: Sequence[str]
) -> list[list[tuple[NameRow, _Known]]]:
    return [list(_of_article(units, languages)) for units in articles]


def _of_article(units: Sequence[AlignedUnit], languages: Sequence[str]) -> Iterator[tuple[NameRow, _Known]]:
    """Yields an article's names, and with each what its words are rendered as in the article."""
    found: dict[str, dict[str, dict[int, str]]] = {}
    single: dict[tuple[str, str], Counter[str]] = {}
    words = {unit.n: arabic_words(unit.ar) for unit in units}
    for unit in units:
        for language in languages:
            for arabic, rendering in matches(words[unit.n], unit.targets[language], language):
                found.setdefault(arabic, {}).setdefault(language, {})[unit.n] = rendering
                for word, text in zip(arabic.split(), rendering.split(), strict=True):
                    single.setdefault((language, word), Counter())[text] += 1
    known = _trusted(single)
    people = _people(units, languages)
    for name in people:
        found.setdefault(name, {})
    # a part of a longer name is not another name: Idris beside Idris Taleb
    parts_of = {part for name in found for part in _parts(name.split())}
    # the l of Lamamra is no preposition
    parts_of |= {_PREFIX.sub("", part) for name in people for part in name.split()} - people.keys()
    # the name's own words count where the article has them, rendered or not
    places: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        for text in dict.fromkeys(reading.text for readings in words[unit.n] for reading in readings):
            places.setdefault(text, []).append(place)
    for name, rendered in found.items():
        parts = name.split()
        if name in parts_of or (len(rendered) == 1 < len(languages) and _is_by_chance(parts)):
            continue
        where = {units[place].n for place in places.get(parts[0], ()) if _holds(words[units[place].n], parts)}
        titles: dict[str, str] = {}
        if name in people:
            titles, named = people[name]
            where |= named
            rendered = {key: {**_in_part(found, parts, key), **rendered.get(key, {})} for key in languages}
        segments = sorted(where)
        renderings = {language: _renderings(segments, rendered.get(language, {})) for language in languages}
        yield NameRow(units[0].article, name, segments, renderings, titles), known


def _is_by_chance(parts: Sequence[str]) -> bool:
    """Tells whether words that sound like one translation only do so by chance: tariq, a way, like Turkey."""
    return all(map(is_common, parts)) and not any(place_name(part, "en") for part in parts)


def _trusted(single: Mapping[tuple[str, str], Counter[str]]) -> dict[tuple[str, str], str]:
    """Returns the most frequent rendering of words where the article has it twice, in one language or in two.

    Said once, it may be mangled: Ramadan for Ramtane.
    """
    times: Counter[tuple[str, str]] = Counter()
    for (_, word), texts in single.items():
        for text, count in texts.items():
            times[word, text.casefold()] += count
    best = {key: min(texts, key=lambda text: (-texts[text], text)) for key, texts in single.items()}
    return {key: text for key, text in best.items() if times[key[1], text.casefold()] > 1}


def _people(
    units: Sequence[AlignedUnit], languages: Sequence[str]
) -> dict[str, tuple[dict[str, str], set[int]]]:
    """Returns the people of an article: most frequent titles and segments by name."""
    titles: dict[str, Counter[tuple[str, ...]]] = {}
    where: dict[str, set[int]] = {}
    for unit in units:
        for person in find_people(for_model(unit.ar), languages):
            given = tuple(person.titles[language] for language in languages)
            titles.setdefault(person.name, Counter())[given] += any(given)
            where.setdefault(person.name, set()).add(unit.n)
    return {
        name: (dict(zip(languages, counts.most_common(1)[0][0], strict=True)), where[name])
        for name, counts in titles.items()
    }


def _in_part(
    found: Mapping[str, Mapping[str, Mapping[int, str]]], parts: Sequence[str], language: str
) -> dict[int, str]:
    """Returns by segment the longest part of a name that has a rendering: Guterres for the whole."""
    longest: dict[int, str] = {}
    for part in sorted(_parts(parts), key=lambda part: (len(part), part)):
        longest.update(found.get(part, {}).get(language, {}))
    return longest


def _parts(words: Sequence[str]) -> Iterator[str]:
    """Yields the runs of words of a name that are not the whole."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if end - start < len(words):
                yield " ".join(words[start:end])


def _renderings(where: Sequence[int], found: Mapping[int, str]) -> dict[str, list[int]]:
    """Returns the segments by rendering, the most frequent first; "" is where none was found."""
    by_text: dict[str, list[int]] = {}
    for n in where:
        by_text.setdefault(found.get(n, ""), []).append(n)
    return dict(sorted(by_text.items(), key=lambda item: (-len(item[1]), item[1])))


def matches(arabic: Sequence[Sequence[Word]], text: str, language: str) -> list[tuple[str, str]]:
    """Pairs the names of a segment.

    Args:
        arabic: for each Arabic word its readings, with and without what may be a prefix.
        text: the translation.
        language: its language.

    Returns:
        ``(Arabic, rendering)``, neighbours joined, in the order of the Arabic.
    """
    pairs = []
    for latin in _capitalised(text, language):
        size = len(latin.skeleton)
        for readings in arabic:
            for word in readings:
                # most pairs are told apart by their lengths
                longer, shorter = max(size, len(word.skeleton)), min(size, len(word.skeleton))
                if word.skeleton != latin.skeleton and (
                    shorter <= _SHORT or longer - shorter > (1 - LIKE) * longer
                ):
                    continue
                alike = likeness(word.skeleton, latin.skeleton)
                if alike < LIKE:
                    continue
                letters = _ARTICLE.sub("", word.text).translate(_LETTERS)
                sound = SequenceMatcher(None, letters, latin.text.casefold()).ratio()
                if alike + sound < _ENOUGH:
                    continue
                if len(latin.skeleton) > _SHORT or sound >= _SOUND:
                    pairs.append((alike + sound, word, latin))
    pairs.sort(key=lambda pair: (-pair[0], pair[1].place, pair[2].place))
    taken: dict[int, tuple[Word, Word]] = {}
    used: set[int] = set()
    for _, word, latin in pairs:
        if word.place not in taken and latin.place not in used:
            taken[word.place] = (word, latin)
            used.add(latin.place)
    joined: list[tuple[list[Word], list[Word]]] = []
    for _, (word, latin) in sorted(taken.items()):
        if joined and (joined[-1][0][-1].place + 1, joined[-1][1][-1].place + 1) == (word.place, latin.place):
            joined[-1][0].append(word)
            joined[-1][1].append(latin)
        else:
            joined.append(([word], [latin]))
    return [(" ".join(w.text for w in one), " ".join(w.text for w in other)) for one, other in joined]


def arabic_words(text: str) -> list[list[Word]]:
    """Returns the readings of each word: as it stands, and without a conjunction or preposition."""
    return [
        [Word(place, reading, skeleton) for reading, skeleton in _readings(word)]
        for place, word in _placed(_ARABIC_WORD, for_model(text))
    ]


@functools.lru_cache(maxsize=100_000)
def _readings(word: str) -> list[tuple[str, str]]:
    """Returns the readings of a word that may be names, each with its skeleton."""
    readings = dict.fromkeys(_TO_THE.sub("ال", reading) for reading in (word, _PREFIX.sub("", word)))
    found = [
        (reading, arabic_skeleton(bare))
        for reading in readings
        if reading not in _stopwords()
        for bare in dict.fromkeys((reading, _ARTICLE.sub("", reading)))
    ]
    return [(reading, skeleton) for reading, skeleton in found if len(skeleton) >= _SHORT]


def _placed(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """Yields the words of a text with their number; punctuation between two leaves a number out."""
    place, closed = 0, True
    for chunk in text.split():
        # most chunks are a word, and need no pattern
        if chunk.isalpha():
            place, closed = place + 1 + closed, False
            yield place, chunk
            continue
        end = 0
        for match in pattern.finditer(chunk):
            place += 1 + (closed or match.start() > end)
            end, closed = match.end(), False
            yield place, match.group()
        closed = closed or end < len(chunk)


@functools.cache
def _stopwords() -> frozenset[str]:
    return frozenset(data.load("stopwords.yaml")["ar"])


def _capitalised(text: str, language: str) -> Iterator[Word]:
    """Yields the capitalised words that may be names: common ones may open a sentence or a title."""
    for place, word in _placed(_LATIN_WORD, text):
        if word[0].isupper() and word.casefold() not in _COMMON.get(language, frozenset()):
            skeleton = latin_skeleton(word)
            if len(skeleton) >= _SHORT:
                yield Word(place, word, skeleton)


def _holds(words: Sequence[Sequence[Word]], parts: Sequence[str]) -> bool:
    """Tells whether the words of a name follow each other in a segment."""
    texts = [{reading.text for reading in readings} for readings in words]
    return any(
        all(part in texts[start + offset] for offset, part in enumerate(parts))
        for start in range(len(texts) - len(parts) + 1)
    )


def tabulate(rows: Iterable[NameRow], languages: Sequence[str]) -> Iterator[dict[str, str]]:
    """Puts the names of all articles into a table that can serve as a glossary once it is corrected.

    Args:
        rows: of all articles.
        languages: target languages.

    Yields:
        ``ar``, the most frequent rendering in each language, ``articles``, ``segments``, and ``others``: for
        each language the further renderings with how often they came, and how often there was none;
        ``romanised``: the languages whose spelling is no translation's. Names whose rendering differs come
        first, then by frequency.
    """
    counts: dict[str, dict[str, Counter[str]]] = {}
    articles: Counter[str] = Counter()
    segments: Counter[str] = Counter()
    spellings: dict[str, dict[str, str]] = {}
    for row in rows:
        spellings.setdefault(row.ar, {}).update(row.spellings)
        articles[row.ar] += 1
        segments[row.ar] += len(row.segments)
        for language in languages:
            counter = counts.setdefault(row.ar, {}).setdefault(language, Counter())
            for rendering, where in row.renderings[language].items():
                counter[rendering] += len(where)
    order = sorted(
        counts,
        key=lambda ar: (all(len(c) < 2 for c in counts[ar].values()), -segments[ar], ar),
    )
    for ar in order:
        best, others = {}, []
        for language in languages:
            ranked = sorted(counts[ar][language].items(), key=lambda item: (not item[0], -item[1], item[0]))
            best[language] = ranked[0][0] if ranked else ""
            told = [f"{text or '(none)'} {count}" for text, count in ranked if text != best[language]]
            others += [f"{language}: {', '.join(told)}"] if told else []
        spelt = [language for language in languages if not best[language] and spellings[ar].get(language)]
        best |= {language: spellings[ar][language] for language in spelt}
        yield {"ar": ar, **best, "articles": str(articles[ar]), "segments": str(segments[ar]),
               "others": "; ".join(others), "romanised": " ".join(spelt)}  # fmt: skip
