"""Relu with dropout gives what torch's two give, but for the draws."""

from __future__ import annotations

from typing import Any

import pytest

from dragoman.training.activation import relu_with_dropout

pytestmark = pytest.mark.convert


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch", reason="the training needs torch")


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_dropout_puts_zeros_and_keeps_the_mean(torch: Any, share: float) -> None:
    module = relu_with_dropout(share)
    values = torch.ones(400, 500, requires_grad=True)
    dropped = module(values * 1)
    zeros = float((dropped == 0).float().mean())
    assert zeros == pytest.approx(round(share * 256) / 256, abs=0.005)
    assert float(dropped.detach().mean()) == pytest.approx(1, abs=0.02)
    # what was dropped learns nothing
    (slope,) = torch.autograd.grad(dropped.sum(), values)
    assert torch.equal(slope, dropped)
    # each time others, at any place: less or more of them than by chance would be a pattern
    for _ in range(3):
        again = module(values * 1)
        alike = float(((again == 0) & (dropped == 0)).float().mean())
        assert alike == pytest.approx(zeros**2, abs=0.02)


@pytest.mark.parametrize("kind", ["float32", "bfloat16"])
def test_what_is_negative_is_zero_and_learns_nothing(torch: Any, kind: str) -> None:
    module = relu_with_dropout(0.25)
    values = torch.randn(30, 40, dtype=getattr(torch, kind), requires_grad=True)
    out = module(values * 1)
    (slope,) = torch.autograd.grad(out.sum(), values)
    assert not out[values <= 0].any()
    assert not slope[values <= 0].any()
    kept = out != 0
    assert torch.allclose(out[kept], values[kept] * slope[kept], rtol=0.02)
    assert float(slope[kept].float().mean()) == pytest.approx(4 / 3, rel=0.01)


def test_without_learning_it_is_relu(torch: Any) -> None:
    values = torch.randn(30, 40)
    assert torch.equal(relu_with_dropout(0.5).eval()(values), torch.relu(values))


def test_a_larger_input_finds_draws_enough(torch: Any) -> None:
    module = relu_with_dropout(0.5)
    for size in (1000, 20, 3000, 5000):
        kept = int((module(torch.ones(size)) != 0).sum())
        assert abs(kept - size / 2) < 4 * (size / 4) ** 0.5, size
