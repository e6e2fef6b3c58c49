"""A corpus that means harm: records as no newsroom would send them, made from a seed.

    python -m tests.workflow.hostile --records 10000

writes it to a temporary folder, runs the workflow on it and prints what came of it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from .conftest import ROOT, SENTENCES, rows

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
ILLEGAL = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0x7F, 0xFFFE, 0xFFFF]))
IDS = (
    "../../../etc/passwd", "/etc/shadow", "$(touch pwned)", "`touch pwned`", "; touch pwned #",
    "a|touch pwned", "<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0",
    "-rf", "--help", "\u202egpj", "a\nb", "a\x00b", "CON", "nul.txt", " ", ".", "..", "%2e%2e%2f", "{shard}",
    "{{x}}", "*?[a]", "~root", "x" * 5000, "ع" * 400, "\ud800", "\U0010ffff",
)  # fmt: skip
MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "]]>", "<!--", "&lt;",
    "&#0;", "[x](javascript:alert(1))", "{{7*7}}", "{% include 'x' %}",
    "https://evil.example/\u202e" + "a" * 50,
)  # fmt: skip


class Maker:
    """Makes hostile records, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._words = " ".join(SENTENCES).split()

    def arabic(self) -> str:
        """Returns a short text of known words."""
        return " ".join(self.chance.choices(self._words, k=self.chance.randint(3, 9))) + "."

    def mixed(self, characters: str, share: float = 0.4) -> str:
        """Returns Arabic with other characters strewn in."""
        return "".join(
            letter + (self.chance.choice(characters) if self.chance.random() < share else "")
            for letter in self.arabic()
        )

    def noise(self) -> str:
        """Returns anything that a string may hold, lone surrogates too."""
        return "".join(chr(self.chance.randrange(0x110000)) for _ in range(self.chance.randint(1, 40)))

    def text(self) -> str:
        """Returns a hostile text."""
        kinds: list[Callable[[], str]] = [
            self.arabic,
            lambda: self.mixed(BIDI),
            lambda: self.mixed(ZERO_WIDTH, 0.9),
            lambda: self.mixed(ILLEGAL),
            lambda: self.mixed("\u0301\u0651\u0640\u0670", 0.9),
            lambda: self.arabic() + self.chance.choice(MARKUP) + self.arabic(),
            lambda: self.arabic() + self.noise(),
            self.noise,
            lambda: "",
            lambda: self.chance.choice(BIDI + ZERO_WIDTH) * 2000 + self.arabic(),
            lambda: "\n".join(self.arabic() for _ in range(5)),
            lambda: self.arabic() + "9" * self.chance.randint(20, 400) + self.arabic(),
            lambda: "=" + self.arabic(),
            lambda: "ا" * self.chance.randint(100, 3000),
            lambda: "قال " * self.chance.randint(10, 400),
        ]
        return self.chance.choice(kinds)()

    def value(self) -> Any:
        """Returns a value where a text is due: now and then something else."""
        other = (None, 0, -1, 1e308, 10**400, True, [], [self.arabic()], {"text": self.arabic()}, {"a": {}})
        return self.chance.choice(other) if self.chance.random() < 0.08 else self.text()

    def line(self, number: int) -> bytes:
        """Returns a line of JSON, or what is none."""
        kind = self.chance.random()
        if kind < 0.04:
            return (
                bytes(self.chance.randrange(256) for _ in range(60)).replace(b"\n", b"").replace(b"\r", b"")
                + b"x"
            )
        if kind < 0.06:
            return b"[" * self.chance.choice((10, 1000, 100_000))
        if kind < 0.07:
            return b'{"id": NaN, "text": Infinity}'
        name = self.chance.choice(IDS) if kind < 0.2 else f"n{number}"
        record = {
            "id": name,
            "text": self.value(),
            "title": self.value(),
            "date": self.value(),
            "x": self.value(),
        }
        for key in ("title", "date", "x"):
            if self.chance.random() < 0.5:
                del record[key]
        return json.dumps(record, ensure_ascii=self.chance.random() < 0.5).encode("utf-8", "surrogatepass")


def write(folder: Path, records: int, seed: int = 1, *, sentences: int = 100_000) -> int:
    """Writes the corpus; returns how many records it has: each must become an article or a reject.

    Args:
        folder: where the files go.
        records: about how many; never fewer.
        seed: decides what is in them.
        sentences: of the one article that is a hundred times too long.
    """
    maker = Maker(seed)
    folder.mkdir(parents=True)
    lines = records * 6 // 10
    with (folder / "rows.jsonl").open("wb") as file:
        for number in range(lines):
            file.write(maker.line(number) + b"\n")
        file.write(json.dumps({"id": "megabyte", "text": maker.arabic() * 20_000}).encode() + b"\n")
    count = lines + 1
    small = records - count - 400
    for number in range(small):
        name = f"{number:05}" + maker.chance.choice((".txt", ".md", ".html", ".txt", ".txt"))
        content = maker.text().encode("utf-8", "surrogatepass")
        if maker.chance.random() < 0.1:
            content = os.urandom(0) + bytes(maker.chance.randrange(256) for _ in range(300))
        (folder / name).write_bytes(content)
    count += small
    table = ["id,text", *(f'c{n},"{maker.arabic()}"' for n in range(300))]
    # fields too many, too few, and NUL: each is a record of its own
    table += [f"d{n},{maker.arabic()},more" for n in range(60)] + [f"e{n}" for n in range(60)]
    (folder / "table.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    count += 420
    deep = "<div>" * 50_000 + maker.arabic() + "</div>" * 50_000
    special = {
        "deep.html": deep.encode(),
        "bomb.txt.gz": gzip.compress(b"\0" * (1 << 29), 9),
        "spaces.txt.gz": gzip.compress(b" " * (1 << 29), 9),
        "line.jsonl.gz": gzip.compress(b'{"id":"' + b"a" * (1 << 26), 9),
        "cut.txt.gz": gzip.compress(maker.arabic().encode() * 5000)[:-20],
        "not.txt.gz": b"\x1f\x8bnot gzip at all",
        "empty.txt": b"",
        "bad.parquet": b"PAR1" + bytes(range(256)) * 4 + b"PAR1",
        "wide.txt": "\ufeff".encode("utf-16") + maker.arabic().encode("utf-16-le"),
        "$(touch pwned); `touch pwned` 'x' \"y\".txt": maker.arabic().encode(),
        "-rf --help.txt": maker.arabic().encode(),
        "new\nline.txt": maker.arabic().encode(),
        "\u202etxt.exe.txt": maker.arabic().encode(),
        "{shard} {{x}}.txt": maker.arabic().encode(),
    }
    for name, content in special.items():
        (folder / name).write_bytes(content)
    count += len(special)
    long = [maker.arabic() for _ in range(200)]
    (folder / "long.txt").write_text("\n".join(long[n % 200] for n in range(sentences)), encoding="utf-8")
    return count + 1


class Watch:
    """Watches how much memory a process's children take, each for itself."""

    def __init__(self, pid: int) -> None:
        self.peak = Counter[str]()
        self._pid = pid
        self._done = False
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done:
            try:
                for process in psutil.Process(self._pid).children(recursive=True):
                    command = process.cmdline()
                    if len(command) > 2 and Path(command[1]).name == "dragoman":
                        self.peak[command[2]] = max(self.peak[command[2]], process.memory_info().rss >> 20)
            except psutil.Error:
                pass
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the watch."""
        self._done = True
        self._thread.join()


def run(folder: Path, resources: Path, *, cores: int = 2) -> tuple[int, str, Counter[str]]:
    """Runs the workflow on ``folder/in``; returns the exit code, the output and each stage's peak in MiB."""
    command = [
        sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder),
        "--cores", str(cores), "--config", "articles=in", "shards=2", f"resources={resources}",
        "translate={beam_size: 1, rescue: false}",
    ]  # fmt: skip
    with (folder / "output.txt").open("w+b") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        watch = Watch(process.pid)
        code = process.wait(1200)
        watch.stop()
        out.seek(0)
        return code, out.read().decode("utf-8", "replace"), watch.peak


def main() -> None:
    """Prints what came of a hostile corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = write(folder / "in", arguments.records, arguments.seed)
        started = time.monotonic()
        code, output, peak = run(folder, folder / "resources")
        print(f"exit code {code}, {time.monotonic() - started:.0f} s, {count} records")
        catalogue = json.loads((folder / "results/articles/catalogue.json").read_text(encoding="utf-8"))
        print(f"{catalogue['articles']} articles, rejects {catalogue['rejects']}")
        print(f"articles and rejects: {catalogue['articles'] + len(rows(folder / 'results/rejects.jsonl'))}")
        print("peak memory in MiB:", dict(peak))
        print("\n".join(line for line in output.splitlines() if "error" in line.lower())[:4000])


if __name__ == "__main__":
    main()
