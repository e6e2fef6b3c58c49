"""TMX: valid, complete, and safe with any text."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dragoman.xmltext import legal

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TEXT = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("\x00\x0b\x1f\ufffe\uffff<>&\"'\r\n\t]"))
)


def segs(tu) -> dict[str, str]:
    return {tuv.get(LANG): tuv.findtext("seg") for tuv in tu.iter("tuv")}


def test_it_is_valid(corpus, dtd):
    assert dtd.validate(etree.parse(corpus / "corpus.tmx")), dtd.error_log


def test_units_carry_all_languages_and_what_is_known_about_them(corpus):
    tree = etree.parse(corpus / "corpus.tmx")
    assert tree.find("header").get("srclang") == "ar"
    _, tu, last = tree.iter("tu")
    assert tu.get("tuid") == "a#1"
    assert segs(tu) == {
        "ar": "بلغت القيمة ١٢٪.",
        "en": "The value reached.",
        "fr": "La valeur a atteint 12\u00a0%.",
    }
    english = tu.findall("tuv")[1]
    assert [(p.get("type"), p.text) for p in english.iter("prop")] == [
        ("x-score", "-0.25"),
        ("x-quality", "check"),
        ("x-round-trip", "55.5"),
        ("x-comet", "81.2"),
        ("x-flag", "length"),
        ("x-flag", "numbers"),
    ]
    assert [(p.get("type"), p.text) for p in last.findall("prop")] == [
        ("x-article", "b|/../#1"),
        ("x-paragraph", "0"),
    ]


def test_copied_segments_stay_out(corpus):
    assert b"example.org" not in (corpus / "corpus.tmx").read_bytes()


def test_illegal_characters_are_removed_and_counted(tmp_path, make, export):
    unit = make(0, "\x00نص\x0b", "te\ufffext", "\U0001f600 texte\x1f", article="x\x01")
    counts = export([unit], tmp_path, "tmx")
    (tu,) = etree.parse(tmp_path / "corpus.tmx").iter("tu")
    assert segs(tu) == {"ar": "نص", "en": "text", "fr": "\U0001f600 texte"}
    # the article's id stands in tuid and in x-article
    assert counts["xml_illegal_removed"] == 4 + 2


@given(TEXT)
def test_what_is_legal_can_be_parsed_and_nothing_else_is_removed(text):
    kept, removed = legal(text)
    assert len(kept) + removed == len(text)
    element = etree.Element("seg")
    element.text = kept
    assert (etree.fromstring(etree.tostring(element)).text or "") == kept
    for character in set(text) - set(kept):
        with pytest.raises(etree.XMLSyntaxError):
            etree.parse(io.BytesIO(f"<seg>&#{ord(character)};</seg>".encode()))


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6), article=TEXT)
def test_any_text_comes_back(texts, article, make, export, dtd):
    units = [make(n, *row, article=article) for n, row in enumerate(texts)]
    with tempfile.TemporaryDirectory() as name:
        export(units, Path(name), "tmx")
        tree = etree.parse(Path(name) / "corpus.tmx")
    assert dtd.validate(tree), dtd.error_log
    found = [tuple(segs(tu).values()) for tu in tree.iter("tu")]
    assert found == [tuple(legal(text)[0] for text in row) for row in texts]


def test_it_is_cut_by_size_and_leftovers_go(tmp_path, make, export, dtd):
    units = [make(n, f"نص {n}", f"text {n}", f"texte {n}") for n in range(7)]
    export(units, tmp_path, "tmx", tmx_units=3)
    names = ["corpus.tmx", "corpus.2.tmx", "corpus.3.tmx"]
    found = [etree.parse(tmp_path / name) for name in names]
    assert all(dtd.validate(tree) for tree in found), dtd.error_log
    assert [[tu.get("tuid") for tu in tree.iter("tu")] for tree in found] == [
        ["a#0", "a#1", "a#2"],
        ["a#3", "a#4", "a#5"],
        ["a#6"],
    ]
    export(units[:4], tmp_path, "tmx", tmx_units=3)
    assert sorted(p.name for p in tmp_path.glob("*.tmx")) == ["corpus.2.tmx", "corpus.tmx"]
    assert export(units, tmp_path, "tmx")["units_in_tmx"] == 7
    assert [p.name for p in tmp_path.glob("*.tmx")] == ["corpus.tmx"]
    assert len(list(etree.parse(tmp_path / "corpus.tmx").iter("tu"))) == 7
