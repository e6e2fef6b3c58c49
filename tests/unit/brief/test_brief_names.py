from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.brief import slug

AWKWARD = [
    "../x",
    "<b>",
    "خبر",
    "",
    " ",
    ".",
    "-",
    "-rf",
    ".hidden",
    "index",
    "INDEX",
    "con",
    "lpt1",
    "a" * 300,
    "a\0b",
    "\ud800",
]
IDS = st.one_of(st.text(max_size=30), st.text("aA-_0é.", max_size=8), st.sampled_from(AWKWARD))


@pytest.mark.parametrize("plain", ["dip-004", "000_d21c788880c47805", "7", "news-announcement"])
def test_a_plain_id_is_its_own_file_name(plain: str) -> None:
    assert slug(plain) == plain


def test_an_awkward_id_keeps_what_can_be_read() -> None:
    assert slug("Réunion d'Alger/2021").startswith("reunion-d-alger-2021-")
    assert slug("خبر").startswith("article-")


@given(IDS)
def test_a_slug_is_safe_as_a_file_name(article_id: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", slug(article_id))
    assert slug(article_id) not in {"index", "con", "lpt1"}


@given(IDS, IDS)
def test_different_ids_have_different_slugs(one: str, other: str) -> None:
    assert (slug(one) == slug(other)) == (one == other)


@given(IDS)
def test_an_id_that_imitates_a_hashed_slug_does_not_take_its_place(article_id: str) -> None:
    made = slug(article_id)
    assert slug(made) != made or made == article_id
