"""Damaged and hostile files: one clear line, exit 2, nothing written, in well under a second."""

from __future__ import annotations

import json
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from slicer_files import DEFINITION, FFF, MACHINE, gcode, ini, write, write_json, write_zip

from figurine.cli import call

SETTINGS = "Metadata/project_settings.config"
Make = Callable[[Path], Path]


def machine(**changed: object) -> Make:
    return lambda folder: write_json(folder / "m.json", {**MACHINE, **changed})


def config(**changed: str) -> Make:
    return lambda folder: write(folder / "c.ini", ini({**FFF, **changed}))


def cura(**overrides: object) -> Make:
    record = {**DEFINITION, "overrides": {**DEFINITION["overrides"], **overrides}}
    return lambda folder: write_json(folder / "c.def.json", record)


def text(name: str, content: str) -> Make:
    return lambda folder: write(folder / name, content)


def raw(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def zipped(**members: str | bytes) -> Make:
    return lambda folder: write_zip(folder / "p.3mf", {name.replace("__", "/"): held for name, held in members.items()})


def cycle_of_json(folder: Path) -> Path:
    for name, parent in (("A", "B"), ("B", "C"), ("C", "A")):
        write_json(folder / f"{name}.json", {**MACHINE, "name": name, "inherits": parent})
    return folder / "A.json"


def cycle_of_cura(folder: Path) -> Path:
    for name, parent in (("a", "b"), ("b", "a")):
        write_json(folder / f"{name}.def.json", {"name": name, "inherits": parent, "overrides": {}})
    return folder / "a.def.json"


def process_cycle(folder: Path) -> Path:
    write_json(folder / "process" / "P.json", {"name": "P", "inherits": "P"})
    return write_json(folder / "machine" / "m.json", {**MACHINE, "default_print_profile": "P"})


def doubling_parents(folder: Path) -> Path:
    """Write 60 sections that each inherit the next one twice: 2^60 walks for whoever walks them all."""
    steps = "".join(f"[printer:*{i}*]\ninherits = *{i + 1}*; *{i + 1}*\n" for i in range(60))
    return write(folder / "b.ini", f"[printer:Top]\ninherits = *0*\n{steps}[printer:*60*]\nbed_shape = nan\n")


def deep_parents(folder: Path) -> Path:
    steps = "".join(f"[printer:*{i}*]\ninherits = *{i + 1}*\n" for i in range(5000))
    return write(folder / "b.ini", f"[printer:Top]\ninherits = *0*\n{steps}")


def zip_bomb(folder: Path) -> Path:
    return write_zip(folder / "p.3mf", {SETTINGS: b" " * (30 * 1024**2)})


def many_members(folder: Path) -> Path:
    """Write a zip whose list of members claims to be large; to list them all would take seconds."""
    path = write_zip(folder / "p.3mf", {SETTINGS: json.dumps(MACHINE)})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\5\6")
    data[at + 8 : at + 16] = struct.pack("<HHL", 65535, 65535, 400 * 1024**2)
    path.write_bytes(bytes(data))
    return path


def twice_the_same(folder: Path) -> Path:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(folder / "p.3mf", "w") as archive:
        archive.writestr(SETTINGS, json.dumps(MACHINE))
        archive.writestr(SETTINGS, "{}")
    return folder / "p.3mf"


def encrypted(folder: Path) -> Path:
    path = write_zip(folder / "p.3mf", {SETTINGS: json.dumps(MACHINE)})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.rfind(b"PK\1\2") + 8] |= 1
    path.write_bytes(bytes(data))
    return path


def cut_zip(folder: Path) -> Path:
    path = write_zip(folder / "p.3mf", {SETTINGS: json.dumps(MACHINE)})
    path.write_bytes(path.read_bytes()[:-30])
    return path


def spoilt_zip(folder: Path) -> Path:
    path = write_zip(folder / "p.3mf", {SETTINGS: json.dumps(MACHINE) * 40})
    data = bytearray(path.read_bytes())
    data[90:110] = b"\xff" * 20
    path.write_bytes(bytes(data))
    return path


def sparse(name: str, size: int, head: bytes = b"") -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        with path.open("wb") as file:
            file.write(head)
            file.truncate(size)
        return path

    return make


MALFORMED: dict[str, Make] = {
    "empty file": raw("c.ini", b""),
    "only spaces": text("c.ini", "   \n\n"),
    "a folder": lambda folder: folder,
    "no such file": lambda folder: folder / "gone.ini",
    "a name that no system has": lambda folder: folder / ("x" * 400),
    "random bytes": raw("c.ini", bytes(range(256)) * 8),
    "UTF-16": raw("c.ini", ini(FFF).encode("utf-16")),
    "Latin-1": raw("c.ini", "printer_notes = Drucker für Größe\n".encode("latin-1")),
    "zero bytes in text": raw("c.ini", b"bed_shape\0 = 0x0\n"),
    "prose": text("c.ini", "Dear slicer, my bed is large.\n"),
    "keys of something else": text("c.ini", "colour = blue\nheight = 3\n"),
    "a section cut off": text("c.ini", "[printer:Mine\nbed_shape = 0x0\n"),
    "a bundle without printers": text("c.ini", "[print:Fine]\nlayer_height = 0.1\n"),
    "a cycle in a bundle": text(
        "c.ini", "[printer:A]\ninherits = B\n[printer:B]\ninherits = A\n[presets]\nprinter = A\n"
    ),
    "parents that double": doubling_parents,
    "parents without end": deep_parents,
    "gigantic text": sparse("c.ini", 3 * 1024**3, b"bed_shape = 0x0\n"),
    "gigantic JSON": sparse("c.json", 3 * 1024**3, b"{"),
    "nan": config(nozzle_diameter="nan"),
    "infinity": config(max_print_height="inf"),
    "a number of a million digits": config(layer_height="9" * 1_000_000),
    "a nozzle of zero": config(nozzle_diameter="0"),
    "a negative height": config(max_print_height="-200"),
    "words for numbers": config(nozzle_diameter="wide"),
    "a bed of two corners": config(bed_shape="0x0,200x200"),
    "a bed without points": config(bed_shape="round"),
    "a bed beyond any machine": config(bed_shape="0x0,1e9x0,1e9x1e9,0x1e9"),
    "a bed of a million corners": config(bed_shape=",".join(["0x0", "9x9"] * 500_000)),
    "an angle over 90": config(support_material_threshold="120"),
    "figures that contradict": config(min_layer_height="0.3", max_layer_height="0.1"),
    "G-code without settings": text("p.gcode", "G28\nG1 X1 Y1\n"),
    "G-code cut off in its settings": text("p.gcode", gcode(FFF).replace("; prusaslicer_config = end\n", "")),
    "JSON cut off": raw("m.json", json.dumps(MACHINE).encode()[:-20]),
    "JSON that is a list": text("m.json", "[1, 2]"),
    "JSON of something else": text("m.json", '{"name": "x", "version": 3}'),
    "JSON with NaN": text("m.json", json.dumps(MACHINE).replace('"250"', "NaN")),
    "JSON nested a million deep": text("m.json", '{"type":"machine","x":' + "[" * 1_000_000),
    "a nested value": machine(printable_area={"x": 1}),
    "a cycle in inherits": cycle_of_json,
    "a machine that inherits itself": machine(inherits="Maker One 0.4 nozzle"),
    "a process that inherits itself": process_cycle,
    "inherits that leaves the folder": machine(inherits="../../../../etc/passwd"),
    "inherits that is a list": machine(inherits=["a", "b"]),
    "a parent's name too long for a file": machine(inherits="x" * 300, printable_area=""),
    "Cura's cycle": cycle_of_cura,
    "Cura's parent that leaves the folder": lambda folder: write_json(
        folder / "c.def.json", {**DEFINITION, "inherits": "../../secret"}
    ),
    "Cura's endless bed": cura(machine_width={"default_value": 1e300}),
    "Cura's bed of zero": cura(machine_depth={"default_value": 0}),
    "Cura's areas of words": cura(machine_disallowed_areas={"default_value": [["here", "there"]]}),
    "a zip of nothing": zipped(),
    "a 3MF without settings": zipped(**{"3D__3dmodel.model": "<model/>"}),
    "a 3MF cut off": cut_zip,
    "a 3MF spoilt inside": spoilt_zip,
    "settings by a way round": zipped(**{"..__Metadata__project_settings.config": json.dumps(MACHINE)}),
    "settings at an absolute place": zipped(**{"__Metadata__project_settings.config": json.dumps(MACHINE)}),
    "settings twice": twice_the_same,
    "settings under lock": encrypted,
    "settings that are no JSON": zipped(Metadata__project_settings_config="x", **{SETTINGS: "<config/>"}),
    "a zip bomb": zip_bomb,
    "a zip of too many members": many_members,
    "a zip larger than any": sparse("p.3mf", 3 * 1024**3, b"PK\3\4"),
    "only the magic of a zip": raw("p.3mf", b"PK\3\4"),
}


@pytest.mark.parametrize("which", MALFORMED)
def test_ends_in_one_clear_line(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "files").mkdir()
    path = MALFORMED[which](tmp_path / "files")
    started = time.process_time()
    status = call(["printers", "import", str(path), "--name", "mine"])
    spent_s = time.process_time() - started
    told = capfd.readouterr()
    assert (status, told.out) == (2, "")
    assert told.err.startswith("figurine: ")
    assert len(told.err.strip().splitlines()) == 1
    assert len(told.err) < 400 + len(str(path))
    assert "internal error" not in told.err
    assert not (tmp_path / "config").exists()
    assert spent_s < 1.0


def test_there_are_forty() -> None:
    assert len(MALFORMED) >= 40


def test_parents_that_double_are_walked_once(tmp_path: Path) -> None:
    from printers.importing.ini import parse_ini, resolve

    path = doubling_parents(tmp_path)
    keys, _ = resolve(parse_ini(path.read_text(), path.name), "printer", "Top")
    assert keys["bed_shape"] == "nan"
