"""Solids and defects by name, each with counts that can be worked out by hand.

Every builder returns a `trimesh.Trimesh` that nothing has processed: vertices, faces and their order are as built.
Millimetres, Z up, standing at z = 0 unless said otherwise.
"""

from __future__ import annotations

import numpy as np
import trimesh
from numpy.typing import ArrayLike

Mesh = trimesh.Trimesh


def mesh_of(vertices: ArrayLike, faces: ArrayLike) -> Mesh:
    """Return the arrays as a mesh, untouched."""
    return trimesh.Trimesh(np.asarray(vertices, np.float64), np.asarray(faces), process=False, validate=False)


def joined(*meshes: Mesh) -> Mesh:
    """Return the meshes one after the other, not merged."""
    offsets = np.cumsum([0] + [len(m.vertices) for m in meshes])
    faces = [np.asarray(m.faces) + offset for m, offset in zip(meshes, offsets, strict=False)]
    return mesh_of(np.concatenate([m.vertices for m in meshes]), np.concatenate(faces))


def moved(mesh: Mesh, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
    """Return the mesh shifted."""
    return mesh_of(np.asarray(mesh.vertices) + np.array([x, y, z]), mesh.faces)


def inverted(mesh: Mesh) -> Mesh:
    """Return the mesh with every face turned round."""
    return mesh_of(mesh.vertices, np.asarray(mesh.faces)[:, ::-1])


def standing(mesh: Mesh) -> Mesh:
    """Return the mesh with its lowest point at z = 0."""
    return moved(mesh, z=-float(np.asarray(mesh.vertices)[:, 2].min()))


# Solids


def box(x: float = 10.0, y: float = 10.0, z: float = 10.0) -> Mesh:
    """8 vertices, 12 faces, from the origin into the positive octant."""
    corners = np.array([[i, j, k] for k in (0, 1) for j in (0, 1) for i in (0, 1)], np.float64)
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    return mesh_of(corners * (x, y, z), [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])


def plate(size: float = 30.0, thickness: float = 1.0) -> Mesh:
    """A flat square plate."""
    return box(size, size, thickness)


def wedge(angle_deg: float = 45.0, length: float = 20.0, depth: float = 10.0) -> Mesh:
    """A prism with a right angle at the top: its slanted face looks down, `angle_deg` from the vertical."""
    reach = length * np.tan(np.radians(angle_deg))
    outline = np.array([(0.0, 0.0, 0.0), (reach, 0.0, length), (0.0, 0.0, length)])
    vertices = np.concatenate([outline, outline + np.array([0.0, depth, 0.0])])
    faces = [(0, 1, 2), (3, 5, 4), (0, 3, 4), (0, 4, 1), (1, 4, 5), (1, 5, 2), (2, 5, 3), (2, 3, 0)]
    return mesh_of(vertices, faces)


def ball(radius: float = 10.0, subdivisions: int = 3, centre: tuple[float, float, float] | None = None) -> Mesh:
    """An icosphere of 20 · 4**subdivisions faces, standing at z = 0 unless `centre` is given."""
    mesh = trimesh.creation.icosphere(subdivisions=subdivisions, radius=radius)
    x, y, z = centre if centre is not None else (0.0, 0.0, -float(mesh.vertices[:, 2].min()))
    return moved(mesh, x, y, z)


sphere = ball


def cylinder(radius: float = 5.0, height: float = 20.0, sections: int = 64) -> Mesh:
    """An upright cylinder of 4 · sections faces."""
    return standing(trimesh.creation.cylinder(radius=radius, height=height, sections=sections))


def cone(radius: float = 5.0, height: float = 20.0, sections: int = 64) -> Mesh:
    """An upright cone."""
    return standing(trimesh.creation.cone(radius=radius, height=height, sections=sections))


def torus(major: float = 10.0, minor: float = 3.0) -> Mesh:
    """A lying torus."""
    return standing(trimesh.creation.torus(major_radius=major, minor_radius=minor))


def tube(outer: float = 10.0, inner: float = 8.0, height: float = 20.0) -> Mesh:
    """An upright tube, open through."""
    return standing(trimesh.creation.annulus(r_min=inner, r_max=outer, height=height))


def hollow_ball(outer: float = 10.0, inner: float = 8.0) -> Mesh:
    """A ball with a ball-shaped cavity: two shells, the inner one facing inward. A solid; bodies = 2."""
    return joined(ball(outer), inverted(ball(inner, centre=(0.0, 0.0, outer))))


def two_parts() -> Mesh:
    """Two boxes of 10 mm on one bed, 5 mm apart. A solid; bodies = 2."""
    return joined(box(), moved(box(), x=15.0))


# Defects


def open_box() -> Mesh:
    """A box without its lid: open_edges = 4."""
    return mesh_of(box().vertices, np.delete(box().faces, (2, 3), axis=0))


def holed_ball(holes: int = 1) -> Mesh:
    """A ball from which single faces, far from one another, are missing: open_edges = 3 · holes."""
    mesh = ball()
    return mesh_of(mesh.vertices, np.delete(mesh.faces, np.linspace(0, len(mesh.faces) - 1, holes, dtype=int), axis=0))


def flipped_patch() -> Mesh:
    """A box whose lid faces down: flipped_edges = 4."""
    faces = np.array(box().faces)
    faces[2:4] = faces[2:4, ::-1]
    return mesh_of(box().vertices, faces)


def inside_out_box() -> Mesh:
    """A box that faces inward all over: misnested = 1."""
    return inverted(box())


def bow_tie() -> Mesh:
    """Two boxes that touch in one vertex only. A solid by the gate (edges decide): bodies = 2."""
    other = moved(box(), 10.0, 10.0, 10.0)
    return merged(joined(box(), other))


def edge_contact() -> Mesh:
    """Two boxes that touch along one edge, where four faces join: nonmanifold_edges = 1."""
    return merged(joined(box(), moved(box(), 10.0, 10.0)))


def fin() -> Mesh:
    """A box with a triangular fin on one of its edges: nonmanifold_edges = 1, open_edges = 2."""
    vertices = np.concatenate([box().vertices, [(5.0, -5.0, 15.0)]])
    return mesh_of(vertices, np.concatenate([box().faces, [(4, 5, 8)]]))


def overlapping_balls(distance: float = 10.0) -> Mesh:
    """Two balls of radius 10 that run through one another: crossings > 0, bodies = 2."""
    return joined(ball(), moved(ball(), x=distance))


def same_way_balls() -> Mesh:
    """A ball inside another, both facing outward: misnested = 1."""
    return joined(ball(10.0), ball(5.0, centre=(0.0, 0.0, 10.0)))


def coincident_faces() -> Mesh:
    """A box with one face twice: nonmanifold_edges = 3, crossings = 2."""
    return mesh_of(box().vertices, np.concatenate([box().faces, box().faces[:1]]))


def folded_faces() -> Mesh:
    """A tetrahedron pressed flat, so that its faces lie on one another: degenerate in volume, crossings = 4."""
    vertices = [(0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (2.0, 2.0, 0.0)]
    return mesh_of(vertices, [(0, 2, 1), (0, 1, 3), (1, 2, 3), (2, 0, 3)])


def sliver_box() -> Mesh:
    """A box with a face of exactly zero area between two others on an edge: degenerate_faces = 1, crossings = 3."""
    vertices = np.concatenate([box().vertices, [(5.0, 0.0, 0.0)]])
    faces = [tuple(int(v) for v in f) for f in box().faces]
    split = [f for f in faces if not {0, 1} <= set(f)]
    below, front = (f for f in faces if {0, 1} <= set(f))
    return mesh_of(vertices, [*split, below, *_cut(front, 0, 1, 8), (0, 1, 8)])


def _cut(face: tuple[int, ...], start: int, end: int, middle: int) -> list[tuple[int, ...]]:
    """Split the face at `middle` of its edge start-end."""
    while {face[0], face[1]} != {start, end}:
        face = (face[1], face[2], face[0])
    return [(face[0], middle, face[2]), (middle, face[1], face[2])]


def nan_vertex() -> Mesh:
    """A box one vertex of which is not a number."""
    vertices = np.array(box().vertices)
    vertices[7, 1] = np.nan
    return mesh_of(vertices, box().faces)


def index_out_of_range() -> tuple[np.ndarray, np.ndarray]:
    """Arrays of a box whose last face names vertex 99 of 8 (no mesh object can hold them)."""
    faces = np.array(box().faces)
    faces[-1, 2] = 99
    return np.array(box().vertices), faces


def soup(count: int = 100, seed: int = 0) -> Mesh:
    """Random triangles that share nothing: open_edges = 3 · count."""
    vertices = np.random.default_rng(seed).random((3 * count, 3)) * 10.0
    return mesh_of(vertices, np.arange(3 * count).reshape(-1, 3))


def unmerged(mesh: Mesh) -> Mesh:
    """Return the mesh as an STL holds it: three vertices a face."""
    return mesh_of(
        np.asarray(mesh.vertices)[np.asarray(mesh.faces)].reshape(-1, 3), np.arange(3 * len(mesh.faces)).reshape(-1, 3)
    )


def merged(mesh: Mesh) -> Mesh:
    """Return the mesh with equal vertices made one."""
    vertices, inverse = np.unique(np.asarray(mesh.vertices), axis=0, return_inverse=True)
    return mesh_of(vertices, inverse.reshape(-1)[np.asarray(mesh.faces)])


def sheet(size: float = 10.0, cells: int = 4) -> Mesh:
    """A flat square without thickness: 2 · cells² faces, open_edges = 4 · cells."""
    line = np.linspace(0.0, size, cells + 1)
    vertices = [(x, y, 0.0) for y in line for x in line]
    row = cells + 1
    corners = [j * row + i for j in range(cells) for i in range(cells)]
    return mesh_of(vertices, [t for a in corners for t in ((a, a + 1, a + row + 1), (a, a + row + 1, a + row))])


def moebius(sections: int = 40, radius: float = 10.0, width: float = 4.0) -> Mesh:
    """A Möbius strip: open_edges = 2 · sections, and no winding fits: flipped_edges = 1."""
    turn = np.linspace(0.0, 2 * np.pi, sections, endpoint=False)
    across = np.array([-width / 2, width / 2])
    reach = radius + across[None, :] * np.cos(turn / 2)[:, None]
    height = across[None, :] * np.sin(turn / 2)[:, None] + width
    vertices = np.stack([reach * np.cos(turn)[:, None], reach * np.sin(turn)[:, None], height], axis=2).reshape(-1, 3)
    faces = []
    for s in range(sections):
        a, b = 2 * s, 2 * s + 1
        c, d = (2 * s + 2, 2 * s + 3) if s + 1 < sections else (1, 0)
        faces += [(a, c, b), (b, c, d)]
    return mesh_of(vertices, faces)


def double_shell(radius: float = 10.0, wall: float = 0.2) -> Mesh:
    """A ball as a field without sign gives it: an outer skin, and an inner one 0.2 mm further in that faces inward."""
    return joined(ball(radius), inverted(ball(radius - wall, centre=(0.0, 0.0, radius))))


def drained_ball(outer: float = 10.0, inner: float = 8.0, hole: float = 3.0) -> Mesh:
    """A hollow ball with two round holes of 3 mm through its floor: one shell, so its cavity is outside."""
    drills = [moved(cylinder(hole / 2, outer), x=x, z=-1.0) for x in (-4.0, 4.0)]
    return trimesh.boolean.difference([hollow_ball(outer, inner), *drills], engine="manifold")


def figure_on_slab(thickness: float = 1.5, height: float = 50.0, size: float = 40.0) -> Mesh:
    """A post of radius 8 on a square plate, in one piece: the plate is 3% of the height and 8 times the post."""
    plate_below = moved(box(size, size, thickness), -size / 2, -size / 2)
    return trimesh.boolean.union([plate_below, moved(cylinder(8.0, height - 1.0), z=1.0)], engine="manifold")


def whiskered_ball() -> Mesh:
    """A ball of radius 10 and, 10.5 mm beside it, a rod of 0.6 × 0.6 × 3 mm in the air: bodies = 2."""
    return joined(ball(), moved(box(0.6, 0.6, 3.0), x=20.0, y=-0.3, z=8.5))


def capless_ball(reach: float) -> Mesh:
    """A fine ball of radius 10 round the origin without the faces on top that lie within `reach` of its axis."""
    mesh = ball(10.0, 4, centre=(0.0, 0.0, 0.0))
    middle = np.asarray(mesh.vertices)[np.asarray(mesh.faces)].mean(axis=1)
    cut = (middle[:, 2] > 0) & (np.linalg.norm(middle[:, :2], axis=1) < reach)
    return mesh_of(mesh.vertices, np.asarray(mesh.faces)[~cut])


def rippled_ball(subdivisions: int = 5) -> Mesh:
    """A ball of radius about 40 with shallow waves, round the origin."""
    vertices = np.array(trimesh.creation.icosphere(subdivisions=subdivisions).vertices)
    faces = trimesh.creation.icosphere(subdivisions=subdivisions).faces
    waves = np.sin(9 * vertices[:, :1]) * np.cos(7 * vertices[:, 1:2])
    return mesh_of(40 * vertices * (1 + 0.05 * waves), faces)
