"""Fewer launches: a pass is captured once as a CUDA graph and replayed, and compiled where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Literal

import torch
from torch import Tensor

Pass = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Model pass: state, time (n,), tokens -> velocity. All that it depends on besides must keep its place in memory."""

Acceleration = Literal["none", "graphs", "compile"]


class Replayed:
    """A pass that is captured as a CUDA graph the second time it is called with tokens of a length, then replayed.

    The first call runs as it is: it fills caches, and counts, so that what the pass adds up is added up once. `state`
    tells what else the pass depends on: another value means another graph.
    """

    def __init__(self, forward: Pass, state: Callable[[], Hashable] = lambda: None) -> None:
        self.forward = forward
        self.state = state
        self._graphs: dict[Hashable, _Graph | None] = {}

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        """Return the velocity; it is the caller's own."""
        key = (tuple(x.shape), tuple(cond.shape), self.state())
        if key not in self._graphs:
            self._graphs[key] = None
            return self.forward(x, t, cond)
        graph = self._graphs[key]
        if graph is None:
            graph = self._graphs[key] = _Graph(self.forward, x, t, cond)
        return graph(x, t, cond)


class _Graph:
    """One captured pass and the places of its inputs and its output."""

    def __init__(self, forward: Pass, *inputs: Tensor) -> None:
        self.inputs = [part.clone() for part in inputs]
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.output = forward(*self.inputs)

    def __call__(self, *inputs: Tensor) -> Tensor:
        for place, part in zip(self.inputs, inputs, strict=True):
            place.copy_(part)
        self.graph.replay()
        return self.output.clone()


def accelerated(forward: Pass, how: Acceleration, device: torch.device, state: Callable[[], Hashable]) -> Pass:
    """Return the pass, made faster as asked for; on a CPU as it is."""
    if how == "none" or device.type != "cuda":
        return forward
    if how == "compile":
        forward = torch.compile(forward, dynamic=False)
    return Replayed(forward, state)
