"""Fetching: the hub's addresses, single files, folders and archives; whole, resumed, wrong, missing."""

from __future__ import annotations

import io
import json
import shutil
import socket
import subprocess
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import COMMIT, GREETINGS, Bench, Server

from dragoman.engine import Decoding, open_translator
from dragoman.errors import ModelError
from dragoman.models import archive
from dragoman.models import download as module
from dragoman.models.download import download
from dragoman.models.fetch import fetch, local_files, lock_path
from dragoman.models.recipe import load_recipe
from dragoman.store import sha256

OneLine = Callable[[subprocess.CompletedProcess[str]], str]
HUB = {"hub": "someone/toy"}


@pytest.fixture
def repository(server: Server, tmp_path: Path) -> Path:
    """A repository in the hub's format with made-up contents and files that nobody needs."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for name in ("config.json", "vocab.json", "tokenizer_config.json"):
        (folder / name).write_text(json.dumps({"file": name}), encoding="utf-8")
    for name in ("source.spm", "target.spm", "pytorch_model.bin", "tf_model.h5", "README.md"):
        (folder / name).write_bytes(name.encode() * 3000)
    server.repositories["someone/toy"] = folder
    return folder


def names(bench: Bench) -> list[str]:
    return sorted(path.name for path in (bench.listing.parent / "p").iterdir() if path.is_file())


def test_hub_gives_the_needed_files_of_one_commit(bench: Bench, server: Server, repository: Path) -> None:
    bench.recipe(source=HUB, format="transformers", pickle=True)
    assert bench.fetch().returncode == 0
    listing = json.loads(bench.listing.read_text())
    assert listing["source"] == {**HUB, "revision": "main", "commit": COMMIT}
    expected = [
        "config.json",
        "pytorch_model.bin",
        "source.spm",
        "target.spm",
        "tokenizer_config.json",
        "vocab.json",
    ]
    assert names(bench) == sorted(listing["files"]) == expected
    assert all(sha256(repository / name) == value for name, value in listing["files"].items())
    downloads = [path for method, path, _ in server.requests if method == "GET" and "/resolve/" in path]
    assert all(f"/resolve/{COMMIT}/" in path for path in downloads)


def test_safetensors_are_preferred_to_the_pickled_file(
    bench: Bench, server: Server, repository: Path
) -> None:
    (repository / "model.safetensors").write_bytes(b"weights")
    bench.recipe(source=HUB, format="transformers", pickle=True)
    assert bench.fetch().returncode == 0
    assert "model.safetensors" in names(bench)
    assert "pytorch_model.bin" not in names(bench)
    assert not server.gets("pytorch_model.bin")


def test_a_plain_mirror_without_the_hubs_headers_will_do(
    bench: Bench, server: Server, repository: Path, one_line: OneLine
) -> None:
    server.bare = True
    bench.recipe(source=HUB, format="transformers", pickle=True)
    assert bench.fetch().returncode == 0
    assert "generation_config.json" not in names(bench)
    bench.recipe(source={"hub": "someone/else"}, format="transformers")
    assert "someone/else" in one_line(bench.fetch())


def test_hub_download_goes_on_after_a_cut(bench: Bench, server: Server, repository: Path) -> None:
    # the hub's client keeps what has come in blocks of 10 MiB
    (repository / "pytorch_model.bin").write_bytes(bytes(range(256)) * 2**16)
    server.cut["pytorch_model.bin"] = 12 * 2**20
    bench.recipe(source=HUB, format="transformers", pickle=True)
    assert bench.fetch().returncode == 0
    assert server.gets("pytorch_model.bin") == ["", f"bytes={10 * 2**20}-"]
    assert sha256(bench.listing.parent / "p/pytorch_model.bin") == sha256(repository / "pytorch_model.bin")


def test_a_second_fetch_asks_for_nothing(bench: Bench, server: Server, repository: Path) -> None:
    bench.recipe(source=HUB, format="transformers", pickle=True)
    assert bench.fetch().returncode == 0
    first = bench.listing.read_bytes()
    bench.listing.unlink()
    server.requests.clear()
    assert bench.fetch().returncode == 0
    assert bench.listing.read_bytes() == first
    assert server.requests == []


def test_a_file_changed_under_the_same_revision_is_an_error(
    bench: Bench, repository: Path, one_line: OneLine
) -> None:
    bench.recipe(source=HUB, format="transformers", pickle=True)
    assert bench.fetch().returncode == 0
    (bench.listing.parent / "p/source.spm").unlink()
    old = sha256(repository / "source.spm")
    (repository / "source.spm").write_bytes(b"something else")
    message = one_line(bench.fetch())
    assert all(
        part in message for part in ("source.spm", sha256(repository / "source.spm"), old, "lock.json")
    )
    lock_path(bench.listing.parent / "p").unlink()
    assert bench.fetch().returncode == 0


def test_wrong_checksum_names_the_file_and_both_sums_and_deletes_it(
    bench: Bench, repository: Path, one_line: OneLine
) -> None:
    wrong = "0" * 64
    bench.recipe(source=HUB, format="transformers", pickle=True, sha256={"target.spm": wrong})
    message = one_line(bench.fetch())
    assert all(part in message for part in ("target.spm", wrong, sha256(repository / "target.spm")))
    assert "target.spm" not in names(bench)
    assert not bench.listing.exists()
    bench.recipe(
        source=HUB,
        format="transformers",
        pickle=True,
        sha256={"target.spm": sha256(repository / "target.spm")},
    )
    assert bench.fetch().returncode == 0


@pytest.mark.parametrize(
    ("source", "gone", "expected"),
    [
        ({"hub": "no/body"}, "", "no/body at main: no such repository"),
        ({**HUB, "revision": "v9"}, "", "someone/toy at v9: no such revision"),
        (HUB, "vocab.json", "no vocab.json, which the format transformers needs"),
        (HUB, "pytorch_model.bin", "no model.safetensors, which the format transformers needs; a pickled"),
        (HUB, "config.json", "no such repository, revision or config.json"),
    ],
)
def test_what_the_hub_does_not_have_is_told_in_one_line(
    bench: Bench, repository: Path, one_line: OneLine, source: dict[str, str], gone: str, expected: str
) -> None:
    if gone:
        (repository / gone).unlink()
    bench.recipe(source=source, format="transformers")
    assert expected in one_line(bench.fetch())


def test_an_unreachable_hub_is_told_in_one_line(bench: Bench, one_line: OneLine) -> None:
    bench.endpoint = "http://127.0.0.1:9"
    bench.recipe(source=HUB, format="transformers", pickle=True)
    assert "run again to go on" in one_line(bench.fetch())


def test_hub_to_translation_by_the_printed_commands(bench: Bench, server: Server, ct2_folder: Path) -> None:
    server.repositories["someone/toy"] = ct2_folder
    bench.recipe(source=HUB, format="ctranslate2")
    assert bench.fetch().returncode == 0
    result = bench.install()
    assert result.returncode == 0, result.stderr
    for language, greeting in GREETINGS.items():
        [hypothesis] = open_translator(bench.model, language).translate(["وصل الوزير"], Decoding())
        assert hypothesis.text == greeting
    intact = bench.run("verify", str(bench.model))
    assert intact.returncode == 0
    assert "is intact" in intact.stdout
    block = bench.run("lock", "toy").stdout
    assert f"model.bin: {sha256(ct2_folder / 'model.bin')}" in block
    assert COMMIT in block


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.iterdir()):
            file.write(path, path.name)
    return target


def test_an_archive_by_url_is_checked_and_unpacked(
    bench: Bench, server: Server, opus_folder: Path, one_line: OneLine
) -> None:
    server.files = bench.folder / "served"
    server.files.mkdir()
    release = zipped(opus_folder, server.files / "release+1.zip")
    source = {"url": f"{server.url}/files/release+1.zip"}
    bench.recipe(source=source, format="opus-mt", sha256={"release+1.zip": "0" * 64})
    assert sha256(release) in one_line(bench.fetch())
    bench.recipe(source=source, format="opus-mt", sha256={"release+1.zip": sha256(release)})
    assert bench.fetch().returncode == 0
    assert names(bench) == ["decoder.yml", "model.npz", "opus.vocab.yml", "source.spm", "target.spm"]
    assert f"release+1.zip: {sha256(release)}" in bench.run("lock", "toy").stdout


def test_download_goes_on_within_a_run_and_across_runs(server: Server, tmp_path: Path) -> None:
    server.files = tmp_path
    content = bytes(range(256)) * 2000
    (tmp_path / "a.zip").write_bytes(content)
    target = tmp_path / "out" / "a.zip"
    target.parent.mkdir()
    (tmp_path / "out" / "a.zip.part").write_bytes(content[:1000])
    server.cut["a.zip"] = 70_000
    download(f"{server.url}/files/a.zip", target, pause=0)
    assert target.read_bytes() == content
    assert server.gets("a.zip") == ["bytes=1000-", "bytes=71000-"]
    # what had come whole before the run was killed is not fetched again
    target.rename(tmp_path / "out" / "a.zip.part")
    download(f"{server.url}/files/a.zip", target, pause=0)
    assert target.read_bytes() == content


def test_a_server_that_stalls_is_given_up_and_what_came_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT", 0.2)
    asked: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        for _ in range(module.ATTEMPTS):
            connection, _address = listener.accept()
            asked.append(connection.recv(4096))
            start = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"
            connection.sendall((start if len(asked) == 1 else b"") + b"x" * 100)
            open_connections.append(connection)

    open_connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/a.zip"
        with pytest.raises(ModelError, match=r"lost 4 times .*run again to go on"):
            download(url, tmp_path / "a.zip", pause=0)
        thread.join()
    for connection in open_connections:
        connection.close()
    assert not (tmp_path / "a.zip").exists()
    assert (tmp_path / "a.zip.part").read_bytes() == b"x" * 100
    assert b"Range: bytes=100-" in asked[-1]


def test_download_says_what_the_server_answers(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the server answers 404"):
        download(f"{server.url}/files/none.zip", tmp_path / "none.zip", pause=0)
    with pytest.raises(ModelError, match=r"lost 4 times \(.*refused.*\); run again to go on"):
        download("http://127.0.0.1:9/none.zip", tmp_path / "none.zip", pause=0)


def test_a_local_folder_follows_its_source(bench: Bench, opus_folder: Path) -> None:
    source = bench.folder / "models" / "mine"
    bench.recipe(source={"path": "mine"}, format="opus-mt")
    shutil.copytree(opus_folder, source)
    part = load_recipe(bench.folder / "models/toy.yaml").part("p")
    folder = bench.listing.parent / "p"
    first = fetch(part, folder)["files"]
    assert {path.name for path in local_files(part)} > set(first)
    (source / "model.npz").rename(source / "other.npz")
    assert set(fetch(part, folder)["files"]) - set(first) == {"other.npz"}
    assert "model.npz" not in names(bench)
    shutil.rmtree(source)
    with pytest.raises(ModelError, match=r"path: .*mine: not there; it starts from the recipe's folder"):
        fetch(part, folder)


def archive_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in ("decoder.yml", "source.spm", "target.spm"):
            target.writestr(name, name)
        for member, content in members:
            target.writestr(member, content)
    return file


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    ("member", "content", "expected"),
    [
        ("../escape.npz", b"x", "points outside"),
        ("/etc/escape.npz", b"x", "points outside"),
        ("a\\..\\..\\escape.npz", b"x", "points outside"),
        ("C:/escape.npz", b"x", "points outside"),
        (link("model.npz"), b"/etc/passwd", "symbolic link"),
        ("model.npz", bytes(40_000_000), "grows over 100-fold"),
        ("other/source.spm", b"x", "two members are called 'source.spm'"),
    ],
)
def test_an_archive_that_is_up_to_something_is_refused(
    tmp_path: Path, member: str | zipfile.ZipInfo, content: bytes, expected: str
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive_of((member, content)).getvalue())
    with pytest.raises(ModelError, match=expected):
        archive.unpack(path, tmp_path / "in" / "out", "opus-mt", "a.zip")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


def test_limits_on_count_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive_of(("model.npz", b"0123456789")).getvalue())
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(ModelError, match="4 members in the zip file, over the limit of 3"):
        archive.unpack(path, tmp_path / "out", "opus-mt", "a.zip")
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MAX_BYTES", 20)
    with pytest.raises(ModelError, match="unpacks to more than"):
        archive.unpack(path, tmp_path / "out", "opus-mt", "a.zip")


@given(st.data())
def test_a_damaged_archive_is_told_or_unpacked_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(archive_of(("model.npz", b"0123456789" * 20)).getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a.zip").write_bytes(content)
    try:
        archive.unpack(folder / "a.zip", folder / "out", "opus-mt", "a.zip")
    except ModelError as error:
        assert "\n" not in str(error)
    assert {path.name for path in folder.iterdir()} <= {"a.zip", "out"}
