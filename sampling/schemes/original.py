"""The prototype's weights, exactly, and with their faults mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sampling.errors import BadConditions
from sampling.schemes.base import BeliefRun, Needs, Run, inner_products
from sampling.step import Step


@dataclass(frozen=True)
class Original:
    """Logits 1000·r with r_i = a_i / Σ_j a_j and a_i = -<v_i, v_null>, as inrainbws/cs-503-project has them.

    The sign cancels: the view most like the unconditional wins, nearly alone, and noise decides which. One sample at a
    time: for several the prototype mixes them up. K + 1 passes at every step.
    """

    strength: float = 1000.0
    name: ClassVar[str] = "original"
    needs: ClassVar[Needs] = Needs()

    def begin(self, run: Run) -> BeliefRun:
        """Return the belief in the course of a run."""
        if run.samples != 1:
            raise BadConditions(f"original is defined for one sample, got {run.samples}; original-fixed takes several")

        def logits(step: Step) -> Tensor:
            agreement = inner_products(step.views(), -step.null(), run.cells)
            return self.strength * (agreement / torch.sum(agreement, dim=0))

        return logits


@dataclass(frozen=True)
class OriginalFixed:
    """Logits strength·(d_i / mean_j d_j - 1), d_i = <v_i, v_null>, per sample, smoothed over steps.

    Equals the prototype's logits for two views, up to a shift; the temperature no longer depends on K. Where the mean
    vanishes or turns negative a share of |v_i|·|v_null| takes its place, so that the order of views never inverts.
    K + 1 passes at every step: holding the weights outside the guidance interval brought duplicates back on toys.
    """

    strength: float = 500.0
    memory: float = 0.7
    least: float = 0.05
    name: ClassVar[str] = "original-fixed"
    needs: ClassVar[Needs] = Needs()

    def begin(self, run: Run) -> BeliefRun:
        """Return the belief in the course of a run."""
        kept: list[Tensor] = []

        def logits(step: Step) -> Tensor:
            now = self.strength * self._relative(step, run)
            kept[:] = [now if not kept else self.memory * kept[0] + (1 - self.memory) * now]
            return kept[0]

        return logits

    def _relative(self, step: Step, run: Run) -> Tensor:
        """Return by how much of the mean each view's product differs from it, (K, N)."""
        views, null = step.views(), step.null()
        products = inner_products(views, null, run.cells)
        squares = torch.stack([inner_products([view], view, run.cells)[0] for view in views])
        norms = torch.sqrt(squares * inner_products([null], null, run.cells))
        mean = products.mean(dim=0)
        tiny = torch.finfo(mean.dtype).tiny
        return (products - mean) / torch.maximum(mean, self.least * norms.mean(dim=0)).clamp_min(tiny)
