"""The activation inside the feed-forward layers with its dropout, in few passes over memory.

The inner layers hold most of what a step writes. Apart, relu and dropout went over them nine times in a
step, two of these to turn draws into zeros and ones.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

SPARE = 4
"""Draws kept at hand for each element of the largest input; a call takes a stretch of them from anywhere."""


def relu_with_dropout(share: float) -> Any:
    """Returns a module that sets what is negative, and while it learns a share of the rest, to zero.

    What is left grows so that the sum stays the same on average. On a CPU the share is in steps of 1/256,
    and the input is overwritten; draws are made once, and each call begins at another place among them.

    Args:
        share: of the elements, that become zero.
    """
    return _module()(share)


@functools.cache
def _module() -> Any:
    """Returns the class, made when torch is first needed: the rest of Dragoman does without it."""
    import torch

    class _Masked(torch.autograd.Function):  # type: ignore[misc]  # torch is not looked into
        @staticmethod
        def forward(ctx: Any, values: Any, kept: Any, growth: float) -> Any:
            ctx.mark_dirty(values)
            ctx.growth = growth
            values.relu_().mul_(kept)
            ctx.save_for_backward(values)
            return values

        @staticmethod
        def backward(ctx: Any, slope: Any) -> tuple[Any, ...]:
            (values,) = ctx.saved_tensors
            # zero where relu or dropout made it so
            return torch.ops.aten.threshold_backward(slope, values, 0).mul_(ctx.growth), None, None

    class _ReluWithDropout(torch.nn.Module):  # type: ignore[misc]  # torch is not looked into
        def __init__(self, share: float) -> None:
            super().__init__()
            self._share = share
            self._numbers = np.random.Generator(np.random.SFC64(torch.initial_seed()))
            below = round(share * 256)
            self._growth = 256 / (256 - below)
            self._below = below
            self._kept = torch.empty(0)

        def _draws(self, values: Any) -> Any:
            """Returns as many factors, zero or the growth, as there are values."""
            count = values.numel()
            kept = self._kept
            # with twice as many as are taken, there are as many places to begin at as there are values
            if len(kept) < 2 * count or kept.dtype != values.dtype:
                draws = torch.frombuffer(bytearray(self._numbers.bytes(SPARE * count)), dtype=torch.uint8)
                kept = self._kept = (draws >= self._below).to(values.dtype).mul_(self._growth)
            start = int(self._numbers.integers(len(kept) - count + 1))
            return kept[start : start + count].view(values.shape)

        def forward(self, values: Any) -> Any:
            if not self.training:
                return torch.relu(values)
            if values.is_cuda:
                return torch.nn.functional.dropout(torch.relu(values), self._share)
            return _Masked.apply(values, self._draws(values), self._growth)

    return _ReluWithDropout
