from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.gate import find_defects, list_edges, merge_float32
from fab.repair.nonmanifold import part_edges, shave_flaps
from fab.repair.record import Limits, Surface
from fab.repair.weld import read_arrays


def surface_of(mesh) -> Surface:
    return read_arrays(mesh.vertices, mesh.faces).surface


def test_boxes_that_share_an_edge_part() -> None:
    made = part_edges(surface_of(solids.edge_contact()), Limits()).surface
    defects = find_defects(*merge_float32(*made))
    assert defects.none
    assert defects.bodies == 2


def test_a_pinch_within_one_body_parts() -> None:
    """Three boxes in an L and one across the corner: one body that touches itself along a single edge."""
    cubes = [(0, 0, 0), (1, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1)]
    occupied = set(cubes)
    quads = []
    for x, y, z in cubes:
        for axis in range(3):
            for step in (0, 1):
                beside = [x, y, z]
                beside[axis] += 2 * step - 1
                if tuple(beside) in occupied:
                    continue
                u, v = (axis + 1) % 3, (axis + 2) % 3
                corners = []
                for i, j in ((0, 0), (1, 0), (1, 1), (0, 1)):
                    p = [x, y, z]
                    p[axis] += step
                    p[u] += i
                    p[v] += j
                    corners.append([10.0 * c for c in p])
                quads.append(corners if step else corners[::-1])
    vertices = np.array(quads).reshape(-1, 3)
    base = 4 * np.arange(len(quads))[:, None]
    faces = np.concatenate([base + (0, 1, 2), base + (0, 2, 3)])
    pinched = surface_of(solids.mesh_of(vertices, faces))
    assert find_defects(*pinched).nonmanifold_edges == 1
    assert find_defects(*merge_float32(*part_edges(pinched, Limits()).surface)).none


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_small_flap_is_cut_off(share: float) -> None:
    mesh = solids.fin()
    vertices = np.array(mesh.vertices)
    vertices[8] = (5.0, -share, 10.0 + share)
    made = shave_flaps(surface_of(solids.mesh_of(vertices, mesh.faces)), Limits())
    assert find_defects(*made.surface).none
    assert len(made.surface.faces) == 12


def test_a_crowded_edge_too_short_to_part_is_contracted() -> None:
    """Two boxes that share an edge of a few rounding units: halved, it would have its middle on one of its ends."""
    mesh = solids.edge_contact()
    at = np.asarray(mesh.vertices)
    edges = list_edges(np.asarray(mesh.faces, np.int64))
    (edge,) = edges.corners[edges.uses > 2]
    length = np.ptp(at[edge], axis=0)
    squeezed = at.copy()
    level = at[:, length.argmax()]
    squeezed[:, length.argmax()] = level * (2e-6 / length.max())
    near = np.full_like(squeezed, 0.0)
    near[edge] = 1.0
    surface = surface_of(solids.mesh_of(np.where(near > 0, squeezed, at), mesh.faces))
    assert (list_edges(surface.faces).uses > 2).sum() == 1
    made = part_edges(surface, Limits()).surface
    defects = find_defects(*merge_float32(*made))
    assert (defects.nonmanifold_edges, defects.open_edges, defects.degenerate_faces) == (0, 0, 0)
