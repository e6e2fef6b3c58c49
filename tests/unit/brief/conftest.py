from __future__ import annotations

from types import SimpleNamespace

import pytest

from dragoman.records import AlignedUnit, Article, Summary

RLO, PDF, RLM = "\u202e", "\u202c", "\u200f"
HOSTILE = (
    f"""<script>alert(1)</script> "><img src=x onerror=alert(2)> ]]> {RLO}txt{PDF} &lt;b&gt; {{{{ 7*7 }}}}"""
)
MODELS = [
    {
        "recipe": "<b>mini</b>",
        "part": "multi",
        "id": "0123abcd",
        "licence": "Apache-2.0",
        "languages": {"en": {}, "fr": {}},
        "source": {"url": "https://example.org/mini.tar.gz", "files": {"a": "b"}},
    }
]


def unit(
    article: str, n: int, paragraph: int, ar: str, en: str = "", fr: str = "", **rest: object
) -> AlignedUnit:
    """A unit in English and French; a verbatim one when ``kind`` says so."""
    values: dict = {"kind": "text", "flags": {"en": [], "fr": []}, "alternatives": {}} | rest
    targets = {"en": en, "fr": fr} if values["kind"] == "text" else {"en": ar, "fr": ar}
    score = -0.5 if values["kind"] == "text" else None
    return AlignedUnit(
        f"{article}#{n}",
        article,
        n,
        paragraph,
        targets=targets,
        ar=ar,
        scores={"en": score, "fr": score},
        **values,
    )


def summarise(article: str, units: list[AlignedUnit], numbers: list[int]) -> Summary:
    chosen = [units[n] for n in numbers]
    texts = {"ar": [u.ar for u in chosen]} | {
        lang: [u.targets[lang] for u in chosen] for lang in ("en", "fr")
    }
    return Summary(article, "extractive", numbers, texts)


def parts() -> tuple[Article, list[AlignedUnit], Summary]:
    """An article with a title, flags, an alternative, copied lines and hostile text."""
    name = "../<b>خبر"
    units = [
        unit(name, 0, 0, "عنوان الخبر", "Title of the story", "Titre de l'article"),
        unit(
            name,
            1,
            1,
            "قال المتحدث @mfa_dz إن الاجتماع بدأ.",
            "The spokesman said it began.",
            "Le porte-parole l'a dit.",
        ),
        unit(
            name,
            2,
            1,
            "بلغ العدد ٢٥ شخصا.",
            "The number was 52 people.",
            "Le nombre est de 25.",
            flags={"en": ["low-score", "numbers"], "fr": []},
            alternatives={"en": "There were 25 people."},
        ),
        unit(name, 3, 2, "— Ramtane | رمطان (@R_dz) https://t.co/Abc1. September 25, 2021", kind="verbatim"),
        unit(
            name, 4, 3, f"نص {HOSTILE}", f"Text {HOSTILE}", "", flags={"en": ["arabic-left"], "fr": ["empty"]}
        ),
        unit(
            name,
            5,
            3,
            "وزارة الصحة",
            "The وزارة الصحة ministry",
            "b" * 400,
            flags={"en": [], "fr": ["new-check"]},
        ),
    ]
    article = Article(
        name,
        "نص",
        title="عنوان الخبر",
        date="2021-09-25T19:30:00+01:00",
        source="javascript:alert(3)",
        origin=f"news/{HOSTILE}.txt",
        notes=["encoding: cp1256"],
    )
    return article, units, summarise(name, units, [1, 2])


@pytest.fixture(scope="session")
def samples() -> SimpleNamespace:
    """Makers of records, hostile text and model manifests."""
    return SimpleNamespace(parts=parts, unit=unit, summarise=summarise, hostile=HOSTILE, models=MODELS)
