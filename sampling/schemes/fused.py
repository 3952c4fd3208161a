"""One pass over the tokens of all views, steered by beliefs as attention bias."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor

from sampling.schemes.base import Belief, BeliefRun, Needs, Run, SchemeRun
from sampling.step import Step


@dataclass(frozen=True)
class Fused:
    """Exact cross-attention over all views' tokens, merged by log-sum-exp, biased by the sum of `beliefs`.

    Without beliefs it equals attention over the joined tokens. The weights it reports are the attention mass each view
    had at each place, mean over heads and blocks. One pass a step (a belief that asks for single views costs more).
    """

    beliefs: tuple[Belief, ...] = ()

    @property
    def name(self) -> str:
        """Return fused+BELIEF+..."""
        return "+".join(("fused", *(belief.name for belief in self.beliefs)))

    @property
    def needs(self) -> Needs:
        """Return what it and its beliefs need."""
        own = Needs(attention="must", cells="must")
        return reduce(Needs.__or__, (belief.needs for belief in self.beliefs), own)

    def begin(self, run: Run) -> SchemeRun:
        """Return the scheme in the course of a run."""
        beliefs = [belief.begin(run) for belief in self.beliefs]
        attention, cells = run.require_attention(self.name), run.require_cells(self.name)

        def attend(step: Step) -> tuple[Tensor, Tensor]:
            attention.set_bias(None if not beliefs else cells.to_tokens(_total(beliefs, step, run)))
            with attention.gathering():
                velocity = step.joined()
            return velocity, cells.from_tokens(attention.mass())

        return attend

    def without_cameras(self) -> Fused:
        """Return the scheme less the beliefs that stand and fall with cameras."""
        return Fused(tuple(belief for belief in self.beliefs if belief.needs.cameras != "must"))


def _total(beliefs: list[BeliefRun], step: Step, run: Run) -> Tensor:
    """Return the sum of the beliefs' logits at every cell, (K, P) float32, its largest over views 0."""
    cells = run.require_cells("a bias of attention")
    total = torch.zeros(run.views, len(cells.grid), device=step.x.device)
    for belief in beliefs:
        logits = belief(step).float()
        total = total + (logits[:, cells.sample] if logits.shape[1] == run.samples else logits)
    return total - total.amax(dim=0, keepdim=True)
