"""`sample`: from noise to a state, through a scheme, guidance and Euler's method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sampling.cameras import Cameras
from sampling.cells import Cells
from sampling.conditions import Conditions
from sampling.cross_attention import ViewAttention
from sampling.errors import BadConditions, MissingInput, NotFinite, OutOfMemory
from sampling.euler import integrate
from sampling.guidance import Guidance
from sampling.schemes.base import Run, Scheme
from sampling.step import Step, Velocity, first_not_finite
from sampling.views import make_scheme
from sampling.weights import ViewWeights, weights_by_sample

FindYaw = Callable[[Tensor], float | None]


@dataclass(frozen=True, eq=False)
class Stepped:
    """A step that was made: its index of so many, the time and state it led to, the end it points to (x - t·v)."""

    index: int
    steps: int
    t: float
    x: Tensor
    predicted: Tensor


@dataclass(frozen=True, eq=False)
class Sampled:
    """The state at t = 0, one ViewWeights a sample, the yaw found (None: not asked, or ambiguous), passes made."""

    x: Tensor
    weights: tuple[ViewWeights, ...]
    yaw_deg: float | None
    passes: int


@torch.no_grad()
def sample(
    velocity: Velocity,
    noise: Tensor,
    conditions: Conditions,
    times: NDArray[np.float64],
    *,
    guidance: Guidance = Guidance(),  # noqa: B008 (it is frozen)
    scheme: str | Scheme = "arbiter",
    trust: int | None = 0,
    cells: Cells | None = None,
    cameras: Cameras | None = None,
    find_yaw: FindYaw | None = None,
    find_yaw_at: float = 0.7,
    attention: ViewAttention | None = None,
    earlier: tuple[ViewWeights, ...] = (),
    on_step: Callable[[Stepped], None] | None = None,
    stage: str = "sampling",
) -> Sampled:
    """Return the state that `noise` flows to, shaped as it, and how far each view was believed on the way.

    `noise` is dense (N, C, R, R, R) or sparse (P, C), `times` from `rescaled_times`, `scheme` a name of
    `sampling.views` ("arbiter", "fused+directional", ...) or one made by hand; its `needs` say which of the rest it
    uses. `trust` is the index of the view that decides where evidence does not, None for no view. `cells` are the
    places of the state's entries. `cameras` are believed from the first step, unless `find_yaw` is given: then not
    before the first t <= `find_yaw_at`, where it is shown the predicted end (as `noise`) and returns by how many
    degrees the body is turned, None when that is ambiguous; until then, and if so, the scheme does without cameras.
    `attention` is the model opened with `attend_to_views`, `earlier` the weights of the stage before, `stage` a name
    for messages. Nothing here waits for the device between the first step and the last.

    Raises BadConditions, UnknownScheme, MissingInput (before the first pass), NotFinite (stage, step and view named)
    and OutOfMemory.
    """
    chosen = make_scheme(scheme) if isinstance(scheme, str) else scheme
    samples = cells.samples if cells is not None else len(noise)
    _check(chosen, conditions, noise, trust, cells, cameras, attention, earlier)
    run = Run(conditions.count, samples, trust, None, cells, attention, earlier)
    course = _Course(velocity, conditions, guidance, chosen, run, cameras, find_yaw, find_yaw_at)

    def report(index: int, t: float, x: Tensor) -> None:
        if on_step is not None:
            on_step(Stepped(index, len(times) - 1, t, x, x - t * course.last))

    try:
        end = integrate(course, noise, times, report)
    except torch.cuda.OutOfMemoryError as error:
        raise OutOfMemory(_no_room(stage, chosen, conditions.count, samples, error)) from error
    _check_finite(course, stage)
    weights = weights_by_sample(times[:-1], course.weights, conditions.names, cells)
    return Sampled(end, weights, course.yaw_deg, len(course.sums))


@dataclass(eq=False)
class _Course:
    """The guided velocity of a run, and what it gathers."""

    velocity: Velocity
    conditions: Conditions
    guidance: Guidance
    scheme: Scheme
    run: Run
    cameras: Cameras | None
    find_yaw: FindYaw | None
    find_yaw_at: float
    yaw_deg: float | None = None
    sums: dict[tuple[int, str], Tensor] = field(default_factory=dict)
    weights: list[Tensor] = field(default_factory=list)
    last: Tensor = field(init=False)

    def __post_init__(self) -> None:
        waits = self.find_yaw is not None and self.cameras is not None
        if self.cameras is not None and not waits:
            self.run.directions = self.cameras.directions(device=self.conditions.views.device)
        self.combine = (self.scheme.without_cameras() if waits else self.scheme).begin(self.run)

    def __call__(self, x: Tensor, t: float) -> Tensor:
        """Return the guided velocity at `x`, `t`."""
        if self.find_yaw is not None and self.cameras is not None and self.weights and t <= self.find_yaw_at:
            self._turn(x - t * self.last)
        guided = self.guidance.acts_at(t)
        step = Step(len(self.weights), t, x, guided, self.velocity, self.conditions, self.sums)
        velocity, weights = self.combine(step)
        self.weights.append(weights)
        self.last = self.guidance.apply(velocity, step.null()) if guided else velocity
        return self.last

    def _turn(self, predicted: Tensor) -> None:
        """Learn the body's yaw from the predicted end; a scheme that waited for cameras takes over."""
        assert self.find_yaw is not None and self.cameras is not None
        self.yaw_deg = self.find_yaw(predicted)
        self.find_yaw = None
        if self.yaw_deg is None:
            return
        self.run.directions = self.cameras.directions(self.yaw_deg, self.conditions.views.device)
        if self.scheme.without_cameras() != self.scheme:
            self.combine = self.scheme.begin(self.run)


def _check(
    scheme: Scheme,
    conditions: Conditions,
    noise: Tensor,
    trust: int | None,
    cells: Cells | None,
    cameras: Cameras | None,
    attention: ViewAttention | None,
    earlier: tuple[ViewWeights, ...],
) -> None:
    """Raise unless the scheme has what it needs and all of it fits."""
    given = {"cameras": cameras, "cells": cells, "attention": attention, "earlier": earlier or None}
    how = {
        "cameras": "the views' azimuths; `arbiter` and `fused` do without",
        "cells": "the places of the state's entries",
        "attention": "the model opened with attend_to_views",
        "earlier": "the view weights of the stage before",
    }
    for name, value in given.items():
        if value is None and getattr(scheme.needs, name) == "must":
            raise MissingInput(f"scheme {scheme.name} needs `{name}`: {how[name]}")
    if cameras is not None and len(cameras.azimuths_deg) != conditions.count:
        raise BadConditions(f"{conditions.count} views need as many cameras, got {len(cameras.azimuths_deg)}")
    if trust is not None and not 0 <= trust < conditions.count:
        raise BadConditions(f"the trusted view must be one of 0..{conditions.count - 1}, got {trust}")
    if cells is not None and len(cells.grid) != noise.numel() // noise.shape[1]:
        raise BadConditions(f"the state has {noise.numel() // noise.shape[1]} places, `cells` {len(cells.grid)}")


def _check_finite(course: _Course, stage: str) -> None:
    """Raise NotFinite, naming the first prediction that is not."""
    found = first_not_finite(course.sums)
    if found is not None:
        raise NotFinite(
            f"{stage}: the prediction of step {found[0] + 1} of {len(course.weights)} for {found[1]} holds NaN or "
            "infinity; use float32 or bfloat16 instead of float16, or another checkpoint"
        )


def _no_room(stage: str, scheme: Scheme, views: int, samples: int, error: Exception) -> str:
    """Return the message of OutOfMemory."""
    return (
        f"{stage}: no room on the GPU with scheme {scheme.name}, {views} views and {samples} samples; make one sample "
        f"at a time, switch low-memory mode on, or use `cycle`, which attends to one view at a time ({error})"
    )
