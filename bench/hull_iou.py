"""Volume and silhouette IoU of the hull backend against true meshes, drawn from front, left, back and right.

    PYTHONPATH=. python bench/hull_iou.py MESH...

A mesh may carry a turn about Z in degrees and a `yup` flag that bring it to Z up, facing -Y: `Duck.glb:yup:-90`.
Volume IoU is taken on cells of 1/128 of the height, both shapes brought to the same height and centred; truth by its
winding number. `plain` is the intersection of the drawn silhouettes of all four views on the same cells.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.render import frame_of, render
from generate.backends.hull import reconstruct
from generate.views import AZIMUTHS_DEG, View, Views

CELLS_TALL = 128
SETS = {
    "front": ("front",),
    "front+back": ("front", "back"),
    "front+left": ("front", "left"),
    "front+back+left": ("front", "back", "left"),
    "all four": ("front", "back", "left", "right"),
}

Cells = NDArray[np.bool_]


def main(arguments: list[str]) -> None:
    print(f"{'mesh':28} {'views':16} {'volume':>7} {'outline':>8} {'faces':>8} {'cpu s':>6}")
    for argument in arguments:
        truth = load(argument)
        views = drawn(truth)
        solid = cells_of(truth, *cells_around(truth))
        name = Path(argument.split(":")[0])
        plain = iou(plain_hull(views, truth), solid)
        print(f"{name.parent.name + '/' + name.stem:28} {'plain hull':16} {plain:7.3f}", flush=True)
        for label, names in SETS.items():
            start = time.process_time()
            made = reconstruct(Views(tuple(views[name] for name in names))).mesh
            seconds = time.process_time() - start
            outline = min(outline_iou(made, views[name]) for name in names)
            volume = iou(cells_of(placed(made), *cells_around(truth)), solid)
            print(f"{'':28} {label:16} {volume:7.3f} {outline:8.3f} {len(made.faces):8} {seconds:6.1f}", flush=True)


def load(argument: str) -> trimesh.Trimesh:
    """Return the mesh of `PATH[:yup][:TURN]`, height 1, centred, standing at z = 0."""
    path, *how = argument.split(":")
    mesh = trimesh.load(path, force="mesh")
    if "yup" in how:
        mesh.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0]))
    for turn in (float(word) for word in how if word != "yup"):
        mesh.apply_transform(trimesh.transformations.rotation_matrix(np.radians(turn), [0, 0, 1]))
    return placed(mesh)


def placed(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """Return the mesh at height 1, centred on the axis, standing at z = 0."""
    low, high = mesh.bounds
    moved = mesh.copy()
    moved.apply_translation(-np.array([*((low + high) / 2)[:2], low[2]]))
    moved.apply_scale(1 / (high[2] - low[2]))
    return moved


def drawn(mesh: trimesh.Trimesh, height_px: int = 800) -> dict[str, View]:
    """Return the four pictures of a mesh that a pipeline would be given, by name."""
    frame = frame_of(mesh, azimuths_deg=tuple(AZIMUTHS_DEG.values()))
    size = (int(np.ceil(height_px * frame.width / frame.height)), height_px)
    return {
        name: View(render(mesh, azimuth_deg=azimuth, size_px=size, framing=frame), azimuth, name=name)
        for name, azimuth in AZIMUTHS_DEG.items()
    }


def cells_around(mesh: trimesh.Trimesh) -> tuple[NDArray[np.float64], ...]:
    """Return the x, y and z of the cells of 1/128 of the height that cover the mesh and a quarter more."""
    low, high = mesh.bounds
    counts = np.ceil((high - low) * [1.25, 1.25, 1.0] * CELLS_TALL).astype(int)
    counts[:2] += 8
    sides = [(np.arange(n) + 0.5 - n / 2) / CELLS_TALL for n in counts]
    return sides[0], sides[1], sides[2] + counts[2] / CELLS_TALL / 2


def cells_of(mesh: trimesh.Trimesh, x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64]) -> Cells:
    """Return which cells are inside the mesh: its winding number there is above one half."""
    import igl

    points = np.stack(np.meshgrid(x, y, z, indexing="ij"), axis=-1).reshape(-1, 3)
    winding = igl.fast_winding_number(np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64), points)
    return np.asarray(winding > 0.5).reshape(len(x), len(y), len(z))


def plain_hull(views: dict[str, View], truth: trimesh.Trimesh) -> Cells:
    """Return the cells whose centres every picture shows as the subject."""
    x, y, z = cells_around(truth)
    front = _seen(views["front"], x, z) & _seen(views["back"], -x, z)
    side = _seen(views["left"], y, z) & _seen(views["right"], -y, z)
    return np.asarray(front[:, None, :] & side[None, :, :])


def _seen(view: View, right: NDArray[np.float64], height: NDArray[np.float64]) -> Cells:
    """Return (columns, rows) whether the picture shows the subject at points in units of the subject's height."""
    rows, columns = np.flatnonzero(view.mask.any(axis=1)), np.flatnonzero(view.mask.any(axis=0))
    scale = rows[-1] + 1 - rows[0]
    column = np.floor((columns[0] + columns[-1] + 1) / 2 + right * scale).astype(int)
    row = np.floor(rows[-1] + 1 - height * scale).astype(int)
    inside = (column >= 0) & (column < view.mask.shape[1])
    seen = view.mask[np.clip(row, 0, len(view.mask) - 1)][:, np.clip(column, 0, view.mask.shape[1] - 1)].T
    return np.asarray(seen & inside[:, None])


def outline_iou(mesh: trimesh.Trimesh, view: View) -> float:
    """Return how well the mesh's silhouette from the view's azimuth overlaps the view's, both cropped and to scale."""
    picture = render(mesh, azimuth_deg=view.azimuth_deg, size_px=900, shading="flat")
    mine = _cells_seen(View(picture, view.azimuth_deg))
    theirs = _cells_seen(view)
    return iou(mine, theirs)


def _cells_seen(view: View, cells_tall: int = 400) -> Cells:
    right = (np.arange(4 * cells_tall) + 0.5) / cells_tall - 2
    return _seen(view, right, (np.arange(cells_tall) + 0.5) / cells_tall)


def iou(a: Cells, b: Cells) -> float:
    """Return intersection over union."""
    return float(np.count_nonzero(a & b) / np.count_nonzero(a | b))


if __name__ == "__main__":
    main(sys.argv[1:])
