"""When a part falls over, and when its first layer is too small to hold it."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

import printers.library as library
from fab.checks.context import Context
from fab.checks.stability import check_stability
from fab.findings import Finding, Severity
from fab.solid import Solid


def judged(mesh: trimesh.Trimesh, printer: str = "fdm-0.4") -> list[Finding]:
    return list(check_stability(Solid(mesh), library.get(printer), Context()))


def test_cube_stands() -> None:
    (finding,) = judged(solids.box())
    assert (finding.code, finding.severity) == ("stands", Severity.PASS)
    assert finding.measured == pytest.approx(45.0)


def test_slender_box_is_unstable_and_the_remedy_makes_it_stand() -> None:
    finding = judged(solids.box(30.0, 6.0, 40.0))[0]
    assert (finding.code, finding.severity) == ("unstable", Severity.WARN)
    assert finding.measured == pytest.approx(np.degrees(np.arctan(3.0 / 20.0)))
    assert finding.remedy == (
        "add a round base of 31 × 3 mm under (15.0, 3.0): tipping margin 3.0 → 15.5 mm, tips at 41°"
    )
    assert finding.why


def test_remedy_holds_when_it_is_made() -> None:
    mesh = solids.box(30.0, 6.0, 40.0)
    base = solids.moved(trimesh.creation.cylinder(15.5, 3.0, sections=192), 15.0, 3.0, 1.5)
    whole = trimesh.boolean.union([solids.moved(mesh, z=3.0), base], engine="manifold")
    (finding,) = judged(whole)
    assert finding.code == "stands"
    assert finding.measured == pytest.approx(41.0, abs=0.2)


def test_of_several_bodies_the_worst_is_told() -> None:
    pair = solids.joined(solids.box(), solids.moved(solids.box(30.0, 6.0, 40.0), x=20.0))
    finding = judged(pair)[0]
    assert finding.code == "unstable"
    assert finding.message.startswith("one of 2 bodies tips over at 8.5°")
    assert finding.point_mm is not None and finding.point_mm[0] == pytest.approx(35.0)


def test_brim_makes_the_first_layer_large_enough() -> None:
    finding = next(f for f in judged(solids.cylinder(1.5, 30.0)) if f.code == "small-first-layer")
    assert finding.remedy is not None and finding.limit is not None
    brim = float(finding.remedy.split("brim of ")[1].split(" mm")[0])
    assert np.pi * (1.5 + brim) ** 2 == pytest.approx(finding.limit, rel=0.06)


def test_cantilever_falls_over() -> None:
    mesh = solids.joined(solids.box(4.0, 10.0, 2.0), solids.moved(solids.box(20.0, 10.0, 2.0), z=1.999))
    outline = [(0, 0), (4, 0), (4, 2), (20, 2), (20, 4), (0, 4)]
    mesh = _extruded(outline, 10.0)
    finding = judged(mesh, "mjf")[0]
    assert (finding.code, finding.severity) == ("tips-over", Severity.WARN)
    assert finding.point_mm is not None and finding.point_mm[0] == pytest.approx(4.0)


def test_ball_on_a_point_rolls() -> None:
    codes = {f.code for f in judged(solids.ball())}
    assert "small-first-layer" in codes
    assert codes & {"tips-over", "unstable"}


def test_only_fdm_asks_for_a_first_layer() -> None:
    tall = solids.cylinder(2.0, 10.0)
    assert "small-first-layer" in {f.code for f in judged(tall)}
    assert "small-first-layer" not in {f.code for f in judged(tall, "resin-50um")}


def test_first_layer_limit_grows_with_the_height() -> None:
    """F h = σ A √(A / π): a disc of area A against 10 gf at the top."""
    finding = next(f for f in judged(solids.cylinder(2.0, 10.0)) if f.code == "small-first-layer")
    assert finding.limit is not None
    assert 0.02 * finding.limit * np.sqrt(finding.limit / np.pi) == pytest.approx(0.098 * 10.0)


def _extruded(outline: list[tuple[float, float]], depth: float) -> trimesh.Trimesh:
    """The outline in x and z, carried along y."""
    from manifold3d import CrossSection

    body = CrossSection([np.array(outline, float)]).extrude(depth).rotate((90.0, 0.0, 0.0)).to_mesh()
    return solids.mesh_of(body.vert_properties[:, :3], body.tri_verts)
