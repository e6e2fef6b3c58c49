"""Markdown to plain text: CommonMark and tables by markdown-it, one line per block."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token

# 10,000 characters at most: the YAML parser takes time with the square of a hostile nesting
FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.{0,10000}?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

# The parser takes time with brackets times depth, and drops what is nested more deeply: a file beyond
# either limit is no article, and its text stays as it is. A list takes two levels.
MAX_BRACKETS = 20_000
MAX_DEPTH = 40

# what no reader sees, blank lines included, from the first pattern to the second
HIDDEN = [
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<(?:script|style)\b", re.IGNORECASE), re.compile(r"</(?:script|style)\s*>", re.IGNORECASE)),
]
TAG = re.compile(r"</?([a-z][a-z0-9]*)", re.IGNORECASE)
LINE_BREAKING = frozenset([*block_names, "br", "pre"])

# a definition of anything else, such as "[agency]: word", is the article's text
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|www\.|[/#.]", re.IGNORECASE)


class _Reader(MarkdownIt):
    """The parser, for text: links may lead anywhere, as addresses are dropped or else kept to the letter."""

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return url

    def normalizeLinkText(self, link: str) -> str:
        return link


def parse(document: str) -> dict[str, Any]:
    r"""Splits a Markdown file into an article's fields.

    Args:
        document: the file's text with ``\n`` line ends.

    Returns:
        ``text``, one line per paragraph, list item, heading and table cell; ``title``, ``date`` and
        ``source`` (also given as ``url``) where front matter or the first heading has them; further keys of
        the front matter as they are.
    """
    fields, body = _front_matter(document)
    if "url" in fields and not fields.get("source"):
        fields["source"] = fields.pop("url")
    body = _without_hidden(body)
    tokens = _reader().parse(body) if body.count("[") <= MAX_BRACKETS else []
    if not tokens or max(token.level for token in tokens) >= MAX_DEPTH - 1:
        return fields | {"text": body.strip("\n")}
    blocks = [(mark, text) for mark, text in _blocks(tokens) if text]
    # a line of "=" is as often an ornament below a paragraph as the mark of a title
    if blocks and blocks[0][0] == "#":
        title = " ".join(blocks[0][1].split())
        if fields.get("title") in (None, "", title):
            fields["title"] = title
            del blocks[0]
    fields["text"] = "\n".join(text for _, text in blocks)
    return fields


def _front_matter(document: str) -> tuple[dict[str, Any], str]:
    """Splits off YAML front matter; what is not a mapping in plain YAML stays part of the text."""
    match = FRONT_MATTER.match(document)
    if match is None:
        return {}, document
    try:
        # aliases could unfold into gigabytes, and no front matter needs them
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(match[1])):
            return {}, document
        fields = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, document
    if not isinstance(fields, dict):
        return {}, document
    return {str(key): value for key, value in fields.items()}, document[match.end() :]


def _without_hidden(text: str) -> str:
    """Removes comments, scripts and style sheets; one that is not closed stays."""
    for opening, closing in HIDDEN:
        kept = []
        start = 0
        while (first := opening.search(text, start)) and (last := closing.search(text, first.start())):
            kept.append(text[start : first.start()])
            start = last.end()
        text = "".join([*kept, text[start:]])
    return text


@functools.cache
def _reader() -> MarkdownIt:
    reader = _Reader("commonmark", {"maxNesting": MAX_DEPTH, "inline_definitions": True})
    reader.enable(["table", "strikethrough"])
    # indented text in an article is no code, and what stands between HTML tags may hold Markdown
    reader.disable(["code", "html_block"])
    reader.inline.ruler.at("emphasis", _emphasis)
    return reader


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Finds marks of emphasis, also where CommonMark's rule for punctuation fails Arabic.

    That rule wants a space between a letter and a mark that a quotation mark follows, but particles are
    joined to their word: ``و**«الأهرام»**``.
    """
    start, known = state.pos, len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    if state.src[start] == "*":
        before = state.src[max(start - 1, 0) : start]
        after = state.src[state.pos : state.pos + 1]
        for delimiter in state.delimiters[known:]:
            delimiter.open = delimiter.open or bool(after.strip())
            delimiter.close = delimiter.close or bool(before.strip())
    return True


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yields the mark of a heading, else "", and the text of every block after its list item's number."""
    mark = number = ""
    for token in tokens:
        if token.nesting == 1:
            mark = token.markup
        if token.type == "list_item_open" and token.info:
            number += f"{token.info}{token.markup} "
        elif token.type == "list_item_close" and number:
            yield "", number.strip()
            number = ""
        elif token.type == "inline":
            yield mark, number + _lines(_inline(token.children or []))
            number = ""
        elif token.type == "fence":
            yield "", number + _lines(token.content)
            number = ""
        elif token.type == "definition" and not ADDRESS.match(token.meta["url"]):
            yield "", "[{label}]: {url} {title}".format_map(token.meta).strip()


def _lines(text: str) -> str:
    """Strips every line and leaves out the empty ones."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _inline(tokens: Sequence[Token]) -> str:
    """Returns the text of a block; a tag of HTML that starts or ends a block of its own breaks the line."""
    parts = []
    for token in tokens:
        if token.type == "html_inline":
            name = TAG.match(token.content)
            parts.append("\n" if name and name[1].lower() in LINE_BREAKING else "")
        elif token.type == "image":
            parts.append(_inline(token.children or []))
        else:
            parts.append({"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content))
    return "".join(parts)
