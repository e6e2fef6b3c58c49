"""Choice of the number type that a model computes in, measured on the machine that installs it."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from dragoman.data import load
from dragoman.engine import Decoding, open_translator
from dragoman.models.recipe import SOURCE_LANGUAGE
from dragoman.models.selftest import tested_with

SENTENCES = 20
"""Sentences of a measurement: under a second for a small model."""
REPEATS = 2
"""Measurements of a type, of which the fastest counts."""
MARGIN = 1.2
"""How much faster another type must be than the stored one to be taken: machines are noisy, and a model
should not compute in one type today and in another tomorrow."""
SHORTEST = 0.05
"""Seconds that a measurement must take to say anything; a toy of a model is faster and keeps its type."""


def calibrate(folder: Path, language: str, threads: int) -> dict[str, Any]:
    """Measures a model in its stored number type and in float32, on each device that is there.

    Where a processor lacks the instructions for a small type, float32 can be the faster one.

    Args:
        folder: the model with its (provisional) manifest.
        language: target language to measure with.
        threads: threads of the engine.

    Returns:
        By device, ``cpu`` and where there is one ``cuda``: ``{"compute_type": the choice, "threads",
        "seconds": {type: seconds for the sentences in greedy search}}``, types as CTranslate2 names them.
    """
    import ctranslate2

    devices = ["cpu", "cuda"] if ctranslate2.get_cuda_device_count() else ["cpu"]
    return {device: _measure(folder, language, device, threads) for device in devices}


def _measure(folder: Path, language: str, device: str, threads: int) -> dict[str, Any]:
    import ctranslate2

    # what this machine makes of the stored type is the question here: no warning that it differs
    level = ctranslate2.get_log_level()
    ctranslate2.set_log_level(logging.ERROR)
    try:
        stored = open_translator(folder, language, device=device, compute_type="default").compute_type
    finally:
        ctranslate2.set_log_level(level)
    others = ("float32",) if device == "cpu" else ("float16", "int8_float16")
    supported = ctranslate2.get_supported_compute_types(device)
    seconds = {
        name: _seconds(folder, language, device, threads, name)
        for name in dict.fromkeys([stored, *(name for name in others if name in supported)])
    }
    return {
        "compute_type": choose(stored, seconds),
        "threads": threads,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
    }


def choose(stored: str, seconds: dict[str, float]) -> str:
    """Returns the fastest type where it beats the stored one by ``MARGIN``, else the stored one.

    Args:
        stored: the type that the weights are stored in.
        seconds: seconds by type, ``stored`` among them.
    """
    fastest = min(seconds, key=lambda name: seconds[name])
    if seconds[fastest] < SHORTEST:
        return stored
    return fastest if seconds[fastest] * MARGIN < seconds[stored] else stored


def _seconds(folder: Path, language: str, device: str, threads: int, compute_type: str) -> float:
    translator = open_translator(
        folder, language, device=device, compute_type=compute_type, threads=threads, batch_tokens=256
    )
    source = tested_with(folder)
    known = load("sentences.yaml") if source == SOURCE_LANGUAGE else load("selftest.yaml").get(source, [])
    texts = translator.fitting(known[:SENTENCES])
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        translator.translate(texts, Decoding(1))
        found.append(time.perf_counter() - start)
    return min(found)
