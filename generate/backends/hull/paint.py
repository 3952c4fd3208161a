"""Paint: pictures projected by facing onto the surface and blended; what no picture sees is filled from beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from generate.backends.hull.frame import Outline
from generate.backends.hull.spread import filled
from generate.backends.hull.texture import texture_of

HIDDEN_VOXELS = 2.5
"""A vertex this far behind the front-most surface is hidden."""

PAST_EDGE = 0.2
"""A picture still counts where the surface has turned this much (cosine) away from it, so that neighbours overlap."""

BESIDE_VOXELS = 4.0
"""A picture counts less, over this distance, where it does not show the subject at all."""

FADE_VOXELS = 5.0
"""How far into a picture a step of exposure at its seam is felt; at the rim that is a wide band of surface."""

Floats = NDArray[np.float64]
Faces = NDArray[np.int64]


def painted(vertices: Floats, faces: Faces, outlines: tuple[Outline, ...], azimuth_deg: float) -> NDArray[np.uint8]:
    """Return (n, 4) uint8 sRGB colours of the vertices (right, depth, height in voxels as seen from `azimuth_deg`)."""
    normals = vertex_normals(vertices, faces)
    views = [_look(vertices, normals, outline, azimuth_deg) for outline in outlines]
    colours, weights, pixels = (np.stack(arrays) for arrays in zip(*views, strict=True))
    total = weights.sum(axis=0)
    blended = np.einsum("vn,vnc->nc", weights, _levelled(colours, weights, pixels)) / np.maximum(total, 1e-9)[:, None]
    rgba = np.full((len(vertices), 4), 255, np.uint8)
    rgba[:, :3] = np.clip(np.round(filled(blended, total > 1e-3, faces)), 0, 255)
    return rgba


def _look(
    vertices: Floats, normals: Floats, outline: Outline, azimuth_deg: float
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return what one view tells of each vertex: (n, 3) colour, (n,) weight, (n, 2) the voxel it is seen at."""
    turn = np.radians(outline.view.azimuth_deg - azimuth_deg)
    texture, right, facing = texture_of(outline), _right(vertices, turn), _toward(normals, turn)
    colours = texture.colours_at(right, vertices[:, 2], facing)
    beside = np.exp(-np.square(texture.gap_at(right, vertices[:, 2]) / BESIDE_VOXELS))
    pixels = np.round(np.stack([right, vertices[:, 2]], axis=1)).astype(np.int64)
    return colours, _seen(vertices, facing, turn) * beside, pixels


def vertex_normals(vertices: Floats, faces: Faces) -> Floats:
    """Return (n, 3) unit normals, area-weighted."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    cross = np.cross(b - a, c - a)
    normals = np.stack([np.bincount(faces.ravel(), np.repeat(cross[:, i], 3), len(vertices)) for i in range(3)], axis=1)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _right(points: Floats, turn: float) -> Floats:
    return np.asarray(points[:, 0] * np.cos(turn) + points[:, 1] * np.sin(turn))


def _toward(points: Floats, turn: float) -> Floats:
    return np.asarray(points[:, 0] * np.sin(turn) - points[:, 1] * np.cos(turn))


def _seen(vertices: Floats, facing: Floats, turn: float) -> Floats:
    """Return (n,) how well the view turned by `turn` sees each vertex: 0 hidden, 1 facing it."""
    right, toward = _right(vertices, turn), _toward(vertices, turn)
    u, v = (np.round(x - x.min()).astype(np.int64) for x in (right, vertices[:, 2]))
    cell = u * (v.max() + 1) + v
    front = np.full(int(cell.max()) + 1, -np.inf)
    np.maximum.at(front, cell, toward)
    steep = np.sqrt(np.maximum(1.0 - facing**2, 0.0)) / np.maximum(facing, 0.1)
    open_to_view = toward > front[cell] - HIDDEN_VOXELS - 1.5 * steep  # a cell on a slope spans as much depth
    turned = np.clip((facing + PAST_EDGE) / (1.0 + PAST_EDGE), 0.0, 1.0) ** 2
    return np.asarray(turned * open_to_view)


def _levelled(colours: Floats, weights: Floats, pixels: NDArray[np.int64]) -> Floats:
    """Return the views' colours (v, n, 3) with steps of exposure between them faded into each picture.

    Where views meet, each is off their mean by some step; (v, n, 2) `pixels` are the voxels at which a view sees the
    vertices, and on that picture the step fades away from the seam over `FADE_VOXELS`.
    """
    share = weights / np.maximum(weights.sum(axis=0), 1e-9)
    mean = np.einsum("vn,vnc->nc", share, colours)
    seam = (weights.sum(axis=0) > 1e-3) & (share.max(axis=0) < 0.8)
    levelled = colours.copy()
    for view, at in enumerate(pixels):
        here = seam & (share[view] > 0.1)
        if here.any():
            levelled[view] += _faded((mean - colours[view])[here], at[here], at)
    return levelled


def _faded(steps: Floats, at: NDArray[np.int64], everywhere: NDArray[np.int64]) -> Floats:
    """Return (n, 3) the steps known at some pixels, carried to all of them and fading with distance."""
    low, high = everywhere.min(axis=0), everywhere.max(axis=0) + 1
    cell = np.ravel_multi_index(tuple((at - low).T), tuple(high - low))
    size = int(np.prod(high - low))
    count = np.bincount(cell, minlength=size).reshape(high - low)
    known = np.minimum(count, 1).astype(np.float64)
    near = gaussian_filter(known, FADE_VOXELS)
    fade = np.clip(near * FADE_VOXELS * 2.0, 0.0, 1.0)  # a straight seam gives 0.4 / FADE_VOXELS on itself
    carried = []
    for channel in steps.T:
        total = np.bincount(cell, channel, minlength=size).reshape(high - low) / np.maximum(count, 1)
        carried.append(
            (gaussian_filter(total, FADE_VOXELS) / np.maximum(near, 1e-9) * fade)[tuple((everywhere - low).T)]
        )
    return np.stack(carried, axis=1)
