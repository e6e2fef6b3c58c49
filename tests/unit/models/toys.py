"""A server with the hub's download addresses, and a MarianMT made by hand that greets in two languages."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
import yaml

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GREETINGS = {"en": "hello", "fr": "bonjour"}
PREFIXES = {"en": ">>eng<<", "fr": ">>fra<<"}
POSITIONS = 256


@dataclass
class Server:
    """Serves repositories at the hub's addresses (``/owner/name/resolve/revision/file``) and ``/files/``.

    Attributes:
        repositories: folder by repository; all have the one commit.
        files: folder of the plain files.
        cut: by file name, how many bytes come before the connection breaks, once.
        bare: answer 404 without the hub's headers, as a plain file mirror does.
        requests: method, path and Range of each request.
    """

    repositories: dict[str, Path] = field(default_factory=dict)
    files: Path = Path()
    cut: dict[str, int] = field(default_factory=dict)
    bare: bool = False
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = ""

    def gets(self, name: str) -> list[str]:
        """The Range of each download of a file."""
        return [rest for method, path, rest in self.requests if method == "GET" and path.endswith(f"/{name}")]


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _refuse(self, code: int, word: str) -> None:
            self.send_response(code)
            if not server.bare:
                self.send_header("X-Error-Code", word)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _answer(self, body: bool) -> None:
            range_ = self.headers.get("Range", "")
            server.requests.append((self.command, self.path, range_))
            parts = self.path.strip("/").split("/")
            if parts[0] == "files":
                path = server.files / parts[1]
            else:
                folder = server.repositories.get("/".join(parts[:2]))
                if folder is None:
                    return self._refuse(404 if server.bare else 401, "RepoNotFound")
                if parts[3] not in ("main", COMMIT):
                    return self._refuse(404, "RevisionNotFound")
                path = folder / parts[4]
            if not path.is_file():
                return self._refuse(404, "EntryNotFound")
            content = path.read_bytes()
            start = int(range_.removeprefix("bytes=").split("-")[0]) if range_ else 0
            if start and start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            self.send_response(206 if range_ else 200)
            if range_:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if body:
                cut = server.cut.pop(path.name, None)
                self.wfile.write(content[start:] if cut is None else content[start : start + cut])
            return None

    return Handler


@dataclass
class Bench:
    """A folder with a recipe, and the command line run in it against the server as the hub."""

    folder: Path
    endpoint: str

    @property
    def listing(self) -> Path:
        return self.folder / "resources/sources/toy/p.json"

    @property
    def model(self) -> Path:
        return self.folder / "resources/models/toy/p"

    def recipe(self, **part: object) -> Path:
        """Writes ``models/toy.yaml`` with the one part ``p``."""
        values = {"languages": PREFIXES, "licence": "CC0-1.0", **part}
        recipe = {
            "name": "toy",
            "description": "a toy",
            "max_source_tokens": 1000,
            "low_score": -2.0,
            "parts": {"p": values},
        }
        path = self.folder / "models" / "toy.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(recipe), encoding="utf-8")
        return path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs ``dragoman models …``."""
        environment = {
            **os.environ,
            "HF_ENDPOINT": self.endpoint,
            "HF_HOME": str(self.folder / "hf"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        }
        environment.pop("HF_HUB_OFFLINE", None)
        command = [sys.executable, "-m", "dragoman", "models", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def fetch(self) -> subprocess.CompletedProcess[str]:
        return self.run("fetch", "--recipe", "models/toy.yaml", "--part", "p", "--output", str(self.listing))

    def install(self) -> subprocess.CompletedProcess[str]:
        manifest = str(self.model / "manifest.json")
        source = str(self.listing)
        return self.run(
            "install", "--recipe", "models/toy.yaml", "--part", "p", "--source", source, "--output", manifest
        )


def learn(model: Any, sources: list[list[int]], targets: list[list[int]], steps: int) -> None:
    """Trains a model of transformers until it knows the pairs by heart; a zero pad embedding stays zero."""
    import torch

    pad = model.config.pad_token_id
    source, target = (
        torch.nn.utils.rnn.pad_sequence(
            [torch.tensor(ids) for ids in side], batch_first=True, padding_value=pad
        )
        for side in (sources, targets)
    )
    embeddings = model.get_input_embeddings().weight
    pinned = not embeddings[pad].any()
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(steps):
        labels = target.masked_fill(target == pad, -100)
        model(input_ids=source, attention_mask=source != pad, labels=labels).loss.backward()
        if pinned:
            # CTranslate2 starts decoding from a zero vector
            embeddings.grad[pad] = 0
        optimiser.step()
        optimiser.zero_grad()


def sentencepiece_model(lines: list[str], size: int, kind: str = "char") -> bytes:
    """Trains a sentencepiece model with the ids of Marian: end mark 0, unknown 1."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        model_type=kind,
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        eos_id=0,
        unk_id=1,
        bos_id=-1,
        pad_id=-1,
        minloglevel=2,
    )
    return model.getvalue()


def write_vocabulary(path: Path, tokens: list[str]) -> None:
    """Writes a vocabulary as Marian does."""
    rows = (json.dumps(token, ensure_ascii=False) for token in tokens)
    path.write_text("".join(f"{row}: {number}\n" for number, row in enumerate(rows)), encoding="utf-8")


def greeting_weights(tokens: list[str]) -> dict[str, np.ndarray]:
    """Makes a 1+1 layer Marian that says one word and ends: the word that the language token asks for.

    All sublayers are zero but the attention of the decoder to the source, which looks for a language token
    (dimension TOKEN of its embedding) and brings its sign in dimension LANGUAGE; a word said before brings
    dimension SAID, which the end mark listens to.
    """
    width, hidden, token, language, said = 16, 32, 2, 3, 4
    weights: dict[str, np.ndarray] = {
        "Wemb": np.zeros((len(tokens), width)),
        "Wpos": np.zeros((POSITIONS, width)),
    }
    blocks = {"encoder_l1": ["self"], "decoder_l1": ["self", "context"]}
    for layer, attentions in blocks.items():
        for block in (f"{layer}_{attention}" for attention in attentions):
            for side in "qkvo":
                weights[f"{block}_W{side}"] = np.zeros((width, width))
                weights[f"{block}_b{side}"] = np.zeros((1, width))
            weights[f"{block}_Wo_ln_scale"] = np.ones((1, width))
            weights[f"{block}_Wo_ln_bias"] = np.zeros((1, width))
        for number, shape in ((1, (width, hidden)), (2, (hidden, width))):
            weights[f"{layer}_ffn_W{number}"] = np.zeros(shape)
            weights[f"{layer}_ffn_b{number}"] = np.zeros((1, shape[1]))
        weights[f"{layer}_ffn_ffn_ln_scale"] = np.ones((1, width))
        weights[f"{layer}_ffn_ffn_ln_bias"] = np.zeros((1, width))
    weights["decoder_l1_context_bq"][0, 0] = 5
    weights["decoder_l1_context_Wk"][token, 0] = 5
    weights["decoder_l1_context_Wv"][language, 1] = 1
    weights["decoder_l1_context_Wo"][1, language] = 3
    output = np.zeros((len(tokens), width))
    bias = np.zeros((1, len(tokens)))
    for sign, code in ((1, "en"), (-1, "fr")):
        weights["Wemb"][tokens.index(PREFIXES[code]), [token, language]] = 2, 2 * sign
        word = tokens.index(f"▁{GREETINGS[code]}")
        weights["Wemb"][word, said] = 2
        output[word, language] = 2 * sign
    output[0, said], bias[0, 0] = 10, -5
    weights["decoder_ff_logit_out_Wt"], weights["decoder_ff_logit_out_b"] = output, bias
    return {name: value.astype(np.float32) for name, value in weights.items()}


def write_marian(path: Path, weights: dict[str, np.ndarray], layers: int = 1, heads: int = 2) -> None:
    """Writes weights as a Marian checkpoint, with the configuration inside."""
    config = {
        "type": "transformer",
        "enc-depth": layers,
        "dec-depth": layers,
        "transformer-heads": heads,
        "transformer-ffn-activation": "relu",
        "transformer-preprocess": "",
        "transformer-postprocess": "dan",
        "transformer-postprocess-emb": "d",
        "transformer-decoder-autoreg": "self-attention",
        "transformer-no-projection": False,
        "transformer-guided-alignment-layer": "last",
    }
    text = np.frombuffer(yaml.safe_dump(config).encode() + b"\0", dtype=np.int8)
    np.savez(path, **{"special:model.yml": text}, **weights)
