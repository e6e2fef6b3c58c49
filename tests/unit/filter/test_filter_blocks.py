"""Each block of the corpus filter: what it leaves out, what it says, and what it lets through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.config import load
from dragoman.errors import DataError
from dragoman.filter import Filter
from dragoman.records import AlignedUnit, Verdict

LONG_AR = "أعلنت وزارة الصحة اليوم عن افتتاح مستشفى جديد في المدينة"
LONG_EN = "The Ministry of Health announced today the opening of a new hospital in the city"
LONG_FR = "Le ministère de la Santé a annoncé aujourd'hui l'ouverture d'un nouvel hôpital dans la ville"


def unit(ar: str = LONG_AR, en: str = LONG_EN, fr: str = LONG_FR, **changes: Any) -> AlignedUnit:
    values: dict[str, Any] = {
        "id": "a#0",
        "article": "a",
        "n": 0,
        "paragraph": 1,
        "kind": "text",
        "ar": ar,
        "targets": {"en": en, "fr": fr},
        "scores": {"en": -0.4, "fr": -0.6},
        "flags": {"en": [], "fr": []},
        "qualities": {"en": "check", "fr": "check"},
    }
    return AlignedUnit(**values | changes)


def judge(blocks: dict[str, Any], *units: AlignedUnit) -> list[Verdict]:
    """Judges with the parameters that the configuration fills in."""
    settings = load(
        {"corpus": {"filter": blocks}, "quality": {"round_trip": "x", "comet": {"program": "x"}}}
    ).corpus.filter
    return [*map(Filter(settings, ["en", "fr"]).judge, units)]


@pytest.mark.parametrize(
    ("blocks", "spoilt", "language", "detail"),
    [
        ({"verbatim": None}, unit(kind="verbatim"), "", "copied"),
        ({"length": {"min_words": 3}}, unit(ar="نعم قال"), "ar", "2 words"),
        ({"length": {"max_words": 15}}, unit(en="so " * 16), "en", "16 words"),
        ({"ratio": {}}, unit(fr="Le ministère"), "fr", "0.21"),
        ({"ratio": {"max": 1.0}}, unit(), "en", "1.43"),
        ({"score": {"min": -0.5}}, unit(), "fr", "-0.600"),
        ({"quality": {}}, unit(qualities={"en": "check", "fr": "bad"}), "fr", "bad"),
        ({"quality": {"lowest": "good"}}, unit(qualities={"en": "check", "fr": "good"}), "en", "check"),
        ({"quality": {"min_estimate": 45}}, unit(estimates={"en": 45.0, "fr": 44.9}), "fr", "44.9"),
        ({"round_trip": {"min": 50}}, unit(round_trips={"en": None, "fr": 49.9}), "fr", "49.9"),
        ({"comet": {"min": 70}}, unit(comets={"en": None, "fr": 69.9}), "fr", "69.9"),
        ({"flags": {}}, unit(flags={"en": ["low-score", "short"], "fr": []}), "en", "short"),
        ({"flags": {"names": ["low-score"]}}, unit(flags={"en": [], "fr": ["low-score"]}), "fr", "low-score"),
        ({"repetition": {}}, unit(en="very very very very good"), "en", "repeats itself"),
        ({"numbers": {}}, unit(ar="قتل ١٢ شخصا", en="12 dead", fr="21 morts"), "fr", "12 / 21"),
        ({"numbers": {}}, unit(ar="قتل ۱۲ شخصا", en="dead", fr="12 morts"), "en", "12 / "),
        ({"names": {}}, unit(ar="قال الرئيس قيس سعيد", en="Kais said", fr="Le roi dit"), "fr", "قيس سعيد"),
        ({"tokens": {}}, unit(ar="قالت Reuters ذلك", en="Reuters said", fr="dit-elle"), "fr", "reuters"),
        ({"tokens": {}}, unit(ar="انظر https://a.example/x", en="See", fr="Voir"), "en", "https://a.example/x"),
        ({"language": {}}, unit(fr=LONG_EN), "fr", "en "),
        ({"language": {}}, unit(en=LONG_FR), "en", "fr "),
        ({"language": {}}, unit(ar="این یک متن فارسی است که در روزنامه چاپ شده است"), "ar", "fa "),
    ],
)  # fmt: skip
def test_a_block_leaves_out_what_it_is_for(
    blocks: dict[str, Any], spoilt: AlignedUnit, language: str, detail: str
) -> None:
    (verdict,) = judge(blocks, spoilt)
    assert (verdict.block, verdict.language) == (next(iter(blocks)), language)
    assert verdict.detail.startswith(detail)


@pytest.mark.parametrize(
    ("blocks", "sound"),
    [
        ({"score": {"min": -0.5}}, unit(scores={"en": None, "fr": -0.4})),
        ({"ratio": {}}, unit(ar="نعم", en="Yes, of course, by all means", fr="Oui")),
        ({"flags": {}}, unit(flags={"en": ["low-score"], "fr": ["numbers"]})),
        ({"numbers": {}}, unit(ar="١٢ شخصا", en="twelve people", fr="12 personnes")),
        ({"names": {}}, unit(ar="قال الرئيس قيس سعيد", en="Saied said", fr="selon Kaïs Saïed")),
        ({"names": {}}, unit(ar="وصل أمس", en="He came", fr="Il vint")),
        ({"tokens": {}}, unit(ar="قالت Reuters", en="REUTERS said", fr="selon Reuters")),
        ({"language": {}}, unit(en="OK", fr="OK")),
        ({"length": {}}, unit(ar="", en="", fr="", kind="verbatim")),
    ],
)
def test_a_block_lets_through_what_it_is_not_for(blocks: dict[str, Any], sound: AlignedUnit) -> None:
    assert judge(blocks, sound) == [Verdict("a#0")]


def test_all_blocks_together_let_a_sound_segment_through(tmp_path: Path) -> None:
    (tmp_path / "t.ar").write_text("جملة أخرى لا علاقة لها بما سبق من كلام\n", encoding="utf-8")
    blocks: dict[str, Any] = {"score": {"min": -1}, "test_sets": {"paths": [str(tmp_path)]}}
    blocks |= dict.fromkeys(
        ["verbatim", "length", "ratio", "flags", "repetition", "numbers", "tokens", "names", "language"]
    )
    assert judge(blocks, unit()) == [Verdict("a#0")]


def test_the_first_block_of_the_order_gives_the_reason() -> None:
    blocks = {"language": {}, "score": {"min": -0.1}, "ratio": {"max": 1.0}}
    assert [verdict.block for verdict in judge(blocks, unit())] == ["ratio"]


@pytest.mark.parametrize("side", ["ar", "en", "fr"])
def test_overlap_with_a_test_set_counts_on_every_side(tmp_path: Path, side: str) -> None:
    text = {"ar": LONG_AR, "en": LONG_EN, "fr": LONG_FR}[side]
    lines = dict.fromkeys(["ar", "en", "fr"], "شيء") | {side: f"xx {text.upper()} yy"}
    for language, line in lines.items():
        (tmp_path / f"t.{language}").write_text(line + "\n", encoding="utf-8")
    (verdict,) = judge({"test_sets": {"paths": [str(tmp_path)]}}, unit())
    assert (verdict.block, verdict.language) == ("test_sets", side)
    assert len(verdict.detail.split()) >= 7
    other = unit(ar="جملة", en="A sentence", fr="Une phrase")
    assert judge({"test_sets": {"paths": [str(tmp_path)]}}, other) == [Verdict("a#0")]


def test_a_missing_test_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no evaluation text"):
        judge({"test_sets": {"paths": [str(tmp_path / "none")]}}, unit())


@given(
    st.lists(st.text(max_size=30), min_size=3, max_size=3),
    st.sampled_from(["text", "verbatim"]),
)
def test_there_is_one_verdict_for_any_unit(texts: list[str], kind: str) -> None:
    blocks = dict.fromkeys(["length", "ratio", "flags", "repetition", "numbers", "tokens", "names"])
    found = unit(texts[0], texts[1], texts[2], kind=kind)
    (verdict,) = judge(blocks, found)
    assert verdict.id == "a#0"
    assert verdict.block in ("", *blocks)
    assert bool(verdict.block) == bool(verdict.detail)
