"""Spans that must survive to the letter, and what is not one."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SPANS, lines, texts

from dragoman.protect import _MAY_BE_SPAN, _SPAN, Part, spans, split


def protected(text: str) -> list[str]:
    return [part.text for part in split(text) if part.protected]


@given(texts)
def test_parts_concatenate_to_the_text(text: str) -> None:
    parts = split(text)
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)
    assert all(one.protected or other.protected for one, other in itertools.pairwise(parts))


@given(lines | st.text("./:@#w-a1ب «"))
def test_no_span_is_passed_over_by_the_first_look(text: str) -> None:
    assert bool(_MAY_BE_SPAN.search(text)) >= bool(_SPAN.search(text))


@given(lines)
def test_a_span_alone_is_the_same_span(text: str) -> None:
    for span in protected(text):
        assert split(span) == [Part(span, protected=True)]


@given(lines)
def test_spans_are_in_order_and_apart(text: str) -> None:
    end = 0
    for start, stop in spans(text):
        assert end <= start < stop
        end = stop


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "قال {} ثم",
        "({})",
        "«{}»",
        '"{}"',
        "قال: {}.",
        "{}، ثم",
        "هل {}؟",
        "\u2066{}\u2069.",
        "\u200f{}\u200f",
    ],
)
def test_a_span_is_found_without_what_is_around_it(span: str, around: str) -> None:
    assert protected(around.format(span)) == [span]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://ar.example.org/wiki/تونس_(مدينة)", ["https://ar.example.org/wiki/تونس_(مدينة)"]),
        ("(انظر https://example.com/a).", ["https://example.com/a"]),
        ("لـ@NATO و@UN_News", ["@NATO", "@UN_News"]),
        ("@UN_Newsقالت", ["@UN_News"]),
        ("وسم #فُلان هنا", ["#فُلان"]),
        ("@a_b @c_d @a_b", ["@a_b", "@c_d", "@a_b"]),
        ("ftp://example.org/x.zip", ["ftp://example.org/x.zip"]),
        ("nabra-sdk-2.5.zip، ثم", ["nabra-sdk-2.5.zip"]),
        ("تقرير_نهائي.pdf", ["تقرير_نهائي.pdf"]),
        ("bit.ly/3xYz؟", ["bit.ly/3xYz"]),
        ("https://t.co/a۔ ثم ‘https://t.co/b’", ["https://t.co/a", "https://t.co/b"]),
    ],
)
def test_spans_in_arabic_text(text: str, found: list[str]) -> None:
    assert protected(text) == found


@pytest.mark.parametrize(
    "text",
    ["", "قال الوزير.", "2.5", "11.300", "ش.م.ع.", "أ. د. نبيل", "@", "#", "# عنوان", "#12", "&#39;", "90+4",
     "...", "قبل.وبعد", "U.S.", "2022/05/24", "a@b", "www.", "https://"],
)  # fmt: skip
def test_nothing_to_protect(text: str) -> None:
    assert protected(text) == []


@pytest.mark.parametrize("unit", ["-", "a+", "a.", "a-", "#1", "@", "ب.", "x@", "www.", "(", "/"])
def test_long_rows_of_one_pattern_cost_no_more_than_their_length(unit: str) -> None:
    started = time.process_time()
    spans(unit * (60_000 // len(unit)))
    assert time.process_time() - started < 1
