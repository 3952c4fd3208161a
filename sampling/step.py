"""One step of sampling: the predictions that a scheme may ask for, each made at most once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from sampling.conditions import Conditions

NULL, JOINED = "no view", "all views"


class Velocity(Protocol):
    """A model's prediction: dx/dt of state `x` at time `t` for the tokens `cond`, as a tensor like `x`.

    `x` is dense (N, C, R, R, R) or sparse (P, C); an adapter that needs coordinates holds them itself. `t` runs from 1
    (noise) to 0 and is a Python number, known on the host: nothing has to be read back. `cond` is (1, tokens, D), the
    same for all N samples: one view, no view, or the joined tokens of all views; its length tells which. It must be
    finite; a NaN is found at the end of the run and named.
    """

    def __call__(self, x: Tensor, t: float, cond: Tensor) -> Tensor: ...


@runtime_checkable
class BatchedVelocity(Velocity, Protocol):
    """A velocity that can also answer for several conditions in one forward, where that is faster."""

    def many(self, x: Tensor, t: float, conds: Sequence[Tensor]) -> list[Tensor]:
        """Return the prediction for each of `conds`."""


@dataclass(eq=False)
class Step:
    """Predictions at state `x` and time `t`. `sums` gathers a checksum of each on the device: see `check_finite`."""

    index: int
    t: float
    x: Tensor
    guided: bool
    velocity: Velocity
    conditions: Conditions
    sums: dict[tuple[int, str], Tensor]
    made: dict[str, Tensor] = field(default_factory=dict)

    def view(self, k: int) -> Tensor:
        """Return the prediction for view `k` alone."""
        return self._get([self.conditions.names[k]], [self.conditions.view(k)])[0]

    def view_afresh(self, k: int) -> Tensor:
        """Return the same, predicted anew and alone, for whoever watches the model meanwhile."""
        if self.guided:
            self.null()
        self.made.pop(self.conditions.names[k], None)
        return self.view(k)

    def views(self) -> list[Tensor]:
        """Return the prediction for each view alone: K passes."""
        return self._get(list(self.conditions.names), [self.conditions.view(k) for k in range(self.conditions.count)])

    def joined(self) -> Tensor:
        """Return the prediction for the tokens of all views at once: one pass."""
        return self._get([JOINED], [self.conditions.joined()])[0]

    def null(self) -> Tensor:
        """Return the prediction for no view."""
        return self._get([], [])[0] if self.guided else self._evaluate([NULL], [self.conditions.null])[0]

    def _get(self, names: list[str], conds: list[Tensor]) -> list[Tensor]:
        """Return the named predictions; a guided step makes the unconditional one in the same call."""
        if not self.guided:
            return self._evaluate(names, conds)
        return self._evaluate([*names, NULL], [*conds, self.conditions.null])[: len(names) or 1]

    def _evaluate(self, names: list[str], conds: list[Tensor]) -> list[Tensor]:
        missing = [(name, cond) for name, cond in zip(names, conds, strict=True) if name not in self.made]
        wanted = [cond for _, cond in missing]
        if len(wanted) > 1 and isinstance(self.velocity, BatchedVelocity):
            predictions = self.velocity.many(self.x, self.t, wanted)
        else:
            predictions = [self.velocity(self.x, self.t, cond) for cond in wanted]
        for (name, _), prediction in zip(missing, predictions, strict=True):
            self.made[name] = prediction
            self.sums[self.index, name] = prediction.sum()
        return [self.made[name] for name in names]


def first_not_finite(sums: dict[tuple[int, str], Tensor]) -> tuple[int, str] | None:
    """Return the step and view of the first prediction that held NaN or infinity, None when there is none.

    A sum over a prediction is not finite when an entry is not, so one small kernel a pass and one read at the end are
    the whole check: no step waits for the device.
    """
    if not sums:
        return None
    finite = torch.isfinite(torch.stack([value.float() for value in sums.values()])).tolist()
    return next((key for key, ok in zip(sums, finite, strict=True) if not ok), None)
