"""The verbs one after the other, on an engine without a model: what goes in comes out, aligned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fakes
import pytest

from dragoman import store
from dragoman.__main__ import main
from dragoman.commands.stages import Progress
from dragoman.records import AlignedUnit, Article, Segment, Summary, Translation

ARTICLES = {
    "news": "أعلنت وزارة الصحة اليوم عن افتتاح مستشفى جديد في المدينة. وقال الوزير إنه يضم 120 سريرا.\n"
    "وأضاف أن الحكومة خصصت ١٥ مليون دولار لتجهيزه. https://t.co/9bXvQm4TzA\n"
    "— وزارة الصحة (@health) January 20, 2022\n",
    "sport": "فاز الفريق الوطني على ضيفه بنتيجة 2-1 مساء السبت في المباراة النهائية.\n",
}
MANIFEST = {
    "recipe": "mini",
    "part": "x",
    "id": "0123",
    "licence": "Apache-2.0",
    "low_score": -2.0,
    "demonstration": False,
    "compute_type": {"cpu": "int8_float32"},
    "source": {"path": "x"},
    "files": {},
    "languages": {"en": {"prefix": ""}, "fr": {"prefix": ""}},
}

Run = Callable[..., Path]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Puts the fake engine in the place of the real one; returns what it was opened with."""
    calls: list[dict[str, Any]] = []

    def open_translator(folder: Path, language: str, **settings: Any) -> fakes.FakeTranslator:
        calls.append({"folder": folder, "language": language, **settings})
        return fakes.FakeTranslator()

    monkeypatch.setattr("dragoman.engine.open_translator", open_translator)
    monkeypatch.setattr("dragoman.models.verify", lambda folder: MANIFEST)
    return calls


@pytest.fixture
def run(tmp_path: Path, opened: list[dict[str, Any]]) -> Run:
    """Runs a verb in ``tmp_path``; returns the folder."""

    def call(verb: str, **options: Any) -> Path:
        words = [verb]
        for key, value in options.items():
            values = value if isinstance(value, list) else [value]
            words += [
                f"--{key.replace('_', '-')}",
                *(str(tmp_path / v) if isinstance(v, Path) else str(v) for v in values),
            ]
        assert main(words) == 0
        return tmp_path

    return call


def write_articles(folder: Path, articles: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in articles.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def through_align(run: Run, tmp_path: Path) -> None:
    write_articles(tmp_path / "in", ARTICLES)
    run(
        "ingest",
        articles=Path("in"),
        folder=Path("articles"),
        rejects=Path("rejects.jsonl"),
        catalogue=Path("c.json"),
    )
    run("segment", articles=Path("articles/0000.jsonl"), output=Path("s.jsonl"))
    for language in ("en", "fr"):
        run(
            "translate",
            segments=Path("s.jsonl"),
            model=Path("m"),
            language=language,
            output=Path(f"{language}.jsonl"),
        )
    pairs = [f"{language}={tmp_path / language}.jsonl" for language in ("en", "fr")]
    run("align", segments=Path("s.jsonl"), translations=pairs, output=Path("aligned/0000.jsonl"))


def test_counts_are_conserved_from_articles_to_summaries(run: Run, tmp_path: Path) -> None:
    through_align(run, tmp_path)
    articles = list(store.read(tmp_path / "articles/0000.jsonl", Article))
    segments = list(store.read(tmp_path / "s.jsonl", Segment))
    units = list(store.read(tmp_path / "aligned/0000.jsonl", AlignedUnit))
    assert [article.id for article in articles] == ["news", "sport"]
    assert [unit.id for unit in units] == [s.id for s in segments]
    assert [s.text for s in segments if s.kind == "verbatim"] == [
        "https://t.co/9bXvQm4TzA",
        "— وزارة الصحة (@health) January 20, 2022",
    ]
    for unit in units:
        expected = fakes.latin(unit.ar) if unit.kind == "text" else unit.ar
        assert unit.targets == {"en": expected, "fr": expected}
    for shard in range(2):
        run(
            "summarise",
            aligned=Path("aligned/0000.jsonl"),
            sentences=2,
            output=Path(f"summaries/000{shard}.jsonl"),
        )
    run("gather-summaries", summaries=Path("summaries"), shards=2, output=Path("all.jsonl"))
    rows = list(store.read_rows(tmp_path / "all.jsonl"))
    assert len(rows) == 4
    assert list(rows[0]) == ["article", "method", "segments", "ar", "en", "fr"]
    assert len(rows[0]["ar"]) == len(rows[0]["en"]) == len(rows[0]["segments"]) == 2


def test_export_manifest_and_the_last_lines(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    through_align(run, tmp_path)
    store.write_json(tmp_path / "model.json", MANIFEST)
    run(
        "export",
        catalogue=Path("c.json"),
        aligned=Path("aligned"),
        models=[Path("model.json")] * 2,
        languages=["en", "fr"],
        formats=["moses"],
        folder=Path("corpus"),
        counts=Path("n.json"),
    )
    config = json.dumps({"languages": ["en", "fr"]})
    run(
        "manifest",
        catalogue=Path("c.json"),
        counts=Path("n.json"),
        models=[Path("model.json")] * 2,
        config=config,
        output=Path("manifest.json"),
    )
    document = store.read_json(tmp_path / "manifest.json")
    assert len(document["models"]) == 1
    assert document["counts"]["export"]["segments"] == 6
    capsys.readouterr()
    run("finish", results=Path())
    assert capsys.readouterr().out.startswith("2 articles, 6 segments: 4 translated, 2 copied; flagged: ")


def test_a_model_that_is_not_installed_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.write_rows(tmp_path / "a/0000.jsonl", [])
    store.write_json(tmp_path / "c.json", {"licences": {}, "hosts": {}})
    words = [
        "export",
        "--catalogue",
        tmp_path / "c.json",
        "--aligned",
        tmp_path / "a",
        "--models",
        tmp_path / "no.json",
        "--languages",
        "en",
    ]
    assert main([str(word) for word in [*words, "--folder", tmp_path / "c", "--counts", tmp_path / "n"]]) == 2
    said = capsys.readouterr().err
    assert "no.json" in said
    assert "run snakemake to install the model" in said


def test_what_translate_is_told_reaches_the_engine(
    run: Run, tmp_path: Path, opened: list[dict[str, Any]]
) -> None:
    store.write(tmp_path / "s.jsonl", [Segment("a#0", "a", 0, 1, "text", "قال الوزير نعم")])
    run(
        "translate",
        segments=Path("s.jsonl"),
        model=Path("m"),
        language="fr",
        output=Path("t.jsonl"),
        threads=3,
        device="cpu",
        compute_type="int8",
        batch_tokens=99,
        low_score=-0.1,
        timings=Path("time.json"),
    )
    assert opened == [
        {
            "folder": tmp_path / "m",
            "language": "fr",
            "device": "cpu",
            "compute_type": "int8",
            "threads": 3,
            "batch_tokens": 99,
        },
    ]
    # the fake engine's score is -0.5
    (translation,) = store.read(tmp_path / "t.jsonl", Translation)
    assert translation.flags == ["low-score"]
    timings = store.read_json(tmp_path / "time.json")
    assert (timings["shard"], timings["language"], timings["segments"], timings["translated"]) == (
        "s",
        "fr",
        1,
        1,
    )
    assert timings["tokens"] >= 3
    assert timings["seconds"] >= 0


def test_a_shard_with_nothing_to_translate_opens_no_model(
    run: Run, tmp_path: Path, opened: list[dict[str, Any]]
) -> None:
    copied = Segment("a#0", "a", 0, 1, "verbatim", "@user")
    store.write(tmp_path / "s.jsonl", [copied])
    run("translate", segments=Path("s.jsonl"), model=Path("m"), language="en", output=Path("t.jsonl"))
    assert list(store.read(tmp_path / "t.jsonl", Translation)) == [
        Translation("a#0", "@user", None, [], "copy")
    ]
    store.write(tmp_path / "s.jsonl", [])
    run("translate", segments=Path("s.jsonl"), model=Path("m"), language="en", output=Path("t.jsonl"))
    assert (tmp_path / "t.jsonl").read_bytes() == b""
    assert opened == []


def test_an_empty_shard_goes_through_every_stage(run: Run, tmp_path: Path) -> None:
    for name in ("articles", "en"):
        store.write_rows(tmp_path / name, [])
    run("segment", articles=Path("articles"), output=Path("s"))
    run("align", segments=Path("s"), translations=[f"en={tmp_path / 'en'}"], output=Path("a"))
    run("summarise", aligned=Path("a"), output=Path("sum"))
    assert list(store.read(tmp_path / "sum", Summary)) == []


def test_columns_have_defaults(run: Run, tmp_path: Path) -> None:
    rows = [{"key": 7, "text": "قال الوزير إن المشروع سيبدأ غدا."}]
    store.write_rows(tmp_path / "in.jsonl", rows)
    run(
        "ingest",
        articles=Path("in.jsonl"),
        folder=Path("articles"),
        rejects=Path("r"),
        catalogue=Path("c"),
        columns=json.dumps({"id": "key"}),
    )
    (article,) = store.read(tmp_path / "articles/0000.jsonl", Article)
    assert article.id == "7"


def test_an_unknown_column_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ingest", "--articles", tmp_path, "--columns", '{"body": "text"}', "--folder", tmp_path / "f"]
    assert main([str(w) for w in [*words, "--rejects", tmp_path / "r", "--catalogue", tmp_path / "c"]]) == 2
    assert capsys.readouterr().err.startswith(
        "dragoman: error: --columns: unknown key 'body'; known keys: id,"
    )


def test_config_reference_is_printed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("config-reference")
    assert "| `shards` | `1` |" in capsys.readouterr().out


def test_progress_speaks_seldom(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    monkeypatch.setattr("dragoman.commands.stages.time.monotonic", lambda: now)
    caplog.set_level("INFO", "dragoman")
    progress = Progress("translate en 0000", 100)
    for step in range(1, 31):
        now = 100.0 + step
        progress(step * 2)
    assert caplog.messages == [
        f"translate en 0000: {done} of 100 segments, 2/s, {left} s left"
        for done, left in ((20, 40), (40, 30), (60, 20))
    ]
