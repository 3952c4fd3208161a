from __future__ import annotations

import igl
import numpy as np
import pytest
import solids
from invariants import assert_same_shape, assert_solid

from fab.repair.distance import grid_distance
from fab.repair.record import Limits, Surface
from fab.repair.rewrap import rewrap
from fab.repair.scanline import grid_winding, is_cycle
from fab.repair.weld import read_arrays


def surface_of(mesh) -> Surface:
    return read_arrays(mesh.vertices, mesh.faces).surface


def grid_of(surface: Surface, cells: int):
    origin = surface.vertices.min(axis=0) - (0.613, 0.577, 0.531)
    cell = float(np.ptp(surface.vertices, axis=0).max()) / cells
    shape = tuple(int(n) for n in np.ceil(np.ptp(surface.vertices, axis=0) / cell) + 4)
    nodes = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).reshape(-1, 3)
    return origin, cell, shape, origin + cell * nodes


@pytest.mark.parametrize("name", ["hollow_ball", "overlapping_balls", "torus", "wedge", "same_way_balls"])
def test_columns_count_the_winding_number(name: str) -> None:
    surface = surface_of(getattr(solids, name)())
    origin, cell, shape, points = grid_of(surface, 20)
    assert is_cycle(surface)
    exact = igl.winding_number(surface.vertices, surface.faces, points)
    assert np.array_equal(grid_winding(surface, origin, cell, shape).reshape(-1), np.rint(exact))


def test_grid_distance_is_the_distance() -> None:
    surface = surface_of(solids.joined(solids.wedge(), solids.sheet(20.0, 3)))
    origin, cell, shape, points = grid_of(surface, 30)
    measured = grid_distance(surface, origin, cell, shape, 1.5).reshape(-1)
    squared, _, _ = igl.point_mesh_squared_distance(points, surface.vertices, surface.faces)
    exact = np.sqrt(squared) / cell
    near = exact < 1.49
    assert np.isfinite(measured[near]).all()
    assert np.isinf(measured[exact > 1.51]).all()
    assert measured[near] == pytest.approx(exact[near], abs=1e-4)


@pytest.mark.parametrize("name", ["ball", "torus", "overlapping_balls"])
def test_a_new_skin_lies_on_the_old(name: str) -> None:
    mesh = getattr(solids, name)()
    made = solids.mesh_of(*rewrap(surface_of(mesh), Limits(rewrap_cells=64)).surface)
    assert_solid(made)
    if name != "overlapping_balls":
        assert_same_shape(made, mesh, 0.15)


def test_a_hole_is_closed_across() -> None:
    made = solids.mesh_of(*rewrap(surface_of(solids.open_box()), Limits(rewrap_cells=48)).surface)
    assert_solid(made)
    assert 500.0 < made.volume < 1100.0


def test_pockets_are_filled() -> None:
    made = solids.mesh_of(*rewrap(surface_of(solids.hollow_ball()), Limits(rewrap_cells=48)).surface)
    assert made.body_count == 1
    assert made.volume == pytest.approx(solids.ball().volume, rel=0.01)
