from __future__ import annotations

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import docx
import lxml.etree
import lxml.html
import pypdf
import pytest

from dragoman.brief import prune, render_markdown, slug, write_briefs, write_index
from dragoman.brief.write import BATCH
from dragoman.errors import DataError
from dragoman.records import AlignedUnit, Article, Summary

LANGUAGES = ["en", "fr"]
Shard = tuple[list[Article], list[AlignedUnit], list[Summary]]


@pytest.fixture
def shard(samples: SimpleNamespace) -> Shard:
    """Three articles; the second has no text and so neither units nor a summary."""
    articles, units, summaries = [], [], []
    for name, dated in (("b", "2021-01-01"), ("empty", ""), ("خبر", "2022-01-01T08:00:00Z")):
        own = [samples.unit(name, n, 1, f"جملة {n}", f"Sentence {n}", f"Phrase {n}") for n in range(2)]
        own = [] if name == "empty" else own
        articles.append(Article(name, "" if name == "empty" else "جملة", date=dated))
        units += own
        summaries += [samples.summarise(name, own, [1])] if own else []
    return articles, units, summaries


def test_any_number_of_processes_writes_the_same(tmp_path: Path, samples: SimpleNamespace) -> None:
    names = [f"a{n:02d}" for n in range(2 * BATCH + 5)]
    units = [samples.unit(name, 0, 1, f"جملة {name}", f"Sentence {name}", "Phrase") for name in names]
    summaries = [samples.summarise(unit.article, [unit], [0]) for unit in units]
    found = []
    for workers in (1, 3):
        rows = write_briefs(
            [Article(name, "جملة") for name in names],
            units,
            summaries,
            tmp_path / str(workers),
            samples.models,
            LANGUAGES,
            workers=workers,
        )
        order = [row["id"] for row in rows]
        pages = {path.name: path.read_bytes() for path in (tmp_path / str(workers)).iterdir()}
        found.append((order, pages))
    assert found[0] == found[1]
    assert found[0][0] == names
    assert len(found[0][1]) == 2 * len(names)


def test_writes_a_page_and_a_text_for_each_article(
    shard: Shard, tmp_path: Path, samples: SimpleNamespace
) -> None:
    rows = list(write_briefs(*shard, tmp_path, samples.models, LANGUAGES))
    assert [row["id"] for row in rows] == ["b", "empty", "خبر"]
    assert rows == json.loads(json.dumps(rows))
    names = {f"{slug(row['id'])}{suffix}" for row in rows for suffix in (".html", ".md")}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert (rows[0]["segments"], rows[0]["copied"], rows[0]["flagged"]) == (2, 0, {"en": 0, "fr": 0})
    assert rows[0]["lead"]["fr"] == "Phrase 1"


def test_two_runs_write_the_same_bytes(shard: Shard, tmp_path: Path, samples: SimpleNamespace) -> None:
    for run in ("one", "two"):
        rows = list(write_briefs(*shard, tmp_path / run, samples.models, LANGUAGES))
        write_index(rows if run == "one" else rows[::-1], tmp_path / run, LANGUAGES)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda a, u, s: (a[::-1], u, s), ["'خبر'", "'b'"]),
        (lambda a, u, s: (a, u[:2], s), ["'خبر'", "the end"]),
        (lambda a, u, s: (a, u[2:], s), ["'b'", "'خبر'"]),
        (lambda a, u, s: (a[:2], u, s[:1]), ["the end", "'خبر'"]),
        (lambda a, u, s: (a[:2], u[:2], s), ["the end", "'خبر'"]),
        (lambda a, u, s: (a, u, s[:1]), ["'خبر'", "the end"]),
    ],
)
def test_streams_out_of_step_are_refused_by_name(shard, change, named, tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        list(write_briefs(*change(*shard), tmp_path, [], LANGUAGES))
    assert all(name in str(error.value) for name in named)
    assert "\n" not in str(error.value)


def test_the_index_is_sorted_newest_first_and_undated_last(tmp_path: Path, samples: SimpleNamespace) -> None:
    dates = {
        "a": "soon",
        "b": "2021-05-01",
        "c": "2021-05-02T01:00:00+03:00",
        "d": "2021-05-02",
        "e": "2021-05-01",
        "f": "",
    }
    rows = [
        {
            "id": name,
            "slug": name,
            "date": date,
            "source": "",
            "title": dict.fromkeys(["en", "ar"], name),
            "lead": {"en": "", "ar": ""},
            "segments": 1,
            "copied": 0,
            "flagged": {"en": 0},
            "verdict": "check",
            "quality": {},
            "facts": {"names": [], "organisations": [], "places": []},
        }
        for name, date in dates.items()
    ]
    write_index(rows, tmp_path, ["en"])
    page = lxml.html.parse(str(tmp_path / "index.html"))
    assert page.xpath("//h4/a/text()") == ["d", "c", "b", "e", "a", "f"]


def test_other_programs_get_the_rows_and_a_feed(shard: Shard, tmp_path: Path) -> None:
    rows = list(write_briefs(*shard, tmp_path, [], LANGUAGES))
    dated = [{**row, "date": f"2024-05-0{n}T10:00:00+02:00"} for n, row in enumerate(rows[:2], 1)]
    for _ in range(2):
        write_index([*dated, *rows[2:]], tmp_path, LANGUAGES)
        found = json.loads((tmp_path / "briefs.json").read_text(encoding="utf-8"))
        assert [row["id"] for row in found[:2]] == [dated[1]["id"], dated[0]["id"]]
        assert found[0] == {**dated[1], "page": f"{dated[1]['slug']}.html"}
        feed = lxml.etree.parse(tmp_path / "feed.atom")
        atom = {"a": "http://www.w3.org/2005/Atom"}
        assert feed.xpath("//a:entry/a:link/@href", namespaces=atom) == [
            f"{row['slug']}.html" for row in [*dated[::-1], rows[2]]
        ]
        assert feed.xpath("/a:feed/a:updated/text()", namespaces=atom)[0].startswith("2024-05-02T08:00")


def test_a_feed_without_dates_is_empty(tmp_path: Path) -> None:
    write_index([], tmp_path, LANGUAGES)
    assert json.loads((tmp_path / "briefs.json").read_text(encoding="utf-8")) == []
    assert "<entry>" not in (tmp_path / "feed.atom").read_text(encoding="utf-8")


def test_pruning_removes_only_our_own_briefs(shard: Shard, tmp_path: Path) -> None:
    rows = list(write_briefs(*shard, tmp_path, [], LANGUAGES))
    write_index(rows, tmp_path, LANGUAGES)
    mine = {"notes.html": "<title>mine</title>", "notes.md": "mine", "readme.md": "mine"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert prune(tmp_path, ["b", slug("خبر")]) == ["empty"]
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {
        "index.html",
        "briefs.json",
        "feed.atom",
        "b.html",
        "b.md",
        f"{slug('خبر')}.html",
        f"{slug('خبر')}.md",
        *mine,
    }
    assert prune(tmp_path / "none", []) == []


def test_markdown_holds_everything_and_nothing_acts(samples: SimpleNamespace) -> None:
    article, units, summary = samples.parts()
    text = render_markdown(article, units, summary, samples.models, LANGUAGES)
    assert text.startswith("# Title of the story\n")
    assert "## Text: Français" in text and "### English" in text
    assert "⚠ The number was 52 people. *(the model was unsure · numbers differ from the Arabic)*" in text
    assert "- ⚠ The number was 52 people. (2)" in text and "- Le nombre est de 25. (2)" in text
    assert "⚠ [pas de traduction] *(aucune traduction obtenue)*" in text
    assert "<script" not in text and "<img" not in text and "<b>" not in text
    assert not set("\u202e\u202c\u200f") & set(text)
    assert "<https://t.co/Abc1>" in text
    assert "\u2067عنوان الخبر\u2069" in text
    assert "\u2067قال المتحدث \u2066@mfa_dz\u2069 إن الاجتماع بدأ.\u2069" in text
    assert text == render_markdown(article, units, summary, samples.models, LANGUAGES)


def test_markdown_of_a_hostile_article_opens_no_link_heading_or_list(samples: SimpleNamespace) -> None:
    lines = [
        "# not a heading",
        "- not a list",
        "1. not a list",
        "[x](javascript:1) ![y](z)",
        "= x\n===",
        "a@b.org www.c.org",
    ]
    units = [samples.unit("a", n, n + 1, line, line, line) for n, line in enumerate(lines)]
    text = render_markdown(Article("a", "x"), units, samples.summarise("a", units, []), [], ["en"])
    body = text.split("## Text: English\n\n")[1].split("\n\n## Text")[0].split("\n\n")
    assert body == [
        "\\# not a heading",
        "\\- not a list",
        "1\\. not a list",
        "\\[x\\](javascript:1) !\\[y\\](z)",
        "\\= x ===",
        "a\\@b.org www\\.c.org",
    ]


def test_an_article_without_text_is_told_in_markdown(samples: SimpleNamespace) -> None:
    text = render_markdown(Article("a", ""), [], Summary("a", "none", [], {}), [], LANGUAGES)
    assert "There is no summary of this article." in text
    assert text.count("The article has no text.") == 3


def test_word_documents_hold_every_segment_and_run_in_their_direction(shard: Shard, tmp_path: Path) -> None:
    articles, units, summaries = shard
    for folder in ("one", "two"):
        list(write_briefs(articles, units, summaries, tmp_path / folder, [], LANGUAGES, papers=["docx"]))
    first, again = (tmp_path / folder / "b.docx" for folder in ("one", "two"))
    assert first.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    document = docx.Document(str(first))
    table = document.tables[-1]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["", "English", "Français", "العربية"],
        ["0", "Sentence 0", "Phrase 0", "جملة 0"],
        ["1", "Sentence 1", "Phrase 1", "جملة 1"],
    ]
    arabic, english = (table.rows[1].cells[n].paragraphs[0]._element.xml for n in (3, 1))
    assert "<w:bidi/>" in arabic
    assert "<w:rtl/>" in arabic
    assert "<w:bidi/>" not in english


def test_pdf_holds_every_segment_and_is_the_same_again(shard: Shard, tmp_path: Path) -> None:
    articles, units, summaries = shard
    for folder in ("one", "two"):
        list(write_briefs(articles, units, summaries, tmp_path / folder, [], LANGUAGES, papers=["pdf"]))
    first, again = (tmp_path / folder / "b.pdf" for folder in ("one", "two"))
    assert first.read_bytes() == again.read_bytes()
    reader = pypdf.PdfReader(first)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in ("Sentence 0", "Phrase 1", "English", "Français", "Check before you use it", "1 / 1"):
        assert words in text
    assert reader.metadata
    assert reader.metadata.title == "Sentence 0"
    assert [entry["/Title"] for entry in reader.outline] == ["Summary", "Text"]


def test_arabic_in_a_pdf_is_joined_and_runs_from_right_to_left(
    samples: SimpleNamespace, tmp_path: Path
) -> None:
    unit = samples.unit("a", 0, 1, "قال x في 25 مايو", "He said", "Dit")
    summary = samples.summarise("a", [unit], [0])
    list(write_briefs([Article("a", "x")], [unit], [summary], tmp_path, [], LANGUAGES, papers=["pdf"]))
    places: dict[str, float] = {}

    def see(text: str, _: object, matrix: list[float], *__: object) -> None:
        for letters in ("25", "x"):
            if text.strip() == letters:
                places.setdefault(letters, matrix[4])

    pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text(visitor_text=see)
    assert places["25"] < places["x"], "what is read later stands further left"


def test_hostile_text_is_text_in_pdf_too(samples: SimpleNamespace, tmp_path: Path) -> None:
    article, units, summary = samples.parts()
    list(write_briefs([article], units, [summary], tmp_path, samples.models, LANGUAGES, papers=["pdf"]))
    (path,) = tmp_path.glob("*.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert "<script>alert(1)</script>" in " ".join(text.split()).replace("< ", "<")
    assert "\u202e" not in text


def test_hostile_text_is_text_in_word_too(samples: SimpleNamespace, tmp_path: Path) -> None:
    article, units, summary = samples.parts()
    list(write_briefs([article], units, [summary], tmp_path, samples.models, LANGUAGES, papers=["docx"]))
    (path,) = tmp_path.glob("*.docx")
    cells = [cell.text for cell in docx.Document(str(path)).tables[-1].columns[1].cells]
    assert any("<script>alert(1)</script>" in text for text in cells)
    assert not any("\u202e" in text for text in cells)
    assert any("⚠ numbers differ from the Arabic" in text or "numbers differ" in text for text in cells)
