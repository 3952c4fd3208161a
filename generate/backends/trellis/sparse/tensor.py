"""A tensor over voxels, with the interface that TRELLIS' models use."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Operand = Any
"""What a SparseTensor is combined with: a number, a (batch, channels) tensor, a (voxels, channels) tensor, its like."""


class SparseTensor:
    """Features of voxels, sorted by sample. The interface is that of TRELLIS' `modules/sparse/basic.py`.

    `feats` is (m, ...); `coords` is (m, 4) integer, (sample, x, y, z); `layout` has one slice of rows a sample. What is
    derived from the coordinates alone is kept in a cache that all tensors over the same voxels share: it is computed
    in the first pass of a model and read in every later one.
    """

    def __init__(
        self,
        feats: Tensor,
        coords: Tensor,
        shape: torch.Size | None = None,
        layout: list[slice] | None = None,
        spatial_cache: dict[str, Any] | None = None,
    ) -> None:
        self.feats = feats
        self.coords = coords
        self.layout = _layout(coords, shape[0] if shape is not None else None) if layout is None else layout
        self._spatial_cache = {} if spatial_cache is None else spatial_cache

    @property
    def shape(self) -> torch.Size:
        """(samples, channels, ...), without the number of voxels."""
        return torch.Size([len(self.layout), *self.feats.shape[1:]])

    @property
    def dtype(self) -> torch.dtype:
        """The features' type."""
        return self.feats.dtype

    @property
    def device(self) -> torch.device:
        """Where the features lie."""
        return self.feats.device

    def dim(self) -> int:
        """Return the number of dimensions of `shape`."""
        return len(self.shape)

    def replace(self, feats: Tensor, coords: Tensor | None = None) -> SparseTensor:
        """Return other features over the same voxels."""
        return SparseTensor(
            feats,
            self.coords if coords is None else coords,
            layout=self.layout,
            spatial_cache=self._spatial_cache,
        )

    def type(self, dtype: torch.dtype) -> SparseTensor:
        """Return the same with features of that type."""
        return self.replace(self.feats.type(dtype))

    def to(self, *args: Any, **kwargs: Any) -> SparseTensor:
        """Return the same with features of that type or on that device."""
        feats = self.feats.to(*args, **kwargs)
        return self.replace(feats, self.coords.to(feats.device))

    def half(self) -> SparseTensor:
        """Return the same in half precision."""
        return self.replace(self.feats.half())

    def float(self) -> SparseTensor:
        """Return the same in single precision."""
        return self.replace(self.feats.float())

    def reshape(self, *shape: int) -> SparseTensor:
        """Return the same with each voxel's features in that shape."""
        return self.replace(self.feats.reshape(self.feats.shape[0], *shape))

    def unbind(self, dim: int) -> list[SparseTensor]:
        """Return the parts along one dimension of the features (0: the samples)."""
        return sparse_unbind(self, dim)

    def cached(self, key: str, compute: Callable[[SparseTensor], Any]) -> Any:
        """Return what follows from the voxels alone, computed the first time only."""
        if key not in self._spatial_cache:
            self._spatial_cache[key] = compute(self)
        return self._spatial_cache[key]

    def __getitem__(self, samples: int | slice | Tensor) -> SparseTensor:
        """Return some of the samples, numbered from 0."""
        chosen = torch.arange(len(self.layout))[samples].reshape(-1).tolist()
        coords = [self.coords[self.layout[k]].clone() for k in chosen]
        for new, part in enumerate(coords):
            part[:, 0] = new
        feats = [self.feats[self.layout[k]] for k in chosen]
        return SparseTensor(torch.cat(feats), torch.cat(coords))

    def _apply(self, other: Operand, operation: Callable[[Any, Any], Tensor]) -> SparseTensor:
        if isinstance(other, SparseTensor):
            return self.replace(operation(self.feats, other.feats))
        if isinstance(other, Tensor) and other.dim() == self.feats.dim() and self._is_per_sample(other):
            other = sparse_batch_broadcast(self, other)
        return self.replace(operation(self.feats, other))

    def _is_per_sample(self, other: Tensor) -> bool:
        """Tell whether rows stand for samples; one row over one sample broadcasts by itself."""
        return other.shape[0] == len(self.layout) > 1

    def __neg__(self) -> SparseTensor:
        return self.replace(-self.feats)

    def __add__(self, other: Operand) -> SparseTensor:
        return self._apply(other, operator.add)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> SparseTensor:
        return self._apply(other, operator.sub)

    def __rsub__(self, other: Operand) -> SparseTensor:
        return self._apply(other, lambda mine, theirs: theirs - mine)

    def __mul__(self, other: Operand) -> SparseTensor:
        return self._apply(other, operator.mul)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> SparseTensor:
        return self._apply(other, operator.truediv)


def _layout(coords: Tensor, samples: int | None) -> list[slice]:
    """Return each sample's slice of rows. The one place where the host waits for the device."""
    counts = torch.bincount(coords[:, 0].long(), minlength=samples or 0).tolist()
    stops = torch.tensor(counts).cumsum(0).tolist()
    return [slice(stop - count, stop) for stop, count in zip(stops, counts, strict=True)]


def sparse_batch_broadcast(like: SparseTensor, other: Tensor) -> Tensor:
    """Return (m, ...) with each sample's row of `other` repeated over its voxels."""
    counts = [part.stop - part.start for part in like.layout]
    return torch.cat([row.expand(n, *row.shape) for row, n in zip(other, counts, strict=True)])


def sparse_batch_op(
    like: SparseTensor, other: Tensor, op: Callable[[Tensor, Tensor], Tensor] = torch.add
) -> SparseTensor:
    """Return `op` of each voxel's features and its sample's row of `other`."""
    return like.replace(op(like.feats, sparse_batch_broadcast(like, other)))


def sparse_cat(inputs: list[SparseTensor], dim: int = 0) -> SparseTensor:
    """Return the samples of all inputs as one batch (dim 0), or their features side by side."""
    if dim != 0:
        return inputs[0].replace(torch.cat([part.feats for part in inputs], dim=dim))
    coords, start = [], 0
    for part in inputs:
        coords.append(part.coords + torch.tensor([start, 0, 0, 0], device=part.device, dtype=part.coords.dtype))
        start += part.shape[0]
    return SparseTensor(torch.cat([part.feats for part in inputs]), torch.cat(coords))


def sparse_unbind(tensor: SparseTensor, dim: int) -> list[SparseTensor]:
    """Return the samples (dim 0), or the parts of the features along `dim`."""
    if dim == 0:
        return [tensor[k] for k in range(tensor.shape[0])]
    return [tensor.replace(part) for part in tensor.feats.unbind(dim)]
