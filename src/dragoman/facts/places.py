"""Countries and cities in Arabic text, with their names in each language from Unicode CLDR, by Babel."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from dragoman.arabic import for_model
from dragoman.facts.matching import names_in, pattern_of

# of the regions only the continents
_NOT_COUNTRIES = re.compile(r"^(?!002|005|009|142|150)\d|^(?:EU|EZ|UN|QO|XA|XB|ZZ)$")
_ALIF = re.compile("^(?P<article>(?:ال)?)[أإآا](?=.)")
"""The hamza at the beginning of a word is written in one way or the other, or not at all."""


def find_places(text: str, languages: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields the places of a text.

    Args:
        text: normalised Arabic.
        languages: those to name them in.

    Yields:
        ``(code, names)``: the code of a country (ISO 3166), a continent (UN M.49) or the time zone of a city;
        the name by language, and under ``ar`` the one that stands in the text. Oman and Amman are written
        alike: such a place has both codes and both names.
    """
    pattern, codes = _arabic()
    for name in names_in(text, pattern):
        texts = {
            language: " / ".join(dict.fromkeys(_names(language).get(code, name) for code in codes[name]))
            for language in languages
        }
        yield " ".join(codes[name]), {**texts, "ar": name}


@functools.cache
def _names(language: str) -> dict[str, str]:
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
def _arabic() -> tuple[re.Pattern[str], dict[str, list[str]]]:
    """Returns the pattern of all places and the codes by name; a city of its country's name is that."""
    countries: dict[str, list[str]] = {}
    cities: dict[str, list[str]] = {}
    marked = {name for code, name in _names("ar").items() if "/" not in code}
    for code, name in sorted(_names("ar").items()):
        if "/" not in code:
            countries.setdefault(for_model(name), []).append(code)
        elif name not in marked:
            cities.setdefault(for_model(name), []).append(code)
    # what differs in its vowel marks only is another place under the same letters
    codes = {name: [*countries.get(name, []), *cities.get(name, [])] for name in {**countries, **cities}}
    for name in list(codes):
        # early (باكرا) holds Accra
        for alif in "أإا" if len(name) > 4 else "":
            codes.setdefault(_ALIF.sub(rf"\g<article>{alif}", name), codes[name])
    return pattern_of(name for name in codes if len(name) > 2), codes
