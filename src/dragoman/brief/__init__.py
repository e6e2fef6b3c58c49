"""The ``brief`` stage: per article, what an analyst who reads no Arabic reads; over all, the index."""

from dragoman.brief.content import entry
from dragoman.brief.markdown import render_markdown
from dragoman.brief.names import slug
from dragoman.brief.render import render_html, render_index
from dragoman.brief.write import prune, write_briefs, write_index

__all__ = [
    "entry",
    "prune",
    "render_html",
    "render_index",
    "render_markdown",
    "slug",
    "write_briefs",
    "write_index",
]
