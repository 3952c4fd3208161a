"""Every mesh of the corpus through `figurine prepare`: a solid and a report, or one line that says why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from invariants import assert_solid

from fab.readers import read_model
from figurine.cli import call

pytestmark = pytest.mark.slow
NOT_MODELS = {"trimesh_empty.stl", "trimesh_polygonfaces.obj", "trimesh_soup.stl"}
SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpus"
MANIFEST = json.loads((SHARED / "manifest.json").read_text()) if (SHARED / "manifest.json").is_file() else []


@pytest.mark.skipif(not MANIFEST, reason="research data (../shared) is not beside this checkout")
@pytest.mark.parametrize("path", [entry["path"] for entry in MANIFEST])
def test_prepare_ends_well(path: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    status = call(["prepare", "-q", str(SHARED / path), "--name", "it", "-o", str(out)])
    err = capfd.readouterr().err
    assert "Traceback" not in err
    if status in (2, 3):
        assert Path(path).name in NOT_MODELS, err
        assert not out.exists()
        assert len([line for line in err.splitlines() if not line.startswith("printer: ")]) == 1
        return
    assert status in (0, 1)
    report = json.loads((out / "report.json").read_text())
    made = read_model(next(out.glob("it_*.stl"))).mesh
    assert_solid(made)
    if path.startswith("printable/"):
        assert report["part"]["bodies"] == _bodies(path)
        width, depth, height = (float(side) for side in _entry(path)["extents"])
        scale = float(report["part"]["scale"])
        assert report["part"]["extents_mm"] == pytest.approx([scale * s for s in (width, depth, height)], abs=0.1)


def _entry(path: str) -> dict[str, Any]:
    return next(entry for entry in MANIFEST if entry["path"] == path)


def _bodies(path: str) -> int:
    """Return how many pieces of material the file holds: cavities are none, and of the chess set two shells overlap."""
    outward = int(_entry(path)["components"] - _entry(path)["negative_volume_components"])
    return outward - (Path(path).name == "lewis_chess_set.stl")
