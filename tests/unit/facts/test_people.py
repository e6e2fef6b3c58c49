"""People: a name after a title, a word of courtesy, or a given name; and no other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.arabic import for_model
from dragoman.data import load
from dragoman.facts.people import find_people


def found(text: str) -> list[tuple[str, str]]:
    return [(person.titles["en"], person.name) for person in find_people(for_model(text), ["en"])]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("بحث وزير الخارجية، رمطان لعمامرة، مساء السبت", [("Foreign Minister", "رمطان لعمامرة")]),
        ("وقال وزير الخارجية المصري سامح شكري إن", [("Foreign Minister", "سامح شكري")]),
        ("مع الأمين العام للأمم المتحدة أنطونيو غوتيريش.", [("UN Secretary-General", "أنطونيو غوتيريش")]),
        ("رئيس الوزراء العراقي محمد شياع السوداني", [("Prime Minister", "محمد شياع السوداني")]),
        ("والرئيس ترامب ثم الرئيس بايدن", [("President", "ترامب"), ("President", "بايدن")]),
        ("للرئيس الجزائري عبد المجيد تبون أن", [("President", "عبد المجيد تبون")]),
        ("ولي العهد السعودي محمد بن سلمان في", [("Crown Prince", "محمد بن سلمان")]),
        ("التقى مصطفى بن عبد الله الشمراني أمس", [("", "مصطفى بن عبد الله الشمراني")]),
        ("السيدة كيرشنر", [("", "كيرشنر")]),
        ("اتصل بوتين بنتنياهو الأربعاء، وأعرب غوتيريش", [("", "بوتين"), ("", "نتنياهو"), ("", "غوتيريش")]),
        ("الأمين العام بسعادة السيد رمطان لعمامرة، وزير", [("", "رمطان لعمامرة")]),
        ("وزيرة الصحة التونسية (سنية الفرجاني)", [("", "سنية الفرجاني")]),
    ],
)
def test_names_stand_after_titles_and_given_names(text: str, people: list[tuple[str, str]]) -> None:
    assert found(text) == people


@pytest.mark.parametrize(
    "text",
    [
        "أعلن وزير الخارجية أمس أن الحكومة ستعقد اجتماعا",
        "قال رئيس الشركة خلال مؤتمر صحفي إن الأرباح ارتفعت",
        "وصل الرئيس إلى الجزائر والرباط",
        "المدير العام للشركة، في بيان",
        "وحسن النية والعمل",
        "يشتري الناس الخضر في السوق",
        "محمد وحده",
        "افترس الأسد الغزال، وأتلف جراد مبارك الشرع",
        "الوزير 15 مليون",
        "",
    ],
)
def test_words_that_are_no_names_are_none(text: str) -> None:
    assert found(text) == []


def test_a_language_without_a_table_gets_no_title() -> None:
    (person,) = find_people("الرئيس قيس سعيد", ["es", "fr"])
    assert person.titles == {"es": "", "fr": "président"}


@given(
    st.sampled_from(sorted(form for row in load("people.yaml")["titles"] for form in row["ar"])),
    st.sampled_from(["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فك", "لل", "ولل"]),
)
def test_a_title_is_found_with_what_is_written_together_with_it(title: str, before: str) -> None:
    written = title.removeprefix("ال") if before.endswith("لل") else title
    if len(written.split()[0]) > 2 and (written != title or not before.endswith("لل")):
        assert "قيس سعيد" in [name for _, name in found(f"{before}{written} قيس سعيد")]


@given(lines)
def test_a_name_stands_in_its_text_word_by_word(text: str) -> None:
    plain = for_model(text)
    for person in find_people(plain, ["en"]):
        assert all(part in plain for part in person.name.split())
