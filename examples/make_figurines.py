"""Build the example figurines: for each a true mesh (`true.ply`) and its front, back, left and right pictures.

    python examples/make_figurines.py [--only NAME] [-o FOLDER]

The pictures are what a user would bring (cut out, transparent round the figure); the mesh is what they were taken of,
so that a reconstruction can be measured. The same program gives the same files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray
from sdf import Points, Shape
from skimage.measure import marching_cubes

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from compact import compact, unit_height  # noqa: E402
from figurines import FIGURINES, Figurine  # noqa: E402

from fab.render import render_around, save_png  # noqa: E402

STEP = 1 / 180  # of the grid, in heights
TRUE_STEP = 1 / 125
BLOCK = 8  # grid steps; blocks far from the surface are asked once, in the middle
PICTURE_PX = 640  # tall
MARGIN = 0.03  # of that, on each side
VIEWS = {"front": 0.0, "left": 90.0, "back": 180.0, "right": 270.0}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write every figurine, or the one asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=sorted(FIGURINES), help="build just this one")
    parser.add_argument("-o", "--out", type=Path, default=HERE, help="folder to write into (default: here)")
    options = parser.parse_args(arguments)
    for name in [options.only] if options.only else FIGURINES:
        write_figurine(FIGURINES[name](), options.out / name)
        print(options.out / name)


def write_figurine(figurine: Figurine, folder: Path) -> None:
    """Write `true.ply` and the four pictures of a figurine into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    full = build_mesh(figurine.shape, TRUE_STEP)
    colours = colours_at(figurine, full.triangles_center, softness=1e-9)
    unit_height(compact(full, colours)).export(folder / "true.ply")
    for name, picture in pictures_of(figurine, build_mesh(figurine.shape)).items():
        save_png(picture, folder / f"{name}.png")


def pictures_of(figurine: Figurine, mesh: trimesh.Trimesh) -> dict[str, NDArray[np.uint8]]:
    """Return the picture of each view by name, (PICTURE_PX, w, 4) uint8, all at one scale, cut to its width."""
    drawn = mesh.subdivide()  # finer than the shape needs, for the edges of the colours
    colours = colours_at(figurine, drawn.vertices)
    size = (2 * PICTURE_PX, PICTURE_PX)
    pictures = render_around(drawn, tuple(VIEWS.values()), size_px=size, colours=colours, supersample=3, margin=MARGIN)
    return {name: cut_to_width(picture) for name, picture in zip(VIEWS, pictures, strict=True)}


def cut_to_width(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture without its empty sides, but for the margin."""
    inside = np.flatnonzero(picture[..., 3].any(axis=0))
    margin = round(MARGIN * PICTURE_PX)
    return picture[:, inside[0] - margin : inside[-1] + 1 + margin]


def build_mesh(shape: Shape, step: float = STEP) -> trimesh.Trimesh:
    """Return the surface of a shape by marching cubes, closed and outward, on a grid of `step`."""
    low, high = bounds_of(shape, step)
    counts = BLOCK * np.ceil((high - low) / (BLOCK * step)).astype(int)
    values = sample(shape, low, counts, step)
    vertices, faces, _, _ = marching_cubes(values, 0.0, spacing=(step,) * 3, gradient_direction="descent")
    vertices = vertices.astype(np.float64) + low
    vertices[np.abs(vertices[:, 2]) < step * 1e-2, 2] = 0.0  # the soles
    return trimesh.Trimesh(vertices, faces, process=False)


def bounds_of(shape: Shape, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of a box round the shape, found on a coarse grid over [-1.2, 1.2]³."""
    coarse = 0.05
    ticks = np.arange(-1.2, 1.2, coarse)
    points = np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 3)
    near = points[shape(points.astype(np.float32)) < coarse]
    return (np.floor((near.min(0) - coarse) / step) + 0.5) * step, near.max(0) + coarse  # z = 0 lies between planes


def sample(shape: Shape, low: NDArray[np.float64], counts: NDArray[np.int_], step: float) -> NDArray[np.float32]:
    """Return distances on the grid; away from the surface only their sign and size by the block."""
    blocks = counts // BLOCK
    corners = np.stack(np.indices(blocks), axis=-1).reshape(-1, 3) * BLOCK
    middle = shape(_points(low, corners + (BLOCK - 1) / 2, step))
    values = np.repeat(middle[:, None], BLOCK**3, axis=1)
    inner = np.stack(np.indices((BLOCK,) * 3), axis=-1).reshape(-1, 3)
    for near in np.array_split(np.flatnonzero(np.abs(middle) < 2 * BLOCK * step), 64):
        asked = corners[near][:, None] + inner
        values[near] = shape(_points(low, asked.reshape(-1, 3), step)).reshape(len(near), -1)
    cells = values.reshape(*blocks, BLOCK, BLOCK, BLOCK).transpose(0, 3, 1, 4, 2, 5)
    return np.ascontiguousarray(cells.reshape(counts))


def colours_at(figurine: Figurine, vertices: NDArray[np.float64], softness: float = STEP / 4) -> NDArray[np.uint8]:
    """Return (n, 4) uint8 sRGB: the base colour with each region painted over it in turn."""
    points = vertices.astype(np.float32)
    colour = np.tile(np.asarray(figurine.base, np.float32), (len(points), 1))
    for rgb, region in figurine.regions:
        share = np.clip(0.5 - region(points) / softness, 0, 1)[:, None]
        colour += share * (np.asarray(rgb, np.float32) - colour)
    return np.column_stack([np.round(colour), np.full(len(points), 255)]).astype(np.uint8)


def _points(low: NDArray[np.float64], index: NDArray[np.floating] | NDArray[np.int_], step: float) -> Points:
    return (low + index * step).astype(np.float32)


if __name__ == "__main__":
    main()
