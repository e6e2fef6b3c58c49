"""Facts read from the Arabic: dates, amounts, places, quotes."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.arabic import digits_to_ascii, for_model
from dragoman.data import load
from dragoman.facts import places
from dragoman.facts.amounts import find_amounts
from dragoman.facts.dates import find_dates, find_weekdays
from dragoman.facts.find import find_facts
from dragoman.facts.matching import names_in, pattern_of
from dragoman.facts.organisations import find_organisations
from dragoman.facts.places import find_places, is_adjective_of_origin, lost_places, place_name
from dragoman.facts.quotes import find_quotes
from dragoman.records import AlignedUnit

LANGUAGES = ["en", "fr"]
MONTHS = [
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
    "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
]  # fmt: skip


def plain(text: str) -> str:
    return digits_to_ascii(for_model(text))


def dates(text: str, near: str = "") -> list[str]:
    return [iso for iso, _ in find_dates(plain(text), near)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("في 25 سبتمبر 2021", "2021-09-25"), ("يوم ٢٥ أيلول ٢٠٢١", "2021-09-25"),
        ("25 شتنبر 2021", "2021-09-25"),
        ("3 كانون الثاني/يناير 2022", "2022-01-03"), ("3 يناير (كانون الثاني) 2022", "2022-01-03"),
        ("14 جويلية 2020", "2020-07-14"), ("15 أوت 2019", "2019-08-15"), ("فاتح ماي 2019", "2019-05"),
        ("منذ يناير 2020", "2020-01"), ("الأول من تشرين الأول عام 2019", "2019-10"),
        ("1 رمضان 1445", "2024-03-11"), ("في 10 ذي الحجة 1444 هـ", "2023-06-28"), ("شوال 1445", "2024-04"),
        ("29 فبراير 2024", "2024-02-29"),
    ],
)  # fmt: skip
def test_dates_of_all_calendars_and_names(text: str, expected: str) -> None:
    assert dates(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ["31 فبراير 2024", "29 فبراير 2023", "5 مارس", "قال مارسيل", "مايو", "40 رمضان 1445", "9 صفر 9999"],
)
def test_what_no_calendar_has_and_what_is_no_date(text: str) -> None:
    assert dates(text) == []


def test_a_day_without_a_year_is_near_the_article() -> None:
    assert dates("في 30 ديسمبر", "2024-01-02") == ["2023-12-30"]
    assert dates("في 2 يناير", "2023-12-30T10:00:00Z") == ["2024-01-02"]
    assert dates("في 29 فبراير", "2022-01-02") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بحث الوزير، مساء السبت، على هامش الدورة", ("-W-6", "Saturday evening", "samedi soir")),
        ("أعلن المتحدث، الأحد، أن اللقاء تأجل", ("-W-7", "Sunday", "dimanche")),
        ("وصل الوفد أمس الاثنين إلى العاصمة", ("-W-1", "Monday", "lundi")),
        ("قصف الميناء فجر يوم الخميس", ("-W-4", "Thursday at dawn", "jeudi à l'aube")),
        ("أدوا صلاة الجمعة في المسجد", None),
        ("اتفق الاثنان، والثلاثاء عنوان الرواية", None),
        ("يعقد الاجتماع يوم السبت 25 سبتمبر 2021", None),
    ],
)
def test_days_of_the_week_that_say_when(text: str, expected: tuple[str, str, str] | None) -> None:
    found = [(day, texts["en"], texts["fr"]) for day, texts in find_weekdays(plain(text), ["en", "fr"])]
    assert found == ([expected] if expected else [])


@given(st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)), st.sampled_from(["", "و", "ب"]))
def test_any_day_is_read_as_it_was_written(day: datetime.date, prefix: str) -> None:
    name = MONTHS[day.month - 1]
    assert dates(f"في {day.day} {name} {day.year:04}") == [day.isoformat()]
    assert dates(f"{prefix}{name} {day.year:04}") == [day.isoformat()[:7]]


def amounts(text: str) -> list[tuple[str, str, str]]:
    return [(key, texts["en"], texts["fr"]) for key, texts in find_amounts(plain(text), LANGUAGES)]


@pytest.mark.parametrize(
    ("text", "key", "english", "french"),
    [
        ("١٥ مليون دولار", "15000000 dollar", "15 million dollars", "15 millions de dollars"),
        ("42,5 مليون أورو", "42500000 EUR", "42.5 million euros", "42,5 millions d'euros"),
        ("1.2 مليار ليرة لبنانية", "1200000000 LBP", "1.2 billion Lebanese pounds",
         "1,2 milliard de livres libanaises"),
        ("685,400,000 دينار أردني", "685400000 JOD", "685.4 million Jordanian dinars",
         "685,4 millions de dinars jordaniens"),
        ("نسبة ٢٫٣ في المئة", "2.3 %", "2.3%", "2,3\u00a0%"), ("12%", "12 %", "12%", "12\u00a0%"),
        ("50 ألف شخص", "50000 person", "50,000 people", "50\u202f000 personnes"),
        ("3,400 قتيل", "3400 killed", "3,400 killed", "3\u202f400 morts"),
        ("7 ساعات", "7 hour", "7 hours", "7 heures"),
    ],
)  # fmt: skip
def test_amounts_in_each_language(text: str, key: str, english: str, french: str) -> None:
    (found,) = amounts(text)
    assert found == (key, english, french.replace("\u00a0", found[2][-2] if found[2].endswith("%") else " "))


@pytest.mark.parametrize(
    "text",
    ["رقم 12", "عام 2020", "الساعة 10:30", "12/5 متر", "v1.2.3 متر", "دولار", f"{'9' * 40} مليون دولار"],
)
def test_figures_without_a_unit_are_no_amounts(text: str) -> None:
    assert amounts(text) == []


@given(st.integers(1, 10**6))
def test_any_amount_is_told_with_its_digits(value: int) -> None:
    ((key, english, _),) = amounts(f"بلغت القيمة {value} يورو")
    assert key == f"{value} EUR"
    if value < 10**6:
        assert int(re.sub(r"\D", "", english)) == value


def test_places_from_cldr_with_what_is_written_before_them() -> None:
    text = plain("وصل إلى الجزائر قادما من ليبيا، ثم عاد للمغرب وبفرنسا ولبنان، والصحراء الغربية، وبغداد")
    names = {texts["en"]: (code, texts["fr"]) for code, texts in find_places(text, LANGUAGES)}
    assert names == {
        "Algeria": ("DZ", "Algérie"), "Libya": ("LY", "Libye"), "Morocco": ("MA", "Maroc"),
        "France": ("FR", "France"), "Lebanon": ("LB", "Liban"), "Western Sahara": ("EH", "Sahara occidental"),
        "Baghdad": ("Asia/Baghdad", "Bagdad"),
    }  # fmt: skip


def test_what_is_written_alike_has_both_names() -> None:
    ((code, texts),) = find_places("في عمان", LANGUAGES)
    assert code == "OM Asia/Amman"
    assert texts == {"en": "Oman / Amman", "fr": "Oman / Amman", "ar": "عمان"}


def test_no_place_in_other_words() -> None:
    assert list(find_places("الجزائرية والمغربي ولبنانيون", LANGUAGES)) == []


def test_quotes_with_their_speaker() -> None:
    text = (
        'وقال الوزير سالم: «سنفتتح المستشفى الجديد قريبا». وأكدت المديرة أن "العمل يسير كما كان مقررا له". '
        "رواية «الخبز الحافي»"
    )
    assert list(find_quotes(plain(text))) == [
        ("الوزير سالم", "سنفتتح المستشفى الجديد قريبا"),
        ("المديرة", "العمل يسير كما كان مقررا له"),
    ]


def unit(n: int, ar: str, kind: str = "text") -> AlignedUnit:
    return AlignedUnit(f"a#{n}", "a", n, n, kind, ar, {"en": "", "fr": ""}, {}, {})  # type: ignore[arg-type]


def test_facts_of_an_article_each_once_with_its_segments() -> None:
    units = [
        unit(0, "ليبيا: 12% في 3 مايو"), unit(1, "قالت الجزائر إن ١٢ في المئة"),
        unit(2, "الجزائر", "verbatim"), unit(3, "في الجزائر والجزائر"),
    ]  # fmt: skip
    found = find_facts(units, LANGUAGES, "2024-05-04")
    assert [(f["texts"]["en"], f["segments"]) for f in found["places"]] == [
        ("Algeria", [1, 3]),
        ("Libya", [0]),
    ]
    assert [(f["texts"]["en"], f["segments"]) for f in found["amounts"]] == [("12%", [0, 1])]
    assert found["dates"] == [
        {
            "value": "2024-05-03",
            "texts": {"en": "3 May 2024", "fr": "3 mai 2024", "ar": "3 مايو"},
            "segments": [0],
        }
    ]
    assert found["quotes"] == []


@given(st.lists(lines, max_size=5), st.sampled_from(["", "2024-05-04", "2024-02-29T12:00:00+03:00"]))
def test_any_text(texts: list[str], near: str) -> None:
    found = find_facts([unit(n, text) for n, text in enumerate(texts)], LANGUAGES, near)
    for facts in found.values():
        for fact in facts:
            assert fact["segments"] == sorted(set(fact["segments"]))
            assert all(fact["texts"].values()) or "speaker" in fact["texts"]


def test_organisations_by_their_names_and_what_is_written_before_them() -> None:
    text = plain(
        "دعت الجمعية العامة للأمم المتحدة والاتحادُ الأوروبي إلى اجتماع لمجلس الأمن بطلب من أوبك+، فأوبك رفضت"
    )
    found = {
        key: (texts["en"], texts["fr"], texts["ar"]) for key, texts in find_organisations(text, LANGUAGES)
    }
    assert list(found) == ["UN General Assembly", "European Union", "UN Security Council", "OPEC+", "OPEC"]
    assert found["European Union"] == ("European Union", "Union européenne", "الاتحاد الأوروبي")
    assert list(find_organisations("اتحاد الكتاب الأوروبيين والأممية", LANGUAGES)) == []
    text = "صفق الجمهور بحماس، وقالت حماس وحزب الله"
    assert [name for name, _ in find_organisations(text, LANGUAGES)] == ["Hamas", "Hezbollah"]


def test_the_table_of_organisations_is_normalised_and_names_each_once() -> None:
    names = [name for row in load("organisations.yaml") for name in row["ar"]]
    assert len(names) == len(set(names)) > 100
    assert all(name == for_model(name) for name in names)
    named = [name for row in load("organisations.yaml") if "en" in row for name in row["ar"]]
    for row in load("organisations.yaml"):
        hides = row.keys() == {"ar"} and all(any(name in form for name in named) for form in row["ar"])
        assert hides or (row["en"] and row["fr"])


def test_places_whatever_becomes_of_their_hamza() -> None:
    text = plain("من اثيوبيا والاردن إلى إفريقيا وأفريقيا، باكرا في أوربا")
    found = [(code, texts["en"], texts["ar"]) for code, texts in find_places(text, LANGUAGES)]
    assert found == [
        ("ET", "Ethiopia", "اثيوبيا"),
        ("JO", "Jordan", "الاردن"),
        ("002", "Africa", "إفريقيا"),
        ("002", "Africa", "أفريقيا"),
        ("150", "Europe", "أوربا"),
    ]


def test_places_that_cldr_lacks_or_names_otherwise() -> None:
    text = plain(
        "من بكين وواشنطن إلى السعودية فالضفة الغربية وللقاهرة وبريطانيا والكونغو الديمقراطية، لسيناء"
    )
    found = {texts["en"]: (code, texts["fr"]) for code, texts in find_places(text, LANGUAGES)}
    assert found == {
        "Beijing": ("Beijing", "Pékin"), "Washington": ("Washington", "Washington"),
        "Saudi Arabia": ("SA", "Arabie saoudite"), "West Bank": ("West Bank", "Cisjordanie"),
        "Cairo": ("Africa/Cairo", "Le Caire"), "United Kingdom": ("GB", "Royaume-Uni"),
        "DR Congo": ("CD", "RD Congo"), "Sinai": ("Sinai", "Sinaï"),
    }  # fmt: skip
    assert list(find_places("سيناء", ["de"])) == [("Sinai", {"de": "سيناء", "ar": "سيناء"})]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("أعدت جدة طبق حمص", []),
        ("وصل إلى جدة ثم إلى محافظة حمص", ["جدة", "حمص"]),
        ("التقى الوفد في الرباط نظيره", ["الرباط"]),
        ("أصيب بتمزق في الرباط الصليبي", []),
        ("دعم مالي", []),
        ("ليبيا، مالي ومنطقة الساحل", ["ليبيا", "مالي", "منطقة الساحل"]),
        ("مالي والنيجر أو ليبيا ومالي، وحمص", ["مالي", "النيجر", "ليبيا", "مالي", "حمص"]),
        ("دعم مالي من ليبيا", ["ليبيا"]),
        ("شمال مالي وحكومة مالي", ["مالي", "مالي"]),
        ("عاد إلى مسقط رأسه، ثم إلى مسقط", ["مسقط"]),
        ("غرفة نوم، وترك العمل، ونصف قطر الدائرة، وفي قطر", ["قطر"]),
    ],
)
def test_a_common_word_is_a_place_after_a_cue_or_beside_another_place_only(
    text: str, found: list[str]
) -> None:
    assert [texts["ar"] for _, texts in find_places(text, LANGUAGES)] == found


def test_the_table_of_places_adds_to_cldr_and_holds_what_normalised_text_can_have() -> None:
    rows = load("places.yaml")["places"]
    names = [name for row in rows for name in row["ar"]]
    assert len(names) == len(set(names)) > 400
    assert all(name == for_model(name) for name in names)
    # what CLDR has stands here only to be hidden or held to a cue
    added = [
        name for row in rows if not row.get("after") and {"code", "en"} & row.keys() for name in row["ar"]
    ]
    assert not {for_model(name) for name in places._cldr("ar").values()} & set(added)
    assert all(row["code"] in places._cldr("ar") for row in rows if "code" in row)
    assert all(row["en"] and row["fr"] for row in rows if {"en", "fr"} & row.keys())


@pytest.mark.parametrize(
    ("name", "language", "called"),
    [
        ("كوريا", "fr", "Corée"),
        ("بولندا", "fr", "Pologne"),
        ("عمان", "en", ""),
        ("لعمامرة", "en", ""),
        ("تونس", "xx", ""),
    ],
)
def test_what_a_place_is_called(name: str, language: str, called: str) -> None:
    assert place_name(name, language) == called


@pytest.mark.parametrize(
    ("source", "language", "target", "lost"),
    [
        ("زار الوفد بكين ثم نيروبي", "en", "The delegation visited Peking, then Nairobi", []),
        ("زار الوفد بكين ثم نيروبي", "en", "The delegation visited Nairobi", ["بكين"]),
        ("الجيش في العراق", "en", "The Iraqi army", []),
        ("الجيش في العراق", "fr", "L'armée irakienne", []),
        ("في تركيا وبريطانيا", "en", "In Turkey and in Britain", []),
        ("في كوت ديفوار وساحل العاج", "fr", "En Cote d’Ivoire", []),
        ("في الولايات المتحدة", "en", "At the United Nations", ["الولايات المتحدة"]),
        ("في الولايات المتحدة", "en", "U.S. officials", []),
        ("في الضفة الغربية", "fr", "En Cisjordanie", []),
        ("في الضفة الغربية", "fr", "Dans la rive ouest", ["الضفة الغربية"]),
        ("في الصحراء الغربية", "fr", "Dans le désert occidental", ["الصحراء الغربية"]),
        ("في الصحراء الغربية", "en", "In Western Sahara", []),
        ("في عمان", "en", "In Amman", []),
        ("في السودان", "en", "", ["السودان"]),
        ("في خيرسون", "en", "In Herson", []),
        ("في الضفة الغربية", "de", "im Westjordanland", []),
        ("في مصر", "de", "In den Bergen", ["مصر"]),
        ("لا مكان هنا", "en", "No place here", []),
    ],
)
def test_lost_places(source: str, language: str, target: str, lost: list[str]) -> None:
    assert lost_places(for_model(source), target, language) == lost


@given(st.sampled_from(sorted(places._arabic().codes)), st.sampled_from(LANGUAGES), lines, lines)
def test_a_place_that_is_named_is_not_lost(name: str, language: str, before: str, after: str) -> None:
    called = place_name(name, language)
    assert not called or lost_places(f"في {name}", f"{before} {called} {after}", language) == []


@pytest.mark.parametrize(
    "word", ["التونسية", "فرنسي", "الإسرائيليين", "اليمني", "الإسلامية", "أوغندية", "الأمريكيتين"]
)
def test_adjectives_of_origin(word: str) -> None:
    assert is_adjective_of_origin(word)


@pytest.mark.parametrize("word", ["تونس", "أفريقيا", "لعمامرة", "غاندي", "اللاذقية", "الطالبي", "ي"])
def test_what_is_no_adjective_of_origin(word: str) -> None:
    assert not is_adjective_of_origin(word)


_NAMES = st.lists(st.text("ابتلو ", min_size=1, max_size=6).map(str.strip).filter(bool), min_size=1)


@given(_NAMES, st.data())
def test_every_known_name_is_found_and_the_longest_of_those_that_begin_alike(names: list[str], data) -> None:
    name = data.draw(st.sampled_from(names))
    assert list(names_in(f"{name} .", pattern_of(names))) == [(name, 0, len(name))]
