"""Precision and recall of thin walls and features: ten bodies, primitives and organic ones, with thin parts planted.

    python bench/thin_parts.py [--bodies ball,box,…] [--meshes DIR] [--seed N]

Each body gets parts whose thickness is known, a few below and a few above a limit, and distractors: sharp ridges, cone
tips, creases and feather edges. What is below the limit must be found (a finding touches the part), and every finding
must touch such a part. Half of the bodies were used to choose the constants of the measure, half were not: the table
says which. `--meshes` names a folder of meshes (bunny.ply, fox_kaolin.obj, …) for the organic bodies; without it, they
are waved balls. `--seed` plants other sizes in other places: seed 0 was used to choose constants, others were not.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from pathlib import Path

import igl
import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.measure.thin_regions import ThinRegion, find_thin_regions
from fab.measure.walls import measure_walls

LIMIT_MM = 0.4
THIN, THICK = (0.15, 0.22, 0.3, 0.36), (0.46, 0.6)
CLEAR_MM = 0.25
"""A finding belongs to a part when half of its faces lie this near to the part's own surface."""

Mesh = trimesh.Trimesh


@dataclass(frozen=True, eq=False)
class Planted:
    """One part: `mesh` as it was added, `thickness_mm`, or None for a distractor."""

    kind: str
    mesh: Mesh
    thickness_mm: float | None

    @property
    def is_thin(self) -> bool:
        """Whether it must be found."""
        return self.thickness_mm is not None and self.thickness_mm < LIMIT_MM


@dataclass(frozen=True, eq=False)
class Score:
    """What was found on one body."""

    name: str
    found: int
    missed: tuple[str, ...]
    true: int
    false: tuple[str, ...]


def plate(t: float) -> Mesh:
    """A square fin, 5 mm high."""
    return _up(trimesh.creation.box((5.0, t, 6.5)), 2.25)


def low_fin(t: float) -> Mesh:
    """A long fin, 2.5 mm high."""
    return _up(trimesh.creation.box((6.0, t, 4.0)), 0.5)


def pin(t: float) -> Mesh:
    """A round pin, 4 mm long, with a flat end."""
    return _up(trimesh.creation.cylinder(t / 2.0, 5.5, sections=24), 1.25)


def whisker(t: float) -> Mesh:
    """A bent rod of seven joints, 6 mm long, that stands off at an angle."""
    turn = np.linspace(0.0, 0.9, 8)
    axis = np.cumsum(np.stack([np.sin(turn), np.zeros(8), np.cos(turn)], axis=1), axis=0) - [0.0, 0.0, 2.5]
    return _hulled([trimesh.creation.icosphere(2, t / 2.0).apply_translation(p) for p in axis])


def square_pin(t: float) -> Mesh:
    """A rod of square section."""
    return _up(trimesh.creation.box((t, t, 6.0)), 1.5)


def ribbon(t: float) -> Mesh:
    """A strip four to eight times as wide as thick."""
    return _up(trimesh.creation.box((max(4.0 * t, 1.2), t, 6.5)), 1.75)


def ear(t: float) -> Mesh:
    """A pointed ear: a triangular blade of even thickness, 5 mm high."""
    return _prism([(-2.2, -1.5), (2.2, -1.5), (0.0, 5.0)], t)


def curl(t: float) -> Mesh:
    """A bent sheet: a quarter of a tube of radius 3."""
    tube = trimesh.creation.annulus(3.0, 3.0 + t, 6.0, sections=96)
    quarter = trimesh.creation.box((6.0, 6.0, 10.0)).apply_translation([3.0, 3.0, 0.0])
    return trimesh.boolean.intersection([tube, quarter], engine="manifold").apply_translation([-2.1, -2.1, 1.5])


def bridge(t: float) -> Mesh:
    """A bar between two sturdy posts."""
    bar = trimesh.creation.cylinder(t / 2.0, 6.0, sections=24)
    bar.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2.0, (0, 1, 0))).apply_translation([0, 0, 2.0])
    posts = [trimesh.creation.box((1.6, 1.6, 5.0)).apply_translation([x, 0.0, 0.8]) for x in (-3.0, 3.0)]
    return trimesh.boolean.union([bar, *posts], engine="manifold")


PARTS = {f.__name__: f for f in (plate, low_fin, pin, whisker, square_pin, ribbon, ear, curl, bridge)}


def ridge() -> Mesh:
    """A sharp ridge of 40°."""
    return _prism([(-1.6, -1.5), (1.6, -1.5), (0.0, 2.9)], 5.0)


def spike() -> Mesh:
    """A cone of 2 × 9°, drawn to a point."""
    return trimesh.creation.cone(1.0, 6.3, sections=48).apply_translation([0.0, 0.0, -2.0])


def block() -> Mesh:
    """A block with square edges."""
    return trimesh.creation.box((3.0, 2.0, 6.0)).apply_translation([0.0, 0.0, 0.5])


def feather() -> Mesh:
    """A leaf whose edges thin out at 20°."""
    return _prism([(-2.0, 0.5), (0.0, 0.12), (2.0, 0.5), (0.0, 0.88)], 4.0)


def stud() -> Mesh:
    """A row of three ridges of 60°, 0.5 mm high."""
    ridges = [_prism([(-0.3, -0.4), (0.3, -0.4), (0.0, 0.5)], 4.0).apply_translation([x, 0, 0]) for x in (-0.7, 0, 0.7)]
    return trimesh.boolean.union([*ridges, trimesh.creation.box((2.4, 4.0, 1.6))], engine="manifold")


DISTRACTORS = {f.__name__: f for f in (ridge, spike, block, feather, stud)}


def _up(mesh: Mesh, z: float) -> Mesh:
    return mesh.apply_translation([0.0, 0.0, z])


def _prism(outline: list[tuple[float, float]], depth: float) -> Mesh:
    """A convex outline in x and z, drawn out along y."""
    corners = [(x, y, z) for x, z in outline for y in (-depth / 2.0, depth / 2.0)]
    return trimesh.convex.convex_hull(np.array(corners))


def _hulled(links: list[Mesh]) -> Mesh:
    pairs = [trimesh.convex.convex_hull(np.vstack([a.vertices, b.vertices])) for a, b in itertools.pairwise(links)]
    return trimesh.boolean.union(pairs, engine="manifold")


BODIES: dict[str, tuple[str, float]] = {
    "ball": ("", 30.0),
    "bunny": ("artist/bunny.ply", 45.0),
    "box": ("", 30.0),
    "fox": ("artist/fox_kaolin.obj", 60.0),
    "cylinder": ("", 30.0),
    "elephant": ("generated/spaceflow_toy_elephant.glb", 50.0),
    "torus": ("", 40.0),
    "duck": ("artist/Duck.glb", 45.0),
    "waves": ("", 36.0),
    "person": ("generated/spaceflow_wooden_toy_person.glb", 70.0),
}
FRESH: dict[str, tuple[str, float]] = {
    "avocado": ("artist/avocado_kaolin.obj", 50.0),
    "guy": ("generated/spaceflow_circular_headed_guy.glb", 60.0),
    "monkey": ("artist/monkey.glb", 45.0),
    "rabbit": ("artist/rabbit.obj", 55.0),
}
"""Bodies never looked at while the measure was made."""

TUNED_ON = ("ball", "bunny", "box", "fox", "waves")


def body_of(name: str, meshes: Path | None) -> Mesh:
    """Return the bare body, a solid, standing near the origin."""
    path, size = (BODIES | FRESH)[name]
    if path and meshes is not None:
        return _solid(meshes / path, size)
    if name == "box":
        return trimesh.creation.box((size, size, size))
    if name == "cylinder":
        return trimesh.creation.cylinder(size / 2.0, size, sections=128)
    if name == "torus":
        return trimesh.creation.torus(size / 3.0, size / 6.0)
    ball = trimesh.creation.icosphere(5, size / 2.0)
    if name == "ball":
        return ball
    waves = 1.0 + 0.04 * np.sin(7.0 * ball.vertices[:, 0] / size * 2) * np.cos(
        (5 + len(name)) * ball.vertices[:, 2] / size
    )
    ball.vertices *= waves[:, None]
    return ball


def _solid(path: Path, size: float) -> Mesh:
    from fab.frame import to_millimetres
    from fab.readers import read_model
    from fab.repair import Limits, repair

    placed = to_millimetres(read_model(path), longest_mm=size)
    return repair(placed.mesh, Limits(), name=path.stem).solid.mesh


def planted_body(name: str, meshes: Path | None, seed: int = 0) -> tuple[Mesh, list[Planted]]:
    """Return the body with everything planted on it, and the parts. The same name and seed give the same body."""
    body = body_of(name, meshes)
    rng = np.random.default_rng([[*sorted(BODIES), *sorted(FRESH)].index(name), seed])
    wanted: list[tuple[str, float | None]] = [(kind, float(rng.choice(THIN))) for kind in PARTS]
    wanted += [(kind, float(rng.choice(THICK))) for kind in rng.permutation(list(PARTS))[:5]]
    wanted += [(kind, None) for kind in DISTRACTORS]
    parts: list[Planted] = []
    for kind, thickness in wanted:
        part = _place(body, kind, thickness, parts, rng)
        if part is not None:
            parts.append(part)
    return trimesh.boolean.union([body, *(part.mesh for part in parts)], engine="manifold"), parts


def _place(
    body: Mesh, kind: str, thickness: float | None, there: list[Planted], rng: np.random.Generator
) -> Planted | None:
    """Return the part on a place of the body that is sturdy, even, and away from the other parts; None if there is no
    such place. Its root must be well inside the body and the rest of it well clear."""
    for _ in range(300):
        at, face = trimesh.sample.sample_surface(body, 1, seed=int(rng.integers(2**31)))
        normal = body.face_normals[face[0]]
        tilt = normal + 0.25 * rng.normal(size=3)
        turn = trimesh.geometry.align_vectors((0.0, 0.0, 1.0), tilt / np.linalg.norm(tilt))
        turn = turn @ trimesh.transformations.rotation_matrix(rng.uniform(0.0, 2.0 * np.pi), (0, 0, 1))
        turn[:3, 3] = at[0]
        mesh = (PARTS[kind](thickness) if thickness is not None else DISTRACTORS[kind]()).apply_transform(turn)
        if _stands_well(body, mesh, at[0], normal) and all(_apart(mesh, other.mesh) for other in there):
            return Planted(kind, mesh, thickness)
    return None


def _stands_well(body: Mesh, part: Mesh, at: NDArray[np.float64], normal: NDArray[np.float64]) -> bool:
    """Whether all within 1.2 mm of the body's surface lies near the root, and the body is thick below it."""
    height = (part.vertices - at) @ normal
    points = np.vstack([part.vertices, trimesh.sample.sample_surface(part, 400, seed=0)[0]])
    height = (points - at) @ normal
    inside = body.contains(points)
    below = at - np.outer(np.linspace(1.0, 5.0, 5), normal)
    return bool(
        body.contains(below).all() and inside[height < -0.9].all() and not inside[height > 1.0].any() and inside.any()
    )


def _apart(a: Mesh, b: Mesh) -> bool:
    return bool((a.bounds[0] > b.bounds[1] + 0.8).any() or (b.bounds[0] > a.bounds[1] + 0.8).any())


def score(name: str, mesh: Mesh, parts: list[Planted]) -> Score:
    """Return which planted parts the measure finds on the body, and what else."""
    walls = measure_walls(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), 1.5 * LIMIT_MM)
    regions = [region for region in find_thin_regions(walls, LIMIT_MM) if not region.is_edge]
    owners = [_owner(walls.middles[region.faces], parts) for region in regions]
    thin = [i for i, part in enumerate(parts) if part.is_thin]
    missed = [f"{parts[i].kind} {parts[i].thickness_mm}" for i in thin if i not in owners]
    false = [_told(r, parts, o) for r, o in zip(regions, owners, strict=True) if o is None or not parts[o].is_thin]
    return Score(name, len(thin) - len(missed), tuple(missed), len(regions) - len(false), tuple(false))


def _owner(points: NDArray[np.float64], parts: list[Planted]) -> int | None:
    points = points[:: max(1, len(points) // 40)]
    for i, part in enumerate(parts):
        low, high = part.mesh.bounds
        near = ((points > low - CLEAR_MM) & (points < high + CLEAR_MM)).all(axis=1)
        if near.mean() < 0.5:
            continue
        squared = igl.point_mesh_squared_distance(
            points[near], np.asarray(part.mesh.vertices), np.asarray(part.mesh.faces)
        )[0]
        if (squared < CLEAR_MM**2).sum() >= 0.5 * len(points):
            return i
    return None


def _told(region: ThinRegion, parts: list[Planted], owner: int | None) -> str:
    where = "body" if owner is None else f"{parts[owner].kind} {parts[owner].thickness_mm}"
    x, y, z = region.point_mm
    return f"{where}: {region.thickness_mm:.2f} mm, {region.depth_mm:.1f} deep at {x:.1f} {y:.1f} {z:.1f}"


def bare(name: str, meshes: Path | None) -> int:
    """Return how many regions the bare body has: what is thin there is thin by itself."""
    body = body_of(name, meshes)
    walls = measure_walls(np.asarray(body.vertices, float), np.asarray(body.faces, np.int64), 1.5 * LIMIT_MM)
    return sum(not region.is_edge for region in find_thin_regions(walls, LIMIT_MM))


def main() -> None:
    """Print a line a body, then precision and recall of all, and of those that were not tuned on."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bodies", default=",".join(BODIES))
    options.add_argument("--meshes", type=Path)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--save", type=Path, help="folder for the planted bodies, to look at")
    chosen = options.parse_args()
    done = []
    for name in chosen.bodies.split(","):
        mesh, parts = planted_body(name, chosen.meshes, chosen.seed)
        if chosen.save:
            mesh.export(chosen.save / f"{name}.stl")
        one = score(name, mesh, parts)
        done.append(one)
        tuned = "tuned on" if name in TUNED_ON else "held out"
        print(f"{name:9} {tuned}  found {one.found} missed {list(one.missed)}  false {list(one.false)}", flush=True)
    for title, some in (("all", done), ("held out", [one for one in done if one.name not in TUNED_ON])):
        found, missed = sum(s.found for s in some), sum(len(s.missed) for s in some)
        true, false = sum(s.true for s in some), sum(len(s.false) for s in some)
        if some:
            print(f"{title}: recall {found / (found + missed):.3f}  precision {true / max(true + false, 1):.3f}")


if __name__ == "__main__":
    main()
