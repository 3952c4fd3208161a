"""Textures: pictures made ready to be looked up at any point of a surface, without their background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from generate.backends.hull.frame import Outline

LEVELS = 4
"""The picture and its blurs, each twice as wide as the one before, the first of one voxel."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Texture:
    """A picture whose subject's colours go on beyond its edge, at several blurs, and the distance from the subject."""

    outline: Outline
    levels: tuple[NDArray[np.float32], ...]
    outside_voxels: NDArray[np.float32]

    def colours_at(self, right: Floats, height: Floats, facing: Floats) -> Floats:
        """Return (n, 3) sRGB 0 to 255 at points in voxels.

        Where the surface turns away (`facing`, the cosine, is small) a pixel covers 1 / facing of it: there the
        picture is blurred as much, or it would be drawn out into streaks.
        """
        at = self.outline.pixels_of(right, height).astype(np.float32)
        level = np.clip(np.log2(1.0 / np.clip(facing, 1e-3, 1.0)) - 1.0, 0.0, LEVELS - 1.0)
        colours = np.zeros((len(at), 3))
        for number, image in enumerate(self.levels):
            share = np.clip(1.0 - np.abs(level - number), 0.0, None)
            used = np.flatnonzero(share)
            colours[used] += share[used, None] * _bilinear(image, at[used])
        return colours

    def gap_at(self, right: Floats, height: Floats) -> Floats:
        """Return (n,) how many voxels beside the pictured subject the points lie; 0 on it."""
        at = self.outline.pixels_of(right, height).astype(np.float32)
        return _bilinear(self.outside_voxels, at)


def texture_of(outline: Outline) -> Texture:
    """Return the outline's picture as a texture."""
    image, mask = outline.view.image, outline.view.mask
    nearest = distance_transform_edt(~_clean(outline), return_distances=False, return_indices=True)
    bled = image[..., :3][tuple(nearest)].astype(np.float32)
    blurs = [cv2.GaussianBlur(bled, (0, 0), outline.px_per_voxel * 2.0**n) for n in range(LEVELS - 1)]
    outside = distance_transform_edt(~mask) / outline.px_per_voxel
    return Texture(outline, (bled, *blurs), outside.astype(np.float32))


def _clean(outline: Outline) -> NDArray[np.bool_]:
    """Return which pixels show the subject alone.

    The outermost are mixed with the background: they are left out, except on features so thin that nothing else is
    left of them.
    """
    opaque = outline.view.image[..., 3] >= 250
    inset = distance_transform_edt(np.pad(opaque, 1))[1:-1, 1:-1]
    edge = max(2.0, 0.9 * outline.px_per_voxel)
    reach = 2 * int(np.ceil(edge)) + 1
    ridge = cv2.dilate(inset.astype(np.float32), np.ones((reach, reach), np.uint8))
    clean = opaque & ((inset > edge) | (inset >= 0.75 * ridge))
    return clean if clean.any() else outline.view.mask


def _bilinear(image: NDArray[np.float32], at: NDArray[np.float32]) -> Floats:
    """Return the image at (n, 2) points; cv2.remap takes at most 32767 a side, so the points go in as a grid."""
    width = 4096
    padded = np.zeros((-(-len(at) // width) * width, 2), np.float32)
    padded[: len(at)] = at
    grid = padded.reshape(-1, width, 2)
    sampled = cv2.remap(image, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled.reshape(grid.shape[0] * width, *image.shape[2:])[: len(at)], np.float64)
