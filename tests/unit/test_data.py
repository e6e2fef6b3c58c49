"""The package's own YAML: whichever loader reads it, it says the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import dragoman
from dragoman.data import parse

PACKAGE = Path(dragoman.__file__).parent
FILES = sorted(PACKAGE.rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_loader_in_c_reads_what_the_other_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = parse(text)
    assert found == yaml.load(text, yaml.SafeLoader)
    assert found


def lists(value: object) -> Iterator[list[object]]:
    if isinstance(value, list):
        yield value
    for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        yield from lists(inner)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_word_is_a_word(path: Path) -> None:
    """YAML reads on, off, yes, no and y as truth values where they are not quoted."""
    for words in lists(parse(path.read_text(encoding="utf-8"))):
        assert not any(isinstance(word, bool) for word in words), words


def test_no_file_is_left_out() -> None:
    assert {"places.yaml", "words.yaml", "numbers.yaml"} <= {path.name for path in FILES}
