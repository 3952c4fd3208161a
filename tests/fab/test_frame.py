from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from fab.errors import FabError, UnusableSize
from fab.frame import to_millimetres
from fab.readers import InputModel, read_model


def model_of(mesh: trimesh.Trimesh, kind: str = "glb", unit: str | None = None) -> InputModel:
    return InputModel(mesh, unit, kind, "part", np.eye(4))


@pytest.mark.parametrize(
    ("kind", "unit", "extents", "expected"),
    [
        ("stl", None, (25, 25, 38), (25, 25, 38)),
        ("stl", None, (10, 2, 3), (10, 2, 3)),
        ("stl", None, (500, 2, 3), (500, 2, 3)),
        ("stl", None, (0.5, 0.5, 1), (40, 40, 80)),
        ("stl", None, (501, 100, 200), (200.4, 40, 80)),
        ("glb", None, (25, 25, 40), (50, 50, 80)),
        ("obj", None, (1, 1, 1), (80, 80, 80)),
        ("3mf", "mm", (1, 2, 3), (1, 2, 3)),
        ("ply", "mm", (1, 2, 3), (1, 2, 3)),
    ],
)
def test_the_rule_without_wishes(
    kind: str, unit: str | None, extents: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    placed = to_millimetres(model_of(solids.box(*extents), kind, unit))
    assert np.allclose(placed.mesh.extents, expected)
    assert kind.upper() in placed.note


def test_wishes_decide() -> None:
    box = solids.box(1, 2, 4)
    assert np.allclose(to_millimetres(model_of(box), height_mm=100).mesh.extents, (25, 50, 100))
    assert np.allclose(to_millimetres(model_of(solids.box(4, 2, 1)), longest_mm=100).mesh.extents, (100, 50, 25))
    assert np.allclose(to_millimetres(model_of(box), scale=10).mesh.extents, (10, 20, 40))
    assert np.allclose(to_millimetres(model_of(box), units="in").mesh.extents, (25.4, 50.8, 101.6))
    assert np.allclose(to_millimetres(model_of(box), units="cm", scale=2).mesh.extents, (20, 40, 80))
    assert np.allclose(to_millimetres(model_of(box, "3mf", "mm"), scale=3).mesh.extents, (3, 6, 12))
    assert np.allclose(to_millimetres(model_of(box, "3mf", "mm"), height_mm=8, units="m").mesh.extents, (2, 4, 8))


def test_units_over_a_3mf_take_its_own_numbers() -> None:
    """A 3MF that declares inches holds 1 × 2 × 4; somebody says they are centimetres."""
    inches = InputModel(solids.box(25.4, 50.8, 101.6), "mm", "3mf", "part", np.diag([1 / 25.4] * 3 + [1]))
    assert np.allclose(to_millimetres(inches, units="cm").mesh.extents, (10, 20, 40))


@pytest.mark.parametrize("wish", ["height_mm", "longest_mm", "scale"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf"), 1e9, 1e-9])
def test_impossible_sizes_are_refused(wish: str, value: float) -> None:
    with pytest.raises(UnusableSize) as caught:
        to_millimetres(model_of(solids.box()), **{wish: value})
    assert isinstance(caught.value, FabError)
    assert "\n" not in str(caught.value)


def test_two_wishes_or_an_unknown_unit_are_refused() -> None:
    with pytest.raises(UnusableSize, match="height and scale"):
        to_millimetres(model_of(solids.box()), height_mm=1, scale=1)
    with pytest.raises(UnusableSize, match="furlong"):
        to_millimetres(model_of(solids.box()), units="furlong")


def test_vertices_that_are_no_numbers_or_unused_do_not_count() -> None:
    box = solids.box(1, 1, 2)
    vertices = np.concatenate([box.vertices, [(np.nan, 0, 0), (0, 0, 99), (0, 0, 1)]])
    faces = np.concatenate([box.faces, [(8, 0, 10)]])
    placed = to_millimetres(model_of(solids.mesh_of(vertices, faces)))
    assert placed.scale == pytest.approx(40.0)


@given(
    origin=st.tuples(*[st.floats(-1e3, 1e3)] * 3),
    size=st.tuples(*[st.floats(0.1, 100)] * 3),
    height=st.floats(1, 500),
)
def test_placed_stands_centred_and_goes_back(origin: tuple[float, ...], size: tuple[float, ...], height: float) -> None:
    mesh = solids.moved(solids.box(*size), *origin)
    if max(size) / size[2] * height > 10_000:
        return
    placed = to_millimetres(model_of(mesh), height_mm=height)
    low, high = placed.mesh.bounds
    reach = float(np.abs(placed.mesh.vertices).max())
    assert low[2] == 0.0
    assert high[2] == pytest.approx(height)
    assert np.allclose(low[:2], -high[:2], atol=1e-9 * reach)
    back = placed.mesh.vertices @ placed.to_input[:3, :3].T + placed.to_input[:3, 3]
    assert np.allclose(back, mesh.vertices, rtol=1e-12, atol=1e-9)
    assert placed.mesh.volume > 0


def test_a_real_miniature_is_taken_as_millimetres(shared: Path) -> None:
    model = read_model(shared / "corpus" / "printable" / "rpgscad_saxon0.stl")
    placed = to_millimetres(model)
    assert placed.scale == 1.0
    assert "25 × 25 × 37.8" in placed.note
