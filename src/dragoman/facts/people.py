"""People in Arabic text: a name after a title, after a word of courtesy, or that begins with a given name.

There is no model of what a name is, so only what stands where names stand is taken, and no word that is
common in the news.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dragoman import data
from dragoman.facts.places import find_places
from dragoman.names.press import known_families
from dragoman.similarity import stems_of

MOST_PARTS = 3
"""Parts of a name; Abd, Abu or ben and what comes after are one part."""
_REMEMBERED = 16_384
"""Words of which it is remembered what they may be: nearly all of a text, in a few MiB however long."""
_MOST_COMPLEMENTS = 8
"""Words between a title and its name: the Minister of Foreign Affairs and of the Community Abroad."""
_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s]|\d+")
_WITH_ARTICLE = re.compile("^[وفبلك]{0,2}(?:ال|لل)(?=..)")
_CONJUNCTION = re.compile("^[وف](?=.{3})")
_AND_OR_TO = re.compile("^[ول](?=.{3})")
_TO_THE = re.compile("^[وف]?لل(?=..)")
_FUTURE = re.compile("^س(?=[يتن]..)")
_MAY_BE_VERB = re.compile("^(?:[يتسن]|[ول].{3})|.*ات$")
_FAMILY = re.compile("[^يت]..+ي")
_ARABIC = re.compile("[ء-ي]{2,}")
_PREPOSITION = re.compile("^[وف]?[بلك](?=.{3})")


@dataclass(frozen=True, slots=True)
class Person:
    """A name as it stands in a text.

    Attributes:
        name: normalised Arabic, without what is written together with it.
        titles: title by language, "" for none.
    """

    name: str
    titles: dict[str, str]


def find_people(text: str, languages: Sequence[str]) -> Iterator[Person]:
    """Yields the people of a text, in its order, as often as they are named.

    Args:
        text: normalised Arabic.
        languages: those to put titles into; one that the table lacks gets none.
    """
    tokens = _TOKEN.findall(text)
    # most words begin nothing, and most sentences have no such word
    beginnings = _beginnings()
    if beginnings.isdisjoint(tokens):
        return
    places = {word for _, names in find_places(text, ()) for word in names["ar"].split()}
    at = 0
    while at < len(tokens):
        if tokens[at] not in beginnings:
            at += 1
            continue
        title, start = _title(tokens, at)
        begin = _after(tokens, start, places) if title else start
        comma = bool(title) and begin < len(tokens) and tokens[begin] in {",", "،"}
        first = begin + comma
        begin, courtesy = _courtesy(tokens, first)
        if courtesy and _PREPOSITION.match(tokens[first]):
            # the secretary-general met with Mr: the title is another's
            title = None
        titled = courtesy or bool(title)
        name, end = _name(tokens, begin, places, titled=titled, alone=courtesy or begin == start)
        if name:
            titles = {language: (title or {}).get(language, "") for language in languages}
            yield Person(name, titles)
        at = max(end if name else start, at + 1)


@functools.cache
def _beginnings() -> frozenset[str]:
    """Returns what a title, a word of courtesy or a name without either may begin with, as it is written."""
    named = _words("given") | known_families()
    titles = _titles()[2]
    words = titles | _words("courtesy") | named
    found = {*words, *_words("openings"), *(f"و{word}" for word in named)}
    for conjunction in ("", "و", "ف"):
        found |= {f"{conjunction}{word}" for word in titles}
        found |= {f"{conjunction}{to}{word}" for to in "بلك" for word in words}
        found |= {f"{conjunction}لل{word[2:]}" for word in titles if word.startswith("ال")}
    return frozenset(found)


def _first_words(token: str) -> tuple[str, ...]:
    """Returns the readings of a token that are the first word of a title."""
    bare = (_CONJUNCTION.sub("", token), _PREPOSITION.sub("", token), _TO_THE.sub("ال", token))
    firsts = _titles()[2]
    return tuple(reading for reading in dict.fromkeys((token, *bare)) if reading in firsts)


def _title(tokens: Sequence[str], at: int) -> tuple[dict[str, str] | None, int]:
    """Returns the longest title that begins at a token, and the number of the token after it."""
    longest, table, _ = _titles()
    readings = _first_words(tokens[at])
    for size in range(min(longest, len(tokens) - at) if readings else 0, 0, -1):
        rest = tokens[at + 1 : at + size]
        for reading in readings:
            found = table.get(" ".join((reading, *rest)))
            if found:
                return found, at + size
    return None, at


def _after(tokens: Sequence[str], at: int, places: set[str]) -> int:
    """Returns the number of the token after what a title goes on with: of what, of where, a comma."""
    known = _words("complements")
    end = min(len(tokens), at + _MOST_COMPLEMENTS)
    while at < end:
        token = tokens[at]
        of_it = _WITH_ARTICLE.match(token) and not _is_function_word(token)
        if not (of_it or {token, _PREPOSITION.sub("", token)} & (known | places)):
            break
        at += 1
    return at


def _courtesy(tokens: Sequence[str], at: int) -> tuple[int, bool]:
    """Returns the number of the first token that is no word of courtesy, and whether there was one."""
    start = at
    while at < len(tokens) and {tokens[at], _PREPOSITION.sub("", tokens[at])} & _words("courtesy"):
        at += 1
    return at, at > start


def _name(tokens: Sequence[str], at: int, places: set[str], *, titled: bool, alone: bool) -> tuple[str, int]:
    """Returns the name that begins at a token, "" for none, and the number of the token after it.

    Args:
        tokens: of the text.
        at: where it may begin.
        places: words that name places.
        titled: whether a title stands before it; without one it must begin with a given name.
        alone: whether one part is enough.
    """
    start, given = at, _words("given")
    parts: list[str] = []
    while at < len(tokens) and len(parts) < MOST_PARTS:
        joints = 0
        while at + joints < len(tokens) and tokens[at + joints] in _words(
            "joints" if parts or joints else "openings"
        ):
            joints += 1
        part = list(tokens[at : at + joints + 1])
        if not parts and not titled:
            part[0] = _bare(part[0], given | known_families())
            if part[0] in known_families():
                return part[0], at + 1
        if not _ARABIC.fullmatch(part[-1]):
            break
        family = len(parts) == 1 and parts[0] in given and _may_be_family(part[0], titled)
        if not (joints or family or part[0] in given or _may_be_name(part[0], places, len(parts))):
            break
        if not parts and not titled and not joints and part[0] not in given:
            break
        parts.append(" ".join(part))
        at += len(part)
    enough = len(parts) > 1 or (alone and parts and parts[0] not in given and _may_be_alone(parts[0]))
    return (" ".join(parts), at) if enough else ("", start)


def _may_be_family(word: str, titled: bool) -> bool:
    """Tells whether a word after a given name may be a name although it is common: شكري is also my thanks."""
    if titled:
        return not (_is_function_word(word) or word in _verbs() or word[0] in "يتنو")
    return bool(_FAMILY.fullmatch(word))


def _may_be_alone(word: str) -> bool:
    if word in known_families():
        return True
    # in a move, by a letter: a preposition and a common word
    bare = _PREPOSITION.sub("", word)
    return not _MAY_BE_VERB.match(word) and (bare == word or not is_common(bare))


def _may_be_name(word: str, places: set[str], place: int) -> bool:
    """Tells whether a word may be a part of a name, the first for ``place`` 0."""
    if word in known_families():
        return True
    if word in places or is_common(word):
        return False
    if place == 0:
        return not _WITH_ARTICLE.match(word)
    # a verb or a conjunction may follow a name of two parts
    return place < MOST_PARTS - 1 or not _MAY_BE_VERB.match(word)


def _bare(word: str, given: frozenset[str]) -> str:
    """Returns a word without its conjunction or preposition where that leaves a given name."""
    readings = (word, word.removeprefix("و"), _PREPOSITION.sub("", word))
    return next((reading for reading in readings if reading in given), word)


@functools.cache
def _titles() -> tuple[int, dict[str, dict[str, str]], frozenset[str]]:
    """Returns the words of the longest title, the titles with their renderings, and their first words."""
    rows = data.load("people.yaml")["titles"]
    table = {form: {"en": row["en"], "fr": row["fr"]} for row in rows for form in row["ar"]}
    firsts = frozenset(form.split()[0] for form in table)
    return max(len(form.split()) for form in table), table, firsts


@functools.cache
def _words(key: str) -> frozenset[str]:
    found = data.load("people.yaml")[key]
    return frozenset(found.split() if isinstance(found, str) else found)


@functools.cache
def _verbs() -> frozenset[str]:
    return frozenset(data.load("facts.yaml")["speech"])


@functools.cache
def _common() -> frozenset[str]:
    return frozenset(data.lines("common_stems.txt"))


@functools.lru_cache(maxsize=_REMEMBERED)
def is_common(word: str) -> bool:
    """Tells whether a word is common in the news, with or without what may be written together with it."""
    if word.startswith("وال"):
        return True
    known = _titles()[1].keys() | _words("courtesy") | _words("given")
    readings = (_AND_OR_TO.sub("", word), _FUTURE.sub("", word))
    if any(reading in known for reading in readings if reading != word):
        return True
    return any(
        _is_function_word(reading) or stems_of(reading, "ar")[0] in _common() for reading in (word, *readings)
    )


def _is_function_word(word: str) -> bool:
    return not stems_of(word, "ar")
