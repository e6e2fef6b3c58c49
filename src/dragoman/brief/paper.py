"""What a brief says on paper, as plain data: the same for Word documents and PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.brief.content import Content, doubts, reasons, show_date
from dragoman.brief.render import MOST_FACTS, credit, is_demonstration
from dragoman.brief.words import SOURCE_LANGUAGE, flag_words, interface, targets
from dragoman.facts.find import Fact
from dragoman.records import AbstractSentence, Article


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and a table, or a sentence where there is nothing to put into one.

    Attributes:
        heading: in the language of the interface.
        rows: label and texts by language.
        note: what stands there without rows.
    """

    heading: str
    rows: Sequence[tuple[str, Mapping[str, str]]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A brief on paper.

    Attributes:
        spoken: language of the interface.
        languages: of the columns, the Arabic last.
        titles: heading by language.
        about: date and source.
        source: the same source alone, "" where none is stated.
        verdict: how far to trust the text, in few words.
        trust: the same, in sentences.
        sections: key facts where there are any, summary, that of a model where there is one, text.
    """

    spoken: str
    languages: list[str]
    titles: dict[str, str]
    about: str
    source: str
    verdict: str
    trust: str
    sections: list[Section]


def paper(
    article: Article, page: Content, models: Sequence[Mapping[str, Any]], languages: Sequence[str]
) -> Paper:
    """Puts a brief on paper.

    Args:
        article: the article.
        page: its content.
        models: manifests of the models that translated.
        languages: the target languages.
    """
    spoken, words = interface(languages)
    shown = [*targets(languages), SOURCE_LANGUAGE]
    demonstration = is_demonstration(models, targets(languages))
    names = ", ".join(name for name, _ in credit(models, targets(languages))) or words["some_model"]
    trust = [words["machine"].format(models=names), *([words["demonstration"]] if demonstration else [])]
    sections = [Section(words["facts"], [(words[kind], _joined(facts, shown)) for kind, facts in page.kinds])]
    summary = [(str(n), texts) for n, texts in page.summary]
    sections.append(Section(words["summary"], summary, words["no_summary"]))
    sections.append(Section(words["abstract"], [_written(s, shown, spoken) for s in page.abstract]))
    rows = []
    for unit in (unit for paragraph in page.paragraphs for unit in paragraph):
        texts = {SOURCE_LANGUAGE: unit.ar}
        for language in targets(languages):
            texts[language] = _doubted(
                unit.targets[language] or words["untranslated"], reasons(unit, language), spoken
            )
        rows.append((str(unit.n), texts))
    sections.append(Section(words["text"], rows, words["no_text"]))
    return Paper(
        spoken=spoken,
        languages=shown,
        titles={language: page.titles[language] for language in shown},
        about=" · ".join(filter(None, [show_date(article.date), article.source])),
        source=article.source,
        verdict=words[f"trust_{'demonstration' if demonstration else page.verdict}"],
        trust=" ".join(trust),
        sections=[section for section in sections if section.rows or section.note],
    )


def _doubted(text: str, flags: Sequence[str], spoken: str) -> str:
    """Returns a text with the reasons why it is to be doubted."""
    labels = ", ".join(flag_words(flag, spoken)[0] for flag in flags)
    return f"{text} ⚠ {labels}" if labels else text


def _written(sentence: AbstractSentence, shown: Sequence[str], spoken: str) -> tuple[str, Mapping[str, str]]:
    """Returns the row of a sentence that a model wrote: the segments that support it, and its texts."""
    texts = {**sentence.targets, SOURCE_LANGUAGE: sentence.ar}
    doubted = {language: _doubted(texts[language], doubts(sentence, language), spoken) for language in shown}
    return ", ".join(map(str, sentence.segments)), doubted


def _joined(facts: Sequence[Fact], shown: Sequence[str]) -> dict[str, str]:
    """Returns the texts of facts by language, on a line each."""
    return {
        key: " · ".join(fact["texts"][key] for fact in facts[:MOST_FACTS] if fact["texts"][key])
        for key in shown
    }
