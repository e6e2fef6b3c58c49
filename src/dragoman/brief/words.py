"""The briefs' own words: interface, names of languages, and flags in plain language."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from dragoman.data import load, parse

SOURCE_LANGUAGE = "ar"


@functools.cache
def _template_data(name: str) -> Any:
    return parse((files("dragoman.brief") / "templates" / name).read_text(encoding="utf-8"))


def targets(languages: Sequence[str]) -> list[str]:
    """Returns the languages without Arabic, in order: the columns left of the Arabic."""
    return [language for language in languages if language != SOURCE_LANGUAGE]


def interface(languages: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Returns the language that a page speaks and its words.

    Args:
        languages: languages of the articles, best first.

    Returns:
        The first of ``languages`` that has words, else English, and its words by key.
    """
    words: dict[str, dict[str, str]] = _template_data("words.yaml")
    language = next((language for language in languages if language in words), "en")
    return language, words[language]


@functools.cache
def language_name(language: str) -> str:
    """Returns a language's own name for itself, or its code where we do not know it."""
    name: str = _template_data("languages.yaml")["names"].get(language, language)
    return name


@functools.cache
def direction(language: str) -> str:
    """Returns ``rtl`` or ``ltr``, the value of the HTML attribute ``dir`` for text in a language."""
    return "rtl" if language in _template_data("languages.yaml")["right_to_left"] else "ltr"


def flag_words(flag: str, language: str) -> tuple[str, str]:
    """Returns a flag's label and meaning.

    Args:
        flag: name of the flag.
        language: language of the words; must have them (``interface`` gives one that has).

    Returns:
        The label and the meaning; the name itself and "" for a flag that has no words.
    """
    entry = load("flags.yaml").get(flag)
    if entry is None:
        return flag, ""
    return entry[language]["label"], entry[language]["meaning"]
