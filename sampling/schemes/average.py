"""Upstream's `multidiffusion`: the mean over views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from sampling.schemes.base import Needs, Run, SchemeRun
from sampling.step import Step


@dataclass(frozen=True)
class Average:
    """The mean of all views, as TRELLIS' inject_sampler_multi_image(mode="multidiffusion"). K passes a step."""

    name: ClassVar[str] = "average"
    needs: ClassVar[Needs] = Needs()

    def begin(self, run: Run) -> SchemeRun:
        """Return the scheme in the course of a run."""

        def mean(step: Step) -> tuple[Tensor, Tensor]:
            predictions = step.views()
            velocity = sum(predictions[1:], 0 + predictions[0]) / len(predictions)
            return velocity, step.x.new_full((run.views, run.samples), 1.0 / run.views)

        return mean

    def without_cameras(self) -> Average:
        """Return itself."""
        return self
