"""The files that a report becomes in a run folder: pages, pictures and the turntable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.checks.context import Context
from fab.export.atomic import write_bytes_checked
from fab.render import Picture, save_png
from fab.report.bundle import viewer_script
from fab.report.model import Report
from fab.report.pictures import CAPTIONS, draw_pictures, to_webp
from fab.report.preview import MOST_FACES, Preview, make_preview
from fab.report.proof_page import Portrait, proof_page
from fab.report.report_page import MODES, report_page
from fab.report.scene import pack_scene
from fab.report.surface_maps import SurfaceMap, overhang_map, thickness_map, true_colours
from fab.report.turntable import turntable
from fab.solid import Solid
from printers.profile import Printer


@dataclass(frozen=True, eq=False)
class Exhibit:
    """What there is to see of one solid on one printer: made once, shown on pages and in pictures."""

    preview: Preview
    maps: dict[str, SurfaceMap]
    colours: NDArray[np.uint8] | None
    pictures: dict[str, Picture]


def make_exhibit(solid: Solid, printer: Printer, context: Context, most_faces: int = MOST_FACES) -> Exhibit:
    """Return the preview of a solid, its maps, its colours and its pictures; `context` is that of its checks."""
    preview = make_preview(solid, most_faces)
    maps = {
        "thickness": thickness_map(preview, printer, context),
        "overhang": overhang_map(preview, printer, context),
    }
    colours = true_colours(preview)
    return Exhibit(preview, maps, colours, draw_pictures(preview, maps, colours))


def write_pictures(exhibit: Exhibit, folder: Path) -> list[Path]:
    """Return the PNG files written into the folder, which is made where needed."""
    folder.mkdir(exist_ok=True)
    return [save_png(exhibit.pictures[name], folder / f"{name}.png") for name in CAPTIONS]


def write_turntable(exhibit: Exhibit, path: Path) -> Path:
    """Return the path of an animated WebP of the part, once around in its colours."""
    write_bytes_checked(path, turntable(exhibit.preview, exhibit.colours), lambda file: None)
    return path


def write_proof_page(report: Report, exhibit: Exhibit, path: Path) -> Path:
    """Return the path of proof.html, one file with all that it shows."""
    script = viewer_script()
    scene = pack_scene(exhibit.preview, {}, exhibit.colours) if script is not None else None
    portrait = Portrait(**{name: to_webp(exhibit.pictures[name]) for name in Portrait._fields})
    has_colour = exhibit.colours is not None
    text = proof_page(report, portrait, has_colour=has_colour, scene=scene, script=script)
    write_bytes_checked(path, text.encode(), lambda file: None)
    return path


def write_report_page(report: Report, exhibit: Exhibit, path: Path) -> Path:
    """Return the path of report.html, one file with all that it shows."""
    script = viewer_script()
    scene = None
    if script is not None:
        scene = pack_scene(exhibit.preview, exhibit.maps, exhibit.colours, report.findings)
    modes = [mode for mode in MODES if mode != "colours" or exhibit.colours is not None]
    pictures = {name: to_webp(picture) for name, picture in exhibit.pictures.items() if name != "cropped"}
    text = report_page(report, pictures, exhibit.maps, scene=scene, script=script, modes=modes)
    write_bytes_checked(path, text.encode(), lambda file: None)
    return path
