"""K passes, one a view, weighed by a belief."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sampling.schemes.base import Belief, Needs, Run, Scheme, SchemeRun, weighted_sum
from sampling.step import Step


@dataclass(frozen=True)
class Weighted:
    """The sum of the views' velocities under softmax weights: whole views (K, N), or place by place (K, P)."""

    belief: Belief
    fallback: Belief | None = None

    @property
    def name(self) -> str:
        """Return the belief's name."""
        return self.belief.name

    @property
    def needs(self) -> Needs:
        """Return what the belief needs."""
        return self.belief.needs

    def begin(self, run: Run) -> SchemeRun:
        """Return the scheme in the course of a run."""
        logits = self.belief.begin(run)

        def combine(step: Step) -> tuple[Tensor, Tensor]:
            weights = torch.softmax(logits(step), dim=0)
            return weighted_sum(step.views(), weights, run.cells), weights

        return combine

    def without_cameras(self) -> Scheme:
        """Return the scheme of the fallback belief, or this one where it can do without cameras."""
        return self if self.fallback is None else Weighted(self.fallback)
