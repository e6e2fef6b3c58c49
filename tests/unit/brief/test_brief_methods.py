"""A person's translation is marked as such in both kinds of brief."""

from __future__ import annotations

from conftest import summarise, unit

from dragoman.brief.content import content
from dragoman.brief.markdown import page_markdown
from dragoman.brief.render import page_html
from dragoman.records import Article


def test_what_people_translated_is_marked() -> None:
    units = [
        unit("a", 0, 1, "وصل الوزير.", "The minister arrived.", "Le ministre est arrivé.",
             methods={"en": "memory", "fr": "model"}),
        unit("a", 1, 1, "غادر الوفد.", "The delegation left.", "La délégation est partie.",
             methods={"en": "rescue", "fr": "memory"}),
    ]  # fmt: skip
    article = Article("a", "وصل الوزير. غادر الوفد.")
    page = content(article, units, summarise("a", units, [0]), ["en", "fr"])
    text = page_markdown(article, page, [], ["en", "fr"])
    assert "The minister arrived. *(by people)*" in text
    assert "La délégation est partie. *(par des humains)*" in text
    assert text.count("*(by people)*") == text.count("*(par des humains)*") == 1
    html = page_html(article, page, [], ["en", "fr"])
    assert (html.count(">by people</span>"), html.count(">par des humains</span>")) == (1, 1)
