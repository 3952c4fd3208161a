"""The weights of an earlier stage, at this stage's times and places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sampling.errors import BadWeights
from sampling.schemes.base import BeliefRun, Needs, Run
from sampling.step import Step
from sampling.weights import ViewWeights, interpolate


@dataclass(frozen=True)
class Replay:
    """Logits log(weight) of the stage before, interpolated in t, taken from the nearest place.

    So the second stage believes whom the first believed, whatever its own steps and grid are.
    """

    floor: float = 1e-30
    name: ClassVar[str] = "replay"
    needs: ClassVar[Needs] = Needs(cells="may", earlier="must")

    def begin(self, run: Run) -> BeliefRun:
        """Return the belief in the course of a run. Raises BadWeights when samples, views or places do not fit."""
        kept: list[Tensor] = []

        def logits(step: Step) -> Tensor:
            if not kept:
                kept.append(_all_samples(run).to(step.x.device))
            now = interpolate(run.earlier[0].times, kept[0], step.t)
            return torch.log(now.clamp_min(self.floor))

        return logits


def _all_samples(run: Run) -> Tensor:
    """Return the earlier weights of all samples at this run's places, (s, K, N) or (s, K, P) float32."""
    first = run.earlier[0]
    if len(run.earlier) != run.samples or any(len(weights.names) != run.views for weights in run.earlier):
        raise BadWeights(
            f"earlier weights are of {len(run.earlier)} samples and {len(first.names)} views, this stage has "
            f"{run.samples} and {run.views}"
        )
    values = [torch.as_tensor(_at_places(weights, run, n)) for n, weights in enumerate(run.earlier)]
    return torch.cat(values, dim=2)


def _at_places(weights: ViewWeights, run: Run, sample: int) -> Tensor:
    """Return one sample's weights, (s, K, 1) or (s, K, places)."""
    if weights.grid is None:
        return torch.as_tensor(weights.values)[:, :, None]
    return torch.as_tensor(weights.placed(run.require_cells("replaying weights of places"), sample).values)
