"""What is packed for the 3D view reads back as it was, and shows each finding from where it can be seen."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest
import solids

from fab.findings import Finding, Severity
from fab.report.colour_scale import thickness_scale
from fab.report.preview import Preview, make_preview
from fab.report.scene import MOST_MARKED, Scene, pack_scene
from fab.report.surface_maps import SurfaceMap
from fab.report.viewpoint import Lookout
from fab.solid import Solid


def unpacked(scene: Scene) -> dict[str, np.ndarray]:
    data = zlib.decompress(base64.b64decode(scene.data))
    return {
        name: np.frombuffer(data, at["type"], at["count"], at["offset"]) for name, at in scene.about["arrays"].items()
    }


def read(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Return vertices and faces, read as viewer/src/part.js does."""
    arrays = unpacked(scene)
    steps = np.cumsum(arrays["points"].reshape(-1, 3).astype(np.int64), axis=0) & 0xFFFF
    points = np.array(scene.about["low"]) + steps / 65535 * np.array(scene.about["extents"])
    indices, unused = [], 0
    for below in arrays["indices"].tolist():
        indices.append(unused - below)
        unused += below == 0
    return points, np.array(indices).reshape(-1, 3)


@pytest.fixture(scope="module")
def preview() -> Preview:
    return make_preview(Solid(solids.box(10.0, 20.0, 30.0)), most_faces=12_000)


def test_geometry_reads_back_within_its_rounding(preview: Preview) -> None:
    points, faces = read(pack_scene(preview, {}))
    got = np.sort(points[faces].mean(axis=1), axis=0)
    np.testing.assert_allclose(got, np.sort(preview.vertices[preview.faces].mean(axis=1), axis=0), atol=30 / 65535)
    triangles = points[faces]
    volume = np.einsum("ij,ij->i", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])).sum() / 6
    assert volume == pytest.approx(6000.0, rel=1e-3)


def test_values_and_colours_stay_with_their_vertices(preview: Preview) -> None:
    scale = thickness_scale(0.4, 0.8, 30.0)
    colours = np.rint(preview.vertices / 30.0 * 255).astype(np.int64).astype(np.uint8)
    scene = pack_scene(preview, {"thickness": SurfaceMap(preview.vertices[:, 2], scale)}, {"colours": colours})
    points, _ = read(scene)
    arrays = unpacked(scene)
    np.testing.assert_allclose(arrays["thickness"] / 255 * 30.0, points[:, 2], atol=0.1)
    np.testing.assert_array_equal(arrays["colours"].reshape(-1, 3)[:, 2], np.rint(points[:, 2] / 30 * 255))
    assert scene.about["maps"]["thickness"]["per"] == "vertex"


def finding(**place: object) -> Finding:
    return Finding(check="wall-thickness", code="x", severity=Severity.WARN, message="m", **place)  # type: ignore[arg-type]


def test_findings_keep_their_order_and_their_faces(preview: Preview) -> None:
    top = np.flatnonzero(preview.solid.mesh.face_normals[:, 2] > 0.9)
    told = [finding(), finding(point_mm=(1.0, 2.0, 3.0)), finding(faces=tuple(top.tolist()))]
    scene = pack_scene(preview, {}, findings=told)
    nowhere, point, face = scene.about["findings"]
    assert nowhere is None
    assert point["point"] == [1.0, 2.0, 3.0]
    points, faces = read(scene)
    assert np.allclose(points[faces[face["faces"]]][..., 2], 30.0, atol=1e-3)
    assert len(face["faces"]) == (preview.mesh.face_normals[:, 2] > 0.9).sum()


def test_many_large_findings_do_not_fill_the_page(preview: Preview) -> None:
    everywhere = finding(point_mm=(0.0, 0.0, 0.0), faces=tuple(range(len(preview.solid.faces))))
    places = pack_scene(preview, {}, findings=[everywhere] * 40).about["findings"]
    assert len(places[0]["faces"]) == len(preview.faces)
    assert 0 < sum(len(place["faces"]) for place in places) <= MOST_MARKED
    assert all(place["point"] == [0.0, 0.0, 0.0] for place in places)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_side_is_looked_at_from_its_own_side(preview: Preview, axis: int, side: int) -> None:
    faces = np.flatnonzero(preview.mesh.face_normals[:, axis] * side > 0.9)
    at = Lookout(preview).look(None, faces)
    assert at.direction[axis] * side > 0.4
    assert np.linalg.norm(at.direction) == pytest.approx(1.0)


def test_the_inside_of_a_tube_is_looked_at_from_above() -> None:
    preview = make_preview(Solid(solids.standing(solids.tube(10.0, 8.0, 20.0))), most_faces=20_000)
    middles = preview.vertices[preview.faces].mean(axis=1)
    inside = np.flatnonzero((np.linalg.norm(middles[:, :2], axis=1) < 8.5) & (middles[:, 1] < -6.0))
    deep = inside[(middles[inside, 2] > 8.0) & (middles[inside, 2] < 16.0)]
    direction = Lookout(preview).look(None, deep).direction
    assert direction[2] > 0.5  # level, the near wall would hide it


def test_the_same_preview_gives_the_same_bytes(preview: Preview) -> None:
    assert pack_scene(preview, {}).data == pack_scene(preview, {}).data
