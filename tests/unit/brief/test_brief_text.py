from __future__ import annotations

import re

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.brief.markdown import plain
from dragoman.brief.text import clip, control_name, pieces, to_html, visible, web_address

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text("aZ9 ()[]<>&\"'@#_*`~:/.\\ابةء٢،؟" + CONTROLS, max_size=60),
    st.lists(
        st.sampled_from(["https://x.org/a_b", "خبر", " ", "<b>", "WHO (x)", "\u202e", "."]), max_size=12
    ).map("".join),
)
BASES = st.sampled_from(["ltr", "rtl"])


def element(text: str, base: str, links: bool = False) -> lxml.html.HtmlElement:
    return lxml.html.fragment_fromstring(f"<p>{to_html(text, base, 'hidden', links)}</p>")


@given(TEXTS, BASES, st.booleans())
def test_the_pieces_of_a_text_are_the_text(text: str, base: str, links: bool) -> None:
    assert "".join(piece for _, piece in pieces(text, base, links)) == text


@given(TEXTS, BASES, st.booleans())
def test_html_shows_every_character_and_holds_no_element_of_the_text(
    text: str, base: str, links: bool
) -> None:
    shown = element(text, base, links)
    wanted = "".join(
        control_name(piece)[0] if kind == "control" else piece for kind, piece in pieces(text, base)
    )
    assert shown.text_content() == wanted.replace("\r", "\n")
    assert {node.tag for node in shown.iterdescendants()} <= ({"bdi", "a"} if links else {"bdi"})
    assert all(re.match("https?://", node.get("href"), re.I) for node in shown.iter("a"))
    assert not set(shown.text_content()) & set(CONTROLS)


@given(TEXTS, BASES)
def test_markdown_leaves_no_character_with_a_meaning(text: str, base: str) -> None:
    safe = plain(text, base)
    assert "\n" not in safe and "<" not in safe and ">" not in safe
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "x", safe)
    assert not re.search(r"[`*\[\]~\\]|://|(?<!\w)_|_(?!\w)", bare)
    assert not re.search(r"&(?!amp;|lt;|gt;)", safe)
    assert not re.match(r"[-+=#]|\d+[.)]", safe)


def test_runs_of_the_other_direction_are_isolated_with_their_brackets() -> None:
    latin = element("قال @mfa_dz إن منظمة WHO (World Health Organization) ستصدر", "rtl")
    assert [node.text for node in latin.iter("bdi")] == ["@mfa_dz", "WHO (World Health Organization)"]
    arabic = element("The وزارة الصحة ministry", "ltr").find("bdi")
    assert (arabic.text, arabic.get("dir"), arabic.get("lang")) == ("وزارة الصحة", "rtl", "ar")


def test_controls_are_shown_by_name_and_not_obeyed() -> None:
    token = element("a\u202eb", "ltr").find("bdi")
    assert token.text == "RLO"
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in token.get("title")
    assert visible("a\u202eb\nc") == "a[RLO]b c"
    assert plain("a\u202eb", "ltr") == "a⟨RLO⟩b"


def test_links_end_before_the_punctuation_that_follows() -> None:
    links = element("(https://example.org/خبر/1). https://t.co/a، http://b.org/c?d=1&e=2", "ltr", links=True)
    assert [node.get("href") for node in links.iter("a")] == [
        "https://example.org/خبر/1",
        "https://t.co/a",
        "http://b.org/c?d=1&e=2",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://",
        "https://known.org@other.org/",
        "http://[::1",
        "https://a.org/\u202egpj",
        "https://a.org/ b",
        'https://a.org/"onclick=',
        "ftp://a.org",
        "وكالة",
        "",
        "https://a.org\\@b.org",
    ],
)
def test_only_plain_web_addresses_become_links(text: str) -> None:
    assert not web_address(text)
    assert text not in [node.get("href") for node in element(text, "ltr", links=True).iter("a")]


@given(st.text(max_size=400), st.integers(10, 120))
def test_clipped_text_is_short_and_a_beginning(text: str, length: int) -> None:
    clipped = clip(text, length)
    assert len(clipped) <= length
    assert " ".join(text.split()).startswith(
        clipped.removesuffix("…").rstrip() if clipped.endswith("…") else clipped
    )


def test_clipping_cuts_between_words() -> None:
    assert clip("The Council held, an emergency meeting", 20) == "The Council held…"
