"""Whoever sees a place best is believed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sampling.schemes.base import BeliefRun, Needs, Run
from sampling.step import Step


@dataclass(frozen=True)
class Directional:
    """Logits tau·(direction to the camera · place) + alpha·[the trusted view], place in [-1, 1]³.

    tau = 2 leaves a view that looks from the other side about 2% at the surface; alpha = 1 breaks ties without
    overruling the view that sees better (2 already did, on toys).
    """

    tau: float = 2.0
    alpha: float = 1.0
    name: ClassVar[str] = "directional"
    needs: ClassVar[Needs] = Needs(cameras="must", cells="must")

    def begin(self, run: Run) -> BeliefRun:
        """Return the belief in the course of a run."""

        def logits(step: Step) -> Tensor:
            return directional_logits(run, self.tau, self.alpha)

        return logits


def directional_logits(run: Run, tau: float, alpha: float) -> Tensor:
    """Return the logits, (K, P) float32; where no cameras are known only the trusted view stands out."""
    points = run.require_cells("a directional belief").points
    if run.directions is None:
        logits = torch.zeros(run.views, len(points), device=points.device)
    else:
        logits = tau * (run.directions.to(points.device) @ points.T)
    if run.trust is not None:
        logits[run.trust] += alpha
    return logits
