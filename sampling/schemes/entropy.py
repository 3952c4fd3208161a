"""Whoever the model looks at most sharply is believed: the weights of MV-SAM3D, the nearest published rival."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sampling.schemes.base import BeliefRun, Needs, Run
from sampling.step import Step


@dataclass(frozen=True)
class Entropy:
    """softmax(-alpha·H) over views per place, at least `floor`; H is the normalised entropy of one block's attention.

    Measured once, in the single-view passes of the first step, and held (MV-SAM3D, arXiv 2603.11633: alpha 30, floor
    0.001, block 9 of the structure model). Needs no cameras.
    """

    alpha: float = 30.0
    floor: float = 0.001
    name: ClassVar[str] = "entropy"
    needs: ClassVar[Needs] = Needs(cells="must", attention="must")

    def begin(self, run: Run) -> BeliefRun:
        """Return the belief in the course of a run."""
        attention, cells = run.require_attention(self.name), run.require_cells(self.name)
        held: list[Tensor] = []

        def logits(step: Step) -> Tensor:
            if not held:
                entropies = []
                for k in range(run.views):
                    with attention.measuring_entropy():
                        step.view_afresh(k)
                    assert attention.entropy is not None, "the block whose entropy is measured did not run"
                    entropies.append(attention.entropy)
                weights = torch.softmax(-self.alpha * torch.stack(entropies), dim=0).clamp_min(self.floor)
                held.append(cells.from_tokens(weights.log()))
            return held[0]

        return logits
