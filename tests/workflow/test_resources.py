"""What jobs ask for on a cluster."""

from __future__ import annotations

import pytest
import yaml

from .conftest import ROOT

pytestmark = pytest.mark.workflow


def test_the_slurm_profile_asks_for_more_with_each_attempt() -> None:
    profile = yaml.safe_load((ROOT / "profiles" / "slurm" / "config.yaml").read_text(encoding="utf-8"))
    assert profile["retries"] >= 1
    for name, amount in profile["default-resources"].items():
        first, second = (eval(str(amount), {"attempt": attempt}) for attempt in (1, 2))
        assert second == 2 * first > 0, name
