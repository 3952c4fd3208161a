"""Any slicer's file → what it says of one machine."""

from __future__ import annotations

from pathlib import Path

from printers.errors import UnreadableProfile
from printers.importing import cura, orca, prusaslicer
from printers.importing.bounded import check_file, read_ends, read_member, read_text
from printers.importing.ini import parse_comments, parse_gcode, parse_ini
from printers.importing.jsons import parse_record
from printers.importing.profile import Profile

BAMBU_PROJECT = "Metadata/project_settings.config"
PRUSA_PROJECT = "Metadata/Slic3r_PE.config"
SLA_ARCHIVE = "prusaslicer.ini"
GCODE_ENDINGS = (".gcode", ".gco", ".g")


def read_profile(path: Path, pick: str | None = None) -> Profile:
    """Return what a file says of a machine: `.ini`, G-code, 3MF, SL1, Orca or Bambu `.json`, Cura `.def.json`.

    `pick` names the printer of a bundle that holds several. The content decides, not the file's ending (a G-code
    apart, which may be of any size). Raises UnreadableProfile, in one line, for whatever cannot be read.
    """
    path = Path(path)
    check_file(path)
    if path.name.lower().endswith(GCODE_ENDINGS):
        profile = _read_gcode(path)
    elif _starts_with(path, b"PK"):
        profile = _read_zip(path)
    else:
        profile = _read_text(path, pick)
    if not profile.figures.keys() & {"bed_xy_mm", "height_mm", "nozzle_mm", "pixel_um"} and profile.parent is None:
        raise UnreadableProfile(
            f"{path.name}: says neither bed, height, nozzle nor screen of a printer; export the printer's settings"
        )
    return profile


def _starts_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


def _read_text(path: Path, pick: str | None) -> Profile:
    text = read_text(path)
    if text.lstrip().startswith("{") or path.suffix.lower() == ".json":
        return _read_json(path, text)
    if "; prusaslicer_config = begin" in text or "; CONFIG_BLOCK_START" in text:
        return _read_gcode(path)
    ini = parse_ini(text, path.name)
    return prusaslicer.read_bundle(ini, pick) if ini.sections else prusaslicer.read_flat(ini.flat, path.name)


def _read_json(path: Path, text: str) -> Profile:
    record = parse_record(text, path.name)
    if cura.is_cura(record):
        return cura.read_definition(path, record)
    if orca.is_of_bambu_family(record):
        return orca.read_machine(path, record)
    raise UnreadableProfile(
        f"{path.name}: is JSON, but no machine of Orca, Bambu or Cura; export the printer's settings"
    )


def _read_gcode(path: Path) -> Profile:
    keys, is_bambu = parse_gcode(read_ends(path), path.name)
    return orca.read_settings(keys, path.name) if is_bambu else prusaslicer.read_flat(keys, path.name)


def _read_zip(path: Path) -> Profile:
    found = read_member(path, (BAMBU_PROJECT, PRUSA_PROJECT, SLA_ARCHIVE))
    if found is None:
        raise UnreadableProfile(f"{path.name}: no slicer's settings inside; save it as a project, or import the .ini")
    member, text = found
    if member == BAMBU_PROJECT:
        record = parse_record(text, f"{path.name}: {member}")
        return orca.read_settings(record, path.name, None)
    return prusaslicer.read_flat({**parse_comments(text), **parse_ini(text, path.name).flat}, path.name)
