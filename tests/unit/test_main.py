"""The command line: exit codes, and what is said on stderr."""

from __future__ import annotations

import argparse
import errno
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from dragoman import __version__
from dragoman.__main__ import main
from dragoman.commands import stages
from dragoman.errors import ConfigError, DataError, DragomanError, ModelError

SEGMENT = ["segment", "--articles", "in.jsonl", "--output", "out.jsonl"]


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Makes the verb ``segment`` raise an error."""

    def arrange(error: BaseException) -> None:
        def run(_: argparse.Namespace) -> None:
            raise error

        monkeypatch.setattr(stages, "segment", run)

    return arrange


@pytest.mark.parametrize("error", [DragomanError, ConfigError, DataError, ModelError])
def test_a_user_s_mistake_is_one_line_and_2(raising, capsys, error: type[DragomanError]) -> None:  # type: ignore[no-untyped-def]
    raising(error("shard 3: article «a\nb\u2028c»\tis bad; mend it"))
    assert main(SEGMENT) == 2
    said = capsys.readouterr()
    assert said.err == "dragoman: error: shard 3: article «a b c» is bad; mend it\n"
    assert said.out == ""


@pytest.mark.parametrize(
    "error", [ValueError("boom"), KeyError("x"), RuntimeError("1 of 2"), AssertionError()]
)
def test_a_bug_is_1_with_its_traceback(raising, capsys, error: Exception) -> None:  # type: ignore[no-untyped-def]
    raising(error)
    assert main(SEGMENT) == 1
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert type(error).__name__ in said
    assert "this is a bug" in said


def test_done_is_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[argparse.Namespace] = []
    monkeypatch.setattr(stages, "segment", seen.append)
    assert main(SEGMENT) == 0
    assert (seen[0].articles, seen[0].output) == (Path("in.jsonl"), Path("out.jsonl"))
    assert capsys.readouterr().err == ""


def test_a_closed_pipe_is_no_bug(raising, capsys) -> None:  # type: ignore[no-untyped-def]
    raising(BrokenPipeError())
    assert main(SEGMENT) == 1
    assert capsys.readouterr().err == ""


def test_an_interrupt_is_not_caught(raising) -> None:  # type: ignore[no-untyped-def]
    raising(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        main(SEGMENT)


def test_the_log_has_what_stderr_has(raising, capsys, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    raising(DataError("bad file; mend it"))
    log = tmp_path / "deep" / "segment.log"
    assert main([*SEGMENT, "--log", str(log)]) == 2
    logging.shutdown()
    assert log.read_text(encoding="utf-8") == capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "STAGE"),
        (["translat"], "invalid choice: 'translat'"),
        (["segment"], "--articles, --output"),
        ([*SEGMENT, "--shards", "2"], "unrecognized arguments: --shards 2"),
        (["align", "--segments", "s", "--translations", "en", "--output", "o"], "'en' is not LANGUAGE=FILE"),
        (
            [
                "ingest",
                "--articles",
                "a",
                "--folder",
                "f",
                "--rejects",
                "r",
                "--catalogue",
                "c",
                "--shards",
                "0",
            ],
            "--shards: '0' is not a whole number",
        ),
        (
            ["summarise", "--aligned", "a", "--output", "o", "--sentences", "many"],
            "'many' is not a whole number",
        ),
    ],
)
def test_wrong_arguments_are_2(capsys: pytest.CaptureFixture[str], arguments: list[str], what: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert what in capsys.readouterr().err.splitlines()[-1]


def test_every_verb_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    names = [
        line.split()[0]
        for line in capsys.readouterr().out.split("STAGE\n")[1].splitlines()
        if line[4:5].strip()
    ]
    assert {"ingest", "segment", "translate", "align", "summarise", "brief", "export", "models"} <= set(names)
    for name in names:
        with pytest.raises(SystemExit) as caught:
            main([name, "--help"])
        assert caught.value.code == 0
        assert f"dragoman {name}" in capsys.readouterr().out


def test_the_program_as_it_is_started(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dragoman", *arguments], capture_output=True, text=True, check=False
        )

    assert run("--version").stdout == f"dragoman {__version__}\n"
    done = run("segment", "--articles", str(tmp_path / "no.jsonl"), "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.startswith(f"dragoman: error: {tmp_path / 'no.jsonl'}: cannot be read")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_opens_without_heavy_libraries() -> None:
    """Every job of a run pays for what is imported here."""
    code = "import sys, dragoman.__main__ as main; main._parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "numpy",
        "yaml",
        "ctranslate2",
        "sentencepiece",
        "pyarrow",
        "jsonschema",
        "lxml",
        "datasets",
        "matplotlib",
    }
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "results/a.jsonl"),
            "results/a.jsonl: No space left on device; make room and run again",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "x"),
            "x: Permission denied; mend the permissions, or name another folder",
        ),
        (MemoryError(), "out of memory; use more shards, fewer threads, or a machine or job with more"),
    ],
)
def test_what_the_machine_lacks_is_one_line(raising, capsys, error: Exception, said: str) -> None:  # type: ignore[no-untyped-def]
    raising(error)
    assert main(SEGMENT) == 2
    assert capsys.readouterr().err == f"dragoman: error: {said}\n"
