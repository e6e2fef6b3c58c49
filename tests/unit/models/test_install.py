"""Installing models: native releases without torch, converted folders, the self-test, the manifest."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from toys import GREETINGS, POSITIONS, Bench, greeting_weights, write_marian

from dragoman.engine import Decoding, open_translator
from dragoman.errors import ConfigError, ModelError
from dragoman.models import verify
from dragoman.models.fetch import fetch
from dragoman.models.install import CALIBRATION, install
from dragoman.models.recipe import load_recipe
from dragoman.models.weights import facts, variables
from dragoman.store import write_json


def bring(bench: Bench) -> tuple[Path, Path]:
    """Fetches in this process; returns the recipe and the folder of the source files."""
    recipe = bench.folder / "models/toy.yaml"
    folder = bench.folder / "resources/sources/toy/p"
    write_json(bench.listing, fetch(load_recipe(recipe).part("p"), folder))
    return recipe, folder


def put(bench: Bench, **part: object) -> dict[str, object]:
    bench.recipe(**part)
    recipe, folder = bring(bench)
    return install(load_recipe(recipe), "p", folder, bench.model)


def int8_weights(path: Path) -> dict[str, np.ndarray]:
    """Reads the quantised matrices of a model file, as wide integers."""
    content = path.read_bytes()
    return {
        variable.name: np.frombuffer(content, np.int8, variable.size, variable.offset).astype(int)
        for variable in variables(path)
        if variable.type == "int8" and len(variable.shape) == 2
    }


def greet(folder: Path) -> dict[str, str]:
    return {
        language: open_translator(folder, language).translate(["وصل الوزير"], Decoding())[0].text
        for language in GREETINGS
    }


def test_native_release_is_converted_without_torch_and_translates(bench: Bench, opus_folder: Path) -> None:
    archive = bench.folder / "release.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in opus_folder.iterdir():
            file.write(path, f"opus-toy/{path.name}")
    manifest = put(bench, source={"path": "../release.zip"}, format="opus-mt")
    assert greet(bench.model) == GREETINGS
    assert manifest["add_source_eos"] is True
    assert manifest["quantization"] == "int8"
    assert manifest["copies_names"] is False
    assert manifest["max_source_tokens"] == POSITIONS - 2
    report = manifest["self_test"]["en"]
    assert report == {
        "sentences": 10,
        "complete": 1.0,
        "loops": 0.0,
        "batch_invariant": 1.0,
        "chrf_to_float32": 100.0,
        "loss": 0.0,
        "same_as_untrimmed": {"sentences": 300, "greedy": 1.0, "beam_4": 1.0},
    }
    sizes = manifest["vocabulary"]
    assert sizes["target"] == 4
    assert sizes["source"] == sizes["untrimmed"] > 20
    assert facts(bench.model / "model.bin").quantization == "int8"
    assert manifest["compute_type"] == {"cpu": "int8_float32"}
    measured = json.loads((bench.model / CALIBRATION).read_text(encoding="utf-8"))["cpu"]
    assert measured["compute_type"] == "int8_float32"
    assert set(measured["seconds"]) == {"int8_float32", "float32"}
    assert min(measured["seconds"].values()) > 0
    weights = int8_weights(bench.model / "model.bin")
    # more than 64 overflows on CPUs without VNNI; much less would waste precision
    assert max(abs(values).max() for values in weights.values()) == 64
    assert verify(bench.model) == manifest == json.loads((bench.model / "manifest.json").read_text())


def test_converted_folder_is_taken_as_it_is(bench: Bench, ct2_folder: Path) -> None:
    manifest = put(bench, source={"path": str(ct2_folder)}, format="ctranslate2")
    assert greet(bench.model) == GREETINGS
    assert manifest["quantization"] == "float32"
    assert len(set(manifest["vocabulary"].values())) == 1
    assert manifest["self_test"]["fr"]["chrf_to_float32"].startswith("skipped")
    assert (bench.model / "model.bin").read_bytes() == (ct2_folder / "model.bin").read_bytes()


def with_words_swapped(opus_folder: Path, folder: Path) -> Path:
    """Copies the model with its two words swapped: what it says is the other language's."""
    shutil.copytree(opus_folder, folder)
    text = (folder / "opus.vocab.yml").read_text(encoding="utf-8")
    text = text.replace("▁hello", "?").replace("▁bonjour", "▁hello").replace("?", "▁bonjour")
    (folder / "opus.vocab.yml").write_text(text, encoding="utf-8")
    return folder


def files(model: Path) -> dict[str, bytes]:
    """All files but the one of measured times."""
    return {path.name: path.read_bytes() for path in model.iterdir() if path.name != CALIBRATION}


def test_installing_twice_gives_the_same_bytes_and_id(bench: Bench, opus_folder: Path) -> None:
    part = {"source": {"path": str(opus_folder)}, "format": "opus-mt"}
    first = put(bench, **part)
    contents = files(bench.model)
    assert put(bench, **part) == first
    assert files(bench.model) == contents
    assert len(first["id"]) == 16
    other = put(bench, **part, quantization="float32")
    assert other["id"] != first["id"]
    assert [path.name for path in bench.model.parent.iterdir()] == ["p"]


@pytest.mark.parametrize("damage", ["change", "remove"])
def test_verify_tells_which_file_is_not_the_tested_one(bench: Bench, ct2_folder: Path, damage: str) -> None:
    put(bench, source={"path": str(ct2_folder)}, format="ctranslate2")
    path = bench.model / "target.spm"
    if damage == "change":
        path.write_bytes(path.read_bytes() + b" ")
    else:
        path.unlink()
    with pytest.raises(ModelError, match=r"target\.spm: (sha256|missing)"):
        verify(bench.model)


def broken_release(opus_folder: Path, folder: Path, **changes: float) -> Path:
    """Copies the release and damages the model: the end mark's bias, or its interest in a word said."""
    shutil.copytree(opus_folder, folder)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    tokens = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
    tokens += [">>eng<<", ">>fra<<", "▁hello", "▁bonjour"]
    weights = greeting_weights(tokens)
    weights["decoder_ff_logit_out_b"][0, 0] = changes["bias"]
    weights["decoder_ff_logit_out_Wt"][0] = 0
    write_marian(folder / "model.npz", weights)
    return folder


def test_a_model_that_loops_fails_and_the_old_one_stays(bench: Bench, opus_folder: Path) -> None:
    put(bench, source={"path": str(opus_folder)}, format="opus-mt")
    before = (bench.model / "manifest.json").read_bytes()
    loops = broken_release(opus_folder, bench.folder / "loops", bias=-100)
    with pytest.raises(ModelError, match=r"self-test en: 100% of the translations loop") as error:
        put(bench, source={"path": str(loops)}, format="opus-mt")
    assert "\n" not in str(error.value)
    assert (bench.model / "manifest.json").read_bytes() == before
    assert [path.name for path in bench.model.parent.iterdir()] == ["p"]


def test_quantisation_that_changes_the_output_fails(
    bench: Bench, opus_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The int8 model is given the weights of another model, as if quantisation had gone wrong."""
    import dragoman.models.install as module

    real = module.convert
    swapped = with_words_swapped(opus_folder, bench.folder / "swapped")

    def convert(part, source, target, quantization="", trim=None):  # type: ignore[no-untyped-def]
        real(part, source if quantization else swapped, target, quantization, trim)

    monkeypatch.setattr(module, "convert", convert)
    with pytest.raises(ModelError, match=r"self-test en: chrF [\d.]+ to the float32 .* and [1-9][\d.]+ nats"):
        put(bench, source={"path": str(opus_folder)}, format="opus-mt")


def test_a_trimmed_model_that_translates_otherwise_than_the_whole_one_fails(
    bench: Bench, opus_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole model is given the other language's words, as if the wrong rows had been kept."""
    import dragoman.models.install as module

    real = module.convert
    swapped = with_words_swapped(opus_folder, bench.folder / "swapped")

    def convert(part, source, target, quantization="", trim=None):  # type: ignore[no-untyped-def]
        real(part, swapped if trim is False else source, target, quantization, trim)

    monkeypatch.setattr(module, "convert", convert)
    with pytest.raises(ModelError, match=r"self-test en: 0% of the .* set trim: false in the recipe"):
        put(bench, source={"path": str(opus_folder)}, format="opus-mt")


def test_a_recipe_can_keep_the_whole_target_vocabulary(bench: Bench, opus_folder: Path) -> None:
    manifest = put(bench, source={"path": str(opus_folder)}, format="opus-mt", trim=False)
    assert greet(bench.model) == GREETINGS
    assert len(set(manifest["vocabulary"].values())) == 1
    assert "same_as_untrimmed" not in manifest["self_test"]["en"]


def test_a_wrong_language_token_is_an_error_not_an_unknown_word(bench: Bench, opus_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"'>>fre<<' is not in the .* it has >>eng<<, >>fra<<"):
        put(bench, source={"path": str(opus_folder)}, format="opus-mt", languages={"fr": ">>fre<<"})


def test_unknown_part_and_missing_fetch_are_told(bench: Bench, opus_folder: Path) -> None:
    recipe = load_recipe(bench.recipe(source={"path": str(opus_folder)}, format="opus-mt"))
    with pytest.raises(ConfigError, match="no part 'q'; the recipe has p"):
        install(recipe, "q", bench.folder, bench.model)
    with pytest.raises(ModelError, match="not fetched yet"):
        install(recipe, "p", bench.folder / "nowhere", bench.model)


def test_transformers_format_without_torch_says_what_to_install(
    bench: Bench, opus_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "torch", None)
    source = bench.folder / "hf"
    source.mkdir()
    for name in ("config.json", "vocab.json", "model.safetensors"):
        (source / name).write_text("{}", encoding="utf-8")
    for name in ("source.spm", "target.spm"):
        shutil.copy(opus_folder / name, source / name)
    with pytest.raises(ModelError, match=r"pip install 'dragoman\[convert\]'"):
        put(bench, source={"path": str(source)}, format="transformers")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("models: [../../model.npz]\nvocabs: [opus.vocab.yml]\n", "names '../../model.npz'"),
        ("models: []\n", "does not name models and vocabs"),
        ("- a list\n", "does not name models and vocabs"),
    ],
)
def test_a_decoder_file_that_leads_elsewhere_is_refused(
    bench: Bench, opus_folder: Path, text: str, message: str
) -> None:
    source = bench.folder / "odd"
    shutil.copytree(opus_folder, source)
    (source / "decoder.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        put(bench, source={"path": str(source)}, format="opus-mt")


def test_a_pickle_inside_a_native_release_is_not_run(bench: Bench, opus_folder: Path) -> None:
    source = bench.folder / "pickle"
    shutil.copytree(opus_folder, source)
    with np.load(source / "model.npz") as old:
        arrays = dict(old)
    witness = bench.folder / "ran"

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return (Path.touch, (witness,))

    arrays["Wemb"] = np.array([Bomb()], dtype=object)
    np.savez(source / "model.npz", **arrays, allow_pickle=True)
    with pytest.raises(ModelError, match="does not convert as opus-mt"):
        put(bench, source={"path": str(source)}, format="opus-mt")
    assert not witness.exists()


def test_other_makes_of_model_get_a_clear_message(bench: Bench, ct2_folder: Path) -> None:
    source = bench.folder / "characters"
    shutil.copytree(ct2_folder, source)
    (source / "source.spm").unlink()
    with pytest.raises(ModelError, match=r"no source\.spm, .* MarianMT models with their SentencePiece"):
        put(bench, source={"path": str(source)}, format="ctranslate2")
    (source / "source.spm").write_bytes((ct2_folder / "source.spm").read_bytes())
    (source / "model.bin").write_bytes(b"\x02\x00\x00\x00" + bytes(40))
    with pytest.raises(ModelError, match="binary version 2, not 6"):
        put(bench, source={"path": str(source)}, format="ctranslate2")
    (source / "model.bin").write_bytes(b"\x06")
    with pytest.raises(ModelError, match="not a CTranslate2 model"):
        put(bench, source={"path": str(source)}, format="ctranslate2")
