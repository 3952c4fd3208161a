"""Fewer launches: a pass is captured once as a CUDA graph and replayed, and compiled where that is asked for."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, nn

Pass = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Model pass: state, time (n,), tokens -> velocity. All that it depends on besides must keep its place in memory."""

Acceleration = Literal["none", "graphs", "compile"]


class Replayed:
    """A pass that runs as it is when it first meets tokens of a length, then compiled if asked for, then replayed.

    The first call fills caches. Every call is one pass, so that what a pass adds up is added up once; the graph is
    captured without running. `state` tells what else the pass depends on: another value means another graph. `blocks`
    are the modules that are compiled, none for none.
    """

    def __init__(self, forward: Pass, blocks: Sequence[nn.Module], state: Callable[[], Hashable]) -> None:
        def compiled(x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
            with _compiled(blocks):
                return forward(x, t, cond)

        self._rehearsals = [forward, compiled] if blocks else [forward]
        self._state = state
        self._calls: Counter[Hashable] = Counter()
        self._graphs: dict[Hashable, _Graph] = {}

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        """Return the velocity; it is the caller's own."""
        key = (tuple(x.shape), tuple(cond.shape), self._state())
        if self._calls[key] < len(self._rehearsals):
            self._calls[key] += 1
            return self._rehearsals[self._calls[key] - 1](x, t, cond)
        if key not in self._graphs:
            self._graphs[key] = _Graph(self._rehearsals[-1], x, t, cond)
        return self._graphs[key](x, t, cond)


class _Graph:
    """One captured pass and the places of its inputs and its output."""

    def __init__(self, forward: Pass, *inputs: Tensor) -> None:
        self.inputs = [part.clone() for part in inputs]
        self.graph = torch.cuda.CUDAGraph()
        with _no_collection(), torch.cuda.graph(self.graph, capture_error_mode="thread_local"):
            self.output = forward(*self.inputs)

    def __call__(self, *inputs: Tensor) -> Tensor:
        for place, part in zip(self.inputs, inputs, strict=True):
            place.copy_(part)
        self.graph.replay()
        return self.output.clone()


@contextmanager
def _compiled(blocks: Sequence[nn.Module]) -> Iterator[None]:
    """Run modules compiled, for a `with` block. Code made for one serves all that are like it."""
    for block in blocks:
        block.compile()
    try:
        yield
    finally:
        for block in blocks:
            block._compiled_call_impl = None


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from freeing an earlier graph while one is captured, which would spoil the capture."""
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def accelerated(
    forward: Pass,
    how: Acceleration,
    device: torch.device,
    state: Callable[[], Hashable],
    blocks: Sequence[nn.Module],
) -> Pass:
    """Return the pass, made faster as asked for; on a CPU as it is. `blocks` are what the model repeats."""
    if how == "none" or device.type != "cuda":
        return forward
    return Replayed(forward, blocks if how == "compile" else (), state)
