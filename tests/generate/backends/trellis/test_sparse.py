"""Sparse operations against dense ones, and against what they are defined as."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the trellis backend needs PyTorch")

from generate.backends.trellis.sparse.attention import (  # noqa: E402
    find_windows,
    sparse_scaled_dot_product_attention,
    sparse_windowed_scaled_dot_product_self_attention,
)
from generate.backends.trellis.sparse.convolution import SparseConv3d, neighbours  # noqa: E402
from generate.backends.trellis.sparse.spatial import SparseDownsample, SparseSubdivide, SparseUpsample  # noqa: E402
from generate.backends.trellis.sparse.tensor import SparseTensor, sparse_cat  # noqa: E402


def voxels(channels: int, samples: int = 2, side: int = 12, share: float = 0.3, seed: int = 0) -> SparseTensor:
    """Return random features at random voxels."""
    generator = torch.Generator().manual_seed(seed)
    filled = torch.rand(samples, side, side, side, generator=generator) < share
    coords = torch.argwhere(filled).int()
    return SparseTensor(torch.randn(len(coords), channels, generator=generator), coords)


def naive(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Return attention of (t, h, d) over (s, h, d), written out in float64."""
    q, k, v = (x.double().transpose(0, 1) for x in (q, k, v))
    return (torch.softmax(q @ k.transpose(1, 2) / q.shape[-1] ** 0.5, dim=-1) @ v).transpose(0, 1)


@pytest.mark.parametrize("samples", [1, 3])
def test_attention_stays_within_its_sample(samples: int) -> None:
    x = voxels(3 * 2 * 8, samples).reshape(3, 2, 8)
    out = sparse_scaled_dot_product_attention(x)
    for rows in x.layout:
        torch.testing.assert_close(out.feats[rows].double(), naive(*x.feats[rows].unbind(1)), atol=1e-5, rtol=1e-5)


def test_cross_attention_takes_dense_keys_of_each_sample() -> None:
    q, kv = voxels(16).reshape(2, 8), torch.randn(2, 7, 2, 2, 8)
    out = sparse_scaled_dot_product_attention(q, kv)
    for k, rows in enumerate(q.layout):
        torch.testing.assert_close(
            out.feats[rows].double(), naive(q.feats[rows], *kv[k].unbind(1)), atol=1e-5, rtol=1e-5
        )


@pytest.mark.parametrize("shift", [0, 2])
def test_windowed_attention_equals_attention_window_by_window(shift: int) -> None:
    x = voxels(3 * 2 * 8).reshape(3, 2, 8)
    out = sparse_windowed_scaled_dot_product_self_attention(x, 4, shift)
    windows = torch.unique(torch.cat([x.coords[:, :1], (x.coords[:, 1:] + shift) // 4], 1), dim=0, return_inverse=True)[
        1
    ]
    for window in windows.unique():
        rows = windows == window
        torch.testing.assert_close(out.feats[rows].double(), naive(*x.feats[rows].unbind(1)), atol=1e-5, rtol=1e-5)


def test_every_voxel_is_in_one_window() -> None:
    x = voxels(1)
    groups = find_windows(x.coords, 4, (1, 1, 1))
    assert torch.equal(torch.cat([group.voxels for group in groups]).sort().values, torch.arange(len(x.coords)))
    assert all((group.is_there.sum(1) * 2 > group.rows.shape[1]).all() for group in groups if group.rows.shape[1] > 8)


@pytest.mark.parametrize(("channels", "out_channels"), [(3, 7), (7, 3)])
def test_convolution_equals_a_dense_one_where_voxels_are(channels: int, out_channels: int) -> None:
    x, conv = voxels(channels), SparseConv3d(channels, out_channels, 3)
    dense = torch.zeros(2, channels, 12, 12, 12)
    b, i, j, k = x.coords.long().unbind(1)
    dense[b, :, i, j, k] = x.feats
    weight = conv.conv.weight.permute(0, 4, 1, 2, 3)
    wanted = torch.nn.functional.conv3d(dense, weight, conv.conv.bias, padding=1)[b, :, i, j, k]
    torch.testing.assert_close(conv(x).feats, wanted, atol=1e-5, rtol=1e-5)


def test_a_convolution_of_one_voxel_reads_weights_as_spconv_does() -> None:
    x, conv = voxels(5), SparseConv3d(5, 2, 1)
    wanted = x.feats @ conv.conv.weight.reshape(5, 2) + conv.conv.bias
    torch.testing.assert_close(conv(x).feats, wanted)


def test_neighbours_do_not_reach_into_another_sample() -> None:
    coords = torch.tensor([[0, 5, 5, 5], [1, 5, 5, 6]], dtype=torch.int32)
    table = neighbours(coords, 3)
    assert (table != 2).sum() == 2  # each voxel itself


def test_down_and_up_go_through_blocks() -> None:
    x = voxels(4)
    down = SparseDownsample(2)(x)
    block = torch.unique(torch.cat([x.coords[:, :1], x.coords[:, 1:] // 2], 1), dim=0, return_inverse=True)[1]
    for k in (0, len(down.coords) - 1):
        inside = x.feats[block == k]
        torch.testing.assert_close(down.feats[k], inside.sum(0) / (len(inside) + 1))  # upstream counts the zero too
    up = SparseUpsample(2)(down)
    assert torch.equal(up.coords, x.coords)
    assert torch.equal(up.feats, down.feats[block])


def test_up_without_down_is_refused() -> None:
    with pytest.raises(ValueError, match="downsampling"):
        SparseUpsample(2)(voxels(4))


def test_subdivision_makes_eight_of_one() -> None:
    x = voxels(2)
    fine = SparseSubdivide()(x)
    assert torch.equal(fine.coords[:, 1:] // 2, x.coords[:, 1:].repeat_interleave(8, 0))
    assert len(torch.unique(fine.coords, dim=0)) == 8 * len(x.coords)


def test_what_follows_from_the_voxels_is_computed_once() -> None:
    x, calls = voxels(3), []
    for tensor in (x, x.replace(x.feats * 2), x + 1.0):
        tensor.cached("key", lambda _: calls.append(1) or "value")
    assert calls == [1]


def test_numbers_per_sample_spread_over_its_voxels() -> None:
    x, per_sample = voxels(3), torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert torch.equal((x * per_sample).feats, x.feats * per_sample[x.coords[:, 0].long()])


def test_samples_come_apart_and_together() -> None:
    x = voxels(3)
    again = sparse_cat(x.unbind(0))
    assert torch.equal(again.feats, x.feats)
    assert torch.equal(again.coords, x.coords)
