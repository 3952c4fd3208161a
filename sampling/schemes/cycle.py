"""Upstream's `stochastic`: one view a step, in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from sampling.schemes.base import Needs, Run, SchemeRun
from sampling.step import Step


@dataclass(frozen=True)
class Cycle:
    """View (step mod K) alone, as TRELLIS' inject_sampler_multi_image(mode="stochastic"). One pass a step."""

    name: ClassVar[str] = "cycle"
    needs: ClassVar[Needs] = Needs()

    def begin(self, run: Run) -> SchemeRun:
        """Return the scheme in the course of a run."""

        def pick(step: Step) -> tuple[Tensor, Tensor]:
            k = step.index % run.views
            weights = step.x.new_zeros(run.views, run.samples)
            weights[k] = 1.0
            return step.view(k), weights

        return pick

    def without_cameras(self) -> Cycle:
        """Return itself."""
        return self
