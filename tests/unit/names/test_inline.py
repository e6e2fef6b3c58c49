"""Names written into a source in the letters of the target."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.names.inline import inlined

SPELLINGS = {
    "غوتيريش": "Guterres",
    "انطونيو غوتيريش": "António Guterres",
    "الحسيمة": "Al Hoceima",
    "ليون": "",
}
WORDS = st.sampled_from([*SPELLINGS, "قال", "وغوتيريش", "للحسيمة", "الغوتيريش", "3.5", "،"])


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("سافر غوتيريش امس", "سافر Guterres امس"),
        ("قال انطونيو غوتيريش.", "قال António Guterres."),
        ("ولغوتيريش", "ول Guterres"),
        ("وللحسيمة", "ول Al Hoceima"),
        ("بالحسيمة والحسيمة", "ب Al Hoceima و Al Hoceima"),
        ("الغوتيريش", "الغوتيريش"),
        ("في ليون", "في ليون"),
    ],
)
def test_a_name_is_replaced_and_what_is_written_with_it_stays(source: str, written: str) -> None:
    assert inlined(source, SPELLINGS) == written


@given(st.lists(WORDS).map(" ".join))
def test_nothing_but_names_changes_and_a_second_time_nothing(text: str) -> None:
    written = inlined(text, SPELLINGS)
    assert inlined(written, SPELLINGS) == written
    kept = re.sub("|".join(spelling for spelling in SPELLINGS.values() if spelling), "", written).split()
    assert [word for word in kept if word in ("قال", "3.5", "،", "ليون", "الغوتيريش")] == [
        word for word in text.split() if word in ("قال", "3.5", "،", "ليون", "الغوتيريش")
    ]
    assert not re.search(r"(?<!\w)[و]?(?:غوتيريش|الحسيمة)(?!\w)", written)


def test_without_spellings_the_text_is_as_it_was() -> None:
    assert inlined("سافر غوتيريش", {}) == "سافر غوتيريش"
