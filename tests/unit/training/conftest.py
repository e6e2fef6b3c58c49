"""What the tests of the training share."""

from __future__ import annotations

import numpy as np
import pytest

from dragoman.training.encode import Examples
from dragoman.training.vocabulary import EOS


@pytest.fixture
def pairs() -> Examples:
    """Twenty pairs of random tokens of a vocabulary of 300."""
    numbers = np.random.default_rng(0)
    sides = [np.append(numbers.integers(5, 300, 4), EOS).astype(np.int32) for _ in range(40)]
    return Examples(sides[:20], sides[20:], np.ones(20, np.float32), np.arange(1, 300, dtype=np.int32))
