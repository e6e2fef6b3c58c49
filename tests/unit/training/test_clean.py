"""Each filter rejects what it is for, names its reason, and leaves sound pairs alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.overlap import NGRAM, held_out, ngrams, normalise
from dragoman.training.clean import MAX_WORDS, Cleaner, unfit

ARABIC = "وصل الوزير إلى المدينة"
ENGLISH = "The minister arrived in the city"


def row(arabic: str = ARABIC, text: str = ENGLISH, language: str = "en") -> dict[str, str]:
    return {"source": "s", "domain": "d", "language": language, "ar": arabic, "text": text}


def reasons(*rows: dict[str, str], evaluation: tuple[tuple[str, str], ...] = ()) -> list[str]:
    return [reason for _, reason in Cleaner(held_out(evaluation)).sort(rows)]


def test_a_sound_pair_is_fit() -> None:
    assert unfit(ARABIC, ENGLISH) == ""


@pytest.mark.parametrize(
    ("arabic", "text", "reason"),
    [
        ("", ENGLISH, "empty"),
        (ARABIC, "", "empty"),
        ("كلمة " * MAX_WORDS + "كلمة", "word " * 50, "long"),
        ("كلمة " * 50, "word " * 76, "long"),
        ("Minister وصل", ENGLISH, "script"),
        (ARABIC, f"{ENGLISH} وصل", "script"),
        (ARABIC, "12345 67890 123 the", "script"),
        (ARABIC, "The <b>minister</b> arrived", "markup"),
        (ARABIC, "The minister of %s arrived", "markup"),
        (ARABIC, "The", "ratio"),
        ("وصل", "The minister arrived in the city yesterday", "ratio"),
    ],
)
def test_reasons(arabic: str, text: str, reason: str) -> None:
    assert unfit(arabic.strip(), text.strip()) == reason


def test_rows_come_out_normalised() -> None:
    [(found, reason)] = Cleaner({}).sort(
        [row("وَصَلَ  الوزيـر إلى المدينة", "The  minister\u200b arrived cafe\u0301")]
    )
    assert (found["ar"], found["text"], reason) == ("وصل الوزير إلى المدينة", "The minister arrived café", "")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_text_in_another_language_is_rejected() -> None:
    french = "Le ministre est arrivé hier soir dans la capitale avec une grande délégation"
    arabic = "وصل الوزير مساء أمس إلى العاصمة على رأس وفد كبير"
    assert reasons(row(arabic, french), row(arabic, french, "fr"), row("باريس", "Le Monde")) == [
        "language",
        "",
        "",
    ]


def test_pairs_that_differ_in_figures_case_or_punctuation_are_duplicates() -> None:
    near = row(ARABIC + ".", ENGLISH.upper() + "!")
    assert reasons(row(), row(), near) == ["", "duplicate", "duplicate"]
    years = [row(f"وصل الوزير عام {year}", f"The minister came in {year}") for year in (1999, 2020)]
    assert reasons(*years) == ["", "duplicate"]


def test_another_translation_or_language_is_no_duplicate() -> None:
    short = "Le Caire, Damas, Beyrouth"
    assert reasons(row(), row(text="The minister has reached the town")) == ["", ""]
    assert reasons(row(text=short), row(text=short, language="fr")) == ["", ""]


def test_overlap_with_evaluation_on_either_side() -> None:
    words = ["the", "minister", "arrived", "in", "the", "city", "on", "monday"]
    whole = " ".join(words[:NGRAM])
    assert reasons(row(text=whole), evaluation=(("en", f"He said {whole.upper()}!"),)) == ["evaluation"]
    assert reasons(row(text=" ".join(words[: NGRAM - 1])), evaluation=(("en", whole),)) == [""]
    assert reasons(row(text=whole), evaluation=(("fr", whole),)) == [""]
    arabic = "وصل الوزير إلى المدينة صباح اليوم الاثنين"
    assert reasons(row(arabic, whole), evaluation=(("ar", arabic),)) == ["evaluation"]


def test_counts_add_up() -> None:
    cleaner = Cleaner({})
    list(cleaner.sort([row(), row(), row(text="")]))
    assert dict(cleaner.kept) == {"s": 1}
    assert cleaner.rejected == {"s": {"duplicate": 1, "empty": 1}}


@given(st.lists(st.sampled_from("abcde"), max_size=20))
def test_ngrams_are_runs_of_words(words: list[str]) -> None:
    found = ngrams(" ".join(words))
    assert found == {tuple(words[n : n + NGRAM]) for n in range(len(words)) if n + NGRAM <= len(words)}
