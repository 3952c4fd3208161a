"""How much of the truth the hull backend finds, in volume, from drawn views of meshes whose shape is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.hull_iou import SETS, cells_around, cells_of, drawn, iou, load, outline_iou, placed, plain_hull
from generate.backends.hull import reconstruct
from generate.views import Views

OTHERS = (
    "seed/figures/case3.ply",
    "seed/figures/case5_no_att.ply",
    "seed/figures/case7.ply",
    "corpus/artist/Duck.glb:yup:-90",
    "corpus/printable/rpgscad_king_troll.stl",
    "corpus/generated/spaceflow_toy_elephant.glb",
)


def ious(mesh: str, *sets: str) -> tuple[float, list[float], float]:
    """Return the volume IoU of the plain hull, that of each set of views, and the worst silhouette IoU."""
    truth = load(mesh)
    views, cells = drawn(truth), cells_around(truth)
    solid = cells_of(truth, *cells)
    volumes, outlines = [], []
    for names in (SETS[label] for label in sets):
        made = reconstruct(Views(tuple(views[name] for name in names))).mesh
        volumes.append(iou(cells_of(placed(made), *cells), solid))
        outlines += [outline_iou(made, views[name]) for name in names]
    return iou(plain_hull(views, truth), solid), volumes, min(outlines)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "four"), [("corgi", 0.85), ("cat", 0.85), ("child", 0.82)])
def test_examples(repository: Path, name: str, four: float) -> None:
    plain, (front_and_left, all_four), outline = ious(
        str(repository / "examples" / name / "true.ply"), "front+left", "all four"
    )
    assert front_and_left >= 0.80
    assert all_four >= max(four, plain)
    assert outline >= 0.97


@pytest.mark.slow
def test_six_others(shared: Path) -> None:
    results = [ious(str(shared / mesh), "front+back", "all four") for mesh in OTHERS]
    assert all(volumes[1] >= plain for plain, volumes, _ in results)
    assert np.median([volumes[0] for _, volumes, _ in results]) >= 0.55
    assert np.median([volumes[1] for _, volumes, _ in results]) >= 0.78
    assert min(outline for _, _, outline in results) >= 0.97
