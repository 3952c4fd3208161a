"""The files that a report becomes in a run folder: pages, pictures and the turntable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.checks.context import Context
from fab.export.atomic import write_bytes_checked
from fab.palette.record import Painted
from fab.render import Picture, save_png
from fab.report.bundle import viewer_script
from fab.report.model import Report
from fab.report.pictures import CAPTIONS, draw_pictures, to_webp
from fab.report.preview import MOST_FACES, Preview, make_preview
from fab.report.proof_page import Portrait, proof_page
from fab.report.report_page import MODES, report_page
from fab.report.scene import pack_scene
from fab.report.surface_maps import SurfaceMap, overhang_map, printed_colours, thickness_map, true_colours
from fab.report.turntable import turntable
from fab.solid import Solid
from printers.profile import Printer


@dataclass(frozen=True, eq=False)
class Exhibit:
    """What there is to see of one solid on one printer: made once, shown on pages and in pictures.

    `paints` are the colours (n, 3) sRGB of the preview's vertices: `colours` as the input has them, and last `printed`
    where a palette prints others; both only where there are any.
    """

    preview: Preview
    maps: dict[str, SurfaceMap]
    paints: dict[str, NDArray[np.uint8]]
    pictures: dict[str, Picture]

    @property
    def final(self) -> dict[str, NDArray[np.uint8]]:
        """The paint that comes nearest to what is printed, by its name; none for a part without colours."""
        return dict([*self.paints.items()][-1:])


def make_exhibit(
    solid: Solid,
    printer: Printer,
    context: Context,
    painted: Painted | None = None,
    most_faces: int = MOST_FACES,
) -> Exhibit:
    """Return the preview of a solid, its maps, its colours and its pictures; `context` is that of its checks, and
    `painted` the solid in the colours of a palette."""
    preview = make_preview(solid, most_faces)
    maps = {
        "thickness": thickness_map(preview, printer, context),
        "overhang": overhang_map(preview, printer, context),
    }
    colours = true_colours(preview)
    paints = {} if colours is None else {"colours": colours}
    if painted is not None:
        paints["printed"] = printed_colours(preview, painted)
    return Exhibit(preview, maps, paints, draw_pictures(preview, maps, paints.get("printed", colours)))


def write_pictures(exhibit: Exhibit, folder: Path) -> list[Path]:
    """Return the PNG files written into the folder, which is made where needed."""
    folder.mkdir(exist_ok=True)
    return [save_png(exhibit.pictures[name], folder / f"{name}.png") for name in CAPTIONS]


def write_turntable(exhibit: Exhibit, path: Path) -> Path:
    """Return the path of an animated WebP of the part, once around in its colours."""
    write_bytes_checked(path, turntable(exhibit.preview, next(iter(exhibit.final.values()), None)), lambda file: None)
    return path


def write_proof_page(report: Report, exhibit: Exhibit, path: Path) -> Path:
    """Return the path of proof.html, one file with all that it shows."""
    script = viewer_script()
    scene = pack_scene(exhibit.preview, {}, exhibit.final) if script is not None else None
    portrait = Portrait(**{name: to_webp(exhibit.pictures[name]) for name in Portrait._fields})
    text = proof_page(report, portrait, paint=next(iter(exhibit.final), None), scene=scene, script=script)
    write_bytes_checked(path, text.encode(), lambda file: None)
    return path


def write_report_page(report: Report, exhibit: Exhibit, path: Path) -> Path:
    """Return the path of report.html, one file with all that it shows."""
    script = viewer_script()
    scene = None
    if script is not None:
        scene = pack_scene(exhibit.preview, exhibit.maps, exhibit.paints, report.findings)
    modes = [mode for mode in MODES if mode == "plain" or mode in exhibit.paints or mode in exhibit.maps]
    pictures = {name: to_webp(picture) for name, picture in exhibit.pictures.items() if name != "cropped"}
    text = report_page(report, pictures, exhibit.maps, scene=scene, script=script, modes=modes)
    write_bytes_checked(path, text.encode(), lambda file: None)
    return path
