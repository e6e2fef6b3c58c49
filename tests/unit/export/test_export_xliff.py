"""XLIFF: valid, complete, and lossless with any text."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dragoman.export.xliff import CORE, METADATA

NAMES = {"x": CORE, "m": METADATA}
TEXT = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("\x00\x0b\x1f\ufffe\uffff<>&\"'\r\n\t]"))
)


def units(path: Path) -> list[etree._Element]:
    return etree.parse(path).xpath("//x:unit", namespaces=NAMES)


def text(element: etree._Element | None) -> str:
    """The text of a source or target, its ``cp`` turned back into characters."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for code in element:
        assert code.tag == f"{{{CORE}}}cp"
        parts += [chr(int(code.get("hex"), 16)), code.tail or ""]
    return "".join(parts)


def valid(path: Path, schemas: list) -> bool:
    core, metadata = schemas
    tree = etree.parse(path)
    assert core.validate(tree), core.error_log
    for element in tree.iter(f"{{{METADATA}}}metadata"):
        assert metadata.validate(element), metadata.error_log
    return True


def test_each_language_has_a_valid_file(corpus, xliff_schemas):
    for language in ("en", "fr"):
        path = corpus / f"corpus.{language}.xlf"
        assert valid(path, xliff_schemas)
        root = etree.parse(path).getroot()
        assert (root.get("version"), root.get("srcLang"), root.get("trgLang")) == ("2.1", "ar", language)


def test_what_is_known_of_a_segment_is_in_its_unit(corpus):
    _, second, copied, _ = units(corpus / "corpus.en.xlf")
    assert (second.get("id"), second.get("name")) == ("u1", "a#1")
    (segment,) = second.findall("x:segment", NAMES)
    assert (segment.get("state"), segment.get("subState")) == ("translated", "dragoman:model")
    facts = [(meta.get("type"), meta.text) for meta in second.iterfind(".//m:meta", NAMES)]
    assert facts == [
        ("score", "-0.25"),
        ("quality", "check"),
        ("round-trip", "55.5"),
        ("comet", "81.2"),
        ("flag", "length"),
        ("flag", "numbers"),
    ]
    assert copied.get("translate") == "no"
    assert text(copied.find(".//x:target", NAMES)) == text(copied.find(".//x:source", NAMES))


def test_a_persons_translation_is_reviewed(corpus):
    first = units(corpus / "corpus.fr.xlf")[0].find("x:segment", NAMES)
    assert (first.get("state"), first.get("subState")) == ("reviewed", "dragoman:memory")


def test_an_article_is_a_file_and_names_it(corpus):
    files = etree.parse(corpus / "corpus.en.xlf").xpath("/x:xliff/x:file", namespaces=NAMES)
    assert [(file.get("id"), file.get("original")) for file in files] == [("f1", "a"), ("f2", "b|/../#1")]


def test_no_text_is_no_target(tmp_path, make, export):
    export([make(0, "نص", "", "texte")], tmp_path, "xliff")
    (unit,) = units(tmp_path / "corpus.en.xlf")
    assert unit.find(".//x:target", NAMES) is None
    assert unit.find("x:segment", NAMES).get("state") is None


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=6), article=TEXT)
def test_any_text_comes_back_whole(texts, article, make, export, xliff_schemas):
    with tempfile.TemporaryDirectory() as name:
        export([make(n, *row, article=article) for n, row in enumerate(texts)], Path(name), "xliff")
        for column, language in ((1, "en"), (2, "fr")):
            path = Path(name) / f"corpus.{language}.xlf"
            assert valid(path, xliff_schemas)
            found = [
                tuple(text(unit.find(f".//x:{side}", NAMES)) for side in ("source", "target"))
                for unit in units(path)
            ]
            assert found == [(row[0], row[column]) for row in texts]
