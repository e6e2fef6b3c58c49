"""Fixtures of the model tests; what they are made of is in ``toys.py``."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import sentencepiece
from toys import (
    GREETINGS,
    PREFIXES,
    Bench,
    Server,
    greeting_weights,
    handler,
    sentencepiece_model,
    write_marian,
    write_vocabulary,
)

from dragoman.data import load


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler(state))
    state.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield state
    http.shutdown()
    http.server_close()


@pytest.fixture
def bench(tmp_path: Path, server: Server) -> Bench:
    return Bench(tmp_path, server.url)


@pytest.fixture(scope="session")
def opus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A native OPUS-MT release that says hello or bonjour."""
    folder = tmp_path_factory.mktemp("opus")
    pieces = sentencepiece_model(load("selftest.yaml")["ar"], 200)
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    tokens = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
    tokens += [*PREFIXES.values(), *(f"▁{word}" for word in GREETINGS.values())]
    (folder / "source.spm").write_bytes(pieces)
    (folder / "target.spm").write_bytes(sentencepiece_model(["hello bonjour"], 20, kind="word"))
    write_vocabulary(folder / "opus.vocab.yml", tokens)
    write_marian(folder / "model.npz", greeting_weights(tokens))
    (folder / "decoder.yml").write_text(
        "relative-paths: true\nmodels:\n  - model.npz\nvocabs:\n  - opus.vocab.yml\n  - opus.vocab.yml\n",
        encoding="utf-8",
    )
    (folder / "README.md").write_text("# a toy\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def ct2_folder(opus_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model, converted by CTranslate2's own converter."""
    from ctranslate2.converters import OpusMTConverter

    folder = tmp_path_factory.mktemp("ct2") / "model"
    OpusMTConverter(str(opus_folder)).convert(str(folder))
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes((opus_folder / name).read_bytes())
    return folder


@pytest.fixture
def one_line() -> Callable[[subprocess.CompletedProcess[str]], str]:
    """Returns the one line that a user's mistake gets."""

    def check(result: subprocess.CompletedProcess[str]) -> str:
        assert result.returncode == 2, result.stderr
        lines = [line for line in result.stderr.splitlines() if line.startswith("dragoman: ")]
        assert len(lines) == 1, result.stderr
        assert "Traceback" not in result.stderr
        return lines[0]

    return check
