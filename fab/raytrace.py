"""How a picture is traced: Embree's rays, smooth normals, lights that hang on the camera, a little open-sky shade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from fab.errors import FabError
from fab.paint import Paint
from fab.srgb import bytes_to_linear, linear_to_bytes

Floats = NDArray[np.float32]
Shading = Literal["soft", "flat"]

CLAY = (196, 188, 178)  # sRGB, what a mesh without colours is drawn in

_RAYS_AT_ONCE = 1 << 20
_CREASE_COS = float(np.cos(np.radians(40.0)))

# Direction (right, up, towards the viewer) of each lamp and how much of white it gives, in linear light.
_KEY = (np.array([-0.45, 0.62, 0.64], np.float32), 0.60)
_FILL = (np.array([0.80, 0.05, 0.60], np.float32), 0.16)
_SKY, _GROUND = 0.50, 0.26  # from straight above and from straight below
SHADED_KEY = 0.6  # share of the lamps' light that closed-in places lose

TILE = 4  # pixels: neighbours inside a tile look in different directions, and a blur joins them
_SKY_RAYS = 8  # per pixel
_SKY_REACH = 0.5  # of half the longest side of the figure
_LIFT = 2e-4  # so that a ray does not hit the face it starts on


@dataclass(frozen=True, eq=False)
class Camera:
    """Orthographic, looking at `centre`; `axes` (3, 3) are the right, up and towards-the-viewer of its picture."""

    axes: NDArray[np.float64]
    centre: NDArray[np.float64]
    units_per_px: float
    width_px: int
    height_px: int


@dataclass(frozen=True, eq=False)
class Scene:
    """A mesh ready for rays: moved by -`centre` and divided by `scale`, so that it fills [-1, 1]."""

    embree: Any
    centre: NDArray[np.float64]
    scale: float
    corner_normals: Floats
    paint: Paint


@dataclass(frozen=True, eq=False)
class Glow:
    """Light on a mesh, worked out before tracing: `power` (k,) at places that `faces` (m, 3) have at their corners."""

    faces: NDArray[np.int32]
    power: Floats

    def at(self, face: NDArray[np.int32], weights: Floats) -> Floats:
        """Return (n,) light at face indices (n,) and barycentric weights (n, 3)."""
        return np.asarray((self.power[self.faces[face]] * weights).sum(axis=1))


@dataclass(frozen=True, eq=False)
class _Band:
    """Rows of a picture in linear light: premultiplied colours (r, w, 3), and (r, w) alpha and openness to the sky.

    Openness is measured by one ray start a pixel and is NaN where that misses the figure.
    """

    lamps: Floats
    ambient: Floats
    alpha: Floats
    openness: Floats


def scene_of(mesh: trimesh.Trimesh, drawn: NDArray[np.float64], colours: ArrayLike | None = None) -> Scene:
    """Return the mesh with Embree's tree over it, centred on its `drawn` points (k, 3), since rays are float32."""
    from embreex import rtcore_scene
    from embreex.mesh_construction import TriangleMesh

    low, high = drawn.min(0), drawn.max(0)
    centre, scale = (low + high) / 2, float((high - low).max()) / 2 or 1.0
    vertices = ((np.asarray(mesh.vertices, np.float64) - centre) / scale).astype(np.float32)
    faces = np.ascontiguousarray(mesh.faces, np.int32)
    embree = rtcore_scene.EmbreeScene(robust=True)
    TriangleMesh(scene=embree, vertices=vertices, indices=faces)
    return Scene(embree, centre, scale, _corner_normals(vertices, faces), paint_of(mesh, colours))


def paint_of(mesh: trimesh.Trimesh, colours: ArrayLike | None) -> Paint:
    """Return the paint to draw: `colours` of the vertices or faces where given, else the mesh's own, else clay."""
    faces = np.asarray(mesh.faces, np.int64)
    if colours is None:
        paint = Paint.of(mesh)
        clay = np.tile(np.asarray(CLAY, np.uint8), (len(faces), 1))
        return paint if paint.present else Paint(faces, face_rgba=bytes_to_linear(clay))
    given = np.asarray(colours)
    if given.ndim != 2 or given.shape[1] not in (3, 4) or given.dtype != np.uint8:
        raise FabError(f"colours are (n, 3) or (n, 4) uint8, got {given.shape} {given.dtype}; convert them first")
    if len(given) == len(mesh.vertices):
        return Paint(faces, vertex_rgba=bytes_to_linear(given))
    if len(given) == len(faces):
        return Paint(faces, face_rgba=bytes_to_linear(given))
    counts = f"{len(mesh.vertices)} vertices nor the {len(faces)} faces"
    raise FabError(f"{len(given)} colours fit neither the {counts} of the mesh; give one for each of either")


def trace(
    scene: Scene, camera: Camera, shading: Shading, supersample: int, glow: Glow | None = None
) -> NDArray[np.uint8]:
    """Return the picture, (h, w, 4) uint8 sRGB with straight alpha; in bands of rows, so that memory stays level.

    `glow` is light to lay on the bare colours of flat shading.
    """
    rows = max(1, _RAYS_AT_ONCE // (camera.width_px * supersample**2))
    bands = [
        _trace_rows(scene, camera, shading, supersample, range(top, min(top + rows, camera.height_px)), glow)
        for top in range(0, camera.height_px, rows)
    ]
    lamps, ambient, alpha, openness = (
        np.concatenate([getattr(band, name) for band in bands]) for name in ("lamps", "ambient", "alpha", "openness")
    )
    premultiplied = lamps
    if shading == "soft":
        sky = _joined(openness)[..., None]
        premultiplied = lamps * (1 - SHADED_KEY * (1 - sky)) + ambient * sky
    return linear_to_bytes(np.dstack([premultiplied / np.maximum(alpha, 1e-6)[..., None], alpha]))


def _trace_rows(
    scene: Scene, camera: Camera, shading: Shading, supersample: int, rows: range, glow: Glow | None
) -> _Band:
    viewer = camera.axes[2].astype(np.float32)
    origins = _ray_starts(scene, camera, supersample, rows)
    found = scene.embree.run(origins, np.tile(-viewer, (len(origins), 1)), query="INTERSECT", output=True)
    rays = np.flatnonzero(found["primID"] >= 0)
    face, u, v, depth = (found[key][rays] for key in ("primID", "u", "v", "tfar"))
    weights = np.stack([1 - u - v, u, v], axis=1)
    lamps = scene.paint.at(face, weights)[:, :3].astype(np.float32)
    if glow is not None:
        lamps *= glow.at(face, weights)[:, None]
    openness = np.full((len(rows), camera.width_px), np.nan, np.float32)
    ambient = None
    if shading == "soft":
        normals = np.einsum("rc,rcx->rx", weights, scene.corner_normals[face])
        from_behind = found["Ng"][rays] @ viewer < 0  # an inside-out face is drawn as if it were right
        normals = unit(np.where(from_behind[:, None], -normals, normals))
        lamps, ambient = lamps * lamp_light(normals, camera), lamps * ambient_light(normals)
        row, column = np.divmod(rays, camera.width_px * supersample)
        asked = (row % supersample == 0) & (column % supersample == 0)
        row, column = row[asked] // supersample, column[asked] // supersample
        places = (origins[rays] - viewer * depth[:, None])[asked]
        turn = (row + rows.start) % TILE * TILE + column % TILE
        openness[row, column] = openness_of(scene, places, normals[asked], turn)

    def over_pixels(light: Floats | None) -> Floats:
        """Return (r, w, c) the means over the rays of each pixel; those that miss are dark."""
        if light is None:
            return np.zeros((len(rows), camera.width_px, 3), np.float32)
        every = np.zeros((len(origins), light.shape[1]), np.float32)
        every[rays] = light
        samples = every.reshape(len(rows), supersample, camera.width_px, supersample, -1)
        inside = range(supersample)
        total = sum(samples[:, i, :, j] for i in inside for j in inside)
        return np.asarray(total / np.float32(supersample**2))

    seen = over_pixels(np.column_stack([lamps, np.ones(len(rays), np.float32)]))
    return _Band(seen[..., :3], over_pixels(ambient), seen[..., 3], openness)


def _ray_starts(scene: Scene, camera: Camera, supersample: int, rows: range) -> Floats:
    """Return (r · s · w · s, 3) starts in the scene's coordinates, row after row."""
    column = (np.arange(camera.width_px * supersample) + 0.5) / supersample
    row = (np.arange(rows.start * supersample, rows.stop * supersample) + 0.5) / supersample
    x = (column - camera.width_px / 2) * camera.units_per_px / scene.scale
    y = (camera.height_px / 2 - row) * camera.units_per_px / scene.scale
    middle = (camera.centre - scene.centre) / scene.scale
    middle = middle + camera.axes[2] * (2.0 - middle @ camera.axes[2])  # in front of [-1, 1]³, whose corner is at √3
    across, along = x[:, None] * camera.axes[0], y[:, None] * camera.axes[1]
    return np.asarray(middle + across + along[:, None], np.float32).reshape(-1, 3)


def lamp_light(normals: Floats, camera: Camera) -> Floats:
    """Return (r, 1) light from key and fill, wrapped a little round the edge as large soft lamps do."""
    seen = normals @ camera.axes.T.astype(np.float32)
    total = np.zeros(len(seen), np.float32)
    for direction, power in (_KEY, _FILL):
        total += power * np.clip((seen @ (direction / np.linalg.norm(direction)) + 0.2) / 1.2, 0, None)
    return total[:, None]


def ambient_light(normals: Floats) -> Floats:
    """Return (r, 1) light from all round, brighter from above."""
    up = normals[:, 2:] * 0.5 + 0.5
    return np.asarray(_GROUND + (_SKY - _GROUND) * up, np.float32)


def openness_of(scene: Scene, places: Floats, normals: Floats, turn: NDArray[np.int64]) -> Floats:
    """Return (p,) share of the sky, cosine weighted, that each place sees; `turn` chooses which directions it asks."""
    if not len(places):
        return np.empty(0, np.float32)
    across, along = _tangents(normals)
    wanted = _sky_directions()[:, turn]  # (rays, p, 3)
    towards = wanted[..., :1] * across + wanted[..., 1:2] * along + wanted[..., 2:] * normals
    starts = np.broadcast_to(places + normals * _LIFT, towards.shape).reshape(-1, 3)
    reach = np.full(len(starts), _SKY_REACH, np.float32)
    blocked = scene.embree.run(starts, np.ascontiguousarray(towards.reshape(-1, 3)), dists=reach, query="OCCLUDED")
    return np.asarray((blocked.reshape(len(wanted), -1) < 0).mean(0), np.float32)


def _sky_directions() -> Floats:
    """Return (rays, tile², 3) directions about +Z whose density is the cosine (Hammersley points, Malley's method)."""
    count = _SKY_RAYS * TILE**2
    i = np.arange(count)
    radical = sum(((i >> bit) & 1) / 2.0 ** (bit + 1) for bit in range(count.bit_length()))
    radius, angle = np.sqrt((i + 0.5) / count), 2 * np.pi * np.asarray(radical)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - radius**2)], axis=1)
    return points.reshape(_SKY_RAYS, TILE**2, 3).astype(np.float32)


def _tangents(normals: Floats) -> tuple[Floats, Floats]:
    """Return two unit vectors square to each normal (Duff et al. 2017, Building an Orthonormal Basis, Revisited)."""
    x, y, z = normals.T
    sign = np.where(z >= 0, np.float32(1), np.float32(-1))
    a = -1 / (sign + z)
    b = x * y * a
    across = np.stack([1 + sign * x * x * a, sign * b, -sign * x], axis=1)
    return across, np.stack([b, sign + y * y * a, -y], axis=1)


def _joined(openness: Floats) -> Floats:
    """Return openness without its pattern: the mean over a tile's surroundings, of the pixels where it is known."""
    import cv2

    known = ~np.isnan(openness)
    sigma = TILE / 2
    total = cv2.GaussianBlur(np.where(known, openness, 0).astype(np.float32), (0, 0), sigma)
    weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), sigma)
    return np.asarray(np.where(weight > 1e-3, total / np.maximum(weight, 1e-3), 1.0), np.float32)


def _corner_normals(vertices: Floats, faces: NDArray[np.int32]) -> Floats:
    """Return (m, 3, 3) unit normals of the corners: smooth over gentle bends and texture seams, sharp at creases."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    doubled = np.cross(b - a, c - a)  # length is twice the area, which is the weight
    cell = np.round((vertices.astype(np.float64) + 1) * (1 << 19)).astype(np.int64)
    _, place = np.unique((cell[:, 0] << 42) + (cell[:, 1] << 21) + cell[:, 2], return_inverse=True)
    corners = place[faces]
    sums = [np.bincount(corners.ravel(), np.repeat(doubled[:, i], 3)) for i in range(3)]
    smooth = unit(np.stack(sums, axis=1).astype(np.float32))[corners]
    flat = unit(doubled)[:, None]
    gentle = (smooth * flat).sum(-1, keepdims=True) >= _CREASE_COS
    return np.where(gentle, smooth, flat).astype(np.float32)


def unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-20), np.float32)
