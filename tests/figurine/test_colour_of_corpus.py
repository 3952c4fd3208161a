"""What is exported shows the input's colours, whatever repair did to the shape."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fab.colour import ColourField, linear_to_bytes
from fab.gate import merge_float32
from fab.readers import read_model
from fab.repair.deviation import visible_points
from fab.repair.record import Surface
from figurine.cli import call

SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpus"
MANIFEST = json.loads((SHARED / "manifest.json").read_text()) if (SHARED / "manifest.json").is_file() else []
COLOURED = [entry["path"] for entry in MANIFEST if entry["has_texture"] or entry["has_vertex_colours"]]
QUICK = {"artist/fuze.obj", "artist/avocado_kaolin.obj"}
MOST = 2.0
"""Of 255, on average over visible points."""

INWARD = 0.01
"""How far points are moved towards the middle of their face, of the way there."""


@pytest.mark.skipif(not MANIFEST, reason="research data (../shared) is not beside this checkout")
@pytest.mark.parametrize("path", [pytest.param(p, marks=[] if p in QUICK else pytest.mark.slow) for p in COLOURED])
def test_the_exported_glb_shows_the_inputs_colours(path: str, tmp_path: Path) -> None:
    status = call(
        ["prepare", "-q", str(SHARED / path), "--name", "it", "--longest", "100", "-o", str(tmp_path / "out")]
    )
    assert status in (0, 1)
    given, made = read_model(SHARED / path).mesh, read_model(next((tmp_path / "out").glob("it_*.glb"))).mesh
    factor = 100 / float(np.ptp(given.vertices[given.faces].reshape(-1, 3), axis=0).max())
    assert difference(given, made, factor * 1e-3) < MOST


def difference(given, made, metres_per_unit: float) -> float:
    """Return the mean difference, of 255, between what two meshes show at visible points of the first."""
    origin = np.asarray(given.vertices)[np.unique(given.faces)]
    low, high = origin.min(axis=0), origin.max(axis=0)
    centre = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    to_made = np.diag([metres_per_unit] * 3 + [1.0])
    to_made[:3, 3] = -metres_per_unit * centre
    surface = Surface(*merge_float32(given.vertices, given.faces))
    samples = visible_points(surface, 4_000)
    a, b, c = (surface.vertices[surface.faces[samples.faces][:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-300)
    inside = samples.places + INWARD * ((a + b + c) / 3 - samples.places)  # at a seam's vertex two colours are right
    places = inside @ to_made[:3, :3].T + to_made[:3, 3]
    shown = ColourField.of(made, np.eye(4)).at(places, normals)
    wanted = ColourField.of(given, to_made).at(places, normals)
    return float(np.abs(linear_to_bytes(shown)[:, :3].astype(int) - linear_to_bytes(wanted)[:, :3].astype(int)).mean())
