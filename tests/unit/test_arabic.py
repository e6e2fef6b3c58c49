"""What the model sees, and what counts as Arabic."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from strategies import texts

from dragoman.arabic import (
    INVISIBLE,
    arabic_letters,
    digits_to_ascii,
    for_model,
    has_arabic,
    punctuation_to_latin,
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("الـشـــعب", "الشعب", id="tatweel"),
        pytest.param("إِذا عَطِشَ النَّخيلُ", "إذا عطش النخيل", id="tashkeel"),
        pytest.param("هٰذا", "هذا", id="superscript alef"),
        pytest.param("\u202bقال\u200f (\u2066NATO\u2069)\u202c", "قال (NATO)", id="bidi controls"),
        pytest.param("\ufeffقا\u00adل", "قال", id="byte order mark, soft hyphen"),
        pytest.param("ا\u0654خر", "أخر", id="a combining hamza becomes its letter"),
        pytest.param("ﺍﻟﻌﺮﺑﻴﺔ", "العربية", id="presentation forms"),
        pytest.param("ﻻ", "لا", id="ligature"),
        pytest.param("مﹸدرسة", "مدرسة", id="the presentation form of a mark is no space"),
        pytest.param("ایران کتاب", "ايران كتاب", id="Persian letters"),
        pytest.param("١٢٫٥٪ و۱۲", "12.5% و12", id="digits"),
        pytest.param("  كلمة\u00a0\n\tأخرى ", "كلمة أخرى", id="white space"),
        pytest.param("café e\u200c\u0301té", "café été", id="composed after controls are gone"),
    ],
)
def test_for_model(text: str, seen: str) -> None:
    assert for_model(text) == seen


@given(texts)
def test_for_model_is_idempotent(text: str) -> None:
    once = for_model(text)
    assert for_model(once) == once


@given(texts)
def test_the_model_sees_no_controls_marks_or_foreign_digits(text: str) -> None:
    seen = for_model(text)
    assert not INVISIBLE & set(seen)
    assert digits_to_ascii(seen) == seen
    assert " ".join(seen.split()) == seen
    assert unicodedata.is_normalized("NFC", seen)


@given(texts)
def test_what_counts_as_arabic_reaches_the_model(text: str) -> None:
    assert has_arabic(text) == (arabic_letters(text) > 0)
    if has_arabic(text):
        assert has_arabic(for_model(text))


@pytest.mark.parametrize("text", ["ع", "ء", "ﺍ", "ﷲ", "گ", "ۮ", "abc ب 12"])
def test_arabic(text: str) -> None:
    assert has_arabic(text)


@pytest.mark.parametrize(
    "text", ["", "abc", "١٢٣", "۴۵", "،؛؟", "ـــ", "\u064e\u0670", "﴾﴿", "\u200f", "٪", "﷼"]
)
def test_not_arabic(text: str) -> None:
    assert not has_arabic(text)


def test_marks_digits_and_tatweel_are_no_letters() -> None:
    assert arabic_letters("عَـــمَّان ٢٠") == 4


def test_punctuation_of_copied_text() -> None:
    assert punctuation_to_latin("١٬٢٠٠؛ ٣٫٥٪، 7؟ ۔") == "1,200; 3.5%, 7? ."
