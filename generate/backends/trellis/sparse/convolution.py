"""Submanifold convolutions: outputs where the inputs are, through a table of neighbours and matrix products."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generate.backends.trellis.sparse.tensor import SparseTensor

AT_ONCE = 1 << 27
"""Numbers that are gathered at once: 256 MB in half precision."""


class SubmanifoldWeights(nn.Module):
    """Weights as spconv stores them: `weight` (out, k, k, k, in), the axes in the order of the coordinates; `bias`."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, bias: bool) -> None:
        super().__init__()
        shape = (out_channels, *[kernel_size] * 3, in_channels)
        self.weight = nn.Parameter(torch.empty(shape))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None
        nn.init.kaiming_uniform_(self.weight.view(out_channels, -1), a=5**0.5)


class SparseConv3d(nn.Module):
    """A submanifold convolution (Graham et al. 2018) with the interface of TRELLIS' `modules/sparse/conv`.

    Voxels do not spread, so the table of each voxel's neighbours is made once for all convolutions over the same
    voxels. Raises ValueError for strides and paddings: no published model of TRELLIS has any.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        dilation: int = 1,
        padding: int | None = None,
        bias: bool = True,
        indice_key: str | None = None,  # spconv's name for the table of neighbours: here the voxels themselves keep it
    ) -> None:
        super().__init__()
        if stride != 1 or dilation != 1 or padding is not None:
            raise ValueError(f"only submanifold convolutions, got stride {stride}, dilation {dilation}, {padding=}")
        self.kernel_size = kernel_size
        self.conv = SubmanifoldWeights(in_channels, out_channels, kernel_size, bias)

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Return the convolved features on the same voxels."""
        weight = self.conv.weight.flatten(1, 3)  # (out, offsets, in)
        if self.kernel_size == 1:  # spconv reads these numbers as (in, out), so that is how they were trained
            flat = self.conv.weight.reshape(weight.shape[2], weight.shape[0])
            return x.replace(nn.functional.linear(x.feats, flat.T, self.conv.bias))
        table: Tensor = x.cached(f"neighbours_{self.kernel_size}", lambda x: neighbours(x.coords, self.kernel_size))
        widen = weight.shape[0] > weight.shape[2]
        out = _gather_first(x.feats, table, weight) if widen else _multiply_first(x.feats, table, weight)
        if self.conv.bias is not None:
            out = out + self.conv.bias
        return x.replace(out.type(x.dtype))


class SparseInverseConv3d(nn.Module):
    """A name that upstream's list of half-precision modules holds; no published model has one."""


def neighbours(coords: Tensor, kernel_size: int) -> Tensor:
    """Return (offsets, m) int32 rows of each voxel's neighbours, m where there is none.

    Offsets run over (x, y, z) with z fastest, from -(kernel_size // 2). Nothing is read back to the host.
    """
    reach = kernel_size // 2
    steps = torch.arange(-reach, reach + 1, device=coords.device)
    offsets = torch.cartesian_prod(torch.zeros_like(steps[:1]), steps, steps, steps)
    code = _code(coords.long(), reach)
    ordered, order = torch.sort(code)
    wanted = _code(coords.long()[None] + offsets[:, None], reach)
    place = torch.searchsorted(ordered, wanted).clamp_(max=len(code) - 1)
    return torch.where(ordered[place] == wanted, order[place], len(code)).int()


def _code(coords: Tensor, reach: int) -> Tensor:
    """Return one number a voxel; voxels up to `reach` outside of the grid have numbers of their own. Sides to 2^15."""
    b, x, y, z = (coords + torch.tensor([0, reach, reach, reach], device=coords.device)).unbind(-1)
    return ((b << 15 | x) << 15 | y) << 15 | z


def _gather_first(feats: Tensor, table: Tensor, weight: Tensor) -> Tensor:
    """Return (m, out) from the neighbours' features side by side: less to move where channels become more."""
    padded = torch.cat([feats, feats.new_zeros(1, feats.shape[1])])
    total: Tensor | None = None
    for some in _chunks(table, feats.shape[1]):
        beside = padded[table[some].T].flatten(1)  # (m, offsets · in)
        part = beside @ weight[:, some].flatten(1).T
        total = part if total is None else total.float() + part
    assert total is not None
    return total


def _multiply_first(feats: Tensor, table: Tensor, weight: Tensor) -> Tensor:
    """Return (m, out) from each voxel's share in its neighbours: less to move where channels become fewer."""
    padded = torch.cat([feats, feats.new_zeros(1, feats.shape[1])])  # the last row: of no neighbour
    total: Tensor | None = None
    for some in _chunks(table, weight.shape[0]):
        chosen = weight[:, some].transpose(0, 1)  # (offsets, out, in)
        shares = (padded @ chosen.flatten(0, 1).T).view(-1, chosen.shape[1])
        rows = table[some].T * len(chosen) + torch.arange(len(chosen), device=table.device, dtype=table.dtype)
        part = nn.functional.embedding_bag(rows, shares, mode="sum")  # gathers and sums at once, in single precision
        total = part if total is None else total.float() + part
    assert total is not None
    return total


def _chunks(table: Tensor, channels: int) -> list[slice]:
    """Return slices of offsets whose features are gathered at once."""
    step = max(1, AT_ONCE // max(1, table.shape[1] * channels))
    return [slice(start, start + step) for start in range(0, table.shape[0], step)]
