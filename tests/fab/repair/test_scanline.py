from __future__ import annotations

import igl
import numpy as np
import pytest
import solids

from fab.halfedges import is_cycle
from fab.repair.record import Surface
from fab.repair.scanline import follow_columns
from fab.repair.weld import read_arrays


def in_cells(mesh, cells: int) -> tuple[Surface, tuple[int, int, int]]:
    surface = read_arrays(mesh.vertices, mesh.faces).surface
    cell = float(np.ptp(surface.vertices, axis=0).max()) / cells
    points = (surface.vertices - surface.vertices.min(axis=0)) / cell + (3.37, 3.21, 3.59)
    return Surface(points, surface.faces), tuple(int(n) for n in np.ceil(points.max(axis=0) + 3))


@pytest.mark.parametrize("name", ["hollow_ball", "overlapping_balls", "torus", "wedge", "same_way_balls"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_runs_hold_the_nodes_inside(name: str, axis: int) -> None:
    surface, size = in_cells(getattr(solids, name)(), 20)
    assert is_cycle(surface.faces)
    runs = follow_columns(*surface, axis, size)
    u, v = (axis + 1) % 3, (axis + 2) % 3
    held = np.zeros(size, np.bool_)
    for column in range(len(runs.starts) - 1):
        for first, last in runs.nodes[runs.starts[column] : runs.starts[column + 1]]:
            along = [0, 0, 0]
            along[u], along[v], along[axis] = column // size[v], column % size[v], slice(first, last + 1)
            held[tuple(along)] = True
    nodes = np.stack(np.meshgrid(*map(np.arange, size), indexing="ij"), axis=-1).reshape(-1, 3).astype(float)
    inside = igl.winding_number(surface.vertices, surface.faces, nodes).reshape(size) > 0.5
    # Beyond those, only nodes next to a wall too thin to hold one, or beside a gap too narrow for one.
    assert (held != inside).mean() < 0.01
    deep = igl.point_mesh_squared_distance(nodes, surface.vertices, surface.faces)[0].reshape(size) > 1.0
    assert (held == inside)[deep].all()


def test_a_thin_wall_keeps_a_node_and_its_depths() -> None:
    surface, size = in_cells(solids.plate(30.0, 0.2), 40)
    runs = follow_columns(*surface, 2, size)
    assert (runs.nodes[:, 0] == runs.nodes[:, 1]).all()
    assert np.diff(runs.depths, axis=1) == pytest.approx(0.2 * 40 / 30)


def test_a_narrow_gap_frees_a_node() -> None:
    upper = solids.moved(solids.plate(30.0, 5.0), z=5.3)
    surface, size = in_cells(solids.joined(solids.plate(30.0, 5.0), upper), 40)
    runs = follow_columns(*surface, 2, size)
    assert len(runs.nodes) == 2 * np.count_nonzero(np.diff(runs.starts))
    gap = runs.depths[1::2, 0] - runs.depths[::2, 1]
    assert gap == pytest.approx(0.3 * 40 / 30)
