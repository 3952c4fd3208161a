"""Coarser and finer voxels: what follows from the coordinates is computed once and kept."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from generate.backends.trellis.sparse.tensor import SparseTensor


class SparseDownsample(nn.Module):
    """Almost the mean over blocks of voxels, as TRELLIS' `modules/sparse/spatial.py`: its sum over n voxels / (n + 1).

    Upstream's scatter_reduce counts the zero that it starts from, and its models were trained with that. Ours uses no
    atomics, so the sum is always the same.
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Return the blocks that hold a voxel, in the order of their coordinates."""
        blocks = blocks_of(x, self.factor)
        padded = torch.cat([x.feats, x.feats.new_zeros(1, x.feats.shape[1])])
        mean = padded[blocks.members].float().sum(dim=1) / (blocks.counts[:, None] + 1)
        return blocks.coarse.replace(mean.type(x.dtype))


class SparseUpsample(nn.Module):
    """Each block's features for all voxels that went into it: the way back of SparseDownsample."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Return the features on the finer voxels; raises ValueError when they did not come from a downsampling."""
        fine: SparseTensor | None = x.cached(FINER, lambda _: None)
        if fine is None:
            raise ValueError("these voxels did not come from a downsampling, so their finer ones are not known")
        return fine.replace(x.feats[blocks_of(fine, self.factor).block])


class SparseSubdivide(nn.Module):
    """Each voxel's features for the 2 x 2 x 2 voxels that it is made of."""

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Return eight times as many voxels, those of one parent side by side."""
        octants: SparseTensor = x.cached("octants", _octants)
        return octants.replace(x.feats.repeat_interleave(8, dim=0))


FINER = "finer"


@dataclass(frozen=True, eq=False)
class Blocks:
    """Which block each voxel lies in, and which voxels each block holds.

    `block` (m,) rows of `coarse`; `members` (n, factor³) rows of the voxels, m where a block has fewer; `counts` (n,).
    """

    coarse: SparseTensor
    block: Tensor
    members: Tensor
    counts: Tensor


def blocks_of(x: SparseTensor, factor: int) -> Blocks:
    """Return the blocks of factor³ voxels that hold one, sorted by their coordinates."""
    blocks: Blocks = x.cached(f"blocks_{factor}", lambda x: _find_blocks(x, factor))
    return blocks


def _find_blocks(x: SparseTensor, factor: int) -> Blocks:
    divisor = torch.tensor([1, factor, factor, factor], device=x.device, dtype=x.coords.dtype)
    coords, block = torch.unique(x.coords // divisor, dim=0, return_inverse=True)
    counts = torch.bincount(block, minlength=len(coords))
    order = torch.argsort(block, stable=True)
    rank = torch.arange(len(block), device=x.device) - (counts.cumsum(0) - counts)[block[order]]
    members = torch.full((len(coords), factor**3), len(block), device=x.device)
    members[block[order], rank] = order
    coarse = SparseTensor(x.feats.new_zeros(len(coords), 0), coords, x.shape)
    coarse.cached(FINER, lambda _: x.replace(x.feats[:, :0]))
    return Blocks(coarse, block, members, counts)


def _octants(x: SparseTensor) -> SparseTensor:
    corners = torch.tensor([[0, a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], device=x.device)
    doubled = x.coords * torch.tensor([1, 2, 2, 2], device=x.device)
    coords = (doubled[:, None] + corners).flatten(0, 1).to(x.coords.dtype)
    layout = [slice(part.start * 8, part.stop * 8) for part in x.layout]
    return SparseTensor(x.feats.new_zeros(len(coords), 0), coords, layout=layout)
