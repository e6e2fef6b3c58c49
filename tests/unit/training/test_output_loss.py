"""The loss of the output layer, chunk by chunk, is torch's own, and so are its gradients."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.convert


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch", reason="the training needs torch")


@pytest.mark.parametrize("tokens", [1, 7, 8, 21])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_and_gradients_are_those_of_torch(
    tokens: int, smoothing: float, torch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dragoman.training import loss as module

    monkeypatch.setattr(module, "ROWS", {"cpu": 7})
    torch.manual_seed(tokens)
    hidden = torch.randn(tokens, 6, requires_grad=True)
    weight = torch.randn(11, 6, requires_grad=True)
    wanted = torch.randint(0, 11, (tokens,))
    plain = torch.nn.functional.cross_entropy(
        hidden @ weight.T, wanted, label_smoothing=smoothing, reduction="sum"
    )
    ours = module.output_loss(hidden, weight, wanted, smoothing)
    assert torch.allclose(ours, plain, rtol=1e-5)
    # as a part of something larger, so that the slope that comes from above counts too
    for got, expected in zip(
        torch.autograd.grad(3 * ours, (hidden, weight)),
        torch.autograd.grad(3 * plain, (hidden, weight)),
        strict=True,
    ):
        assert torch.allclose(got, expected, atol=1e-5)
    with torch.no_grad():
        assert torch.allclose(module.output_loss(hidden, weight, wanted, smoothing), plain, rtol=1e-5)


def test_products_in_bfloat16_and_gradients_of_the_weights_in_float32(torch: Any) -> None:
    from dragoman.training.loss import output_loss

    torch.manual_seed(1)
    hidden = torch.randn(40, 16).bfloat16().requires_grad_()
    weight = torch.randn(30, 16, requires_grad=True)
    wanted = torch.randint(0, 30, (40,))
    exact = torch.nn.functional.cross_entropy(hidden.float() @ weight.T, wanted, reduction="sum")
    ours = output_loss(hidden, weight, wanted, 0.0)
    assert float(ours.detach()) == pytest.approx(float(exact.detach()), rel=0.01)
    of_hidden, of_weight = torch.autograd.grad(ours, (hidden, weight))
    assert (of_hidden.dtype, of_weight.dtype) == (torch.bfloat16, torch.float32)
    (expected,) = torch.autograd.grad(exact, weight)
    assert torch.nn.functional.cosine_similarity(of_weight.flatten(), expected.flatten(), dim=0) > 0.999
