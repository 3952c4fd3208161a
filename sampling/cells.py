"""Where the entries of a state lie in space, for weights that differ from place to place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from sampling.errors import BadConditions


@dataclass(frozen=True, eq=False)
class Cells:
    """Places of a state's P entries: `grid` (P, 3) int64 in 0..resolution-1, `sample` (P,) int64, sorted, N samples.

    A state is dense, (N, C, R, R, R) with P = N·R³ in raster order, or sparse, (P, C). `patch` cells a side share one
    token of the model's attention; tokens are in raster order of (sample, grid // patch), as upstream makes them.

    Raises BadConditions when shapes or ranges do not fit.
    """

    grid: Tensor
    sample: Tensor
    samples: int
    resolution: int
    patch: int = 1

    def __post_init__(self) -> None:
        if self.grid.ndim != 2 or self.grid.shape[1] != 3 or self.sample.shape != self.grid.shape[:1]:
            raise BadConditions(f"cells must be (P, 3) and (P,), got {self.grid.shape} and {self.sample.shape}")

    @classmethod
    def dense(cls, samples: int, resolution: int, *, patch: int = 1, device: torch.device | str = "cpu") -> Self:
        """Return the cells of a state (samples, C, resolution, resolution, resolution)."""
        axis = torch.arange(resolution, device=device)
        grid = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), dim=-1).reshape(-1, 3)
        sample = torch.arange(samples, device=device).repeat_interleave(len(grid))
        return cls(grid.repeat(samples, 1), sample, samples, resolution, patch)

    @classmethod
    def sparse(cls, coords: Tensor, resolution: int, *, patch: int = 1) -> Self:
        """Return the cells of a state (P, C) at `coords` (P, 4) int: sample, x, y, z, as TRELLIS' SparseTensor has."""
        coords = coords.long()
        return cls(coords[:, 1:], coords[:, 0], int(coords[-1, 0]) + 1, resolution, patch)

    @cached_property
    def points(self) -> Tensor:
        """Return the cells' centres, (P, 3) float32, in [-1, 1] on each axis."""
        return (self.grid.to(torch.float32) + 0.5) * (2.0 / self.resolution) - 1.0

    @cached_property
    def token(self) -> Tensor:
        """Return the index of each cell's token, (P,) int64."""
        if self.patch == 1:
            return torch.arange(len(self.grid), device=self.grid.device)
        side = -(-self.resolution // self.patch)
        coarse = self.grid // self.patch
        code = ((self.sample * side + coarse[:, 0]) * side + coarse[:, 1]) * side + coarse[:, 2]
        inverse: Tensor = torch.unique(code, return_inverse=True)[1]
        return inverse

    @cached_property
    def tokens(self) -> int:
        """Return the number of tokens, all samples together."""
        return len(self.grid) if self.patch == 1 else int(self.token.max()) + 1

    @cached_property
    def cells_per_token(self) -> Tensor:
        """Return how many cells share each token, (tokens,) float32."""
        return torch.zeros(self.tokens, device=self.grid.device).index_add_(
            0, self.token, torch.ones(len(self.token), device=self.grid.device)
        )

    def to_tokens(self, values: Tensor) -> Tensor:
        """Return the mean of per-cell `values` (K, P) over each token's cells, (K, tokens)."""
        if self.patch == 1:
            return values
        summed = values.new_zeros(len(values), self.tokens).index_add_(1, self.token, values)
        return summed / self.cells_per_token.to(values.dtype)

    def from_tokens(self, values: Tensor) -> Tensor:
        """Return per-token `values` (K, tokens) at the cells, (K, P)."""
        return values if self.patch == 1 else values[:, self.token]

    def rows(self, state: Tensor) -> Tensor:
        """Return a state's entries, (P, C)."""
        return state if state.ndim == 2 else state.movedim(1, -1).reshape(-1, state.shape[1])

    def sum_by_sample(self, values: Tensor) -> Tensor:
        """Return sums of per-cell `values` (K, P) over each sample, (K, N)."""
        return values.new_zeros(len(values), self.samples).index_add_(1, self.sample, values)

    def spread(self, weights: Tensor, state: Tensor) -> Tensor:
        """Return `weights` (N,) or (P,) in a shape that multiplies `state`."""
        per_cell = weights[self.sample] if len(weights) == self.samples else weights
        if state.ndim == 2:
            return per_cell[:, None]
        if len(weights) == self.samples:
            return weights.reshape(-1, *[1] * (state.ndim - 1))
        return per_cell.reshape(state.shape[0], 1, *state.shape[2:])

    def volume(self, values: Tensor, empty: float = 0.0) -> Tensor:
        """Return per-cell `values` (K, P) on the whole grid, (N, K, R, R, R), `empty` where no cell is."""
        side = self.resolution
        flat = torch.full((self.samples * side**3, len(values)), empty, dtype=values.dtype, device=values.device)
        flat[self._code] = values.T
        return flat.reshape(self.samples, side, side, side, -1).movedim(-1, 1)

    def from_volume(self, volume: Tensor) -> Tensor:
        """Return a volume (N, K, R, R, R) at the cells, (K, P)."""
        return volume.movedim(1, -1).reshape(-1, volume.shape[1])[self._code].T

    def smooth(self, values: Tensor) -> Tensor:
        """Return the mean of per-cell `values` (K, P) over each cell's 3³ neighbourhood, absent cells left out."""
        counted = torch.cat([values, torch.ones_like(values[:1])])
        summed = self.from_volume(F.avg_pool3d(self.volume(counted), 3, stride=1, padding=1, divisor_override=1))
        return summed[:-1] / summed[-1:]

    @cached_property
    def _code(self) -> Tensor:
        side = self.resolution
        return ((self.sample * side + self.grid[:, 0]) * side + self.grid[:, 1]) * side + self.grid[:, 2]
