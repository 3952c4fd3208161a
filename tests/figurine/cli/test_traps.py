"""Files that cannot be trusted or read at all: one line, nothing written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from model_files import Gltf

from figurine.cli import call


@pytest.mark.parametrize("required", ["EXT_meshopt_compression", "KHR_gaussian_splatting"])
def test_what_cannot_be_read_at_all_is_named(required: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gltf = Gltf()
    gltf.tetra()
    gltf.tree["extensionsRequired"] = [required]
    assert call(["prepare", str(gltf.write(tmp_path / "m.glb")), "-q", "-o", str(tmp_path / "out")]) == 2
    assert required in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("trick", ["bomb", "path"])
def test_a_3mf_that_is_a_trap_is_refused(trick: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "m.3mf", "w", zipfile.ZIP_DEFLATED) as archive:
        if trick == "bomb":
            archive.writestr("3D/3dmodel.model", bytes(100 * 1024**2))
        else:
            archive.writestr("../../etc/passwd", "root")
    assert call(["prepare", str(tmp_path / "m.3mf"), "-q", "-o", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) <= 2  # which printer is meant, and what is wrong
    assert "do not trust this file" in said[-1]
