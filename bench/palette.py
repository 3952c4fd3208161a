"""Paint models and measure it: colours beside k-means, the narrowest regions, time, and a slicer's changes.

    python bench/palette.py MODEL… [--colours 4] [--height 80] [--slice] [--pictures DIR]
    python bench/palette.py --speed

One line a model: mean CIEDE2000 of what was painted and of k-means in CIELAB with as many colours, which has no regard
to width, and their ratio. Both are measured at the same 60,000 points, drawn once from the visible surface as it was
given, with a fixed seed; of 24 starts with fixed seeds that one counts which has the least sum of squares, as k-means
means it (in brackets the ratio to the start that happens to have the least CIEDE2000).
Then regions that hold no disc of two lines, and the share of the surface that no such disc reaches, both measured on
points spread over the result (nothing of `fab.palette` takes part); CPU seconds. With `--slice` also changes counted
here and in PrusaSlicer's G-code, and how far apart the colours' shares of its outer walls and of the painted ones are.
`--speed` paints a ball of 327,680 faces with 8 colours instead.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import igl
import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from skimage.color import deltaE_ciede2000, rgb2lab

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "tests"))

from wall_lines import outer_lines, wall_shares

import printers
from fab.colour import ColourField
from fab.export.threemf import write_threemf
from fab.frame import to_millimetres
from fab.palette.canvas import outer_faces
from fab.palette.painted import Painted, PaletteWishes, paint
from fab.readers import read_model
from fab.render import render, save_png
from fab.repair import repair
from fab.repair.deviation import distances
from fab.repair.record import Surface
from fab.slicer import slice_file
from fab.solid import Solid
from fab.srgb import linear_to_srgb

SAMPLES, STARTS = 60_000, 24
POINTS = 600_000
WIDTH_MM = 0.8
WALL_MM = 0.4
"""How far from the surface the middle of an external perimeter may lie: one line's own half and a layer's step."""
PRINTER = "prusa-mk4s"
Points = NDArray[np.float64]


def solid_of(path: Path, height_mm: float) -> Solid:
    """Return a model file as a coloured solid of that height."""
    model = read_model(path)
    placed = to_millimetres(model, height_mm=height_mm)
    mended = repair(placed.mesh, name=path.stem)
    colour = ColourField.of(model.mesh, to_mm=np.linalg.inv(placed.to_input @ mended.to_input))
    return mended.solid.coloured(colour)


def quality(solid: Solid, painted: Painted, colours: int) -> tuple[float, float, float]:
    """Return the mean CIEDE2000 of what was painted, and of k-means in CIELAB: the start with the least sum of squares,
    which is what k-means seeks, and the start with the least CIEDE2000."""
    assert solid.colour is not None
    seen = _visible(solid)
    points, face = trimesh.sample.sample_surface(seen, SAMPLES, seed=1)
    lab = rgb2lab(linear_to_srgb(solid.colour.at(points, seen.face_normals[face])[:, :3])[None])[0]
    made = rgb2lab(painted.face_srgb[_nearest_faces(painted.solid, points)][None] / 255.0)[0]
    tries = []
    for start in range(STARTS):
        random = np.random.default_rng(start)
        middles, slots = kmeans2(lab, colours, iter=60, minit="++", rng=random, missing="warn")
        squares = float(((lab - middles[slots]) ** 2).sum())
        tries.append((squares, float(deltaE_ciede2000(lab, middles[slots]).mean())))
    return float(deltaE_ciede2000(lab, made).mean()), min(tries)[1], min(mean for _, mean in tries)


def _visible(solid: Solid) -> trimesh.Trimesh:
    """Return the faces of a solid that do not bound a cavity."""
    return trimesh.Trimesh(solid.vertices, solid.faces[outer_faces(solid.vertices, solid.faces)], process=False)


def _nearest_faces(solid: Solid, points: Points) -> NDArray[np.int64]:
    tree = igl.AABB()
    vertices, faces = np.ascontiguousarray(solid.vertices), np.ascontiguousarray(solid.faces)
    tree.init(vertices, faces)
    return np.asarray(tree.squared_distance(vertices, faces, np.ascontiguousarray(points))[1], np.int64)


def narrow(painted: Painted) -> tuple[int, int, float]:
    """Return how many regions there are, how many hold no disc of WIDTH_MM, and the share that no such disc reaches.

    Points of the surface stand for it; a disc fits at one when no point of another colour that faces its way lies
    nearer than half the width, less half the spacing of the points. It reaches √2 of its radius, into right corners.
    A region is what joins along edges of the mesh; one that seems to hold none is looked at again with closer points.
    """
    mesh = painted.solid.mesh
    points, face = trimesh.sample.sample_surface(mesh, POINTS, seed=2)
    spacing = float(np.sqrt(mesh.area / POINTS))
    slots = painted.slots[face]
    fits = _disc_fits(points, slots, mesh.face_normals[face], spacing)
    reached = np.zeros(len(points), np.bool_)
    for slot in np.unique(slots):
        mine = slots == slot
        if (mine & fits).any():
            middles = cKDTree(points[mine & fits])
            reached[mine] = middles.query(points[mine])[0] <= WIDTH_MM / 2 * 2**0.5 + spacing
    regions = _regions(mesh, painted.slots)
    region = regions[face]
    sizes, wide = np.bincount(region), np.bincount(region, fits) > 0
    doubtful = np.flatnonzero(~wide & (sizes > 1))
    lone = sum(not _holds_disc(painted, regions == one) for one in doubtful)
    return int((sizes > 1).sum()), lone, float((~reached).mean())


def _disc_fits(
    points: Points, slots: NDArray[np.int64], normals: NDArray[np.float64], spacing: float
) -> NDArray[np.bool_]:
    """Return (n,) at which points a disc fits among the points of its own colour."""
    fits = np.ones(len(points), np.bool_)
    trees = {int(slot): (np.flatnonzero(slots == slot), cKDTree(points[slots == slot])) for slot in np.unique(slots)}
    for slot, (mine, _) in trees.items():
        for other, (theirs, tree) in trees.items():
            if other == slot:
                continue
            reach = (WIDTH_MM - spacing) / 2
            distance, nearest = tree.query(points[mine], k=4, distance_upper_bound=reach)
            row = theirs[np.minimum(nearest, len(theirs) - 1)]
            facing = np.einsum("nk,njk->nj", normals[mine], normals[row]) > 0
            fits[mine[(np.isfinite(distance) & facing).any(axis=1)]] = False
    return fits


def _holds_disc(painted: Painted, own: NDArray[np.bool_]) -> bool:
    """Tell whether a region of faces (m,) holds a disc, by points ten times closer to each other."""
    mesh = painted.solid.mesh
    corners = mesh.triangles[own].reshape(-1, 3)
    low, high = corners.min(axis=0) - WIDTH_MM, corners.max(axis=0) + WIDTH_MM
    near = np.flatnonzero(((mesh.triangles.max(axis=1) >= low) & (mesh.triangles.min(axis=1) <= high)).all(axis=1))
    part = mesh.submesh([near], append=True, repair=False)
    spacing = float(np.sqrt(mesh.area / POINTS)) / 10
    points, face = trimesh.sample.sample_surface(part, int(part.area / spacing**2), seed=3)
    fits = _disc_fits(points, painted.slots[near][face], part.face_normals[face], spacing)
    return bool(fits[own[near][face]].any())


def _regions(mesh: trimesh.Trimesh, slots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the region (m,) of each face: those of one colour that join along edges."""
    pairs = mesh.face_adjacency
    pairs = pairs[slots[pairs[:, 0]] == slots[pairs[:, 1]]]
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (len(slots), len(slots)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def sliced(painted: Painted) -> tuple[int, float]:
    """Return the tool changes in PrusaSlicer's G-code, without supports, and by how many percentage points a filament's
    share of external perimeters at the surface differs most from what is painted, of colours above 2%."""
    printer = printers.get(PRINTER)
    bed_mm = printer.build_volume_mm[:2]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "part.3mf"
        write_threemf(painted, file, bed_mm=bed_mm)
        filaments = tuple(colour.hex for colour in painted.palette.colours)
        made = slice_file(file, printer, Path(folder), colours=filaments, settings={"support_material": "0"})
        lines = outer_lines(made.file)
    low, high = painted.solid.vertices.min(axis=0), painted.solid.vertices.max(axis=0)
    middle = np.array([bed_mm[0], bed_mm[1], 0.0]) / 2
    points = lines[:, 1:4] - middle + (low + high) / 2 * (1, 1, 0)
    seen = _visible(painted.solid)
    lines = lines[distances(points, Surface(np.asarray(seen.vertices), np.asarray(seen.faces))) < WALL_MM]
    found = np.bincount(lines[:, 0].astype(np.int64), lines[:, 4], len(filaments))
    wanted = wall_shares(painted)
    return made.gcode.tool_changes, 100 * float(np.abs(found / found.sum() - wanted)[wanted > 0.02].max())


def draw(solid: Solid, painted: Painted, azimuth_deg: float, size_px: int = 420) -> NDArray[np.uint8]:
    """Return the model's own colours and the painted ones side by side."""
    assert solid.colour is not None
    given = solid.colour.mesh.copy()
    given.apply_transform(solid.colour.to_mm)
    rgba = np.column_stack([painted.face_srgb, np.full(len(painted.slots), 255, np.uint8)])
    sides = [
        render(mesh, azimuth_deg=azimuth_deg, elevation_deg=10, size_px=size_px, background=(247, 247, 247), colours=c)
        for mesh, c in ((given, None), (painted.solid.mesh, rgba))
    ]
    return np.concatenate(sides, axis=1)


def measure(path: Path, options: argparse.Namespace) -> None:
    """Print one line about one model."""
    solid = solid_of(path, options.height)
    started = time.process_time()
    painted = paint(solid, PaletteWishes(colours=options.colours))
    seconds = time.process_time() - started
    ours, usual, lowest = quality(solid, painted, options.colours)
    regions, thin, unreached = narrow(painted)
    line = f"{path.name}: {len(solid.faces)} -> {len(painted.slots)} faces in {seconds:.1f} s; dE {ours:.2f}, k-means "
    line += f"{usual:.2f}, ratio {ours / usual:.3f} ({ours / lowest:.3f}); {regions} regions, {thin} narrow, "
    line += f"{unreached:.2%} unreached; "
    line += f"changes {painted.costs[0].changes}"
    if options.slice:
        changes, apart = sliced(painted)
        line += f", sliced {changes}; walls within {apart:.1f} points"
    print(line, flush=True)
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        save_png(draw(solid, painted, options.azimuth), options.pictures / f"{path.stem}.png")


def speed() -> None:
    """Print CPU seconds and peak memory of painting a ball of 327,680 faces and 80 mm in 8 colours."""
    ball = trimesh.creation.icosphere(7, radius=40.0)
    ball.apply_translation([0, 0, -ball.vertices[:, 2].min()])
    x, y, z = (ball.vertices / 9.0).T
    srgb = np.column_stack([np.sin(x) + np.cos(y), np.sin(y + z), np.cos(x - z)]) * 60 + 128
    painted = trimesh.Trimesh(ball.vertices, ball.faces, process=False)
    painted.visual = trimesh.visual.ColorVisuals(painted, vertex_colors=np.clip(srgb, 0, 255).astype(np.uint8))
    solid = Solid(ball, "ball", ColourField.of(painted, np.eye(4)))
    paint(solid_small(), PaletteWishes(colours=2))  # compiled code is loaded
    clock, started = time.perf_counter(), time.process_time()
    made = paint(solid, PaletteWishes(colours=8))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken = f"{time.process_time() - started:.1f} s of CPU, {time.perf_counter() - clock:.1f} s by the clock"
    print(
        f"{len(solid.faces)} faces -> {len(made.slots)}, {len(made.palette.colours)} colours: {taken}, {peak_mb:.0f} MB"
    )


def solid_small() -> Solid:
    """Return a small coloured ball."""
    ball = trimesh.creation.icosphere(3, radius=5.0)
    ball.apply_translation([0, 0, -ball.vertices[:, 2].min()])
    srgb = np.where(ball.vertices[:, :1] > 0, [[255, 0, 0, 255]], [[0, 0, 255, 255]]).astype(np.uint8)
    painted = trimesh.Trimesh(ball.vertices, ball.faces, process=False)
    painted.visual = trimesh.visual.ColorVisuals(painted, vertex_colors=srgb)
    return Solid(ball, "ball", ColourField.of(painted, np.eye(4)))


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--colours", type=int, default=4)
    parser.add_argument("--height", type=float, default=80.0)
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--azimuth", type=float, default=20.0)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    if options.speed:
        speed()
    for path in options.models:
        measure(path, options)


if __name__ == "__main__":
    main()
