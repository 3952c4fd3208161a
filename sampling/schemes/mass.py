"""Whoever the model itself attends to is believed more, and more so as the body takes shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sampling.schemes.base import BeliefRun, Needs, Run
from sampling.step import Step


@dataclass(frozen=True)
class Mass:
    """Logits strength·ramp·log(attention mass of earlier steps, smoothed); ramp from 0 at t = 1 to 1 at `full_at`.

    Raising attention to the power (1 + strength) sharpens what the model does by itself: a place that attends mostly to
    one view ends up with that view alone. It knows no cameras and trusts nobody in particular.
    """

    strength: float = 2.0
    full_at: float = 0.7
    memory: float = 0.7
    name: ClassVar[str] = "mass"
    needs: ClassVar[Needs] = Needs(cells="must", attention="must")

    def begin(self, run: Run) -> BeliefRun:
        """Return the belief in the course of a run."""
        attention, cells = run.require_attention(self.name), run.require_cells(self.name)
        attention.tracks_unbiased = True
        kept: list[Tensor] = []

        def logits(step: Step) -> Tensor:
            if step.index == 0:
                return torch.zeros(run.views, len(cells.grid), device=step.x.device)
            natural = torch.log(attention.unbiased_mass().clamp_min(1e-6))
            kept[:] = [natural if not kept else self.memory * kept[0] + (1 - self.memory) * natural]
            ramp = min(1.0, (1.0 - step.t) / (1.0 - self.full_at))
            return self.strength * ramp * cells.from_tokens(kept[0])

        return logits
