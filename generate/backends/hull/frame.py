"""Outlines: silhouettes brought to one scale, as signed distances on a common grid."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter, maximum_filter

from generate.errors import UnusableView
from generate.views import View

PAD = 3
"""Voxels of empty space around the subject on every side."""

FINE = 4
"""Samples per voxel along each axis when a silhouette is turned into distances."""

GROUND_SHARE = 0.012
"""Where the silhouette ends this close to the ground (share of the height) the figure is taken to stand on it."""

HAIR = 1.8
"""Parts of a silhouette thinner than this many voxels (0.6 mm on a figure of 80 mm) are hairs, and left out."""

JITTER = 1.2
"""Standard deviation, in voxels, of the smoothing of an outline."""

SAME_OUTLINE_SHARE = 0.02
"""Front and back outlines further apart than this share of the height are a disagreement: the trusted one decides."""


@dataclass(frozen=True, eq=False)
class Outline:
    """One view's silhouette on the grid, and where the grid lies in its picture.

    `phi` is (rows, columns) float32, signed distance to the outline in voxels, positive inside. Row k is at height
    k - PAD + 0.5 voxels; column j at j - (columns - 1) / 2 voxels to the right of the axis, as the view sees it.
    """

    view: View
    phi: NDArray[np.float32]
    px_per_voxel: float
    centre_px: float
    bottom_px: float

    def pixels_of(self, right: NDArray[np.float64], height: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) float64 picture coordinates (x, y; pixel centres at whole numbers) of points in voxels."""
        x = self.centre_px + right * self.px_per_voxel - 0.5
        y = self.bottom_px - height * self.px_per_voxel - 0.5
        return np.stack([x, y], axis=1)


def outline_of(view: View, voxels_tall: int) -> Outline:
    """Return the outline of a view scaled to `voxels_tall`. Raises UnusableView where nothing is opaque."""
    top, bottom, left, right = _bounds(view)
    px_per_voxel = (bottom - top) / voxels_tall
    columns = 2 * int(np.ceil((right - left) / px_per_voxel / 2) + PAD) + 1  # odd: a node lies on the axis
    centre_px = (left + right) / 2
    fine = _sample(view, (top, bottom, centre_px), (voxels_tall * FINE, columns * FINE))
    return Outline(view, _signed_distance(_standing(fine)), px_per_voxel, centre_px, float(bottom))


def turned_over(outline: Outline) -> Outline:
    """Return the outline as the opposite side would show it were the figure the same on both."""
    view = replace(
        outline.view, image=outline.view.image[:, ::-1], azimuth_deg=(outline.view.azimuth_deg + 180.0) % 360.0, name=""
    )
    centre_px = outline.view.image.shape[1] - outline.centre_px
    return replace(outline, view=view, phi=outline.phi[:, ::-1], centre_px=centre_px)


def merged(trusted: Outline, other: Outline) -> tuple[NDArray[np.float32], Outline]:
    """Return the outline both views of one axis agree on, seen as `trusted` sees it, and `other` moved to fit it.

    Where the two differ by less than 2% of the height the contour moves towards their mean, by at most 0.3% of the
    height so that the result still matches the trusted picture; elsewhere the trusted one decides.
    """
    opposite = abs((other.view.azimuth_deg - trusted.view.azimuth_deg) % 360.0 - 180.0) < 90.0
    sign = -1.0 if opposite else 1.0
    columns = max(trusted.phi.shape[1], other.phi.shape[1])
    mine, theirs = _widened(trusted.phi, columns), _widened(other.phi, columns)
    theirs = theirs[:, ::-1] if opposite else theirs
    shift = _best_shift(mine > 0, theirs > 0)
    theirs = np.roll(theirs, shift, axis=1)
    height = trusted.phi.shape[0] - 2 * PAD
    gap = theirs - mine
    agree = np.clip(2.0 - 2.0 * np.abs(gap) / (SAME_OUTLINE_SHARE * height), 0.0, 1.0)
    step = np.clip(0.5 * gap, -0.003 * height, 0.003 * height)
    moved = replace(other, centre_px=other.centre_px - sign * shift * other.px_per_voxel)
    return (mine + agree * step).astype(np.float32), moved


def _bounds(view: View) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(view.mask.any(axis=1)), np.flatnonzero(view.mask.any(axis=0))
    if rows.size == 0:
        raise UnusableView(f"the {view.name or 'given'} view is fully transparent: nothing to take the outline of")
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _sample(view: View, box: tuple[int, int, float], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the silhouette between top and bottom, resampled to (rows, columns), row 0 lowest."""
    top, bottom, centre = box
    scale = (bottom - top) / shape[0]
    y = bottom - (np.arange(shape[0], dtype=np.float32) + 0.5) * scale - 0.5
    x = centre + (np.arange(shape[1], dtype=np.float32) + 0.5 - shape[1] / 2) * scale - 0.5
    alpha = view.image[..., 3].astype(np.float32)
    blurred = cv2.GaussianBlur(alpha, (0, 0), max(0.7, 0.5 * scale))
    maps = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    sampled = cv2.remap(blurred, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(sampled >= 127.5)


def _standing(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the silhouette with its feet filled down to the ground, so that the figure has something to stand on."""
    reach = int(np.ceil(GROUND_SHARE * inside.shape[0]))
    feet = inside.copy()
    feet[:reach] = np.logical_or.accumulate(inside[:reach], axis=0)
    stands = feet[reach - 1] & inside[reach]
    feet[:reach] |= inside[:reach].any(axis=0) & stands
    return feet


def _signed_distance(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the distances on the grid, of an outline without hairs and without the jitter of its pixels.

    Jitter matters: where a body of radius r turns from the viewer, an outline off by d shows as a ripple sqrt(2rd).
    The ground is no outline: the figure is mirrored in it while distances are taken.
    """
    below = inside.shape[0] // FINE // 2 * FINE
    fine = np.concatenate([inside[:below][::-1], np.pad(inside, ((0, PAD * FINE), (0, 0)))])
    distance = _distance(_without_hairs(fine))
    rows, columns = fine.shape[0] // FINE, fine.shape[1] // FINE
    phi = distance.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3)) / FINE
    thick = np.clip((maximum_filter(phi, 9) - 2.0) / 3.0, 0.0, 1.0)
    phi += gaussian_filter(thick, 2.0) * (gaussian_filter(phi, JITTER) - phi)
    standing = np.asarray(phi[below // FINE - PAD :], dtype=np.float32)
    standing[:PAD] = -np.abs(standing[:PAD])
    return standing


def _distance(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    distance = distance_transform_edt(inside) - distance_transform_edt(~inside)
    return np.asarray(distance - 0.5 * np.sign(distance))


def _without_hairs(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the silhouette without what is thinner than `HAIR`."""
    reach = HAIR * FINE / 2
    core = distance_transform_edt(inside) > reach
    return np.asarray((distance_transform_edt(~core) <= reach) & inside)


def _widened(phi: NDArray[np.float32], columns: int) -> NDArray[np.float32]:
    """Return the distances with `columns` columns, still centred; both numbers are odd."""
    side = (columns - phi.shape[1]) // 2
    ramp = np.maximum(np.abs(np.arange(columns) - (columns - 1) / 2) - (phi.shape[1] - 1) / 2, 0.0)
    return np.asarray(np.pad(phi, ((0, 0), (side, side)), mode="edge") - ramp, dtype=np.float32)


def _best_shift(mine: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> int:
    """Return by how many columns `theirs` moves to overlap `mine` best (at most 5% of the height)."""
    reach = max(1, mine.shape[0] // 20)
    shifts = sorted(range(-reach, reach + 1), key=abs)
    overlap = [np.count_nonzero(mine & np.roll(theirs, shift, axis=1)) for shift in shifts]
    return shifts[int(np.argmax(overlap))]
