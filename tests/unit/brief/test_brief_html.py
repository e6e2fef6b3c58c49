from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import pytest

from dragoman import __version__
from dragoman.brief import entry, render_html, render_index, render_markdown
from dragoman.brief.content import content
from dragoman.brief.render import page_html
from dragoman.brief.words import flag_words
from dragoman.data import load
from dragoman.errors import DataError
from dragoman.records import Article, NameRow, Summary

LANGUAGES = ["en", "fr"]
Element = lxml.html.HtmlElement


@pytest.fixture
def page(samples: SimpleNamespace) -> Element:
    article, units, summary = samples.parts()
    return lxml.html.document_fromstring(render_html(article, units, summary, samples.models, LANGUAGES))


def words(element: Element) -> str:
    return " ".join(element.text_content().split())


def cells(page: Element, n: int) -> dict[str, Element]:
    return {td.get("lang"): td for td in page.get_element_by_id(str(n)).iter("td")}


def own_text(page: Element) -> Iterator[tuple[Element, str]]:
    """Yields each element of the body with text of its own."""
    for node in page.body.iter():
        text = (node.text or "") + "".join(child.tail or "" for child in node)
        if isinstance(node.tag, str) and text.strip():
            yield node, text


def inherited(node: Element, name: str) -> str | None:
    return next((at.get(name) for at in [node, *node.iterancestors()] if at.get(name)), None)


def test_every_segment_stands_once_in_every_language(page: Element, samples: SimpleNamespace) -> None:
    _, units, _ = samples.parts()
    rows = page.xpath("//table[contains(@class,'text')]/tbody/tr")
    assert [row.get("id") for row in rows] == [str(unit.n) for unit in units]
    assert [len(body) for body in page.xpath("//table[contains(@class,'text')]/tbody")] == [1, 2, 1, 2]
    for unit in units:
        found = cells(page, unit.n)
        if unit.kind == "verbatim":
            (td,) = found.values()
            assert unit.ar in words(td) and td.get("colspan") == "3"
            continue
        assert list(found) == ["en", "fr", "ar"]
        for language, text in (unit.targets | {"ar": unit.ar}).items():
            shown = words(found[language].find_class("segment")[0])
            wanted = text.replace("\u202e", "RLO").replace("\u202c", "PDF")
            assert shown == (wanted or "[pas de traduction]")


def test_all_text_has_a_language_and_arabic_runs_from_right_to_left(page: Element) -> None:
    for node, text in own_text(page):
        assert inherited(node, "lang"), node
        if re.search("[\u0621-\u064a]", text):
            assert inherited(node, "dir") == "rtl", text
    for node in page.xpath("//*[@lang='ar']"):
        assert node.get("dir") == "rtl"


def test_hostile_text_stays_text(page: Element, samples: SimpleNamespace) -> None:
    html = lxml.html.tostring(page, encoding="unicode")
    assert not page.xpath("//script | //img | //b[text()='mini'] | //iframe | //form | //*[@onerror]")
    assert all(node.get("href").startswith("data:") for node in page.iter("link"))
    assert not set("\u202e\u202c\u200f") & set(html)
    hrefs = [node.get("href") for node in page.iter("a")]
    assert all(href.startswith(("#", "index.html", "https://")) for href in hrefs)
    assert "javascript:alert(3)" in words(page)
    assert "<script>alert(1)</script>" in words(page)
    assert "{{ 7*7 }}" in words(page)


def test_web_links_of_copied_lines_work_and_tell_nothing_of_the_reader(page: Element) -> None:
    (link,) = cells(page, 3)[None].iter("a")
    assert link.get("href") == "https://t.co/Abc1"
    assert link.get("rel") == "noopener noreferrer nofollow"


def test_the_page_is_closed_to_scripts_and_to_the_network(page: Element) -> None:
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy and "form-action 'none'" in policy and "script" not in policy
    style = page.xpath("string(//style)")
    assert "url(" not in style and "@import" not in style
    assert not page.xpath("//@src")


def test_anchors_resolve(page: Element) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert targets <= set(ids)
    assert {"1", "2"} <= {href[1:] for href in page.xpath("//*[@id='summary']//a/@href")}
    assert set(page.xpath("//@aria-labelledby")) <= set(ids)


def test_a_flagged_cell_says_why_in_its_language(page: Element) -> None:
    flagged = page.xpath("//td[@class='flagged']")
    assert [(td.getparent().get("id"), td.get("lang")) for td in flagged] == [
        ("2", "en"),
        ("4", "en"),
        ("4", "fr"),
        ("5", "fr"),
    ]
    assert (
        words(flagged[0].find_class("reasons")[0])
        == "⚠ the model was unsure · numbers differ from the Arabic"
    )
    assert words(flagged[2].find_class("reasons")[0]) == "⚠ aucune traduction obtenue"
    assert words(flagged[3].find_class("reasons")[0]) == "⚠ new-check"
    assert words(flagged[0].find("details/p")) == "There were 25 people."


def test_a_summary_sentence_from_a_flagged_segment_is_marked_in_its_language(page: Element) -> None:
    marks = page.xpath("//*[@id='summary']//li[.//*[@aria-label='Flagged']]")
    assert [words(item) for item in marks] == ["The number was 52 people. ⚠ 2"]


def test_notes_count_the_flags_in_words_and_name_the_origin(page: Element) -> None:
    notes = words(page.get_element_by_id("notes"))
    rows = [[words(cell) for cell in row] for row in page.xpath("//table[@class='flags']/tbody/tr")]
    assert ["numbers differ from the Arabic", "English 1: 2"] in [[label, where] for label, _, where in rows]
    assert all(meaning.endswith(".") for label, meaning, _ in rows if label != "new-check")
    for origin in (
        "../<b>خبر",
        "encoding: cp1256",
        "<b>mini</b>/multi",
        "Apache-2.0",
        "English, Français",
        "0123abcd",
    ):
        assert origin in notes
    assert words(page.xpath("//footer")[0]) == f"Written by Dragoman {__version__}"


def test_the_top_says_what_it_is_and_how_good(page: Element) -> None:
    header = page.xpath("//header")[0]
    titles = [(words(node), node.get("lang")) for node in header.find_class("title")]
    assert titles == [("Title of the story", "en"), ("Titre de l'article", "fr"), ("عنوان الخبر", "ar")]
    assert "Machine translation by <b>mini</b>/multi, not revised" in words(header)
    facts = [words(node) for node in header.xpath(".//dd")]
    assert facts == ["2021-09-25 19:30 UTC+01:00", "javascript:alert(3)", "6", "1", "English 2 · Français 2"]


def test_headings_and_landmarks_are_in_order(page: Element) -> None:
    levels = [int(node.tag[1]) for node in page.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert [node.tag for node in page.body if node.tag != "a"] == ["header", "nav", "main", "footer"]
    assert page.body[0].get("href") == "#text"


def test_the_same_records_give_the_same_page(samples: SimpleNamespace) -> None:
    first, again = (render_html(*samples.parts(), samples.models, LANGUAGES) for _ in range(2))
    assert first == again


def test_without_a_title_the_first_sentence_is_the_heading(samples: SimpleNamespace) -> None:
    units = [
        samples.unit("a", 0, 1, "تصوير: أنيس", kind="verbatim"),
        samples.unit("a", 1, 2, "كلمة " * 60, "word " * 60, "mot " * 60),
    ]
    article, summary = Article("a", "x"), samples.summarise("a", units, [1])
    page = lxml.html.document_fromstring(render_html(article, units, summary, [], LANGUAGES))
    assert re.fullmatch(r"(word ){10,}word…", page.xpath("string(//h1)"))
    assert entry(article, units, summary, LANGUAGES)["lead"] == {"en": "", "fr": "", "ar": ""}
    assert "by an unnamed model" in words(page)


@pytest.mark.parametrize("kinds", [[], ["text"], ["verbatim", "verbatim"]])
def test_small_articles_render(samples: SimpleNamespace, kinds: list[str]) -> None:
    units = [samples.unit("a", n, 1, f"سطر {n}", "Line", "Ligne", kind=kind) for n, kind in enumerate(kinds)]
    page = render_html(Article("a", ""), units, Summary("a", "none", [], {}), samples.models, LANGUAGES)
    shown = words(lxml.html.document_fromstring(page).body)
    assert "There is no summary of this article." in shown
    assert ("The article has no text." in shown) == (not kinds)
    assert "No segment of this article is flagged." in shown


def test_other_languages_work_and_bring_their_names_and_direction(samples: SimpleNamespace) -> None:
    article, units, summary = samples.parts()
    swap = {"en": "fa", "fr": "xx"}
    units = [
        dataclasses.replace(
            unit,
            targets={swap[k]: v for k, v in unit.targets.items()},
            flags={swap[k]: v for k, v in unit.flags.items()},
            alternatives={},
        )
        for unit in units
    ]
    summary = dataclasses.replace(summary, texts={swap.get(k, k): v for k, v in summary.texts.items()})
    page = lxml.html.document_fromstring(render_html(article, units, summary, [], ["fa", "xx"]))
    heads = page.xpath("//table[contains(@class,'text')]/thead//th")
    assert [(words(th), th.get("dir")) for th in heads[1:]] == [
        ("فارسی", "rtl"),
        ("xx", "ltr"),
        ("العربية", "rtl"),
    ]
    assert page.get("lang") == "en"


def test_a_french_page_speaks_french(samples: SimpleNamespace) -> None:
    page = lxml.html.document_fromstring(render_html(*samples.parts(), samples.models, ["fr", "ar"]))
    assert page.get("lang") == "fr"
    assert words(page.get_element_by_id("summary-heading")) == "Résumé"


def test_records_that_do_not_fit_together_are_refused(samples: SimpleNamespace) -> None:
    article, units, summary = samples.parts()
    with pytest.raises(DataError, match="no translation into de"):
        render_html(article, units, summary, [], ["en", "de"])
    with pytest.raises(DataError, match="names segment 9"):
        render_html(article, units, dataclasses.replace(summary, segments=[1, 9]), [], LANGUAGES)
    with pytest.raises(DataError, match="1 of 2 sentences in fr"):
        texts = summary.texts | {"fr": ["x"]}
        render_html(article, units, dataclasses.replace(summary, texts=texts), [], LANGUAGES)


def test_every_flag_has_words_in_both_languages() -> None:
    flags = (
        "empty short long repetition doubled arabic-left numbers place-lost span-lost low-score truncated"
        " name-lost low-estimate unsupported unsupported-number unsupported-name"
    )
    assert set(load("flags.yaml")) == set(flags.split())
    assert all(all(flag_words(flag, language)) for flag in load("flags.yaml") for language in LANGUAGES)


def test_index_lists_articles_and_says_when_there_are_none(samples: SimpleNamespace) -> None:
    article, units, summary = samples.parts()
    row = entry(article, units, summary, LANGUAGES)
    page = lxml.html.document_fromstring(render_index([row], LANGUAGES))
    (item,) = page.xpath("//article")
    assert set(item.xpath(".//a/@href")) == {f"{row['slug']}.html"}
    assert words(item.find(".//h4")) == "Title of the story"
    assert "The spokesman said it began." in words(item)
    assert "⚠ Flagged: English 2 · Français 2" in words(item)
    assert "2021-09-25" in words(item)
    assert "There are no briefs yet." in words(lxml.html.document_fromstring(render_index([], LANGUAGES)))


def test_hostile_titles_stay_text_in_the_index(samples: SimpleNamespace) -> None:
    units = [samples.unit("a", 0, 0, samples.hostile, samples.hostile, samples.hostile)]
    row = entry(Article("a", "x", date=samples.hostile), units, samples.summarise("a", units, [0]), LANGUAGES)
    text = render_index([row], LANGUAGES)
    page = lxml.html.document_fromstring(text)
    (script,) = page.xpath("//script")
    assert not page.xpath("//img | //*[@onerror]")
    assert samples.hostile not in text
    # the page's own script and no other may run
    digested = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert f"script-src 'sha256-{digested}';" in policy
    script.drop_tree()
    assert "\u202e" not in page.text_content()


def test_colours_reach_aa_in_both_schemes() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    style = (files("dragoman.brief") / "templates" / "style.css").read_text(encoding="utf-8")
    schemes = [
        dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)
    ]
    for scheme in schemes[:2]:
        for ink in ("ink", "muted", "link", "warn", "good", "bad"):
            for paper in ("paper", "faint", "warn-paper", "bad-paper", "target"):
                assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("render", [render_html, render_markdown])
def test_a_model_for_trying_the_tool_is_named_as_such(render, samples: SimpleNamespace) -> None:
    article, units, summary = samples.parts()
    caution = "Do not use it as information."
    assert caution not in render(article, units, summary, samples.models, LANGUAGES)
    trial = [model | {"demonstration": True} for model in samples.models]
    assert caution in render(article, units, summary, trial, LANGUAGES)
    french = render(article, units, summary, trial, ["fr"])
    assert "vous en servez pas pour vous informer" in french


FACTS_AR = "قال إدريس الطالبي إن الجزائر خصصت ١٥ مليون يورو في 3 مايو 2024."


def facts_page(samples: SimpleNamespace, models: list[dict], **qualities: object) -> lxml.html.HtmlElement:
    row = samples.unit("a", 0, 1, FACTS_AR, "Idris Taleb spoke.", "Idriss Taleb a parlé.", **qualities)
    names = [NameRow("a", "إدريس الطالبي", [0], {"en": {"Idris Taleb": [0]}, "fr": {"Idriss Taleb": [0]}})]
    page = content(Article("a", "x"), [row], samples.summarise("a", [row], [0]), LANGUAGES, names)
    return lxml.html.document_fromstring(page_html(Article("a", "x"), page, models, LANGUAGES))


def test_key_facts_stand_in_each_language_with_their_segment(samples: SimpleNamespace) -> None:
    page = facts_page(samples, samples.models)
    rows = {words(row.find("th")): [words(cell) for cell in row.findall("td")] for row in page.xpath(
        "//section[@id='facts']//tbody/tr")}  # fmt: skip
    assert rows["Who"] == ["Idris Taleb 0", "Idriss Taleb", "إدريس الطالبي"]
    assert rows["Where"] == ["Algeria 0", "Algérie", "الجزائر"]
    assert rows["When"] == ["3 May 2024 0", "3 mai 2024", "3 مايو 2024"]
    assert [cell.split(" ")[0] for cell in rows["How much"][:2]] == ["15", "15"]
    assert page.xpath("//section[@id='facts']//a/@href") == ["#0"] * 4


def test_whoever_is_quoted_is_named_where_the_name_is_known(samples: SimpleNamespace) -> None:
    units = [
        samples.unit(
            "a", 0, 1, "وقال إدريس الطالبي: «سنفتتح المستشفى الجديد قريبا»", "Idris Taleb said", "Dit"
        ),
        samples.unit("a", 1, 1, "وأكدت المديرة: «العمل يسير كما كان مقررا»", "She said", "Dit-elle"),
    ]
    names = [NameRow("a", "إدريس الطالبي", [0], {"en": {"Idris Taleb": [0]}, "fr": {"": [0]}})]
    page = content(Article("a", "x"), units, samples.summarise("a", units, [0]), LANGUAGES, names)
    assert [(fact["texts"]["en"], fact["texts"]["ar"], fact["segments"]) for fact in page.said] == [
        ("Idris Taleb", "إدريس الطالبي", [0]),
        ("", "المديرة", [1]),
    ]
    text = page_html(Article("a", "x"), page, samples.models, LANGUAGES)
    row = lxml.html.document_fromstring(text).xpath("//section[@id='facts']//tr[th='Quoted']")[0]
    assert [words(cell) for cell in row.findall("td")] == [
        "Idris Taleb 0 — 1", "— —", "إدريس الطالبي المديرة",
    ]  # fmt: skip


def test_people_come_first_with_their_title_and_a_spelling_by_sound_is_marked(
    samples: SimpleNamespace,
) -> None:
    unit = samples.unit("a", 0, 1, "نعم", "Yes", "Oui")
    titles = {"en": "Foreign Minister", "fr": "ministre des Affaires étrangères"}
    names = [
        NameRow("a", "نيل أرمسترونغ", [0, 1], {"en": {"Neil Armstrong": [0, 1]}, "fr": {"": [0, 1]}}),
        NameRow(
            "a",
            "رمطان لعمامرة",
            [0],
            {"en": {"": [0]}, "fr": {"Lamamra": [0]}},
            titles,
            {"en": "Ramtan Lamamara", "fr": "Ramtan Lamamra"},
        ),
    ]
    page = content(Article("a", "x"), [unit], samples.summarise("a", [unit], [0]), LANGUAGES, names)
    assert [(fact["texts"]["en"], fact["texts"]["fr"]) for fact in page.who] == [
        ("Foreign Minister ≈ Ramtan Lamamara", "ministre des Affaires étrangères ≈ Ramtan Lamamra"),
        ("Neil Armstrong", ""),
    ]


def test_an_article_without_facts_has_no_such_section(samples: SimpleNamespace) -> None:
    row = samples.unit("a", 0, 1, "نعم", "Yes", "Oui")
    text = render_html(
        Article("a", "x"), [row], samples.summarise("a", [row], [0]), samples.models, LANGUAGES
    )
    assert 'id="facts"' not in text
    assert "#facts" not in text


@pytest.mark.parametrize(
    ("qualities", "demonstration", "told"),
    [
        ({"en": "good", "fr": "good"}, False, "Reads well by our measure"),
        ({"en": "good", "fr": "check"}, False, "Check before you use it"),
        ({"en": "good", "fr": "bad"}, False, "Much of it is likely wrong"),
        ({"en": "good", "fr": "good"}, True, "Do not rely on this text"),
    ],
)
def test_the_page_says_how_far_to_trust_it(
    samples: SimpleNamespace, qualities: dict[str, str], demonstration: bool, told: str
) -> None:
    models = [{**samples.models[0], "demonstration": demonstration}]
    page = facts_page(samples, models, qualities=qualities)
    (trust,) = page.xpath("//div[contains(@class, 'trust')]")
    assert told in words(trust)
    assert "English: 1 likely good" in words(trust)


def test_a_text_that_only_the_estimate_doubts_is_marked(samples: SimpleNamespace) -> None:
    page = facts_page(samples, samples.models, qualities={"en": "bad", "fr": "check"})
    (cell,) = page.xpath("//table[@class='text']//td[@class='flagged']")
    assert cell.get("lang") == "en"
    assert "likely of little use, by our estimate" in words(cell)


def test_the_index_groups_by_day_and_is_found_by_names(samples: SimpleNamespace) -> None:
    rows = []
    for name, date in (("a", "2024-05-04"), ("b", "2024-05-04T10:00:00"), ("c", "")):
        unit = samples.unit(name, 0, 1, FACTS_AR, f"Text {name}", f"Texte {name}")
        article = Article(name, "x", date=date, source=f"https://{name}.example/x")
        rows.append(entry(article, [unit], samples.summarise(name, [unit], [0]), LANGUAGES))
    page = lxml.html.document_fromstring(render_index(rows, LANGUAGES))
    assert [words(day) for day in page.xpath("//li[@class='day']")] == ["4 May 2024", "undated"]
    items = page.xpath("//li[@class='brief']")
    assert [item.get("data-source") for item in items] == ["a.example", "b.example", "c.example"]
    assert "Algérie" in items[0].get("data-words")
    assert page.xpath("//select[@name='source']/option/@value") == ["", "a.example", "b.example", "c.example"]
    # two articles of the day tell the same story
    assert len(page.xpath("//section[@class='digest']//li")) == 1
    assert page.xpath("//section[@class='digest']//a[@class='to']/@href") == ["b.html"]


@pytest.fixture(scope="module")
def browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("there is no chromium")
    return found


@pytest.mark.parametrize(
    ("query", "left"),
    [("Algerie", {"a", "b"}), ("oranges", {"b"}), ("الطالبى", {"a", "b"}), ("nothing", set())],
)
def test_the_search_works_in_a_browser_in_three_languages(
    samples: SimpleNamespace, browser: str, tmp_path: Path, query: str, left: set[str]
) -> None:
    rows = []
    for name, text in (("a", "Apples"), ("b", "Oranges")):
        unit = samples.unit(name, 0, 1, FACTS_AR, text, f"Texte {name}")
        rows.append(entry(Article(name, "x"), [unit], samples.summarise(name, [unit], [0]), LANGUAGES))
    text = render_index(rows, LANGUAGES)
    # types for the reader: the page's own policy lets no other script run
    typed = "<script>addEventListener('load', () => { const q = document.querySelector('[name=q]');"
    typed += (
        f"q.value = {json.dumps(query)}; q.dispatchEvent(new Event('input', {{bubbles: true}})) }})</script>"
    )
    text = re.sub(r"script-src 'sha256-[^']+'", "script-src 'unsafe-inline'", text).replace(
        "</body>", f"{typed}</body>"
    )
    (tmp_path / "index.html").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--dump-dom",
         f"file://{tmp_path}/index.html"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    page = lxml.html.document_fromstring(done.stdout)
    items = page.xpath("//li[@class='brief' and not(@hidden)]//h4/a/@href")
    assert {name.removesuffix(".html") for name in items} == left
    assert words(page.get_element_by_id("found")) == f"{len(left)} / 2"
