"""Texts as Arabic news have them at their worst, for the property tests."""

from __future__ import annotations

from hypothesis import strategies as st

LINE_BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
BIDI = ["\u061c", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u2066", "\u2067", "\u2069"]
ZERO_WIDTH = ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"]
SPANS = [
    "https://t.co/9bXvQm4TzA",
    "http://example.com/a_(b)?q=1&r=%20#x",
    "www.example.org/خبر",
    "pic.twitter.com/Kq7Xw2Lm0d",
    "media@example.com",
    "@MGhrairi_mae",
    "#نخيل_وأنغام",
    "#Cop27",
    "wages_2022.final.pdf",
    "example.com",
]
WORDS = ["قال", "الوزير", "إن", "المدينة", "وأضاف", "ثم", "أ.", "د.", "ش.م.ع.", "(ر. س.)", "١٢٫٥", "2020"]

spaces = st.sampled_from([" ", "  ", "\t", "\u00a0", "\u2003", "\x1f"])
marks = st.text("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0654\u0670\u0640", min_size=1, max_size=3)
punctuation = st.text(".،؛؟!?:…۔,;()[]«»“”\"'-–—/@#&*", min_size=1, max_size=3)
words = st.one_of(st.sampled_from(WORDS), st.text("ابتثجحخدرسشصعغفقكلمنهويةىءأإآ", min_size=1, max_size=8))
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)

_FRAGMENTS = [
    words, spaces, words, spaces, punctuation, marks, st.sampled_from(BIDI), st.sampled_from(ZERO_WIDTH),
    st.sampled_from(SPANS), st.text("0123456789٠١٢٣٤٥٦٧٨٩۰۱۲٫٬٪", min_size=1, max_size=5),
    st.text("ﺍﻟﻌﺮﺑﻴﺔﷲﷺﹸ", min_size=1, max_size=4), anything,
]  # fmt: skip

lines = st.lists(st.one_of(*_FRAGMENTS), max_size=25).map("".join)
"""Texts that may hold line breaks only by accident."""

texts = st.lists(st.one_of(*_FRAGMENTS, st.sampled_from(LINE_BREAKS)), max_size=40).map("".join)
"""Texts of several lines."""
