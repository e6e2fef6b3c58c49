"""The loss of the output layer, a few rows at a time: the scores of all tokens are never held at once.

Most of the plain way's time goes into memory touched for the first time: a table of some thousand tokens by
some thousand pieces, written five times over. The rows of a chunk stay in the cache (after Wijmans et al.
2024, "Cut your losses in large-vocabulary language models").
"""

from __future__ import annotations

import functools
from typing import Any

ROWS = {"cpu": 512, "cuda": 8192}
"""Target tokens whose scores are held at once, by device."""


def output_loss(hidden: Any, weight: Any, wanted: Any, smoothing: float) -> Any:
    """Returns the cross entropy, summed over the tokens, with label smoothing as torch defines it.

    Args:
        hidden: what the decoder gives, ``(tokens, width)``; its type is what the products are computed in.
        weight: of the output layer, ``(pieces, width)``, float32.
        wanted: the right piece of each token, ``(tokens,)``.
        smoothing: share of the probability that is dealt out to all pieces.
    """
    return _function().apply(hidden, weight, wanted, smoothing)


@functools.cache
def _function() -> Any:
    """Returns the class, made when torch is first needed: the rest of Dragoman does without it."""
    import torch

    class _OutputLoss(torch.autograd.Function):  # type: ignore[misc]  # torch is not looked into
        """Computes the gradients with the loss, while the scores of a chunk are at hand."""

        @staticmethod
        def forward(ctx: Any, hidden: Any, weight: Any, wanted: Any, smoothing: float) -> Any:
            learns = any(ctx.needs_input_grad)
            matrix = weight.to(hidden.dtype)
            of_hidden, of_weight = torch.empty_like(hidden), torch.zeros_like(weight)
            total = torch.zeros((), device=hidden.device)
            for first in range(0, len(hidden), ROWS[hidden.device.type]):
                chunk = slice(first, first + ROWS[hidden.device.type])
                right = wanted[chunk, None]
                scores = (hidden[chunk] @ matrix.T).float().log_softmax(1)
                total -= (1 - smoothing) * scores.gather(1, right).sum() + smoothing * scores.mean(1).sum()
                if learns:
                    slope = scores.exp_().sub_(smoothing / len(weight))
                    slope.scatter_add_(1, right, torch.full_like(right, smoothing - 1, dtype=slope.dtype))
                    slope = slope.to(hidden.dtype)
                    of_hidden[chunk] = slope @ matrix
                    of_weight += slope.T @ hidden[chunk]
            if learns:
                ctx.save_for_backward(of_hidden, of_weight)
            return total

        @staticmethod
        def backward(ctx: Any, slope: Any) -> tuple[Any, ...]:
            of_hidden, of_weight = ctx.saved_tensors
            return of_hidden * slope, of_weight * slope, None, None

    return _OutputLoss
