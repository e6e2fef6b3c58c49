"""Markdown to plain text: what news archives use of it, not the whole of CommonMark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

# 10,000 characters at most: the YAML parser takes time with the square of a hostile nesting
FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.{0,10000}?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

FENCE = re.compile(r" {0,3}(?:```+[^`]*|~~~.*)")
RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,}|=+ *)")
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
DEFINITION = re.compile(r" {0,3}\[[^\]]+\]:\s*<?(?:https?://|mailto:|[/#.])\S*.*")
MARKER = re.compile(r"\s*(?:>[ \t]?)*\s*(?:[-*+][ \t]+)?")
BLOCK_START = re.compile(r"\s*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]|\|)")

# markup inside a line and what is left of it, in this order
INLINE = [
    (re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>"), r"\1"),
    # emphasis is sought over 300 characters, so that a file full of unpaired marks is read in good time
    (re.compile(r"(?<!\\)(\*\*|__)(?=\S)(.{0,300}?[^\s\\])\1"), r"\2"),
    (re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*]{0,300}?[^\s*\\])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=[^\s_])([^_]{0,300}?[^\s_\\])_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
]


def parse(document: str) -> dict[str, Any]:
    r"""Splits a Markdown file into an article's fields.

    Args:
        document: the file's text with ``\n`` line ends.

    Returns:
        ``text``, one line per paragraph; ``title``, ``date`` and ``source`` (also given as ``url``) where
        front matter or the first heading has them; further keys of the front matter as they are.
    """
    fields, body = _front_matter(document)
    if "url" in fields and not fields.get("source"):
        fields["source"] = fields.pop("url")
    lines = _without_comments(body).split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    heading = HEADING.match(lines[start])
    if heading and len(heading[1]) == 1:
        title = _inline(_heading(lines[start], heading))
        if fields.setdefault("title", title) == title:
            del lines[: start + 1]
    fields["text"] = "\n".join(_inline(paragraph) for paragraph in _paragraphs(lines)).strip("\n")
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


def _without_comments(text: str) -> str:
    """Removes HTML comments; one that is not closed stays."""
    kept = []
    start = 0
    while (opening := text.find("<!--", start)) >= 0 and (closing := text.find("-->", opening)) >= 0:
        kept.append(text[start:opening])
        start = closing + 3
    return "".join([*kept, text[start:]])


def _heading(line: str, match: re.Match[str]) -> str:
    """Returns a heading's text, without the number signs that may close it."""
    text = line[match.end() :].strip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare != bare.rstrip() or not bare else text


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Yields a line per paragraph, list item or heading; the lines of a paragraph are joined."""
    open_lines: list[str] = []
    fenced = False
    for line in [*lines, ""]:
        fence = bool(FENCE.fullmatch(line))
        heading = None if fenced else HEADING.match(line)
        gap = not line.strip() or fence or bool(RULE.fullmatch(line)) or bool(DEFINITION.fullmatch(line))
        if open_lines and (gap or heading or fenced or BLOCK_START.match(line)):
            yield " ".join(open_lines)
            open_lines = []
        if fence:
            fenced = not fenced
        elif heading:
            yield _heading(line, heading)
        elif fenced:
            yield line
        elif gap:
            yield ""
        else:
            hard = line.endswith(("  ", "\\"))
            open_lines.append(MARKER.sub("", line, count=1).rstrip(" \t\\" if hard else " \t"))
            if hard:
                yield " ".join(open_lines)
                open_lines = []


def _inline(text: str) -> str:
    for pattern, replacement in INLINE:
        text = pattern.sub(replacement, text)
    return text
