"""What --no-supports and --strict do to the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import solids

from figurine.cli import call


def judged(tmp_path: Path, mesh: object, *flags: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return exit status and verdict of `figurine check` on a mesh of true size."""
    file = tmp_path / "part.stl"
    mesh.export(file)  # type: ignore[attr-defined]
    status = call(["check", str(file), "--scale", "1", "--printer", "fdm-0.4", "-q", "--json", *flags])
    return status, json.loads(capsys.readouterr().out)["verdict"]


def test_overhang_prints_with_supports_and_not_without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corbel = solids.moved(solids.box(30.0, 30.0, 20.0), z=20.0)
    mesh = solids.trimesh.boolean.union([solids.box(20.0, 30.0, 25.0), corbel], engine="manifold")
    assert judged(tmp_path, mesh, capsys=capsys) == (0, "prints with supports")
    assert judged(tmp_path, mesh, "--strict", capsys=capsys) == (0, "prints with supports")
    assert judged(tmp_path, mesh, "--no-supports", capsys=capsys) == (1, "will not print")


def test_strict_holds_back_what_is_weak(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slender = solids.box(60.0, 6.0, 40.0)
    assert judged(tmp_path, slender, capsys=capsys) == (0, "weak in N places")
    assert judged(tmp_path, slender, "--strict", capsys=capsys) == (1, "weak in N places")


def test_plain_part_passes_strictly_and_without_supports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(tmp_path, solids.box(), "--strict", "--no-supports", capsys=capsys) == (0, "prints as is")
