"""Briefs as Markdown: readable as it stands, and safe to paste where Markdown is rendered."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dragoman import __version__
from dragoman.brief.content import Content, content, doubts, reasons, show_date
from dragoman.brief.render import (
    MOST_FACTS,
    credit,
    is_demonstration,
    model_facts,
    model_name,
    used_models,
    writer_name,
    writers,
)
from dragoman.brief.text import control_name, first_strong, pieces, web_address
from dragoman.brief.words import SOURCE_LANGUAGE, direction, flag_words, interface, language_name, targets
from dragoman.records import AbstractSentence, AlignedUnit, Article, Summary

_ISOLATE = {"ltr": "\u2066", "rtl": "\u2067"}
_END_ISOLATE = "\u2069"
_OTHER = {"ltr": "rtl", "rtl": "ltr"}
# Entities rather than backslashes for these three: every dialect of Markdown shows them as the character.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPECIAL = re.compile(r"[\\`*\[\]~&<>]|(?<!\w)_|_(?!\w)|(?<=\w)@(?=\w)|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:(?P<number>\d+)(?=[.)])|(?=[-+=#]))")


def render_markdown(
    article: Article,
    units: Sequence[AlignedUnit],
    summary: Summary,
    models: Sequence[Mapping[str, Any]],
    languages: Sequence[str],
) -> str:
    """Renders one article's brief; arguments and errors as for ``render_html``."""
    return page_markdown(article, content(article, units, summary, languages), models, languages)


def page_markdown(
    article: Article, page: Content, models: Sequence[Mapping[str, Any]], languages: Sequence[str]
) -> str:
    """Renders a brief whose content is gathered; see ``render_markdown``."""
    page_language, words = interface(languages)
    shown = [*targets(languages), SOURCE_LANGUAGE]
    blocks = [
        f"# {_in(page.titles[shown[0]], shown[0])}",
        *(f"**{_in(page.titles[language], language)}**" for language in shown[1:]),
        _facts(article, page, words),
        f"> {words['machine'].format(models=_credits(models, targets(languages), words))}"
        + (f" **{words['demonstration']}**" if is_demonstration(models, targets(languages)) else ""),
        *_key_facts(page, shown, words),
        f"## {words['summary']}",
    ]
    for language in shown if page.summary else []:
        blocks.append(f"### {_name(language)}")
        blocks.append(
            "\n".join(_sentence(page, n, texts[language], language, words) for n, texts in page.summary)
        )
    if not page.summary:
        blocks.append(words["no_summary"])
    blocks.extend(_abstract(page, shown, words, _data(writer_name(models, words))))
    for language in shown:
        blocks.append(f"## {words['text']}: {_name(language)}")
        blocks.extend(_paragraphs(page, language, page_language) or [words["no_text"]])
    blocks.append(f"## {words['notes']}")
    blocks.append(_flags(page, page_language, words))
    blocks.append(
        "\n".join(
            _provenance(article, [*used_models(models, targets(languages)), *writers(models, page)], words)
        )
    )
    return "\n\n".join(blocks) + "\n"


def _key_facts(page: Content, shown: Sequence[str], words: Mapping[str, str]) -> Iterator[str]:
    """Yields the key facts: a heading, and a list of a line for each kind and language."""
    lines = []
    for kind, facts in page.kinds:
        for language in shown:
            texts = [
                _in(fact["texts"][language], language)
                for fact in facts[:MOST_FACTS]
                if fact["texts"][language]
            ]
            if texts:
                lines.append(f"* {words[kind]} ({_name(language)}): {' · '.join(texts)}")
    if lines:
        yield f"## {words['facts']}"
        yield "\n".join(lines)


# a page says much of what it says twice, and the same words as the page before
@functools.lru_cache(maxsize=4096)
def plain(text: str, base: str, links: bool = False) -> str:
    """Returns a text on one line in which no character means anything to Markdown or HTML.

    Args:
        text: any text.
        base: direction of the line that will hold it; runs of the other direction are isolated.
        links: whether http and https addresses become links.
    """
    parts = []
    for kind, piece in pieces(" ".join(text.split()), base, links):
        if kind == "control":
            parts.append(f"⟨{control_name(piece)[0]}⟩")
        elif kind == "link":
            parts.append(f"<{piece}>")
        elif kind == "other":
            parts.append(_ISOLATE[_OTHER[base]] + _escape(piece) + _END_ISOLATE)
        else:
            parts.append(_escape(piece))
    return _LINE_START.sub(lambda found: f"{found['number'] or ''}\\", "".join(parts))


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found.group(), "\\" + found.group()), text)


def _in(text: str, language: str) -> str:
    """Returns a text in a language, isolated as a whole when its lines run from right to left."""
    base = direction(language)
    safe = plain(text, base)
    return f"{_ISOLATE['rtl']}{safe}{_END_ISOLATE}" if safe and base == "rtl" else safe


def _data(text: str, links: bool = False) -> str:
    base = first_strong(text)
    safe = plain(text, base, links)
    return f"{_ISOLATE['rtl']}{safe}{_END_ISOLATE}" if base == "rtl" else safe


def _name(language: str) -> str:
    return _in(language_name(language), language)


def _address(text: str) -> str:
    return f"<{text}>" if web_address(text) else _data(text)


def _facts(article: Article, page: Content, words: Mapping[str, str]) -> str:
    flagged = ", ".join(
        f"{_name(language)} {len(found)}" for language, found in page.flagged.items() if found
    )
    facts = [
        (words["date"], _data(show_date(article.date))),
        (words["source"], _address(article.source) if article.source else ""),
        (words["segments"], str(sum(map(len, page.paragraphs)))),
        (words["copied"], str(page.copied)),
        (words["flagged"], flagged or words["nothing_flagged"]),
    ]
    return "\n".join(f"- {key}: {value}" for key, value in facts if value)


def _credits(models: Sequence[Mapping[str, Any]], languages: Sequence[str], words: Mapping[str, str]) -> str:
    names = []
    for model, covers in credit(models, languages):
        where = f" ({', '.join(map(_name, covers))})" if covers and covers != languages else ""
        names.append(f"**{_data(model)}**{where}")
    return ", ".join(names) or words["some_model"]


def _sentence(page: Content, n: int, text: str, language: str, words: Mapping[str, str]) -> str:
    mark = "⚠ " if n in page.flagged.get(language, ()) else ""
    return f"- {mark}{_in(text, language) or words['untranslated']} ({n})"


def _abstract(page: Content, shown: Sequence[str], words: Mapping[str, str], writer: str) -> Iterator[str]:
    """Yields what a model wrote: a heading, a note, and a list for each language."""
    if page.abstract:
        yield f"## {words['abstract']}"
        yield words["abstract_note"].format(model=writer)
        for language in shown:
            yield f"### {_name(language)}"
            yield "\n".join(_written(sentence, language, words) for sentence in page.abstract)


def _written(sentence: AbstractSentence, language: str, words: Mapping[str, str]) -> str:
    text = sentence.ar if language == SOURCE_LANGUAGE else sentence.targets[language]
    found = [flag_words(flag, interface([language])[0])[0] for flag in doubts(sentence, language)]
    told = f" *({' · '.join(plain(label, 'ltr') for label in found)})*" if found else ""
    where = f" ({', '.join(map(str, sentence.segments))})" if sentence.segments else ""
    return f"- {'⚠ ' if found else ''}{_in(text, language) or words['untranslated']}{told}{where}"


def _paragraphs(page: Content, language: str, page_language: str) -> list[str]:
    return [" ".join(_segment(unit, language, page_language) for unit in units) for units in page.paragraphs]


def _segment(unit: AlignedUnit, language: str, page_language: str) -> str:
    if unit.kind == "verbatim":
        text = _data(unit.ar, links=True)
    elif language == SOURCE_LANGUAGE:
        return _in(unit.ar, language)
    else:
        text = _in(unit.targets[language], language)
    spoken, words = interface([language, page_language])
    if text and unit.methods.get(language) == "memory":
        text += f" *({words['by_people']})*"
    flags = reasons(unit, language)
    told = " · ".join(plain(flag_words(flag, spoken)[0], "ltr") for flag in flags)
    return f"⚠ {text or words['untranslated']} *({told})*" if flags else text or words["untranslated"]


def _flags(page: Content, page_language: str, words: Mapping[str, str]) -> str:
    if not page.flags:
        return words["no_flags"]
    lines = []
    for flag, places in page.flags.items():
        label, meaning = flag_words(flag, page_language)
        where = "; ".join(
            f"{_name(language)} {len(found)} ({', '.join(map(str, found))})"
            for language, found in places.items()
            if found
        )
        lines.append(f"- ⚠ **{plain(label, 'ltr')}**: {where}. {meaning}".rstrip())
    return "\n".join(lines)


def _provenance(
    article: Article, models: Sequence[Mapping[str, Any]], words: Mapping[str, str]
) -> Iterator[str]:
    yield f"- {words['article']}: {_data(article.id)}"
    if article.origin:
        yield f"- {words['file']}: {_data(article.origin)}"
    for note in article.notes:
        yield f"- {words['reading']}: {_data(note)}"
    for model in models:
        yield f"- {words['model']}: {_data(model_name(model))}"
        for key, value in model_facts(model, words):
            yield f"  - {key}: {_address(value)}"
    yield f"- {words['written_by']} Dragoman {__version__}"
