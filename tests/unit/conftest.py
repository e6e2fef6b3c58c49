"""Hypothesis for all unit tests: the same examples on every run, no time limit per example."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("dragoman", deadline=None, derandomize=True)
settings.load_profile("dragoman")
