"""Every flag, both ways: what must be flagged and what must not."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.checks import check, numbers
from dragoman.data import load
from dragoman.repetition import doubles, loops

SOURCE = "وقال الوزير إن المشروع الجديد سيبدأ في الربيع."
TARGET = "The minister said that the new project would start in spring."


def flags(source: str, target: str, language: str = "en", **settings: object) -> list[str]:
    values: dict[str, Any] = {"score": -0.5, "complete": True, "low_score": -2.0, **settings}
    return check(source, target, language, **values)


def test_a_good_translation_has_no_flag() -> None:
    assert flags(SOURCE, TARGET) == []


@given(lines, lines)
def test_any_texts_get_known_flags_sorted(source: str, target: str) -> None:
    found = flags(source, target)
    assert found == sorted(set(found))
    assert set(found) <= set(load("flags.yaml"))


@pytest.mark.parametrize(
    ("flag", "target", "settings"),
    [
        ("empty", "", {}),
        ("empty", " . — !", {}),
        ("short", "The minister said.", {}),
        ("long", TARGET + " It is one of the greatest of its kind in the whole wide world, they say.", {}),
        ("truncated", TARGET, {"complete": False}),
        ("low-score", TARGET, {"score": -2.01}),
        ("repetition", "The minister said that the new project, the new project, the new project.", {}),
        ("arabic-left", "The minister said that المشروع would start in spring.", {}),
        ("numbers", "The minister said that the new project would start in spring 2020.", {}),
    ],
)
def test_one_fault_gets_one_flag(flag: str, target: str, settings: dict[str, Any]) -> None:
    assert flags(SOURCE, target, **settings) == [flag]


@pytest.mark.parametrize("settings", [{"score": -2.0}, {"score": None}])
def test_no_low_score(settings: dict[str, Any]) -> None:
    assert flags(SOURCE, TARGET, **settings) == []


def test_a_short_source_has_no_ratio() -> None:
    assert flags("الوفيات", "Deaths and obituaries, in full") == []
    assert flags("المرصد السوري لحقوق", "S") == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("فاز 2-1", "won 2-1"),
        ("بلغ ١٢٫٥٪", "reached 12.5%"),
        ("بلغ ١٢٫٥٪", "a atteint 12,5 %"),
        ("بلغ ۱۲٫۵٪", "reached 12.5 per cent"),
        ("بلغ 12,5%", "reached 12.5%"),
        ("٦٨٥٬٤٠٠٬٠٠٠ دينار", "685,400,000 dinars"),
        ("٦٨٥٬٤٠٠٬٠٠٠ دينار", "685\u202f400\u202f000 dinars"),
        ("685.400.000 دينار", "685 400 000 dinars"),
        ("1,234.5 مليون", "1\u00a0234,5 millions"),
        ("3٫5 ملايين", "3.5 million"),
        ("3٫5 ملايين", "3,5 millions"),
        ("11 ألفا و400 منزل", "11,400 homes"),
        ("11 ألفا و400 منزل", "11 400 maisons"),
        ("58 ألف شخص", "58,000 people"),
        ("1,3 مليار", "1.3 billion"),
        ("1.2 مليون", "1,200,000"),
        ("بعد 3 سنوات", "three years later"),
        ("بعد 3 سنوات", "Three years later"),
        ("في المركز 2", "in second place"),
        ("بعد ثلاث سنوات", "3 years later"),
        ("بعد ستة أيام", "6 days later"),
        ("والسادسة عشرة", "the 16th"),
        ("القرن 21", "the 21st century"),
        ("الدورة الـ76", "the 76th session"),
        ("تراجع 0.5 نقطة", "fell by 0.5 points"),
        ("يوم 05/07/2022", "on 5/7/2022"),
        ("يوم 5/7/2022", "on 05/07/2022"),
        ("في 25 سبتمبر 2021", "on September 25, 2021"),
        ("هاتف: 71 123 456 (216+)", "tel. (+216) 71 123 456"),
        ("الدقيقة 90+4", "in minute 90+4"),
        ("النسخة 2.5 من", "version 2.5 of"),
        ("https://t.co/a12 و5", "https://t.co/a12 and 5"),
        ("بلا أرقام", "no figures"),
        ("بلغ 4,30 دولارات", "reached 4.3 dollars"),
        ("بلغ 2.0 في المئة", "reached 2 percent"),
        ("وصل 13.750 شخصا", "13,750 people came"),
        ("نحو 7.3 مليون", "some 7,300,000"),
    ],
)
def test_numbers_kept(source: str, target: str) -> None:
    french = any(word in target for word in ("atteint", "maisons", "millions"))
    assert "numbers" not in flags(source, target, "fr" if french else "en")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("بلغ ١٢٫٥٪", "reached 15.2%"),
        ("بلغ ۱۲٫۵٪", "reached"),
        ("بلغ 125", "reached 1250"),
        ("بلغ 4,30 دولارات", "reached 430 dollars"),
        ("بنسبة 1,2%", "by 12%"),
        ("بنسبة 0.250", "by 250"),
        ("تراجع ٠٫٥ نقطة", "fell by 5 points"),
        ("11 ألفا و400 منزل", "11,500 homes"),
        ("بين 3 و7", "between 3 and 8"),
        ("بعد 3 سنوات", "years later"),
        ("بعد 13 سنة", "three years later"),
        ("في 2021", "in 2012"),
        ("في المدينة", "in the 3 cities"),
        ("فاز 2-1", "won 2-0"),
        ("https://t.co/a12 و5", "https://t.co/a12"),
    ],
)
def test_numbers_lost_or_invented(source: str, target: str) -> None:
    assert "numbers" in flags(source, target)


@pytest.mark.parametrize(
    ("word", "language", "figure"),
    [
        ("dozen", "en", "12"), ("seventh", "en", "7"), ("twice", "en", "2"), ("zero", "en", "0"),
        ("dix-sept", "fr", "17"), ("quinzaine", "fr", "15"), ("première", "fr", "1"), ("aucun", "fr", "0"),
    ],
)  # fmt: skip
def test_number_words_of_the_target(word: str, language: str, figure: str) -> None:
    assert "numbers" not in flags(f"عدد {figure}", f"x {word} x", language)
    assert "numbers" in flags(f"عدد {figure}", f"x {word} x", "de")


@pytest.mark.parametrize("digits", ["1234567890", "١٢٣٤٥٦٧٨٩٠", "۱۲۳۴۵۶۷۸۹۰"])
def test_all_digit_sets_are_one(digits: str) -> None:
    assert numbers(f"x {digits} x") == ["1234567890"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("no no no no", id="word"),
        pytest.param("the war, the war, the war", id="two words"),
        pytest.param("The head of the state the head of the state said", id="phrase"),
        pytest.param("hahahahahahahahaha", id="characters"),
        pytest.param("It is aaaaaaaaaaa", id="one character"),
        pytest.param("Non, non, NON et non: non - non ; non. Non", id="case and punctuation"),
        pytest.param("l'eau de l'eau de l'eau de", id="elisions"),
        pytest.param("قال قال قال قال", id="Arabic"),
    ],
)
def test_loops(text: str) -> None:
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "very very good",
        "no, no, no",
        "little by little, day by day, step by step",
        "It rose from 10 to 12 on Monday, from 10 to 12.5 on Tuesday and from 10 to 13 on Wednesday",
        "Monday from 9 to 5, Tuesday from 9 to 5, Wednesday from 9 to 5",
        "10, 20, 30, 40, 50",
        "1000000000000",
        "-----------------------",
        "......................",
        "The minister of health met the minister of labour and the minister of finance",
        "Nous nous sommes vus, vous vous êtes tus",
        "Pago Pago, Bora Bora, Walla Walla",
        "U.S.A. U.A.E.",
    ],
)
def test_honest_repetition_is_no_loop(text: str) -> None:
    assert not loops(text)


@given(st.text("ab", max_size=30) | st.lists(st.sampled_from(["the", "a", "b2,"]), max_size=20).map(" ".join))
def test_a_loop_is_what_it_says_to_be(text: str) -> None:
    words = re.findall(r"\w+", text)
    rows = {
        tuple(words[at : at + size * times])
        for size, times in [(1, 4), (2, 3), *((size, 2) for size in range(3, 9))]
        for at in range(len(words) - size * times + 1)
        if words[at : at + size * times] == words[at : at + size] * times
    }
    characters = any(
        word[at : at + 7 * size] == word[at : at + size] * 7
        for word in text.split()
        for size in range(1, 9)
        for at in range(len(word) - 7 * size + 1)
    )
    assert loops(text) == (bool(rows) or characters)


def test_a_source_that_repeats_itself_may_be_repeated() -> None:
    source = "لا لا لا لا! صرخ المتظاهرون في وجه الشرطة"
    assert "repetition" not in flags(source, "No no no no! shouted the protesters at the police")


@pytest.mark.parametrize(
    "target",
    [
        "A tag #نخيل_وأنغام here",
        "See https://ar.example.org/wiki/تونس for more",
        "File تقرير.pdf here",
        "ـــ",
    ],
)
def test_arabic_in_a_protected_span_is_not_left_over(target: str) -> None:
    assert "arabic-left" not in flags(target, target)


@pytest.mark.parametrize(
    ("target", "lost"),
    [
        ("See https://t.co/a and @user and @user", False),
        ("@user, @user: (https://t.co/a).", False),
        ("See https://t.co/a and @user", True),
        ("See https://t.co/b and @user and @user", True),
        ("See and @user and @user", True),
        ("See https://t.co/a and @User and @user", True),
    ],
)
def test_spans_with_multiplicity(target: str, lost: bool) -> None:
    assert ("span-lost" in flags("انظر https://t.co/a و@user و@user", target)) == lost


@pytest.mark.parametrize(
    ("target", "lost"),
    [("He arrived in Nairobi", True), ("He arrived in Bejing", False), ("A Beijing visit", False)],
)
def test_a_place_that_the_translation_lacks_is_flagged(target: str, lost: bool) -> None:
    assert ("place-lost" in flags("وصل إلى بكين", target)) == lost


@pytest.mark.parametrize(
    ("source", "target", "doubled"),
    [
        ("فاز الكندي على خصمه", "The Canadian Canadian beat his opponent", True),
        ("فاز الكندي على خصمه", "Le Canadien\u00a0canadien a battu son adversaire", True),
        ("فاز الكندي على خصمه", "The Canadian, Canadian by birth, beat him", False),
        ("عاش في باغو باغو", "He lived in Pago Pago", False),
        (
            "كان قد رآه",
            "He had had it; vous vous en souvenez; nous nous taisons; he said that that was it",
            False,
        ),
        ("كان قد رآه", "He is is here", False),
    ],
)
def test_a_word_twice_in_a_row_is_flagged(source: str, target: str, doubled: bool) -> None:
    assert ("doubled" in flags(source, target)) == doubled


@given(st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True), min_size=1, max_size=8), st.data())
def test_any_word_put_in_again_is_found(words: list[str], data: st.DataObject) -> None:
    single = [word for word, after in itertools.zip_longest(words, words[1:]) if word != after]
    assert not doubles(" ".join(single))
    place = data.draw(st.sampled_from(range(len(single))))
    again = [*single[:place], single[place], *single[place:]]
    assert doubles(" ".join(again)) == (single[place] not in {"had", "that", "nous", "vous"})
