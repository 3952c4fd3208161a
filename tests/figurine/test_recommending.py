"""Which printers suit a part: in the right order, for the right reason, and as `check` would judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import solids

import printers
from fab.checks.context import Context
from fab.findings import Verdict, verdict_of
from fab.inspect import inspect
from fab.solid import Solid
from figurine.cli import call
from figurine.recommending import recommend, solid_of

SOME = [
    printers.get(name)
    for name in (
        "fdm-0.4", "fdm-0.2", "bambu-lab-a1-mini", "elegoo-mars-5", "formlabs-form-4", "shapeways-sandstone",
        "anycubic-kobra-3", "bambu-lab-h2d", "mimaki-3duj-2207", "sls-nylon",
    )
]  # fmt: skip


def test_judges_as_the_checks_do() -> None:
    fusing = solids.joined(solids.box(2.0, 2.0, 2.0), solids.moved(solids.box(2.0, 2.0, 2.0), 2.1))
    arm = solids.moved(solids.box(15.0, 15.0, 10.0), z=10.0)
    corbel = solids.trimesh.boolean.union([solids.box(10.0, 15.0, 12.0), arm], engine="manifold")
    seen = set()
    for mesh in (solids.plate(8.0, 0.3), solids.plate(8.0, 0.6), solids.wedge(55.0, 8.0, 4.0), fusing, corbel):
        part = Solid(solids.standing(mesh))
        context = Context(printers=tuple(SOME))
        for one in recommend(part, SOME):
            assert one.verdict is verdict_of(inspect(part, one.printer, context)), (one.printer.id, one.why)
            seen.add(one.verdict)
    assert seen == set(Verdict)


def test_what_is_too_large_is_told_with_both_sizes() -> None:
    tall = Solid(solids.standing(solids.cylinder(20.0, 200.0, 32)))
    small = [printer for printer in SOME if printer.id in ("elegoo-mars-5", "bambu-lab-a1-mini")]
    said = {one.printer.id: one.why for one in recommend(tall, small)}
    assert said["elegoo-mars-5"] == "too tall: 200.0 mm, it prints 150 mm"
    assert said["bambu-lab-a1-mini"] == "too tall: 200.0 mm, it prints 180 mm"
    wide = Solid(solids.standing(solids.plate(200.0, 5.0)))
    assert all(one.why.startswith("too large: 200.0 × 200.0 mm") for one in recommend(wide, small))


def test_the_best_come_first_and_the_smallest_of_equals() -> None:
    suited = recommend(Solid(solids.box()), printers_of("fdm"))
    assert {one.verdict for one in suited} == {Verdict.PRINTS_AS_IS}
    assert suited[0].printer.id == "voron-0-1"
    assert suited[-1].printer.confidence == "default"
    mixed = recommend(Solid(solids.standing(solids.plate(10.0, 0.6))), SOME)
    places = [one.verdict for one in mixed]
    assert places == sorted(places, key=list(Verdict).index)


def test_colours_need_a_printer_that_has_them() -> None:
    said = {one.printer.id: one for one in recommend(Solid(solids.box()), SOME, colours=4)}
    assert said["bambu-lab-a1-mini"].prints
    assert said["fdm-0.4"].why == "prints 1 colour, not 4"
    assert said["shapeways-sandstone"].prints


def printers_of(process: str) -> list[printers.Printer]:
    return [printer for name in printers.names() if (printer := printers.get(name)).process == process]


def test_what_the_finest_printer_could_form_is_judged(tmp_path: Path) -> None:
    speck = solids.moved(solids.box(0.3, 0.3, 0.3), x=20.0)
    solids.joined(solids.box(), speck).export(tmp_path / "speck.stl")
    fdm, resin = (printers.get(name) for name in ("fdm-0.4", "elegoo-mars-5"))
    bodies = [solid_of(tmp_path / "speck.stl", asked, scale=1.0).mesh.body_count for asked in ([fdm], [fdm, resin])]
    assert bodies == [1, 2]


def test_the_verb_tells_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solids.box(20.0, 20.0, 170.0).export(tmp_path / "box.stl")
    assert call(["printers", "recommend", str(tmp_path / "box.stl"), "--height", "170", "-q", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(one["id"] for one in told) == list(printers.names())
    assert (
        call(["printers", "recommend", str(tmp_path / "box.stl"), "--height", "170", "-q", "--process", "resin"]) == 0
    )
    out = capsys.readouterr().out
    assert "elegoo-mars-5 " in out.partition("cannot:")[2]
    assert call(["printers", "recommend", str(tmp_path / "box.stl"), "--height", "2000", "-q"]) == 1
    assert call(["printers", "recommend", str(tmp_path / "none.stl"), "-q"]) == 2
