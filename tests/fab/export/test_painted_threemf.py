"""The palette's 3MF: valid by the standard, and painted for slicers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import solids
from painted_solids import banded
from threemf_judges import Lib3mf, model_of, schema_errors

from fab.errors import ExportFailed
from fab.export import threemf
from fab.export.threemf import write_threemf
from fab.palette.record import Painted
from fab.readers import read_model
from fab.solid import Solid


def painting(path: Path, attribute: str) -> list[int]:
    """Return the filament of every triangle, decoded from the bits of its code."""
    triangles = re.findall(r"<triangle [^>]*>", model_of(path).decode())
    codes = [re.search(rf' {attribute}="([0-9A-F]+)"', triangle) for triangle in triangles]
    return [filament_of(code[1]) for code in codes if code is not None]


def filament_of(code: str) -> int:
    """Decode by the rule: nibbles from the last, two bits of split (none here), the state, 11 for another nibble."""
    first, *rest = (int(digit, 16) for digit in reversed(code))
    assert first & 0b11 == 0
    return first >> 2 if first >> 2 < 3 else 3 + rest[0]


@pytest.mark.parametrize("count", [1, 2, 8, 16])
def test_every_triangle_has_its_colour_and_its_filament(tmp_path: Path, count: int) -> None:
    part = banded(count)
    write_threemf(part, tmp_path / "a.3mf", bed_mm=(180, 180))
    file = tmp_path / "a.3mf"
    assert schema_errors(file) == []
    judge = Lib3mf(file)
    assert judge.warnings == []
    assert judge.manifold
    assert judge.names == ["banded ball"]
    assert np.array_equal(judge.faces(), part.solid.faces)
    assert np.array_equal(judge.vertices(), part.solid.vertices.astype(np.float32))
    colours = np.array([colour.srgb for colour in part.palette.colours])[part.slots]
    assert np.array_equal(judge.corner_colours()[:, :, :3], np.repeat(colours[:, None], 3, axis=1))
    assert painting(file, "slic3rpe:mmu_segmentation") == (part.slots + 1).tolist()


def test_it_reads_back_in_its_colours(tmp_path: Path) -> None:
    part = banded(3)
    write_threemf(part, tmp_path / "a.3mf")
    mesh = read_model(tmp_path / "a.3mf").mesh
    shown = np.asarray(mesh.visual.vertex_colors)[mesh.faces][:, :, :3]
    assert np.array_equal(shown, np.repeat(part.face_srgb[:, None], 3, axis=1))


def test_the_schemas_object_to_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no silence of theirs is mistaken for consent."""
    package = threemf.pack_package
    monkeypatch.setattr(threemf, "write_bytes_checked", lambda path, data, check: path.write_bytes(data))
    for before, after in ((b"<m:color color=", b"<m:color colour="), (b" v3=", b" v4="), (b' id="2"', b' id="x"')):
        monkeypatch.setattr(
            threemf,
            "pack_package",
            lambda model, before=before, after=after, **others: package(model.replace(before, after), **others),
        )
        write_threemf(banded(2), tmp_path / "a.3mf")
        assert schema_errors(tmp_path / "a.3mf") != []


@pytest.mark.parametrize("damage", [(b'p1="1"', b'p1="0"'), (b'"0C"', b'"1C"'), (b"#25", b"#26")])
def test_a_file_that_reads_back_painted_otherwise_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: tuple[bytes, bytes]
) -> None:
    package = threemf.pack_package
    monkeypatch.setattr(threemf, "pack_package", lambda model, **others: package(model.replace(*damage), **others))
    part = banded(4)
    assert damage[0] in threemf.model_xml([threemf.mesh_part(part)], "a")
    with pytest.raises(ExportFailed):
        write_threemf(part, tmp_path / "a.3mf")
    assert list(tmp_path.iterdir()) == []


def test_more_colours_than_slicers_paint_with_are_refused(tmp_path: Path) -> None:
    part = banded(16)
    wide = part.palette.model_construct(colours=part.palette.colours * 2)
    with pytest.raises(ExportFailed):
        write_threemf(Painted(part.solid, part.slots, wide), tmp_path / "a.3mf")


def test_several_parts_are_components_with_names(tmp_path: Path) -> None:
    ball = banded(2)
    box = banded(2, Solid(solids.moved(solids.box(), 30.0), "a box"))
    write_threemf([ball, box], tmp_path / "pair.3mf", bed_mm=(100, 100))
    assert schema_errors(tmp_path / "pair.3mf") == []
    judge = Lib3mf(tmp_path / "pair.3mf")
    assert judge.warnings == []
    assert judge.manifold
    assert judge.names == ["banded ball", "a box"]
    assert b'<components><component objectid="1"/>' in model_of(tmp_path / "pair.3mf")
    mesh = read_model(tmp_path / "pair.3mf").mesh
    assert np.allclose(mesh.bounds, [(25, 40, 0), (75, 60, 20)], atol=1e-4)
    assert mesh.volume == pytest.approx(ball.solid.volume_mm3 + 1000, rel=1e-6)
