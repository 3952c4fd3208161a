"""How far each view was believed, step by step and place by place."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sampling.cells import Cells
from sampling.errors import BadWeights

LARGEST_BYTES = 1 << 30  # 200 steps of 8 views on 100,000 places are 0.6 GB
Floats = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ViewWeights:
    """Weights of K views in one sample: `times` (s,) float64 falling, `values` (s, K) float64 or (s, K, P)
    float32.

    Views' weights sum to 1 at each time and place. `grid` (P, 3) int64 are the places, 0..resolution-1, None for
    weights of whole views. Raises BadWeights when shapes, order or sums are otherwise.
    """

    times: NDArray[np.float64]
    values: Floats
    names: tuple[str, ...]
    grid: NDArray[np.int64] | None = None
    resolution: int = 0

    def __post_init__(self) -> None:
        shape = self.values.shape
        if len(shape) not in (2, 3) or shape[:2] != (len(self.times), len(self.names)) or not len(self.times):
            raise BadWeights(
                f"weights must be (times, views) or (times, views, places) for {len(self.times)} times and "
                f"{len(self.names)} views, got {shape}"
            )
        if (len(shape) == 3) != (self.grid is not None) or (self.grid is not None and self.grid.shape != (shape[2], 3)):
            places = None if self.grid is None else self.grid.shape
            raise BadWeights(f"weights {shape} need as many places, (P, 3), got {places}")
        if not (np.diff(self.times) < 0).all():
            raise BadWeights(f"times of weights must fall, got {self.times}")
        off = float(np.abs(self.values.sum(axis=1, dtype=np.float64) - 1).max(initial=0.0))
        if not off < 1e-3:
            raise BadWeights(f"weights of the views must sum to 1 everywhere, they are off by up to {off:.2g}")

    def at(self, t: float) -> Floats:
        """Return the weights at time `t`, (K,) or (K, P), between steps by linear interpolation.

        Keyed by the flow's own time, so a stage with other steps or another rescaling finds its values too.
        """
        low, share = _between(self.times, t)
        if share == 0.0:
            return _floats(self.values[low])
        return _floats((1 - share) * self.values[low] + share * self.values[low + 1])

    def curve(self) -> Floats:
        """Return the share of each view over time, (s, K): the mean over places."""
        return self.values if self.grid is None else self.values.mean(axis=2)

    def winners(self) -> NDArray[np.int64]:
        """Return the view most believed over the whole run, at each place (P,), or () for whole views."""
        return np.asarray(self.values.mean(axis=0).argmax(axis=0), dtype=np.int64)

    def overruled(self) -> str:
        """Return the name of the view that was believed least over the run."""
        return self.names[int(self.curve().mean(axis=0).argmin())]

    def save(self, path: Path) -> None:
        """Write the weights as a NumPy archive beside `path`, then rename it to `path`."""
        beside = path.with_name(path.name + ".part")
        grid = self.grid if self.grid is not None else np.empty((0, 3), dtype=np.int64)
        with beside.open("wb") as file:
            np.savez_compressed(
                file,
                times=self.times,
                values=self.values,
                names=np.array(self.names, dtype=np.str_),
                grid=grid,
                resolution=np.int64(self.resolution),
            )
        beside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return weights that `save` wrote. Raises BadWeights for any other file."""
        try:
            with zipfile.ZipFile(path) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size > LARGEST_BYTES:
                raise BadWeights(f"{path}: view weights of {size} bytes, at most {LARGEST_BYTES} are read")
            with np.load(path, allow_pickle=False) as read:
                values, grid = _floats(read["values"]), read["grid"].astype(np.int64)
                times, names = read["times"].astype(np.float64), tuple(str(name) for name in read["names"])
                placed = grid if values.ndim == 3 else None
                return cls(times, values, names, placed, int(read["resolution"]))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise BadWeights(f"{path}: not view weights as figurine saves them ({error})") from error

    def placed(self, cells: Cells, sample: int) -> Self:
        """Return these weights at the places of one sample of `cells`: each takes those of the nearest place here."""
        if self.grid is None:
            return self
        wanted = cells.grid[cells.sample == sample].cpu().numpy()
        nearest = _nearest(self.grid, self.resolution, wanted, cells.resolution)
        return type(self)(self.times, self.values[:, :, nearest], self.names, wanted, cells.resolution)


def _floats(values: Floats) -> Floats:
    """Return values as float32 or float64, whichever they are."""
    return values.astype(np.float32) if values.dtype == np.float32 else values.astype(np.float64)


def _between(times: NDArray[np.float64], t: float) -> tuple[int, float]:
    """Return the index of the last time that is at least `t`, and how far `t` lies towards the next, 0..1."""
    if t >= times[0]:
        return 0, 0.0
    if t <= times[-1]:
        return len(times) - 1, 0.0
    low = int(np.searchsorted(-times, -t, side="right")) - 1
    return low, float((times[low] - t) / (times[low] - times[low + 1]))


def _nearest(
    grid: NDArray[np.int64], resolution: int, wanted: NDArray[np.int64], wanted_resolution: int
) -> NDArray[np.int64]:
    """Return the index into `grid` of the place nearest to each of `wanted`, which lie on another grid."""
    index = np.full((resolution,) * 3, -1, dtype=np.int64)
    index[grid[:, 0], grid[:, 1], grid[:, 2]] = np.arange(len(grid))
    centres = (wanted + 0.5) * (resolution / wanted_resolution)
    inside = centres.astype(np.int64)
    found: NDArray[np.int64] = index[inside[:, 0], inside[:, 1], inside[:, 2]]
    lost = np.flatnonzero(found < 0)
    for part in np.array_split(lost, max(1, len(lost) // 256)):
        apart = ((centres[part, None] - (grid[None] + 0.5)) ** 2).sum(axis=2)
        found[part] = apart.argmin(axis=1)
    return found


def interpolate(times: NDArray[np.float64], values: Tensor, t: float) -> Tensor:
    """Return `values` (s, ...) on their device at time `t`, as ViewWeights.at does."""
    low, share = _between(times, t)
    return values[low] if share == 0.0 else torch.lerp(values[low], values[low + 1], share)


def weights_by_sample(
    times: NDArray[np.float64], steps: Sequence[Tensor], names: tuple[str, ...], cells: Cells | None
) -> tuple[ViewWeights, ...]:
    """Return one ViewWeights a sample from the weights of each step, (K, N) or (K, P)."""
    per_cell = cells is not None and any(step.shape[1] != cells.samples for step in steps)
    if cells is None or not per_cell:
        values = torch.stack([step.double() for step in steps]).cpu().numpy()
        return tuple(ViewWeights(times, np.ascontiguousarray(values[:, :, n]), names) for n in range(values.shape[2]))
    whole = [step[:, cells.sample] if step.shape[1] == cells.samples else step for step in steps]
    values = torch.stack([step.float() for step in whole]).cpu().numpy()
    sample, grid = cells.sample.cpu().numpy(), cells.grid.cpu().numpy()
    return tuple(
        ViewWeights(times, values[:, :, sample == n], names, grid[sample == n], cells.resolution)
        for n in range(cells.samples)
    )
