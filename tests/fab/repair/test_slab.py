from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from invariants import assert_solid

from fab.readers import read_model
from fab.repair import Limits, Repair, repair
from fab.repair.record import Surface
from fab.repair.sections import outline_at, section_areas
from fab.repair.slab import treat_slab
from fab.repair.weld import read_arrays

CUT = Limits(remove_slab=True)


def codes(made: Repair) -> list[str]:
    return [finding.code for finding in made.findings]


def test_a_slab_is_told_and_kept() -> None:
    made = repair(solids.figure_on_slab())
    assert made.steps == ()
    (finding,) = made.findings
    assert finding.code == "slab"
    assert finding.measured == pytest.approx(3.0, abs=0.1)


def test_a_slab_is_cut_off_at_the_feet() -> None:
    made = repair(solids.figure_on_slab(), CUT)
    assert_solid(made.solid)
    assert codes(made) == ["slab-removed"]
    assert made.solid.extents_mm == pytest.approx((16.0, 16.0, 48.5), abs=0.05)
    assert made.solid.mesh.area_faces[made.added].sum() == pytest.approx(np.pi * 64, rel=0.01)
    assert made.removed.vertices[:, 2].max() == pytest.approx(1.5, abs=0.05)
    assert made.max_deviation_mm < 0.05


@pytest.mark.parametrize(("thickness", "code"), [(3.5, "pedestal"), (5.0, "pedestal")])
def test_a_pedestal_is_told_and_kept(thickness: float, code: str) -> None:
    made = repair(solids.figure_on_slab(thickness), CUT)
    assert made.steps == ()
    assert codes(made) == [code]
    assert made.findings[0].measured == pytest.approx(100 * thickness / 50, abs=1.1)


def test_a_round_base_of_a_miniature_stays() -> None:
    disc = solids.cylinder(12.5, 1.0, sections=96)
    mini = trimesh.boolean.union([disc, solids.moved(solids.cylinder(3.0, 31.0), z=0.5)], engine="manifold")
    made = repair(mini, CUT)
    assert made.steps == ()
    assert codes(made) == ["pedestal"]


def test_shoes_are_no_slab() -> None:
    pairs = [
        [solids.moved(solids.box(8.0, 14.0, 1.8), x=x), solids.moved(solids.box(4.0, 4.0, 40.0), x=x + 2, y=2)]
        for x in (0.0, 12.0)
    ]
    hips = solids.moved(solids.box(20.0, 8.0, 20.0), z=38.0)
    figure = trimesh.boolean.union([*pairs[0], *pairs[1], hips], engine="manifold")
    assert repair(figure, CUT).findings == ()


def test_the_floor_of_a_cup_is_no_slab() -> None:
    bore = solids.moved(solids.cylinder(18.0, 60.0), z=1.5)
    cup = trimesh.boolean.difference([solids.cylinder(20.0, 50.0), bore], engine="manifold")
    assert repair(cup, CUT).steps == ()


def test_the_foot_of_a_hollow_vessel_is_no_slab() -> None:
    foot, wall = solids.cylinder(20.0, 1.5), solids.cylinder(15.0, 50.0)
    bore = solids.moved(solids.cylinder(12.0, 60.0), z=1.2)
    vessel = trimesh.boolean.difference([trimesh.boolean.union([foot, wall]), bore], engine="manifold")
    assert repair(vessel, CUT).steps == ()


def test_the_thin_skirt_that_a_slab_runs_out_in_goes_too() -> None:
    """Fins as wide as the plate, but of little area, lie on it: a cut at its top would leave them as a fringe."""
    slab = solids.figure_on_slab()
    fins = [solids.moved(solids.box(36.0, 0.6, 0.6), x=x, y=y, z=1.4) for x, y in ((0, -3.0), (0, 3.0))]
    middle = np.asarray(slab.bounds).mean(axis=0)
    fins = [solids.moved(fin, x=float(middle[0]) - 18.0, y=float(middle[1]), z=0.0) for fin in fins]
    made = repair(trimesh.boolean.union([slab, *fins], engine="manifold"), CUT)
    assert codes(made) == ["slab-removed"]
    assert made.solid.extents_mm[:2] == pytest.approx((16.0, 16.0), abs=0.05)
    assert made.solid.extents_mm[2] == pytest.approx(48.5, abs=0.1)
    assert made.max_deviation_mm < 0.05


def test_the_mound_round_the_feet_goes_with_the_slab() -> None:
    """A cone runs from the plate up to the foot and spikes stand on it: what is left is the foot, straight and flat."""
    slab = solids.figure_on_slab()
    x, y, _ = (float(c) for c in np.asarray(slab.bounds).mean(axis=0))
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    mound = np.concatenate([np.column_stack([r * ring, np.full(64, z)]) for r, z in ((13.0, 1.0), (7.9, 4.0))])
    mound = trimesh.convex.convex_hull(mound + [x, y, 0.0])
    spike = solids.moved(solids.box(0.5, 0.5, 4.0), x=x + 10.0, y=y, z=1.0)
    made = repair(trimesh.boolean.union([slab, mound, spike], engine="manifold"), CUT)
    assert_solid(made.solid)
    assert made.solid.extents_mm == pytest.approx((16.1, 16.1, 48.5), abs=0.1)
    surface = Surface(made.solid.vertices, made.solid.faces)
    assert section_areas(surface, np.array([0.01, 1.0, 2.0]), (0.0, 0.0, 1.0)) == pytest.approx(
        8.03**2 * np.pi, rel=0.01
    )
    assert made.max_deviation_mm < 0.05


def test_a_second_body_on_the_slab_stays_a_body() -> None:
    """Cut from the figure's plate it does not reach up to the figure's feet, but it is more than a scrap."""
    slab = solids.figure_on_slab()
    x, y, _ = (float(c) for c in np.asarray(slab.bounds).mean(axis=0))
    toy = solids.moved(solids.box(5.0, 5.0, 2.5), x=x + 10.0, y=y - 2.5, z=1.0)
    made = repair(trimesh.boolean.union([slab, toy], engine="manifold"), CUT)
    assert made.solid.mesh.body_count == 2


def test_what_earlier_steps_dropped_from_the_slab_is_removed_too() -> None:
    """A fold that lies on itself sticks out of the plate: it went with the plate, so the figure did not move."""
    slab = solids.figure_on_slab()
    low, high = np.asarray(slab.bounds)
    corner = np.array([high[0], (low + high)[1] / 2, 0.7])
    fold = corner + np.array([[0.0, -1.0, 0.0], [0.0, 1.0, 0.0], [5.0, 0.0, 0.0]])
    faces = np.array([[0, 1, 2], [2, 1, 0]])
    made = repair(solids.joined(slab, solids.mesh_of(fold, faces)), CUT)
    assert "slab-removed" in codes(made)
    assert made.max_deviation_mm < 0.05


@pytest.mark.parametrize("name", ["box", "ball", "cylinder", "cone", "torus", "wedge", "two_parts"])
def test_plain_shapes_stand_on_nothing(name: str) -> None:
    assert repair(getattr(solids, name)(), CUT).findings == ()


def test_sections_are_measured_across_any_direction() -> None:
    surface = Surface(np.asarray(solids.box(2.0, 3.0, 5.0).vertices), np.asarray(solids.box().faces, np.int64))
    for up, area in (((0.0, 0.0, 1.0), 6.0), ((0.0, 1.0, 0.0), 10.0), ((1.0, 0.0, 0.0), 15.0)):
        assert section_areas(surface, np.array([0.5, 1.5]), up) == pytest.approx([area] * 2)
    outline = outline_at(surface, 1.0, (0.0, 0.0, 1.0))
    assert outline.filled == pytest.approx(1.0)
    assert outline.roundness == pytest.approx(4 * np.pi * 6 / 100)


FIGURES = {"case1": "slab", "case2": "pedestal", "case6": None, "case7": None}


@pytest.mark.parametrize("name", FIGURES)
def test_real_figures_keep_their_shoes_and_pedestals(shared: Path, name: str) -> None:
    model = read_model(shared / "seed" / "figures" / f"{name}.ply")
    surface = read_arrays(model.mesh.vertices, model.mesh.faces).surface
    limits = Limits().scaled(float(np.ptp(surface.vertices[:, 2])) / 80)
    told = [finding.code for finding in treat_slab(surface, limits).findings]
    assert told == ([FIGURES[name]] if FIGURES[name] else [])


def test_real_miniatures_keep_their_bases(shared: Path) -> None:
    minis = sorted((shared / "corpus" / "printable").glob("rpgscad*.stl"))
    assert len(minis) == 15
    for mini in minis:
        model = read_model(mini)
        made = treat_slab(read_arrays(model.mesh.vertices, model.mesh.faces).surface, CUT)
        assert made.note == "", mini.name
