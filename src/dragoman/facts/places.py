"""Places in Arabic text, with their names in each language from Unicode CLDR, by Babel, and from a table."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from dragoman import data
from dragoman.arabic import for_model
from dragoman.facts.matching import names_in, pattern_of
from dragoman.names.skeleton import arabic_skeleton, latin_skeleton, likeness, without_accents

# of the regions only the continents
_NOT_COUNTRIES = re.compile(r"^(?!002|005|009|142|150)\d|^(?:EU|EZ|UN|QO|XA|XB|ZZ)$")
_ALIF = re.compile("^(?P<article>(?:ال)?)[أإآا](?=.)")
"""The hamza at the beginning of a word is written in one way or the other, or not at all."""
_OF_A_PLACE = re.compile("^(?:ال)?(?P<base>.{2,}?)ي(?:ة|ين|ون|ات|ان|تين|تان)?$")
_WORDS = re.compile(r"[^\W\d_]+")
_BEGINNING = 4
"""Letters of a word that tell it from others, its ending left aside."""
_ALIKE = 0.75
"""Least likeness of the consonants of a place and a word for it."""
_LISTED = re.compile("[ ،,]*")
_ENDING = re.compile("(?:يا|ا|ة|ه)$")


class _Arabic(NamedTuple):
    """What finds places: a pattern of forms, by form the name and whether it is sure, codes by name."""

    pattern: re.Pattern[str]
    forms: dict[str, tuple[str, bool]]
    codes: dict[str, list[str]]


def find_places(text: str, languages: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields the places of a text.

    Args:
        text: normalised Arabic.
        languages: those to name them in.

    Yields:
        ``(code, names)``: the code of a country (ISO 3166), a continent (UN M.49) or the time zone of a city,
        or the English name of what has none; the name by language, and under ``ar`` the one that stands in
        the text. Oman and Amman are written alike: such a place has both codes and both names.
    """
    codes = _arabic().codes
    for name in _places_in(text):
        texts = {
            language: " / ".join(dict.fromkeys(_names(language).get(code, name) for code in codes[name]))
            for language in languages
        }
        yield " ".join(codes[name]), {**texts, "ar": name}


def _places_in(text: str) -> Iterator[str]:
    """Yields the names of places in a text; one that is also a common word where another stands beside it."""
    pattern, forms, codes = _arabic()
    found = [(*forms[form], start, end) for form, start, end in names_in(text, pattern)]
    last = 0
    for number, (name, sure, start, end) in enumerate(found):
        if not sure and codes[name]:
            following = found[number + 1 :][:1]
            sure = bool(last and _LISTED.fullmatch(text, last, start)) or any(
                known and codes[other] and _LISTED.fullmatch(text, end, begin)
                for other, known, begin, _ in following
            )
        if sure and codes[name]:
            last = end
            yield name


def lost_places(source: str, target: str, language: str) -> list[str]:
    """Returns the places of a text that its translation has neither by name nor by an adjective nor by sound.

    A word of the name counts by its first four letters, so that Iraqi stands for Iraq; so does what the table
    says a translation may have instead. Of 300 mentions in FLORES-200 dev 5 are not found in people's
    English, most of them because the Arabic is not about that place.

    Args:
        source: normalised Arabic.
        target: its translation.
        language: the translation's; places whose names it lacks are passed over.

    Returns:
        The Arabic names.
    """
    found = [
        (code, names) for code, names in find_places(source, [language]) if names[language] != names["ar"]
    ]
    if not found:
        return []
    plain = without_accents(target)
    words = _WORDS.findall(plain)
    begun = {word[:_BEGINNING] for word in words}
    heard = {latin_skeleton(word) for word in _WORDS.findall(target) if word[0].isupper()}
    return [
        names["ar"]
        for code, names in found
        if not _is_named(code, names[language], plain, begun, words)
        and not _sounds(names["ar"], names[language], heard)
    ]


def _is_named(code: str, name: str, plain: str, begun: Set[str], words: Sequence[str]) -> bool:
    for text in name.split(" / "):
        parts = _WORDS.findall(without_accents(text))
        telling = {part[:_BEGINNING] for part in parts if part not in _general()}
        if telling & begun or (not telling and begun >= {part[:_BEGINNING] for part in parts}):
            return True
    table = data.load("places.yaml")["also"]
    also = [begin for one in {*code.split(), code} for begin in table.get(one, ())]
    return any(
        begin in plain if "." in begin else any(word.startswith(begin) for word in words) for begin in also
    )


def _sounds(arabic: str, name: str, heard: Set[str]) -> bool:
    """Tells whether a capitalised word sounds like a word of a place's name: Bejing, Halifaks."""
    skeletons = {
        *(arabic_skeleton(part.removeprefix("ال")) for part in arabic.split()),
        *(latin_skeleton(part) for part in _WORDS.findall(name) if without_accents(part) not in _general()),
    }
    return any(likeness(one, other) >= _ALIKE for one in skeletons if len(one) > 1 for other in heard)


@functools.cache
def _general() -> frozenset[str]:
    return frozenset(data.load("places.yaml")["general"].split())


def place_name(name: str, language: str) -> str:
    """Returns what the place of an Arabic name is called in a language, "" for none, or for one of two.

    Args:
        name: normalised Arabic, the whole name.
        language: the one to name it in.
    """
    found = {_names(language).get(code, "") for code in _arabic().codes.get(name, [])}
    return found.pop() if len(found) == 1 else ""


def is_adjective_of_origin(word: str) -> bool:
    """Tells whether a word is one of a country, a people or a faith, as Tunisian and Islamic are.

    Args:
        word: normalised Arabic, with or without the article.
    """
    found = _OF_A_PLACE.match(word)
    return found is not None and _plain(found["base"]) in _origins()


def _plain(word: str) -> str:
    """Returns a word without its article and with a bare alif at its beginning."""
    return _ALIF.sub("ا", word).removeprefix("ال")


@functools.cache
def _origins() -> frozenset[str]:
    """Returns what adjectives of origin are made from: countries without their endings, and others."""
    countries = (name for code, name in _cldr("ar").items() if " " not in name and "/" not in code)
    others = data.load("places.yaml")["origins"].split()
    return frozenset({*(_ENDING.sub("", _plain(for_model(name))) for name in countries), *others})


@functools.cache
def _names(language: str) -> dict[str, str]:
    """Returns the names of places in a language, by code."""
    rows = [row for row in data.load("places.yaml")["places"] if row.get("en") and language in row]
    return {**_cldr(language), **{row.get("code", row["en"]): row[language] for row in rows}}


@functools.cache
def _cldr(language: str) -> dict[str, str]:
    """Returns the names of countries and cities in a language, by code; none for one that CLDR lacks."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    # a city has no entry where its name is that of its zone
    zones = {*Locale.parse("ar").time_zones, *locale.time_zones}
    cities = {
        zone: locale.time_zones.get(zone, {}).get("city")
        or (zone.rpartition("/")[2].replace("_", " ") if language != "ar" else "")
        for zone in zones
        if "/" in zone and not zone.startswith("Etc/")
    }
    countries = {code: name for code, name in locale.territories.items() if not _NOT_COUNTRIES.match(code)}
    return {code: name for code, name in {**cities, **countries}.items() if name}


@functools.cache
def _arabic() -> _Arabic:
    """Returns how places are found.

    A city of its country's name is that. What is no place has no codes. What the table says of a name goes
    before CLDR.
    """
    countries: dict[str, list[str]] = {}
    cities: dict[str, list[str]] = {}
    marked = {name for code, name in _cldr("ar").items() if "/" not in code}
    for code, name in sorted(_cldr("ar").items()):
        if "/" not in code:
            countries.setdefault(for_model(name), []).append(code)
        elif name not in marked:
            cities.setdefault(for_model(name), []).append(code)
    # what differs in its vowel marks only is another place under the same letters
    codes = {name: [*countries.get(name, []), *cities.get(name, [])] for name in {**countries, **cities}}
    forms = {name: (name, True) for name in codes if len(name) > 2}
    table = data.load("places.yaml")
    for row in table["places"]:
        for name in row["ar"]:
            codes[name] = [code] if (code := row.get("code") or row.get("en")) else []
            forms[name] = name, not row.get("after")
            if row.get("after"):
                forms |= {f"{cue} {name}": (name, True) for cue in table["cues"].split()}
    for form, (name, sure) in list(forms.items()):
        # early (باكرا) holds Accra
        for alif in "أإا" if len(name) > 4 else "":
            bare = _ALIF.sub(rf"\g<article>{alif}", name)
            codes.setdefault(bare, codes[name])
            forms.setdefault(form.removesuffix(name) + bare, (bare, sure))
    return _Arabic(pattern_of(forms), forms, codes)
