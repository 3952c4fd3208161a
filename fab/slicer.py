"""Slicers on this machine: found where their makers put them, run without a window, their G-code read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fab.errors import FabError
from fab.gcode import Gcode, parse_gcode
from printers.errors import NotPossible
from printers.exporting.prusaslicer import prusaslicer_keys
from printers.profile import Printer, Process

TIMEOUT_S = 1800.0
DENSITY_G_CM3 = {"PLA": 1.24, "PETG": 1.27, "ABS": 1.04, "ASA": 1.07, "TPU": 1.21, "PC": 1.20, "PA": 1.12}
"""Of unfilled filament, as makers print them on their data sheets; PLA's where the material is not known."""


class SlicerMissing(FabError):  # noqa: N818
    """No slicer is on this machine."""


class SliceFailed(FabError):  # noqa: N818
    """A slicer ran and made no G-code, or none of this part."""


class Kind(StrEnum):
    """A slicer by its own name."""

    PRUSASLICER = "PrusaSlicer"
    ORCASLICER = "OrcaSlicer"
    BAMBU_STUDIO = "Bambu Studio"


NAMES = {
    Kind.PRUSASLICER: ("prusa-slicer", "PrusaSlicer", "prusa-slicer-console", "prusaslicer"),
    Kind.ORCASLICER: ("orca-slicer", "OrcaSlicer", "orcaslicer"),
    Kind.BAMBU_STUDIO: ("bambu-studio", "BambuStudio", "bambustudio"),
}
"""What the programs are called on a PATH."""
APPLICATIONS = {
    "darwin": {
        Kind.PRUSASLICER: ("/Applications/PrusaSlicer.app/Contents/MacOS/PrusaSlicer",),
        Kind.ORCASLICER: ("/Applications/OrcaSlicer.app/Contents/MacOS/OrcaSlicer",),
        Kind.BAMBU_STUDIO: ("/Applications/BambuStudio.app/Contents/MacOS/BambuStudio",),
    },
    "win32": {
        Kind.PRUSASLICER: (r"C:\Program Files\Prusa3D\PrusaSlicer\prusa-slicer-console.exe",),
        Kind.ORCASLICER: (r"C:\Program Files\OrcaSlicer\orca-slicer.exe",),
        Kind.BAMBU_STUDIO: (r"C:\Program Files\Bambu Studio\bambu-studio.exe",),
    },
}
HOW_TO_GET_ONE = (
    "no slicer to run: install PrusaSlicer (Debian and Ubuntu: apt install prusa-slicer; others: "
    "prusa3d.com/prusaslicer), or name one with --slicer PATH"
)


@dataclass(frozen=True)
class Slicer:
    """One program that slices."""

    kind: Kind
    program: str

    def version(self) -> str:
        """Return what it calls itself, like `PrusaSlicer-2.5.0`; raises SliceFailed when it does not run."""
        told = _run([self.program, "--help"], Path.cwd(), 60.0)
        found = re.search(r"\b(PrusaSlicer|OrcaSlicer|BambuStudio)-[\w.]+", told.stdout)
        return found[0].removesuffix("+UNKNOWN") if found else self.kind.value


@dataclass(frozen=True, eq=False)
class Sliced:
    """What a slicer made of a file: its G-code, where that lies, and what it warned of."""

    slicer: Slicer
    file: Path
    gcode: Gcode
    warnings: tuple[str, ...]


def find_slicers() -> tuple[Slicer, ...]:
    """Return the slicers on this machine, those that are tested here first."""
    found = []
    for kind, names in NAMES.items():
        places = APPLICATIONS.get(sys.platform, {}).get(kind, ())
        program = next((path for name in (*names, *places) if (path := shutil.which(name))), None)
        if program is not None:
            found.append(Slicer(kind, program))
    return tuple(found)


def slicer_at(program: str | Path | None = None) -> Slicer:
    """Return the slicer that `program` names, or the first that can be driven here; raises SlicerMissing."""
    if program is None:
        found = find_slicers()
        driven = [slicer for slicer in found if slicer.kind is Kind.PRUSASLICER]
        if driven:
            return driven[0]
        others = " and ".join(slicer.kind for slicer in found)
        raise SlicerMissing(f"{others} cannot be driven here yet; {HOW_TO_GET_ONE}" if found else HOW_TO_GET_ONE)
    path = shutil.which(program)
    if path is None:
        raise SlicerMissing(f"{program}: no such program; {HOW_TO_GET_ONE}")
    name = Path(path).name.casefold()
    kinds = {Kind.ORCASLICER: "orca", Kind.BAMBU_STUDIO: "bambu"}
    return Slicer(next((kind for kind, word in kinds.items() if word in name), Kind.PRUSASLICER), path)


def slice_file(
    model: Path,
    printer: Printer,
    folder: Path,
    *,
    slicer: Slicer | None = None,
    colours: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Sliced:
    """Return what a slicer makes of a model file with a printer's preset, supports as it finds them needed.

    G-code and settings are left in `folder`. `colours` are `#RRGGBB` of the filaments in the slots, one nozzle each:
    PrusaSlicer silently drops all paint where there is but one. `settings` are keys of the slicer's own that win.
    Raises SlicerMissing, SliceFailed, and NotPossible for a printer that takes no G-code.
    """
    slicer = slicer or slicer_at()
    if slicer.kind is not Kind.PRUSASLICER:
        raise SliceFailed(f"{slicer.kind}: only PrusaSlicer is driven here yet; name one with --slicer PATH")
    if printer.process is not Process.FDM:
        raise NotPossible(f"{printer.name} takes no G-code ({printer.process}); name a filament printer")
    keys = prusaslicer_settings(printer, colours) | dict(settings or {})
    config, gcode = folder / f"{model.stem}.ini", folder / f"{model.stem}.gcode"
    config.write_text("".join(f"{key} = {value}\n" for key, value in keys.items()))
    gcode.unlink(missing_ok=True)
    load = ["--config-compatibility", "disable", "--load", str(config.resolve())]
    command = [slicer.program, *load, "--export-gcode", str(model.resolve()), "-o", str(gcode.resolve())]
    told = _run(command, folder, timeout_s)
    warnings = warnings_in(told.stdout + "\n" + told.stderr)
    if told.returncode != 0 or not gcode.is_file():
        reason = "; ".join(warnings) or _last_line(told.stderr) or f"status {told.returncode}"
        raise SliceFailed(f"{slicer.kind} made no G-code of {model.name}: {reason}")
    with gcode.open(encoding="utf-8", errors="replace") as lines:
        return Sliced(slicer, gcode, parse_gcode(lines), warnings)


def prusaslicer_settings(printer: Printer, colours: tuple[str, ...] = ()) -> dict[str, str]:
    """Return PrusaSlicer's keys for a printer with one filament for each of `colours`; raises NotPossible."""
    keys = prusaslicer_keys(printer)
    count = max(len(colours), 1)
    for key in ("nozzle_diameter", "min_layer_height", "max_layer_height"):
        if key in keys:
            keys[key] = ",".join([keys[key].partition(",")[0]] * count)
    material = (printer.material or "PLA").upper().split("-")[0].split(" ")[0]
    keys["single_extruder_multi_material"] = "1" if count > printer.extruders else "0"
    keys["filament_density"] = ",".join([f"{DENSITY_G_CM3.get(material, DENSITY_G_CM3['PLA']):g}"] * count)
    keys["filament_diameter"] = ",".join(["1.75"] * count)
    keys["support_material"] = "1"
    for key in ("support_material_extruder", "support_material_interface_extruder"):
        keys[key] = "0"  # with what is loaded: filament 1, which is usual, would be changed to on every layer
    if colours:
        keys["filament_colour"] = ";".join(colours)
    return keys


def warnings_in(output: str) -> tuple[str, ...]:
    """Return the lines in which a slicer warns, or says what is wrong, each once."""
    lines = (re.sub(r"^\[[^\]]*\]\s*(\[\w+\]\s*)*", "", line).strip() for line in output.splitlines())
    words = ("warning", "error", "no extrusions", "floating", "outside", "stability", "loose", "collaps", "exceed")
    return tuple(dict.fromkeys(line for line in lines if any(word in line.casefold() for word in words)))


def _run(command: list[str], folder: Path, timeout_s: float) -> subprocess.CompletedProcess[str]:
    """Return what a program said; raises SliceFailed when it does not run or does not end."""
    home = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            command, cwd=folder, env=home, capture_output=True, text=True, errors="replace", timeout=timeout_s
        )
    except subprocess.TimeoutExpired as error:
        raise SliceFailed(f"{command[0]} was still slicing after {timeout_s:g} s; simplify the model") from error
    except OSError as error:
        raise SliceFailed(f"{command[0]} does not run: {error.strerror or error}") from error


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
