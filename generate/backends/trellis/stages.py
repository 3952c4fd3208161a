"""The two sampled stages, each driven by our sampler: noise and views in, a structure or latents out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from generate.backends.trellis.acceleration import Acceleration, Pass, accelerated
from generate.backends.trellis.checkpoint import SamplerParameters
from generate.backends.trellis.dense import blocks_of
from generate.backends.trellis.latent import latent_pass
from generate.backends.trellis.structure import structure_pass
from sampling.cameras import Cameras
from sampling.cells import Cells
from sampling.conditions import Conditions
from sampling.cross_attention import ViewAttention, attend_to_views
from sampling.guidance import Guidance
from sampling.sampler import FindYaw, Sampled, Stepped, sample
from sampling.schedule import rescaled_times
from sampling.views import make_scheme
from sampling.weights import ViewWeights

OnStep = Callable[[Stepped], None]


@dataclass(frozen=True)
class Settings:
    """How a stage is sampled."""

    scheme: str
    steps: int
    guidance: float
    interval: tuple[float, float]
    rescale_t: float
    accelerate: Acceleration

    @classmethod
    def of(
        cls,
        defaults: SamplerParameters,
        scheme: str,
        accelerate: Acceleration,
        steps: int | None,
        guidance: float | None,
    ) -> Settings:
        """Return the checkpoint's own settings, but for what was asked for."""
        return cls(
            scheme,
            defaults.steps if steps is None else steps,
            defaults.cfg_strength if guidance is None else guidance,
            defaults.cfg_interval,
            defaults.rescale_t,
            accelerate,
        )


@dataclass(frozen=True, eq=False)
class Shown:
    """What the model is shown, and from where: tokens, cameras, and the index of the view that is trusted."""

    conditions: Conditions
    cameras: Cameras
    trust: int


def sample_structure(
    model: Any, noise: Tensor, shown: Shown, settings: Settings, find_yaw: FindYaw, on_step: OnStep
) -> Sampled:
    """Return the structure's latent (1, 8, 16, 16, 16) that `noise` flows to."""
    cells = Cells.dense(1, model.resolution, patch=model.patch_size, device=noise.device)
    return _sample(
        "structure", model, structure_pass(model), noise, cells, shown, shown.cameras, settings, (), find_yaw, on_step
    )


def sample_latent(
    model: Any,
    noise: Tensor,
    coords: Tensor,
    shown: Shown,
    settings: Settings,
    yaw_deg: float | None,
    earlier: tuple[ViewWeights, ...],
    on_step: OnStep,
) -> Sampled:
    """Return the voxels' features (m, 8) that `noise` flows to. Cameras count where the body's yaw is known."""
    cells = Cells.sparse(coords, model.resolution, patch=model.patch_size)
    cameras = None if yaw_deg is None else turned(shown.cameras, yaw_deg)
    forward = latent_pass(model, coords)
    return _sample("latents", model, forward, noise, cells, shown, cameras, settings, earlier, None, on_step)


def turned(cameras: Cameras, yaw_deg: float) -> Cameras:
    """Return the cameras as a body that is turned by `yaw_deg` about Z has them."""
    azimuths_deg = tuple(azimuth_deg + yaw_deg for azimuth_deg in cameras.azimuths_deg)
    return Cameras(azimuths_deg, cameras.elevations_deg)


def _sample(
    stage: str,
    model: Any,
    forward: Pass,
    noise: Tensor,
    cells: Cells,
    shown: Shown,
    cameras: Cameras | None,
    settings: Settings,
    earlier: tuple[ViewWeights, ...],
    find_yaw: FindYaw | None,
    on_step: OnStep,
) -> Sampled:
    scheme = make_scheme(settings.scheme)
    if cameras is None and scheme.needs.cameras == "must":
        scheme = scheme.without_cameras()
    views = shown.conditions.views
    opened: Any = nullcontext()
    if scheme.needs.attention != "no":
        opened = attend_to_views(model, views, cells.tokens)
    with opened as attention:
        return sample(
            _Velocity(model, forward, settings.accelerate, attention),
            noise,
            shown.conditions,
            rescaled_times(settings.steps, settings.rescale_t),
            guidance=Guidance(settings.guidance, settings.interval),
            scheme=scheme,
            trust=shown.trust,
            cells=cells,
            cameras=cameras,
            find_yaw=find_yaw,
            attention=attention,
            earlier=earlier,
            on_step=on_step,
            stage=stage,
        )


class _Velocity:
    """A model's pass as the sampler calls it: TRELLIS counts time to 1000."""

    def __init__(self, model: Any, forward: Pass, accelerate: Acceleration, attention: ViewAttention | None) -> None:
        self._model = model
        self._forward = forward
        self._accelerate = accelerate
        self._attention = attention
        self._fast: Pass | None = None

    def __call__(self, x: Tensor, t: float, cond: Tensor) -> Tensor:
        """Return the prediction at `x` and `t` for the tokens `cond`."""
        times = torch.full((1,), 1000.0 * t, device=x.device)
        if self._attention is not None and self._attention.measuring:  # read as it runs: nothing to replay
            return self._forward(x, times, cond)
        if self._fast is None:
            blocks = blocks_of(self._model)
            self._fast = accelerated(self._forward, self._accelerate, x.device, self._tracking, blocks)
        return self._fast(x, times, cond)

    def _tracking(self) -> bool:
        return self._attention is not None and self._attention.tracks_unbiased
