"""Figures put right: what is mended is what the source says, and what is in doubt is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dragoman.checks import numbers_kept
from dragoman.figures import mend


@pytest.mark.parametrize(
    ("source", "target", "language", "wanted"),
    [
        ("تراجعت بنسبة 30% أمس", "It fell by 3% yesterday", "en", "It fell by 30% yesterday"),
        ("تراجعت بنسبة 30% أمس", "Elle a reculé de 3 % hier", "fr", "Elle a reculé de 30 % hier"),
        ("تراجعت بنسبة ٣٠٪ أمس", "It fell by 3% yesterday", "en", "It fell by 30% yesterday"),
        ("من 71% إلى 94% هذا العام", "de 7 % à 9 % cette année", "fr", "de 71 % à 94 % cette année"),
        ("وصل 26,494 شخصا", "Some 2,494 people came", "en", "Some 26,494 people came"),
        ("وصل 26,494 شخصا", "Il est venu 2 494 personnes", "fr", "Il est venu 26\u202f494 personnes"),
        ("وصل 26,494 شخصا", "Es kamen 2.494 Menschen", "de", "Es kamen 26.494 Menschen"),
        ("وصل 26,494 شخصا", "Some 2,494 people came", "xx", "Some 26,494 people came"),
        ("بلغ السعر 89500 ليرة", "It reached 8,500 pounds", "en", "It reached 89,500 pounds"),
        ("بلغ السعر 39,5 يورو", "Le prix est de 3 euros", "fr", "Le prix est de 39,5 euros"),
        ("بلغ السعر 39,5 يورو", "The price is 3 euros", "en", "The price is 39.5 euros"),
        ("بلغ السعر 4,30 دولارات", "The price reached 430 dollars", "en", "The price reached 4.30 dollars"),
        ("بلغ السعر 13,50 جنيها", "Le prix est de 1350 livres", "fr", "Le prix est de 13,50 livres"),
        ("في عام 1833 عادوا", "In 18333 they came back", "en", "In 1833 they came back"),
        ("في 22 مايو 2020", "on 2 May 2020", "en", "on 22 May 2020"),
        ("سجل 1000 إصابة", "More than 1,500 cases", "en", "More than 1,000 cases"),
    ],
)
def test_a_slip_is_put_right(source: str, target: str, language: str, wanted: str) -> None:
    assert not numbers_kept(source, target, language)
    assert mend(source, target, language) == wanted
    assert numbers_kept(source, wanted, language)


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        # nothing is wrong
        ("وصل 30 شخصا", "30 people came", "en"),
        ("وصل 30 شخصا", "Thirty people came", "en"),
        # lost altogether, or another figure altogether
        ("وصل 30 شخصا", "People came", "en"),
        ("وصل 30 شخصا", "47 people came", "en"),
        ("وصل 2 من الوفد", "1 of the delegation came", "en"),
        # the 3 is what the word says, and the 30 is lost
        ("قتل ثلاثة ونزح 30 شخصا", "3 were killed and people were displaced", "en"),
        # 12 thousand is 12,000, and not what is missing
        ("12 ألف وحدة منها 7300 للإيجار", "12,000 units, of which 300 to let", "en"),
        ("نزح 12 ألف شخص", "1,000 people were displaced", "en"),
        # parts of names, times and ranges
        ("في 20 مدينة ينتشر كوفيد-19", "Covid-199 spreads in 20 towns", "en"),
        ("الساعة 10:30 مساء", "At 10:3 in the evening", "en"),
        ("بين 14-20 شخصا", "between 14-2 people", "en"),
        # what stands where a figure has lost its beginning
        ("وصل 5200 شرطي", "Fifty,200 policemen came", "en"),
        ("بنسبة 38.7% هذا العام", "de 38, % cette année", "fr"),
        # four thousand or four, and a notation that is no other language's
        ("قطعوا 4.100 كيلومتر", "Ils ont fait 4 500 kilomètres", "fr"),
        ("بلغ 2٫345 دولار", "It reached 2,45 dollars", "en"),
        ("بلغ المؤشر 14.812,36 نقطة", "It reached 14.8 points", "en"),
        # two could be meant
        ("من 30 إلى 31 درجة", "from 3 degrees", "en"),
        ("من 30 إلى 31 درجة", "from 3 to 3 degrees", "en"),
    ],
)
def test_what_is_in_doubt_is_left(source: str, target: str, language: str) -> None:
    assert mend(source, target, language) is None


def test_addresses_are_no_figures() -> None:
    source = "زار 30 شخصا الموقع https://example.com/3 أمس"
    target = "People visited https://example.com/3 yesterday"
    assert mend(source, target, "en") is None


figure = st.integers(10, 99_999).map(str)


@given(st.lists(figure, min_size=1, max_size=4, unique=True), st.data())
def test_one_slip_is_put_right_or_left(values: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(values) - 1))
    right = values[place]
    digit = data.draw(st.integers(0, len(right) - 1))
    wrong = data.draw(
        st.sampled_from([right[:digit] + right[digit + 1 :], right[: digit + 1] + right[digit:]])
    )
    assume(str(int(wrong)) == wrong and wrong not in values)
    source = " ثم ".join(f"وصل {value} شخصا" for value in values)
    target = " then ".join(f"came {value} people" for value in values)
    spoilt = " then ".join(f"came {wrong if n == place else v} people" for n, v in enumerate(values))
    assert not numbers_kept(source, spoilt, "en")
    assert mend(source, spoilt, "en") == target
