"""The test piece: a solid that fits, with every size in it, made for its printer."""

from __future__ import annotations

import numpy as np
import pytest
from invariants import assert_solid
from manifold3d import Manifold, OpType

from fab.errors import FabError
from fab.gate import label_shells
from fab.test_piece.build import build_test_piece
from fab.test_piece.features import FEATURES, LABEL_THEMSELVES, PEG_MM
from fab.test_piece.scale import resin_minutes, scale_for
from printers import get, names
from printers.learning.sizes import RULES, plan

DIFFERENT = (
    "fdm-0.4",
    "makelab-sla",
    "fdm-0.2",
    "resin-50um",
    "formlabs-form-4",
    "sls-nylon",
    "mjf",
    "cjp-full-colour-sandstone",
)


@pytest.mark.parametrize("name", DIFFERENT)
def test_it_is_a_solid_on_the_bed_that_fits(name: str) -> None:
    printer = get(name)
    solid = build_test_piece(printer)
    assert_solid(solid.mesh)
    assert solid.extents_mm[2] == pytest.approx(scale_for(printer).height, rel=0.25)
    assert sorted(solid.extents_mm) <= sorted(printer.largest_mm)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_every_printer_has_one(name: str) -> None:
    assert build_test_piece(get(name)).volume_mm3 > 300


def test_the_same_printer_gives_the_same_piece() -> None:
    one, other = build_test_piece(get("resin-50um")), build_test_piece(get("resin-50um"))
    assert np.array_equal(one.vertices, other.vertices)
    assert np.array_equal(one.faces, other.faces)


def test_pegs_stand_loose_in_their_holes() -> None:
    solid = build_test_piece(get("fdm-0.4"))
    count, labels = label_shells(solid.faces)
    gaps = next(row.sizes for row in plan(get("fdm-0.4")) if row.rule == "clearance_mm")
    assert count == 1 + len(gaps)
    sides = [np.ptp(solid.vertices[np.unique(solid.faces[labels == shell])], axis=0) for shell in range(count)]
    assert sorted(side[0] for side in sides)[: len(gaps)] == pytest.approx([PEG_MM] * len(gaps), abs=0.01)


def test_every_rule_of_a_printer_is_tested() -> None:
    assert set(FEATURES) == set(RULES)
    assert set(FEATURES) >= LABEL_THEMSELVES


def bounds(solids: tuple[Manifold, ...]) -> np.ndarray:
    boxes = np.array([solid.bounding_box() for solid in solids])
    return np.stack([boxes[:, :3].min(0), boxes[:, 3:].max(0)])


@pytest.mark.parametrize("rule", ["wall_free_mm", "feature_mm"])
def test_what_stands_is_as_thin_as_its_label_says(rule: str) -> None:
    scale = scale_for(get("fdm-0.4"))
    low, high = bounds(FEATURES[rule](0.7, scale).added)
    assert high[0] - low[0] == pytest.approx(0.7)
    assert high[2] == pytest.approx(scale.tall)


def test_a_gap_is_as_wide_as_its_label_says() -> None:
    feature = FEATURES["clearance_mm"](0.3, scale_for(get("fdm-0.4")))
    (hole, peg) = bounds(feature.cut), bounds(feature.loose)
    assert peg[0, :2] - hole[0, :2] == pytest.approx([0.3, 0.3])


@pytest.mark.parametrize("angle", [30.0, 45.0, 70.0, 85.0])
def test_an_overhang_leans_as_its_label_says(angle: float) -> None:
    (wedge,) = FEATURES["overhang_from_vertical_deg"](angle, scale_for(get("fdm-0.4"))).added
    mesh = wedge.to_mesh64()
    corners = np.asarray(mesh.vert_properties)[:, :3][np.asarray(mesh.tri_verts)]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    down = normals[:, 2] / np.linalg.norm(normals, axis=1)
    under = down[(down < -0.01) & (corners[:, :, 2].min(1) > -0.29)]
    assert np.degrees(np.arcsin(-under)) == pytest.approx(angle)


def test_a_bridge_spans_what_its_label_says() -> None:
    first, second, beam = (bounds((solid,)) for solid in FEATURES["bridge_mm"](10.0, scale_for(get("fdm-0.4"))).added)
    assert second[0, 1] - first[1, 1] == pytest.approx(10.0)
    assert beam[0, 2] > first[0, 2] + 1.0


def test_a_drained_box_is_hollow_and_open() -> None:
    feature = FEATURES["drain_hole_mm"](3.5, scale_for(get("resin-50um")))
    box = Manifold.batch_boolean(list(feature.added), OpType.Add) - Manifold.batch_boolean(
        list(feature.cut), OpType.Add
    )
    assert box.volume() < 0.75 * feature.added[0].volume()
    assert len(box.decompose()) == 1


def test_resin_is_finer_than_filament() -> None:
    by_rule = {row.rule: row.sizes for row in plan(get("resin-50um"))}
    for row in plan(get("fdm-0.4")):
        if row.rule in ("wall_supported_mm", "wall_free_mm", "feature_mm", "emboss_mm", "engrave_mm"):
            assert by_rule[row.rule][0] < row.sizes[0]


def test_resin_takes_about_twenty_minutes_by_its_layers() -> None:
    for name in ("elegoo-mars-5", "formlabs-form-4"):
        minutes = resin_minutes(get(name), build_test_piece(get(name)).extents_mm[2])
        assert minutes is not None
        assert 15 <= minutes <= 25
    assert resin_minutes(get("fdm-0.4"), 3.0) is None


def test_a_printer_that_is_too_small_is_told() -> None:
    tiny = get("fdm-0.4").model_copy(update={"build_volume_mm": (30.0, 30.0, 30.0)})
    with pytest.raises(FabError, match="does not fit"):
        build_test_piece(tiny)
