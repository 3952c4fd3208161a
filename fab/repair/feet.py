"""The cut at the feet: a figure taken off its plate, without the mound that the plate runs up in round the feet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fab.repair.deviation import distances
from fab.repair.overlaps import join, settle, surface_of, to_manifold
from fab.repair.record import Limits, Mending, Surface
from fab.repair.sections import frame_of
from fab.repair.shells import PART_SHARE, Shells
from fab.repair.weld import compact

if TYPE_CHECKING:
    from manifold3d import CrossSection, Manifold

_CLEAR = 0.125  # of a crumb: how far round the feet's outline the mound is left, so that the feet's own sides stay
_SIMPLER = 0.25  # of that: the outline need be no finer
_NEAR = 0.1  # of the detail: what lies so near the knife was made by it


def cut_at_feet(surface: Surface, top: float, feet: float, limits: Limits) -> Mending | None:
    """Return what lies above `top`, and up to `feet` only what lies under the section there; None if no solid.

    Heights are along `limits.up`. The faces that the cut made are `added`, what fell is `removed`.
    """
    whole, low = to_manifold(surface), float(limits.heights(surface.vertices).min())
    knife = _knife(whole, surface, top, feet, limits)
    below, above = whole.split(knife)
    settled = settle(above, limits)
    if settled is None:
        return None
    made, scraps = _drop_scraps(settled, _high_enough(top, feet, low), limits)
    blade = surface_of(knife)
    plate = join([surface_of(below), scraps]) if len(scraps.faces) else surface_of(below)
    return Mending(
        made,
        f"cut off the slab of {(top - low) / limits.unit_per_mm:.2f} mm",
        added=_pick(made, _made_by(made, blade, limits)),
        removed=_pick(plate, ~_made_by(plate, blade, limits)),
        cut_height=top,
    )


def _knife(whole: Manifold, surface: Surface, top: float, feet: float, limits: Limits) -> Manifold:
    """Return the solid that takes the plate away: all below `top`, and all up to `feet` but what stands under it."""
    from manifold3d import CrossSection, JoinType, Manifold

    frame = np.stack(frame_of(limits.up))
    points = surface.vertices @ frame.T
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.1 * float((high - low).max())
    (x, y, z), (wide, deep, _) = ((low - margin).tolist(), (high - low + 2 * margin).tolist())
    field = CrossSection.square((wide, deep)).translate((x, y))
    knife = Manifold.extrude(field, top - z).translate((0.0, 0.0, z))
    if feet > top:
        clear = _CLEAR * limits.crumb_mm
        upper = _turned(whole, frame).trim_by_plane((0.0, 0.0, 1.0), feet - clear)
        stands = _section(upper, feet, _high_enough(top, feet, float(low[2])), PART_SHARE * whole.volume())
        stands = stands.simplify(_SIMPLER * clear).offset(clear, JoinType.Round, circular_segments=16)
        knife += Manifold.extrude(field - stands, feet - z).translate((0.0, 0.0, z))
    return _turned(knife, frame.T)


def _section(upper: Manifold, height: float, high_enough: float, part: float) -> CrossSection:
    """Return the section at a height of all that goes on above or has the volume of a part; a spike has not."""
    from manifold3d import CrossSection, OpType

    bodies = upper.decompose()
    bearing = [body for body in bodies if body.bounding_box()[5] >= high_enough or body.volume() > part]
    return CrossSection.batch_boolean([body.slice(height) for body in bearing], OpType.Add)


def _high_enough(top: float, feet: float, low: float) -> float:
    """Return up to where a piece must reach to be of the figure: as far above the feet as the plate was thick."""
    return feet + top - low


def _turned(shape: Manifold, frame: NDArray[np.float64]) -> Manifold:
    return shape.transform(np.column_stack([frame, np.zeros(3)]))


def _made_by(surface: Surface, blade: Surface, limits: Limits) -> NDArray[np.bool_]:
    """(m,) bool: the faces that lie on the blade."""
    near = _NEAR * limits.detail_mm
    corners = surface.vertices[surface.faces]
    found = distances(corners.mean(axis=1), blade) <= near
    for k in range(3):
        found[found] = distances(corners[found, k], blade) <= near
    return np.asarray(found, np.bool_)


def _pick(surface: Surface, chosen: NDArray[np.bool_]) -> Surface:
    return compact(surface.vertices, surface.faces[chosen])


def _drop_scraps(made: Surface, low: float, limits: Limits) -> tuple[Surface, Surface]:
    """Return the solid, and the small bodies of it that the cut parted from the figure and that end below `low`."""
    shells = Shells.of(made)
    highest = np.full(shells.count, -np.inf)
    np.maximum.at(highest, np.repeat(shells.labels, 3), limits.heights(made.vertices)[made.faces.reshape(-1)])
    small = shells.volume <= PART_SHARE * shells.volume.sum()
    scraps = shells.within((shells.depth == 0) & small & (highest < low))
    return shells.pick(~scraps), shells.pick(scraps)
