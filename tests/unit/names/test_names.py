"""Names: what sounds alike, what an article's names are called where, and spellings that are put in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.arabic import for_model, has_arabic
from dragoman.errors import DataError
from dragoman.names.find import ARTICLES, LIKE, find_names, tabulate
from dragoman.names.glossary import LOST, Glossary, place, read_glossary
from dragoman.names.inline import attached
from dragoman.names.skeleton import arabic_skeleton, latin_skeleton, likeness
from dragoman.records import AlignedUnit


def unit(n: int, ar: str, en: str, fr: str = "", article: str = "a", **changes: Any) -> AlignedUnit:
    values: dict[str, Any] = {
        "targets": {"en": en, "fr": fr},
        "scores": {"en": -0.5, "fr": -0.5},
        "flags": {"en": [], "fr": []},
        "methods": {"en": "model", "fr": "model"},
    }
    return AlignedUnit(f"{article}#{n}", article, n, n, "text", ar, **{**values, **changes})


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("شريف", "Cherif"), ("شريف", "Sharif"), ("قذافي", "Gaddafi"), ("خديجة", "Khadija"),
        ("بغداد", "Bagdad"), ("جمال", "Gamal"), ("تشاد", "Tchad"), ("فيتنام", "Vietnam"),
        ("كسنجر", "Kissinger"), ("باكستان", "Pakistan"),
    ],
)  # fmt: skip
def test_renderings_of_a_name_sound_alike(arabic: str, latin: str) -> None:
    assert likeness(arabic_skeleton(arabic), latin_skeleton(latin)) >= 0.75


@pytest.mark.parametrize(
    ("arabic", "latin"), [("شريف", "Madrid"), ("بغداد", "Beirut"), ("مستشفى", "Minister")]
)
def test_other_names_do_not(arabic: str, latin: str) -> None:
    assert likeness(arabic_skeleton(arabic), latin_skeleton(latin)) < 0.75


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_symmetric_and_in_range(one: str, other: str) -> None:
    left, right = latin_skeleton(one), latin_skeleton(other)
    assert 0 <= likeness(left, right) == likeness(right, left) <= 1
    assert likeness(left, left) == bool(left)


@given(st.text("شرفجبدكقلنمس", min_size=1, max_size=6), st.text("shrfjbdkqlnmtv", min_size=1, max_size=9))
def test_what_lengths_rule_out_is_unlike(arabic: str, latin: str) -> None:
    """Pairs are told apart by the length of their skeletons before these are compared."""
    one, other = arabic_skeleton(arabic), latin_skeleton(latin)
    if one and other and abs(len(one) - len(other)) > (1 - LIKE) * max(len(one), len(other)):
        assert likeness(one, other) < LIKE


def test_any_number_of_processes_finds_the_same() -> None:
    number = 2 * ARTICLES + 3
    units = [
        unit(0, "إدريس الطالبي يزور بغداد", f"Idris Taleb visits Baghdad {n}", article=f"a{n}")
        for n in range(number)
    ]
    one, three = (list(find_names(units, ["en"], workers=workers)) for workers in (1, 3))
    assert one == three
    assert len({row.article for row in one}) == number


def test_the_names_of_an_article_in_each_language() -> None:
    units = [
        unit(0, "إدريس الطالبي يزور بغداد", "Idris Taleb visits Baghdad", "Idriss Taleb à Bagdad"),
        unit(1, "وقال إدريس الطالبي ذلك.", "Idriss Talbi said so.", "C'est ce qu'a dit Idriss Taleb."),
        unit(2, "ثم غادر إلى بغداد، والرباط.", "Then he left.", "Puis il partit pour Bagdad, Rabat."),
    ]
    rows = {row.ar: row for row in find_names(units, ["en", "fr"])}
    assert set(rows) == {"إدريس الطالبي", "بغداد", "والرباط"} or set(rows) == {
        "إدريس الطالبي",
        "بغداد",
        "الرباط",
    }
    assert rows["إدريس الطالبي"].renderings == {
        "en": {"Idris Taleb": [0], "Idriss Talbi": [1]},
        "fr": {"Idriss Taleb": [0, 1]},
    }
    assert rows["بغداد"].segments == [0, 2]
    assert rows["بغداد"].renderings == {"en": {"": [2], "Baghdad": [0]}, "fr": {"Bagdad": [0, 2]}}


def test_common_words_and_function_words_are_no_names() -> None:
    units = [unit(0, "من اليمن إلى الأردن", "The Minister arrived from Yemen", "Le ministre")]
    assert [row.ar for row in find_names(units, ["en", "fr"])] == ["اليمن"]


def test_a_common_word_is_a_name_where_two_translations_sound_like_it_or_it_is_a_place() -> None:
    units = [
        unit(0, "في الطريق إلى السويد", "On the Turkey to the north", "Vers la Suède"),
        unit(1, "مهرجان قنديل", "The Qandil festival", "Le festival Qandil"),
    ]
    assert [row.ar for row in find_names(units, ["en", "fr"])] == ["السويد", "قنديل"]
    assert [row.ar for row in find_names(units, ["en"])] == ["الطريق", "قنديل"]


def test_punctuation_ends_a_name() -> None:
    (one, other) = find_names([unit(0, "لبنان، تركيا", "Lebanon, Turkey")], ["en"])
    assert (one.ar, other.ar) == ("لبنان", "تركيا")


def test_the_table_has_what_differs_first_and_can_be_a_glossary(tmp_path: Path) -> None:
    units = [
        unit(0, "بغداد", "Baghdad", "Bagdad"), unit(1, "بغداد", "Baghdad", "Bagdad"),
        unit(0, "الرباط", "Rabat", "Rabat", "b"), unit(1, "الرباط", "Ribat", "Rabat", "b"),
        unit(2, "الرباط", "Rabat", "", "b"),
    ]  # fmt: skip
    rows = list(tabulate(find_names(units, ["en", "fr"]), ["en", "fr"]))
    assert rows[0] == {
        "ar": "الرباط", "en": "Rabat", "fr": "Rabat", "articles": "1", "segments": "3",
        "others": "en: Ribat 1; fr: (none) 1", "romanised": "",
    }  # fmt: skip
    assert rows[1]["others"] == ""
    path = tmp_path / "names.tsv"
    path.write_text(
        "\n".join("\t".join(row) for row in [rows[0].keys(), *(r.values() for r in rows)]), "utf-8"
    )
    repaired = read_glossary(path, ["en", "fr"]).repair(units[3])
    assert repaired.targets == {"en": "Rabat", "fr": "Rabat"}


GLOSSARY = Glossary({
    "إدريس الطالبي": {"en": "Driss Talbi", "fr": "Driss Talbi"},
    "الحسيمة": {"en": "Al Hoceima", "fr": "Al Hoceïma"},
    "إدريس": {"en": "Idris"},
})  # fmt: skip


def test_a_spelling_takes_the_place_of_what_sounds_like_it() -> None:
    row = unit(
        0, "زار إدريس الطالبي الحسيمة.", "Idriss Taleb visited Alhusayma today.", "Idriss Taleb à Hoceima."
    )
    repaired = GLOSSARY.repair(row)
    assert repaired.targets == {
        "en": "Driss Talbi visited Al Hoceima today.",
        "fr": "Driss Talbi à Al Hoceïma.",
    }
    assert repaired.methods == {"en": "glossary", "fr": "glossary"}
    assert repaired.alternatives == row.targets
    assert repaired.flags == {"en": [], "fr": []}
    assert GLOSSARY.repair(repaired).targets == repaired.targets


def test_what_finds_no_place_is_flagged_and_the_text_stays() -> None:
    row = unit(0, "عاد للحسيمة أمس", "He went back home yesterday", "Il est rentré à Al Hoceïma")
    repaired = GLOSSARY.repair(row)
    assert repaired.targets == row.targets
    assert repaired.flags == {"en": [LOST], "fr": []}
    assert repaired.methods == row.methods


def test_people_s_translations_and_texts_without_the_name_are_left_alone() -> None:
    other = unit(0, "زار الوزير المدينة", "Idriss Taleb came", "")
    assert GLOSSARY.repair(other) is other
    people = unit(0, "إدريس الطالبي", "Idriss Taleb", "", methods={"en": "memory", "fr": "memory"})
    assert GLOSSARY.repair(people) == people


@pytest.mark.parametrize("prefix", ["", "و", "ل", "وب"])
def test_prefixes_are_not_part_of_the_name(prefix: str) -> None:
    assert GLOSSARY.names_in(f"قال {prefix}إدريس ذلك") == {"إدريس": 1}
    assert GLOSSARY.names_in(f"قال {prefix}إدريسي ذلك") == {}


_NAMES = st.text("الوبم -", min_size=1, max_size=7).map(for_model).filter(has_arabic)


@given(st.lists(_NAMES, min_size=1, max_size=5, unique=True), st.lists(_NAMES, max_size=4), st.data())
def test_each_name_is_found_as_by_a_pattern_of_all_of_them(
    names: list[str], others: list[str], data: st.DataObject
) -> None:
    words = st.builds(
        str.__add__, st.sampled_from(["", "و", "لل", "فب", "وال"]), st.sampled_from(names + others)
    )
    text = " ".join(data.draw(st.lists(words, max_size=8)))
    ordered = sorted(names, key=lambda name: (-len(name), name))
    pattern = "|".join(f"({attached(name)})" for name in ordered)
    every = Counter(ordered[(match.lastindex or 0) - 1] for match in re.finditer(pattern, for_model(text)))
    assert Glossary({name: {} for name in names}).names_in(text) == every


@given(lines, st.dictionaries(st.sampled_from(["Driss Talbi", "Rabat", "Al Hoceima"]), st.integers(1, 3)))
def test_placing_twice_is_placing_once(text: str, spellings: Mapping[str, int]) -> None:
    once, lost = place(text, spellings)
    assert place(once, spellings) == (once, lost)
    assert all(spelling in once for spelling in spellings if spelling not in lost)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("en\tfr\nA\tB\n", "must name the columns ar and en, fr"),
        ("ar\tde\nx\ty\n", "must name the columns ar and en, fr"),
        ("ar\ten\nRabat\tRabat\n", "line 2: 'Rabat' in the column ar is not Arabic"),
        ("ar\ten\nفاس\tFes\nفاس\tFez\n", "line 3: فاس is there twice"),
        (f"ar\ten\nفاس\t{'x' * 201}\n", "line 2: more than 200 characters"),
    ],
)
def test_a_wrong_glossary_is_told_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "g.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_glossary(path, ["en", "fr"])


def test_empty_cells_and_lines_and_other_columns_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    path.write_text("ar\tnote\ten\tfr\nفاس\tcity\tFez\t\n\t\t\t\n", encoding="utf-8")
    row = unit(0, "مدينة فاس", "the city of Fes", "la ville de Fes")
    assert read_glossary(path, ["en", "fr"]).repair(row).targets == {
        "en": "the city of Fez",
        "fr": "la ville de Fes",
    }
