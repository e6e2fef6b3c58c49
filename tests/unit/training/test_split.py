"""The split depends on the Arabic alone and grows with the share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dragoman.training.split import is_validation

SHARES = st.floats(0, 1)


@given(st.text(), SHARES, SHARES)
def test_a_larger_share_only_adds(text: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert is_validation(text, low) <= is_validation(text, high)


@given(st.text())
def test_none_and_all(text: str) -> None:
    assert not is_validation(text, 0)
    assert is_validation(text, 1)


def test_the_share_is_met() -> None:
    found = sum(is_validation(f"جملة {n}", 0.1) for n in range(10_000))
    assert 900 < found < 1100
