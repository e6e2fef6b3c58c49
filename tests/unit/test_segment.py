"""Articles to segments: nothing lost, nothing blank, cut where a reader would."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import BIDI, LINE_BREAKS, SPANS, lines, texts

from dragoman import protect
from dragoman.arabic import INVISIBLE
from dragoman.ingest import find_sources, read_sources
from dragoman.records import Article, Segment
from dragoman.segment import MAX_CHARACTERS, kind_of, segment, sentence_ends

ROOT = Path(__file__).parents[2]
SAMPLES = yaml.safe_load((ROOT / "tests/data/samples.yaml").read_text(encoding="utf-8"))
COLUMNS = {name: name for name in ("id", "text", "title", "date", "source")} | {"given": {}}


def of(text: str, title: str = "") -> list[Segment]:
    return list(segment([Article("a", text, title=title)]))


def visible(text: str) -> bool:
    return not all(character.isspace() or character in INVISIBLE for character in text)


def check_lossless(text: str, segments: list[Segment]) -> None:
    body = [s for s in segments if s.paragraph]
    if not visible(text):
        assert body == []
        return
    assert "".join(s.before + s.text for s in body) + body[-1].after == text
    assert all(not s.after for s in body[:-1])


def check_numbers(segments: list[Segment]) -> None:
    assert [s.n for s in segments] == list(range(len(segments)))
    assert [s.id for s in segments] == [f"a#{n}" for n in range(len(segments))]
    paragraphs = [s.paragraph for s in segments]
    assert paragraphs == sorted(paragraphs)


@given(texts, lines)
def test_lossless_numbered_and_never_blank(text: str, title: str) -> None:
    segments = of(text, title)
    check_lossless(text, segments)
    check_numbers(segments)
    assert all(visible(s.text) for s in segments)
    assert any(s.paragraph == 0 for s in segments) == visible(title)


@given(texts, st.integers(1, 5))
def test_lossless_whatever_the_splitter_says(text: str, step: int) -> None:
    segments = list(segment([Article("a", text)], splitter=lambda line: list(range(0, len(line) + 1, step))))
    check_lossless(text, segments)
    check_numbers(segments)
    assert all(visible(s.text) for s in segments)


@given(texts)
def test_a_line_break_always_ends_a_segment(text: str) -> None:
    for s in of(text):
        assert len(s.text.splitlines()) == 1


@given(lines, st.integers(1, 3))
def test_no_cut_inside_a_protected_span(line: str, step: int) -> None:
    for text in line.splitlines():
        segments = list(
            segment([Article("a", text)], splitter=lambda seen: list(range(0, len(seen) + 1, step)))
        )
        borders, position = set(), 0
        for s in segments:
            borders |= {position + len(s.before), position + len(s.before) + len(s.text)}
            position += len(s.before) + len(s.text)
        for start, stop in protect.spans(text):
            inside = {border for border in borders if start < border < stop}
            # what is invisible at the end of a span may fall between two segments
            assert all(not visible(text[border:stop]) or not visible(text[start:border]) for border in inside)


@given(lines)
def test_the_splitter_s_own_ends_are_in_the_line(line: str) -> None:
    for text in line.splitlines():
        ends = sentence_ends(text)
        assert ends == sorted(set(ends))
        assert all(0 < end <= len(text) for end in ends)


@pytest.mark.parametrize("line_break", LINE_BREAKS)
def test_every_kind_of_line_break(line_break: str) -> None:
    segments = of(f"سطر أول{line_break}سطر ثان")
    assert [(s.text, s.paragraph) for s in segments] == [("سطر أول", 1), ("سطر ثان", 2)]


@pytest.mark.parametrize("control", BIDI)
def test_bidi_controls_do_not_hide_a_full_stop(control: str) -> None:
    segments = of(f"{control}قال الوزير نعم.{control} وقال المدير لا.{control}")
    assert [s.text for s in segments] == ["قال الوزير نعم.", "وقال المدير لا."]


def test_the_title_is_segment_0_in_paragraph_0() -> None:
    segments = of("قال نعم. وقال لا.", title=" عنوان\u2028  الخبر. وبقيته ")
    assert [(s.n, s.paragraph, s.text) for s in segments] == [
        (0, 0, "عنوان الخبر. وبقيته"), (1, 1, "قال نعم."), (2, 1, "وقال لا."),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["", " \u00a0", "\u200f", "\ufeff \u2066\u2069"])
def test_a_blank_title_is_none(title: str) -> None:
    assert [(s.n, s.paragraph) for s in of("نص.", title)] == [(0, 1)]


@pytest.mark.parametrize("text", ["", "\n \t\n", "\u200f\n\u2066\u2069"])
def test_an_article_without_text_has_no_segments(text: str) -> None:
    assert of(text) == []


def test_articles_are_numbered_on_their_own() -> None:
    segments = segment([Article("a", "نعم. لا."), Article("b#1", "نعم.")])
    assert [s.id for s in segments] == ["a#0", "a#1", "b#1#0"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("كلمة " * 3000, id="no full stop"),
        pytest.param("ب" * 9000, id="no space"),
        pytest.param("قال الوزير إن الأمر يسير، " * 500, id="commas"),
    ],
)
def test_a_page_without_full_stops_is_cut(text: str) -> None:
    segments = of(text)
    check_lossless(text, segments)
    assert max(len(s.text) for s in segments) <= MAX_CHARACTERS
    assert min(len(s.text) for s in segments) > MAX_CHARACTERS // 8


def test_a_line_with_many_links_costs_no_more_than_its_length() -> None:
    text = "قال @user. " * 20_000
    started = time.process_time()
    found = list(segment([Article("a", text)], splitter=lambda line: list(range(11, len(line) + 1, 11))))
    assert time.process_time() - started < 4
    assert len(found) == 20_000


@pytest.mark.parametrize("initials", ["(ر. س.)", "(ر.س.)", "( م. ح. ع. )", "(\u200fر. س.\u200f)", "(A. B.)"])
def test_initials_in_parentheses_do_not_end_a_sentence(initials: str) -> None:
    text = f"وبرأت المحكمة المحاسبة {initials} لعدم كفاية الدليل. وانتهت الجلسة."
    assert [s.text for s in of(text)] == [text.partition(" وانتهت")[0], "وانتهت الجلسة."]


@pytest.mark.parametrize(
    "text",
    [
        *SPANS,
        " ".join(SPANS),
        "— Moncef Ghrairi | المنصف الغرايري (@MGhrairi_mae) January 20, 2022",
        "— وزارة الخارجية (@mofa_tn) ٢٠ يناير ٢٠٢٢",
        "– المنصف الغرايري (@MGhrairi_mae)",
        "— \u200fالمنصف\u200f (@MGhrairi_mae) January 20, 2022 https://t.co/abc",
        "٢٠٢٢/٠٥/٢٤",
        "Blue Palm",
        "***",
    ],
)
def test_nothing_to_translate(text: str) -> None:
    assert kind_of(text) == "verbatim"


@pytest.mark.parametrize(
    "text",
    [
        "قال",
        "قال الوزير #نخيل_وأنغام",
        "- قال المتحدث باسم الوزارة (@MFA_tn) إن الاجتماع بدأ صباح اليوم.",
        "— وأضاف الوزير (@minister) أن الوفد وصل أمس، وأنه سيبقى أسبوعا.",
        "ﻗﺎﻝ ﺍﻟﻮﺯﻳﺮ",
    ],
)
def test_something_to_translate(text: str) -> None:
    assert kind_of(text) == "text"


@pytest.mark.parametrize("case", SAMPLES["segmentation"], ids=lambda case: case["article"])
def test_gold(case: dict[str, Any]) -> None:
    assert [s.text for s in of(case["text"])] == case["segments"]


def sample_articles() -> Iterator[Article]:
    for record in read_sources(find_sources([str(ROOT / "config/articles")]), COLUMNS):
        assert isinstance(record, Article), record
        yield record


@pytest.fixture(scope="module")
def samples() -> dict[str, Article]:
    return {article.id: article for article in sample_articles()}


def test_every_sample_is_listed_and_read(samples: dict[str, Article]) -> None:
    assert set(samples) == set(SAMPLES["articles"])
    for name, article in samples.items():
        segments = list(segment([article]))
        check_lossless(article.text, segments)
        assert segments[0].text == SAMPLES["articles"][name]["title"] or not article.title
        assert sum(s.kind == "text" for s in segments) >= 8


@pytest.mark.parametrize("name", SAMPLES["articles"])
def test_a_sample_shows_what_it_is_there_for(name: str) -> None:
    sample = SAMPLES["articles"][name]
    raw = (ROOT / "config/articles" / sample["file"]).read_text(encoding="utf-8")
    absent = [f for f in sample["features"] if not re.search(SAMPLES["features"][f], raw, re.MULTILINE)]
    assert absent == []


def test_every_feature_has_a_sample() -> None:
    shown = {feature for sample in SAMPLES["articles"].values() for feature in sample["features"]}
    assert shown == set(SAMPLES["features"])


@pytest.mark.parametrize("case", SAMPLES["segmentation"], ids=lambda case: case["article"])
def test_gold_is_from_the_samples(case: dict[str, Any], samples: dict[str, Article]) -> None:
    for line in case["text"].splitlines():
        assert line in samples[case["article"]].text
