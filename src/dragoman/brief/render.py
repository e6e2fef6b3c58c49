"""Briefs and their index as self-contained HTML: no script, nothing loaded, nothing of a text obeyed."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from dragoman import __version__
from dragoman.brief.content import Content, content, doubts, reasons, row, show_date
from dragoman.brief.digest import digest
from dragoman.brief.text import first_strong, host_of, to_html, visible, web_address
from dragoman.brief.words import SOURCE_LANGUAGE, direction, flag_words, interface, language_name, targets
from dragoman.facts.dates import write_date
from dragoman.records import AlignedUnit, Article, Summary

MOST_FACTS = 8
"""Facts of a kind that a brief shows."""
GENERATOR = '<meta name="generator" content="dragoman">'


def render_html(
    article: Article,
    units: Sequence[AlignedUnit],
    summary: Summary,
    models: Sequence[Mapping[str, Any]],
    languages: Sequence[str],
) -> str:
    """Renders one article's brief.

    Args:
        article: the article.
        units: its aligned units in order.
        summary: its summary.
        models: manifests of the installed models: ``recipe``, ``part``, ``id``, ``licence``, ``languages``,
            ``source``.
        languages: the target languages in the order of the columns; Arabic is understood and comes last.

    Returns:
        The page; the same for the same arguments.

    Raises:
        DataError: the records do not fit together.
    """
    return page_html(article, content(article, units, summary, languages), models, languages)


def page_html(
    article: Article, page: Content, models: Sequence[Mapping[str, Any]], languages: Sequence[str]
) -> str:
    """Renders a brief whose content is gathered; see ``render_html``."""
    words = interface(languages)[1]
    return _template("brief.html").render(
        **_common(languages),
        article=article,
        page=page,
        row=row(article, page),
        models=[
            (model_name(model), model_facts(model, words))
            for model in [*used_models(models, targets(languages)), *writers(models, page)]
        ],
        writer=writer_name(models, words),
        credits=credit(models, targets(languages)),
        demonstration=is_demonstration(models, targets(languages)),
        most_facts=MOST_FACTS,
    )


def render_index(
    entries: Sequence[Mapping[str, Any]], languages: Sequence[str], *, demonstration: bool = False
) -> str:
    """Renders the list of briefs.

    Args:
        entries: rows as ``entry`` gives them, in the order to show.
        languages: the target languages; Arabic is understood.
        demonstration: whether the model is there to try the tool.
    """
    script = _script()
    digested = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return _template("index.html").render(
        **{**_common(languages), "script_source": Markup(f"script-src 'sha256-{digested}'; ")},
        entries=entries,
        flagged_articles=sum(any(entry["flagged"].values()) for entry in entries),
        script=Markup(script),
        days=digest(entries),
        hosts=sorted({host for entry in entries if (host := host_of(entry["source"]))}),
        host_of=host_of,
        words_of=_words_of,
        show_day=functools.partial(_day, languages=languages),
        trust=lambda entry: "demonstration" if demonstration else entry["verdict"],
    )


def _script() -> str:
    return (files("dragoman.brief") / "templates" / "index.js").read_text(encoding="utf-8")


def _day(date: str, languages: Sequence[str]) -> str:
    return write_date(date, interface(languages)[0])


def _words_of(entry: Mapping[str, Any]) -> str:
    """Returns what an entry is found by beside its text: names, organisations and places."""
    facts = [fact for kind in ("names", "organisations", "places") for fact in entry["facts"][kind]]
    return " ".join(dict.fromkeys(text for fact in facts for text in fact["texts"].values() if text))


def used_models(models: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> list[Mapping[str, Any]]:
    """Returns the models that translate into one of the languages; all when none says so."""
    translators = [model for model in models if model.get("translates", "text") == "text"]
    return [model for model in translators if set(languages) & set(model.get("languages", ()))] or translators


def writers(models: Sequence[Mapping[str, Any]], page: Content) -> list[Mapping[str, Any]]:
    """Returns the models that wrote a summary, where the page has one."""
    return [model for model in models if page.abstract and model.get("translates") == "summaries"]


def writer_name(models: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> str:
    """Returns the name of the model that wrote summaries."""
    found = (model_name(model) for model in models if model.get("translates") == "summaries")
    return next(found, words["some_model"])


def model_name(model: Mapping[str, Any]) -> str:
    """Returns a model's name for people: its recipe and the part of it, such as ``opus-fast/ar-en``."""
    return "/".join(str(model[key]) for key in ("recipe", "part") if model.get(key))


def model_facts(model: Mapping[str, Any], words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns what a brief says of a model besides its name: label and value, values as text."""
    source = model.get("source") or {}
    named = {
        words["model_id"]: str(model.get("id") or ""),
        words["licence"]: str(model.get("licence") or ""),
        words["languages"]: ", ".join(map(language_name, model.get("languages", ()))),
    }
    origin = {
        f"{words['model_source']} ({key})": str(value)
        for key, value in source.items()
        if isinstance(value, str | int)
    }
    return [(label, value) for label, value in (named | origin).items() if value]


def is_demonstration(models: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> bool:
    """Tells whether one of the models is there to try the tool, not to be relied on."""
    return any(model.get("demonstration") for model in used_models(models, languages))


def credit(models: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Returns the models' names, each with the languages of this page that it translated into."""
    return [
        (
            model_name(model),
            [language for language in languages if language in model.get("languages", ())],
        )
        for model in used_models(models, languages)
    ]


def _common(languages: Sequence[str]) -> dict[str, Any]:
    page_language, words = interface(languages)
    return {
        "generator": Markup(GENERATOR),
        "script_source": "",
        "version": __version__,
        "page_language": page_language,
        "words": words,
        "targets": targets(languages),
        "languages": [*targets(languages), SOURCE_LANGUAGE],
        "source_language": SOURCE_LANGUAGE,
        "shown": functools.partial(_shown, hint=words["hidden"]),
    }


def _shown(text: object, base: str = "ltr", links: bool = False, *, hint: str) -> Markup:
    return to_html(str(text), base, hint, links)


@functools.cache
def _of(language: str) -> Markup:
    """Returns the attributes of an element whose text is in a language."""
    return Markup('lang="{}" dir="{}"').format(language, direction(language))


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dragoman.brief"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # the templates are part of the package: no look at their files for every page
        auto_reload=False,
    )
    environment.globals.update(
        direction=direction,
        first_strong=first_strong,
        flag_words=flag_words,
        language_name=language_name,
        of=_of,
        show_date=show_date,
        interface=interface,
        reasons_of=reasons,
        doubts_of=doubts,
        visible=visible,
        web_address=web_address,
    )
    return environment.get_template(name)
