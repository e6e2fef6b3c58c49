"""Translation memories: what is read, what is refused, and what a segment finds."""

from __future__ import annotations

from pathlib import Path

import fakes
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman.errors import ConfigError, DataError
from dragoman.export import tmx
from dragoman.records import AlignedUnit, Segment
from dragoman.translate import Counts, Options, translate
from dragoman.translation_memory import TranslationMemory, build, find_files, read_tmx

SOURCE = "وصل الوزير إلى المدينة."


def write(path: Path, body: str, *, before: str = '<?xml version="1.0"?>') -> Path:
    path.write_text(f'{before}<tmx version="1.4"><header/><body>{body}</body></tmx>', encoding="utf-8")
    return path


def unit(target: str, source: str = SOURCE, languages: tuple[str, str] = ("ar", "en")) -> str:
    sides = zip(languages, (source, target), strict=True)
    return "<tu>" + "".join(f'<tuv xml:lang="{k}"><seg>{v}</seg></tuv>' for k, v in sides) + "</tu>"


def lookup(tmp_path: Path, *files: Path, language: str = "en") -> TranslationMemory:
    build(files, ["en", "fr"], tmp_path / "tm.sqlite")
    return TranslationMemory(tmp_path / "tm.sqlite", language)


def test_exact_matches_are_found_whatever_the_white_space(tmp_path: Path) -> None:
    found = lookup(tmp_path, write(tmp_path / "a.tmx", unit("The minister\n arrived.", f" {SOURCE}\n")))
    spaced = SOURCE.replace(" ", "  ")
    assert found([SOURCE, spaced, SOURCE[:-1]]) == {
        SOURCE: "The minister arrived.",
        spaced: "The minister arrived.",
    }


def test_regions_and_old_attributes_are_languages(tmp_path: Path) -> None:
    body = unit("x", languages=("AR-sa", "en-GB")).replace("xml:lang", "lang")
    assert list(read_tmx(write(tmp_path / "a.tmx", body), ["en"])) == [("en", SOURCE, "x")]


def test_inline_codes_are_left_out_and_marked_text_kept(tmp_path: Path) -> None:
    target = 'A <bpt i="1">&lt;b&gt;</bpt><hi>bold</hi><ept i="1">&lt;/b&gt;</ept> <ph/>day'
    assert lookup(tmp_path, write(tmp_path / "a.tmx", unit(target)))([SOURCE]) == {SOURCE: "A bold day"}


def test_the_later_translation_holds(tmp_path: Path) -> None:
    one = write(tmp_path / "1.tmx", unit("first") + unit("second"))
    two = write(tmp_path / "2.tmx", unit("third"))
    assert lookup(tmp_path, one)([SOURCE]) == {SOURCE: "second"}
    assert lookup(tmp_path, one, two)([SOURCE]) == {SOURCE: "third"}
    assert lookup(tmp_path, two, one)([SOURCE]) == {SOURCE: "second"}


def test_what_is_too_long_is_left_out_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tmx", unit("x" * 10_001) + unit("short", "قصير"))
    assert build([path], ["en"], tmp_path / "tm.sqlite") == {"en": 1, "too long": 1}


BOMB = '<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tmx", unit("&b;"), before=BOMB)
    with pytest.raises(DataError, match="entities are not expanded"):
        build([path], ["en"], tmp_path / "tm.sqlite")
    assert not (tmp_path / "tm.sqlite").exists()


def test_files_outside_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    doctype = f'<!DOCTYPE tmx [<!ENTITY s SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    with pytest.raises(DataError, match="entities are not expanded"):
        list(read_tmx(write(tmp_path / "a.tmx", unit("&s;"), before=doctype), ["en"]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not TMX"),
        ("no XML at all", "not TMX"),
        ("<xliff/>", "not TMX: the root is <xliff>"),
        ('<tmx version="1.4"><body>' + unit("x")[:-5], "not TMX"),
        ('<tmx version="1.4"><header/><body/></tmx>', "no unit with both ar and one of en"),
    ],
)
def test_what_is_no_memory_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.tmx").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        build([tmp_path / "a.tmx"], ["en"], tmp_path / "tm.sqlite")


def test_a_missing_file_is_said_before_any_job(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"memory\.tmx: .*: no such file"):
        find_files([str(tmp_path / "a.tmx")])
    with pytest.raises(DataError, match="No such file"):
        list(read_tmx(tmp_path / "a.tmx", ["en"]))


@given(st.lists(st.tuples(lines.filter(str.strip), lines.filter(str.strip)), min_size=1, max_size=5))
def test_our_own_tmx_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("tmx")
    with tmx.writer(folder, ["en"]) as writer:
        for n, (source, target) in enumerate(pairs):
            writer.add(
                AlignedUnit(f"a#{n}", "a", n, 1, "text", source, {"en": target}, {"en": None}, {"en": []})
            )
    clean = [tuple(" ".join(tmx.legal(side)[0].split()) for side in pair) for pair in pairs]
    assert list(read_tmx(folder / "corpus.tmx", ["en"])) == [("en", *pair) for pair in clean if all(pair)]


def test_the_stage_takes_peoples_translations_and_marks_them(tmp_path: Path) -> None:
    people = lookup(tmp_path, write(tmp_path / "a.tmx", unit("The minister arrived.")))
    engine = fakes.FakeTranslator()
    counts = Counts()
    texts = [SOURCE, "غادر الوفد.", SOURCE]
    segments = [Segment(f"a#{n}", "a", n, 1, "text", text) for n, text in enumerate(texts)]
    found = list(translate(segments, engine, "en", Options(), people=people, counts=counts))
    assert [t.method for t in found] == ["memory", "model", "memory"]
    assert (found[0].text, found[0].score, found[0].flags) == ("The minister arrived.", None, [])
    assert len(engine.sources) == 1
    assert (counts.distinct, counts.people, counts.decoded) == (2, 1, 1)


def test_peoples_translations_are_checked_too(tmp_path: Path) -> None:
    source = "وصل 120 شخصا."
    people = lookup(tmp_path, write(tmp_path / "a.tmx", unit("Some people arrived.", source)))
    (found,) = translate(
        [Segment("a#0", "a", 0, 1, "text", source)], fakes.FakeTranslator(), "en", Options(), people=people
    )
    assert (found.method, found.flags) == ("memory", ["numbers"])
