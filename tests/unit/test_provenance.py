"""Digests: an edit changes those of the stages that it touches, and of no other."""

from __future__ import annotations

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from dragoman.provenance import PACKAGE, source_digest, sources

MODULES = sorted(
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "__init__.py"
)

EMPTY = {path for path in PACKAGE.rglob("__init__.py") if len(ast.parse(path.read_bytes()).body) == 1}
"""Files of a docstring alone: Python runs them on the way, and they do nothing."""

# imports each module alone and tells which files of the package that loads
_IMPORT_EACH = """
import importlib, json, pathlib, sys
loaded = {}
for name in json.loads(sys.argv[1]):
    for known in [key for key in sys.modules if key.split(".")[0] == "dragoman"]:
        del sys.modules[known]
    importlib.import_module("dragoman." + name)
    loaded[name] = sorted(m.__file__ for k, m in sys.modules.items() if k.startswith("dragoman."))
print(json.dumps(loaded))
"""


def test_sources_cover_what_python_imports() -> None:
    names = [name for name in MODULES if name != "__main__"]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_EACH, json.dumps(names)], capture_output=True, text=True, check=True
    )
    for name, loaded in json.loads(done.stdout).items():
        # a folder's __init__ is run on the way to each of its modules, which do not depend on it
        parents = {
            PACKAGE.joinpath(*name.split(".")[:n], "__init__.py") for n in range(1, name.count(".") + 1)
        }
        imported = {Path(file) for file in loaded}
        imported -= EMPTY
        assert imported - sources(name) - parents - _reached_through(parents) == set(), name


def _reached_through(parents: set[Path]) -> set[Path]:
    names = [".".join(parent.parent.relative_to(PACKAGE).parts) for parent in parents]
    return {path for name in names for path in sources(name)}


@pytest.fixture
def package(tmp_path: Path) -> Callable[[], ModuleType]:
    """Loads ``provenance`` of a copy of the package at ``tmp_path/dragoman``, anew on each call."""
    shutil.copytree(PACKAGE, tmp_path / "dragoman", ignore=shutil.ignore_patterns("__pycache__"))

    def load() -> ModuleType:
        spec = importlib.util.spec_from_file_location("copied", tmp_path / "dragoman" / "provenance.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    return {name: source_digest(name) for name in MODULES}


def test_the_digest_is_that_of_the_sources_wherever_they_are(
    package: Callable[[], ModuleType], digests: dict[str, str]
) -> None:
    copied = package()
    assert {name: copied.source_digest(name) for name in MODULES} == digests


@pytest.mark.parametrize(
    ("file", "touched", "untouched"),
    [
        (
            "segment.py",
            {"segment", "commands.stages", "__main__"},
            {"translate", "align", "summarise", "export", "ingest"},
        ),
        ("align.py", {"align"}, {"segment", "translate", "summarise", "brief", "export"}),
        ("protect.py", {"segment", "translate", "checks", "align"}, {"summarise", "ingest", "clauses"}),
        ("arabic.py", {"segment", "translate", "summarise", "align"}, {"store", "config"}),
        ("records.py", {"segment", "align", "export", "ingest", "brief"}, {"clauses", "config", "engine"}),
        ("data/stopwords.yaml", {"summarise"}, {"segment", "translate", "align"}),
        ("data/arabic.yaml", {"arabic", "segment", "translate", "summarise", "align"}, {"config"}),
        ("data/clauses.yaml", {"clauses", "segment", "translate"}, {"summarise", "checks", "align"}),
        ("data/numbers.yaml", {"checks", "translate", "align"}, {"segment", "summarise"}),
        ("brief/templates/style.css", {"brief"}, {"export", "segment", "align"}),
        ("export/templates/dataset_card.md.j2", {"export"}, {"brief", "segment", "align"}),
        ("export/tmx.py", {"export", "export.tmx"}, {"export.moses", "brief", "align"}),
    ],
)
def test_an_edit_touches_what_depends_on_it(
    package: Callable[[], ModuleType],
    digests: dict[str, str],
    tmp_path: Path,
    file: str,
    touched: set[str],
    untouched: set[str],
) -> None:
    path = tmp_path / "dragoman" / file
    path.write_bytes(path.read_bytes() + b"\n")
    edited = package()
    assert {name for name in touched | untouched if edited.source_digest(name) != digests[name]} == touched


def test_segment_is_in_the_digest_of_nothing_that_does_not_import_it(
    package: Callable[[], ModuleType], digests: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "dragoman" / "segment.py").write_text("x = 1\n", encoding="utf-8")
    edited = package()
    changed = {name for name in MODULES if edited.source_digest(name) != digests[name]}
    assert changed == {name for name in MODULES if PACKAGE / "segment.py" in sources(name)}


def test_bytecode_and_other_leftovers_do_not_count(package: Callable[[], ModuleType], tmp_path: Path) -> None:
    before = package().source_digest("brief")
    cache = tmp_path / "dragoman" / "brief" / "__pycache__"
    cache.mkdir()
    (cache / "render.cpython-311.pyc").write_bytes(b"x")
    assert package().source_digest("brief") == before


def test_several_modules_have_one_digest_in_any_order() -> None:
    assert source_digest("segment", "align") == source_digest("align", "segment")
    assert source_digest("segment", "align") != source_digest("segment")


def test_an_unknown_module_is_a_bug() -> None:
    with pytest.raises(ValueError, match=r"no module dragoman\.nothing"):
        source_digest("nothing")
