"""A flow whose velocity is known in closed form: 32 bodies, views that say which, and a count of what came out.

A body is a latent (8, 16, 16, 16) with five parts, each of which can be in one of two places. A view says for each part
where it is (log-odds 12), or nothing. Given that, E[x0 | x_t] is a mixture over the 32 bodies, and the rectified flow's
velocity is (x_t - E[x0 | x_t]) / t. The likelihood is tempered by 0.02: a network is never as sure of 32,768 numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import sqrt

import numpy as np
import torch
from torch import Tensor

from sampling.cameras import Cameras
from sampling.cells import Cells
from sampling.conditions import Conditions
from sampling.guidance import Guidance
from sampling.sampler import sample
from sampling.schedule import rescaled_times
from sampling.schemes.base import Scheme

SIDE, CHANNELS, LOG_ODDS, TEMPER, AMPLITUDE = 16, 8, 12.0, 0.02, 1.3
PARTS = ("tail", "nose", "pack", "arm", "hat")
# low corners of 4³ boxes: where each part is in its two places; x to the figure's left, y to its back, z up
PLACES = {
    "tail": ((10, 12, 4), (2, 12, 4)),  # at the back, left or right
    "nose": ((6, 0, 11), (6, 0, 6)),  # at the front, high or low
    "pack": ((6, 12, 11), (6, 12, 7)),  # at the back, high or low
    "arm": ((12, 3, 8), (0, 3, 8)),  # in front, left or right
    "hat": ((10, 6, 12), (2, 6, 12)),  # on the plane between front and back, left or right
}


@dataclass(frozen=True)
class Outcome:
    """How many samples have the part in the true place alone, in the other, in both, in neither."""

    right: int
    wrong: int
    both: int
    neither: int

    @property
    def samples(self) -> int:
        return self.right + self.wrong + self.both + self.neither


def part_latents() -> Tensor:
    """Return the latent of each part in each place, (5, 2, 8, 16, 16, 16)."""
    generator = torch.Generator().manual_seed(7)
    made = torch.zeros(len(PARTS), 2, CHANNELS, SIDE, SIDE, SIDE)
    for p, part in enumerate(PARTS):
        for place, (x, y, z) in enumerate(PLACES[part]):
            colour = torch.randn(CHANNELS, 1, 1, 1, generator=generator)
            made[p, place, :, x : x + 4, y : y + 4, z : z + 4] = AMPLITUDE * colour / colour.norm()
    return made


class MixtureFlow:
    """The exact velocity towards the 32 bodies, given what a view says."""

    def __init__(self) -> None:
        self.parts = part_latents()
        chosen = torch.tensor(list(product((0, 1), repeat=len(PARTS))))  # (32, 5)
        body = torch.zeros(CHANNELS, SIDE, SIDE, SIDE)
        body[:, 6:10, 6:10, 2:12] = 0.5
        self.bodies = torch.stack([body + sum(self.parts[p, row[p]] for p in range(len(PARTS))) for row in chosen])
        self.signs = 1.0 - 2.0 * chosen  # (32, 5): +1 for the first place
        self.flat = self.bodies.reshape(32, -1)
        self.squares = (self.flat**2).sum(dim=1)

    def __call__(self, x: Tensor, t: float, cond: Tensor) -> Tensor:
        flat = x.reshape(len(x), -1)
        # -|x - (1 - t)·m|² / 2t², less what all bodies share
        closeness = (1 - t) * (flat @ self.flat.T) - 0.5 * (1 - t) ** 2 * self.squares
        logits = TEMPER * closeness / t**2 + 0.5 * (self.signs @ cond.reshape(-1))
        return (x - (torch.softmax(logits, dim=1) @ self.flat).reshape(x.shape)) / t


FLOW = MixtureFlow()


def what_views_say(says: dict[str, tuple[int | None, ...]], views: int) -> Conditions:
    """Return conditions of views that say the first place for each part, or as `says`: a place, or None, a view."""
    told = torch.full((views, len(PARTS)), LOG_ODDS)
    for part, places in says.items():
        told[:, PARTS.index(part)] = torch.tensor([0.0 if p is None else LOG_ODDS * (1 - 2 * p) for p in places])
    return Conditions.of([row[None] for row in told])


def count(x: Tensor, part: str) -> Outcome:
    """Return where `part` is in the samples `x`; its first place is the true one."""
    latents = FLOW.parts[PARTS.index(part)].reshape(2, -1)
    there = (x.reshape(len(x), -1) @ latents.T) / (latents**2).sum(dim=1) > 0.25
    first, second = there[:, 0], there[:, 1]
    tallies = (first & ~second, ~first & second, first & second, ~first & ~second)
    return Outcome(*(int(tally.sum()) for tally in tallies))


def run(
    scheme: str | Scheme,
    part: str,
    says: dict[str, tuple[int | None, ...]],
    azimuths_deg: tuple[float, ...],
    *,
    samples: int = 32,
    seed: int = 0,
    strength: float = 7.5,
    trust: int | None = 0,
) -> Outcome:
    """Return what became of `part`: 24 steps, rescale 3, guidance on t >= 0.5, as the prototype had them."""
    noise = torch.randn(samples, CHANNELS, SIDE, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))
    chunks = noise.split(1) if scheme == "original" else (noise,)
    ends = [
        sample(
            FLOW,
            chunk,
            what_views_say(says, len(azimuths_deg)),
            rescaled_times(24, 3.0),
            guidance=Guidance(strength, (0.5, 1.0)),
            scheme=scheme,
            trust=trust,
            cells=Cells.dense(len(chunk), SIDE),
            cameras=Cameras(azimuths_deg),
        ).x
        for chunk in chunks
    ]
    return count(torch.cat(ends), part)


def wilson_interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927)."""
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return float(np.clip(middle - half, 0, 1)), float(np.clip(middle + half, 0, 1))
