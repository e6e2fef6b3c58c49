"""The choice of the number type from measured times; the measurement itself runs in test_install."""

from __future__ import annotations

import pytest

from dragoman.models.calibrate import choose


@pytest.mark.parametrize(
    ("seconds", "choice"),
    [
        ({"int8_float32": 2.0, "float32": 1.0}, "float32"),
        ({"int8_float32": 1.0, "float32": 2.0}, "int8_float32"),
        # within the noise
        ({"int8_float32": 1.1, "float32": 1.0}, "int8_float32"),
        # too short to say anything
        ({"int8_float32": 0.09, "float32": 0.01}, "int8_float32"),
        ({"int8_float32": 1.0}, "int8_float32"),
    ],
)
def test_another_type_is_taken_only_where_it_is_clearly_faster(
    seconds: dict[str, float], choice: str
) -> None:
    assert choose("int8_float32", seconds) == choice
