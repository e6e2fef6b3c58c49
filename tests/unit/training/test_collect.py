"""Sources become rows of one shape; a source that does not fit is named with what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.errors import ConfigError, DataError
from dragoman.test_sets import read_evaluation
from dragoman.training.collect import Source, collect, read_sources

ARTICLE = {
    "title": {"ar": "عنوان", "en": "Title", "fr": "Titre"},
    "sentences": [{"ar": "جملة", "en": "Sentence", "fr": "Phrase"}],
}


def source(path: Path, form: str = "moses", limit: int | None = None) -> Source:
    return Source("some", path, form, "CC0", "tests", 1.0, limit)


def pairs(found: Source) -> list[tuple[str, str, str]]:
    return [(row["language"], row["ar"], row["text"]) for row in collect(found)]


def fill(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", "-").replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def test_three_way_text_gives_a_row_a_language(tmp_path: Path) -> None:
    fill(tmp_path, tri_ar="ا\nب\n", tri_en="a\nb\n", tri_fr="x\ny\n", ar__en_ar="ج\n", ar__en_en="c\n")
    assert pairs(source(tmp_path)) == [
        ("en", "ا", "a"),
        ("en", "ب", "b"),
        ("fr", "ا", "x"),
        ("fr", "ب", "y"),
        ("en", "ج", "c"),
    ]


def test_rows_name_source_and_domain(tmp_path: Path) -> None:
    fill(tmp_path, ar__fr_ar="ا\n", ar__fr_fr="x\n")
    assert list(collect(source(tmp_path))) == [
        {"source": "some", "domain": "tests", "language": "fr", "ar": "ا", "text": "x"}
    ]


def test_a_line_separator_inside_a_line_does_not_shift_the_sides(tmp_path: Path) -> None:
    fill(tmp_path, ar__en_ar="ا\u2028ب\nج\n", ar__en_en="a\nc\n")
    assert pairs(source(tmp_path)) == [("en", "ا\u2028ب", "a"), ("en", "ج", "c")]


def test_sides_of_different_length_are_told_with_both_numbers(tmp_path: Path) -> None:
    fill(tmp_path, ar__en_ar="ا\nب\n", ar__en_en="a\nb\nc\n")
    with pytest.raises(DataError, match="2 lines of ar but 3 of en"):
        pairs(source(tmp_path))


def test_limit_takes_the_first_rows(tmp_path: Path) -> None:
    fill(tmp_path, ar__en_ar="ا\nب\n", ar__en_en="a\nb\n")
    assert pairs(source(tmp_path, limit=1)) == [("en", "ا", "a")]


def test_news_leaves_the_evaluation_articles_out(tmp_path: Path) -> None:
    held_out = {**ARTICLE, "title": {"ar": "سر", "en": "Secret", "fr": "Secret"}}
    fill(tmp_path, a_jsonl=json.dumps(ARTICLE), dev_jsonl=json.dumps(held_out), w_tsv="كلمة\tword\tmot\n")
    assert pairs(source(tmp_path, "news")) == [
        ("en", "عنوان", "Title"),
        ("fr", "عنوان", "Titre"),
        ("en", "جملة", "Sentence"),
        ("fr", "جملة", "Phrase"),
        ("en", "كلمة", "word"),
        ("fr", "كلمة", "mot"),
    ]


def test_a_row_of_a_table_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    fill(tmp_path, w_tsv="كلمة\tword\tmot\nكلمة\tword\n")
    with pytest.raises(DataError, match=r"w\.tsv: line 2 has 2 columns, not 3"):
        pairs(source(tmp_path, "news"))


@pytest.mark.parametrize("form", ["moses", "news"])
def test_a_folder_without_text_is_an_error(tmp_path: Path, form: str) -> None:
    with pytest.raises(DataError, match=f"no text of the format {form}"):
        pairs(source(tmp_path, form))


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a folder"):
        pairs(source(tmp_path / "none"))


ENTRY = "{{name: {name}, path: {path}, format: moses, licence: CC0, domain: d, weight: {weight}}}"


def test_paths_start_from_the_root_or_the_list(tmp_path: Path) -> None:
    first = ENTRY.format(name="a", path="a", weight=2)
    second = ENTRY.format(name="b", path="../b", weight=0.5)
    listing = fill(tmp_path, s_yaml=f"- {first}\n- {second}\n") / "s.yaml"
    found = read_sources(listing, Path("root"))
    assert [(s.path, s.weight, s.limit) for s in found] == [
        (Path("root/a"), 2.0, None),
        (tmp_path / "../b", 0.5, None),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {name: a}", "required property"),
        (f"- {ENTRY.format(name='a', path='a', weight=0)}", "weight"),
        (f"- {ENTRY.format(name='a', path='a', weight=1)}\n" * 2, "a is named twice"),
        ("- {", "not YAML"),
    ],
)
def test_a_wrong_list_is_told_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    listing = fill(tmp_path, s_yaml=text) / "s.yaml"
    with pytest.raises(ConfigError, match=message) as caught:
        read_sources(listing, tmp_path)
    assert "\n" not in str(caught.value)


def test_evaluation_text_of_folders_and_articles(tmp_path: Path) -> None:
    fill(tmp_path, set_ar="ا\n", set_en="a\n", META_md="no text", dev_jsonl=json.dumps(ARTICLE))
    assert list(read_evaluation([tmp_path / "dev.jsonl"]))[:3] == [
        ("ar", "عنوان"),
        ("en", "Title"),
        ("fr", "Titre"),
    ]
    assert {("ar", "ا"), ("en", "a")} < set(read_evaluation([tmp_path]))
    with pytest.raises(DataError, match="no evaluation text"):
        list(read_evaluation([tmp_path / "none"]))


@pytest.mark.parametrize(
    "article",
    [
        {"sentences": []},
        {"title": ARTICLE["title"]},
        {"title": {"ar": "ع", "en": "t"}, "sentences": []},
        {"title": 1},
    ],
)
def test_an_article_that_is_none_is_told_with_its_line(tmp_path: Path, article: dict[str, object]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(ARTICLE) + "\n" + json.dumps(article) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2 is no article"):
        list(read_evaluation([path]))


def test_names_are_taken_out_of_text_and_lists(tmp_path: Path) -> None:
    fill(
        tmp_path,
        tri_ar="زار إدريس الطالبي بغداد\nوصل إلى بغداد\nعبد الرحمن\n",
        tri_en="Idris Taleb visited Baghdad\nHe came to Bagdad\nAbdulrahman\n",
        tri_fr="Idriss Taleb à Bagdad\nIl arriva à Bagdad\nx\n",
        ar__en_ar="بغداد\nأدلر\n",
        ar__en_en="baghdad\nadler\n",
    )
    found = pairs(replace(source(tmp_path), take="names"))
    assert sorted(found) == [
        ("en", "أدلر", "adler"),
        ("en", "إدريس", "idris"),
        ("en", "الطالبي", "taleb"),
        ("en", "بغداد", "baghdad"),
        ("en", "عبدالرحمن", "abdulrahman"),
        ("fr", "إدريس", "idriss"),
        ("fr", "الطالبي", "taleb"),
        ("fr", "بغداد", "bagdad"),
    ]
