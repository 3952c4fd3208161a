"""`reconstruct`: silhouettes to a coloured, closed mesh."""

from __future__ import annotations

import numpy as np
import trimesh
from numpy.typing import NDArray

from generate.backends.hull.carve import Axis, Field, carved, inflated, rounded
from generate.backends.hull.frame import Outline, merged, outline_of, turned_over
from generate.backends.hull.paint import painted
from generate.backends.hull.surface import extract
from generate.errors import UnusableView
from generate.shape import OnProgress, RawShape
from generate.views import Note, View, Views, camera_direction, camera_right

VOXELS_TALL = 224
MOST_NODES = 60_000_000
"""Nodes of the largest grid, 240 MB; a figure much wider than tall gets larger voxels."""

SQUARENESS = 1.02
"""Half the exponent of the superellipse between two silhouettes: 1 is an ellipse, larger is squarer."""


def reconstruct(
    views: Views, trust: str = "front", voxels_tall: int = VOXELS_TALL, on_progress: OnProgress | None = None
) -> RawShape:
    """Return the shape whose silhouettes are those of the views.

    Pictures are read as taken level (elevation 0). Raises UnusableView where there is no view or an empty one.
    """
    tell = on_progress or (lambda done, total, note: None)
    tell(0, 4, "outlines")
    axes = _axes(_trusted_first(views, trust, _within_memory(views, voxels_tall)))
    tell(1, 4, "carving")
    field, bounded = _field(axes)
    tell(2, 4, "surface")
    (vertices, faces), lost = extract(field)
    tell(3, 4, "colour")
    mirrored = _mirrored(axes) if bounded else ()
    pictures = tuple(outline for axis in axes for outline in axis.outlines) + mirrored
    rgba = painted(vertices, faces, pictures, axes[0].azimuth_deg)
    placed = _placed(vertices, axes[0].azimuth_deg)
    mesh = trimesh.Trimesh(placed, faces, vertex_colors=rgba, process=False, validate=False)
    tell(4, 4, "")
    return RawShape(mesh, "hull", _notes(placed, bounded, lost, views) + _of_mirrored(mirrored))


def _within_memory(views: Views, voxels_tall: int) -> int:
    """Return the number of voxels tall at which the grid of a figure so wide stays within `MOST_NODES`."""
    widest = max((_aspect(view) for view in views.items), default=1.0)
    deepest = widest if len(views.items) > 1 else min(widest, 1.5)
    return min(voxels_tall, int((MOST_NODES / (widest * deepest)) ** (1 / 3)))


def _aspect(view: View) -> float:
    """Return the width of the silhouette over its height; 1 where there is none."""
    rows, columns = np.flatnonzero(view.mask.any(axis=1)), np.flatnonzero(view.mask.any(axis=0))
    return (np.ptp(columns) + 1) / (np.ptp(rows) + 1) if rows.size else 1.0


def _trusted_first(views: Views, trust: str, voxels_tall: int) -> tuple[Outline, ...]:
    if not views.items:
        raise UnusableView("no view given; at least a picture of the front is needed")
    ordered = sorted(views.items, key=lambda view: view.name != trust)
    return tuple(outline_of(view, voxels_tall) for view in ordered)


def _axes(outlines: tuple[Outline, ...]) -> tuple[Axis, ...]:
    """Return one Axis for each direction there is a silhouette of, with the outlines of that direction fitted to it."""
    phis: list[NDArray[np.float32]] = []
    groups: list[list[Outline]] = []
    for outline in outlines:
        group = next((i for i, same in enumerate(groups) if _same_axis(same[0].view, outline.view)), None)
        if group is None:
            groups.append([outline])
            phis.append(outline.phi)
            continue
        phi, moved = merged(groups[group][0], outline)
        if len(groups[group]) == 1:
            phis[group] = phi
        groups[group].append(moved)
    axes = [Axis(group[0].view.azimuth_deg, phi, tuple(group)) for group, phi in zip(groups, phis, strict=True)]
    return tuple(axes)


def _same_axis(a: View, b: View) -> bool:
    return bool(abs(np.sin(np.radians(a.azimuth_deg - b.azimuth_deg))) < np.sin(np.radians(1.5)))


def _field(axes: tuple[Axis, ...]) -> tuple[Field, bool]:
    """Return the field and whether a view from the side bounds its depth."""
    first, rest = axes[0], list(axes[1:])
    across = [abs(np.sin(np.radians(axis.azimuth_deg - first.azimuth_deg))) for axis in rest]
    bounded = bool(across) and max(across) >= 0.5
    field = rounded(first, rest.pop(int(np.argmax(across))), SQUARENESS) if bounded else inflated(first)
    for axis in rest:
        field = carved(field, axis, first.azimuth_deg)
    return field, bounded


def _mirrored(axes: tuple[Axis, ...]) -> tuple[Outline, ...]:
    """Return the side pictures turned over, for sides that no picture shows; front and back are never alike."""
    return tuple(
        turned_over(axis.outlines[0])
        for axis in axes[1:]
        if len({round(outline.view.azimuth_deg - axis.azimuth_deg) % 360 // 180 for outline in axis.outlines}) == 1
        and abs(np.cos(np.radians(axis.azimuth_deg - axes[0].azimuth_deg))) < 0.5
        and abs(np.cos(np.radians(axes[0].azimuth_deg))) > 0.5
    )


def _of_mirrored(mirrored: tuple[Outline, ...]) -> tuple[Note, ...]:
    message = "no picture shows the side opposite the one given: it is coloured as its mirror image"
    return tuple(Note("side-mirrored", "INFO", message) for _ in mirrored)


def _placed(vertices: NDArray[np.float64], azimuth_deg: float) -> NDArray[np.float64]:
    """Return the vertices with the figure facing -Y, Z up, standing at z = 0, height 1."""
    right, away = camera_right(azimuth_deg), -camera_direction(azimuth_deg)
    world = vertices[:, :1] * right + vertices[:, 1:2] * away
    world[:, 2] = vertices[:, 2]
    low, high = world.min(axis=0), world.max(axis=0)
    world -= [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]]
    return np.asarray(world / (high[2] - low[2]))


def _notes(vertices: NDArray[np.float64], bounded: bool, lost: float, views: Views) -> tuple[Note, ...]:
    notes = []
    depth = float(np.ptp(vertices[:, 1]))
    if not bounded:
        notes.append(
            Note(
                "depth-guessed",
                "INFO",
                f"depth is guessed from the outline ({depth:.2f} of the height); a picture from the left would fix it",
                measured=depth,
                unit="height",
                remedy="add a picture from the left",
            )
        )
    if len(views.items) == 1:
        notes.append(
            Note(
                "single-view",
                "INFO",
                "only one picture: colours of the sides it does not show are spread from its edge",
            )
        )
    if lost > 1e-4:
        notes.append(
            Note(
                "parts-left-out",
                "WARN",
                f"{lost:.1%} of the volume is in parts that touch nothing, and was left out",
                measured=lost,
            )
        )
    return tuple(notes)
