"""From a solid to the files a user opens; each is read back and compared before it gets its name."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fab.export.glb import write_glb
from fab.export.obj import write_obj
from fab.export.ply import write_ply
from fab.export.sampling import vertex_colours
from fab.export.split_colours import split_colours
from fab.export.stl import write_mesh_stl, write_stl
from fab.export.threemf import write_threemf
from fab.palette.painted import paint
from fab.palette.record import Painted
from fab.render import render
from fab.solid import Solid
from fab.srgb import linear_to_bytes
from figurine.export_wishes import Colouring
from figurine.job import Job
from figurine.naming import output_stem
from figurine.progress import Progress, Stopwatch
from figurine.runfolder import RunFolder
from printers.profile import Printer

SOLID_FILE = "03-solid.3mf"
THUMBNAIL_PX = 256


@dataclass(frozen=True, eq=False)
class Exported:
    """The files by kind, and the part as its 3MF has it where it was painted with a palette."""

    files: dict[str, Path]
    painted: Painted | None


def export(job: Job, solid: Solid, folder: RunFolder, watch: Stopwatch) -> Exported:
    """Return the files that a job wants of its solid; raises ExportFailed."""
    printer = job.set_up_printer()
    stem = output_stem(job, solid.extents_mm[2], printer)
    files: dict[str, Path] = {kind: folder.file(f"{stem}.{kind}") for kind in job.export.formats}
    watch(Progress("export", 0, len(files) + 1, "colours"))
    painted = painted_of(job, solid, printer)
    for number, (kind, path) in enumerate(files.items(), 1):
        watch(Progress("export", number, len(files) + 1, path.name))
        _write(kind, job, solid, painted, printer, path)
    if painted is not None and job.export.split_colours:
        files |= _write_split(painted, folder, stem)
    if "3mf" in files:
        folder.copy(files["3mf"].name, SOLID_FILE)
    else:
        write_threemf(solid, folder.file(SOLID_FILE))
    return Exported(files, painted)


def painted_of(job: Job, solid: Solid, printer: Printer) -> Painted | None:
    """Return the solid in the colours of the printer's slots, or None where none of its colours are printed so."""
    if solid.colour is None or not solid.colour.has_colour or job.export.colouring(printer) != "palette":
        return None
    return paint(solid, job.palette.of(printer, job.export.palette_size(printer)))


def _write(kind: str, job: Job, solid: Solid, painted: Painted | None, printer: Printer, path: Path) -> None:
    if kind == "stl":
        write_stl(solid, path)
    elif kind == "glb":
        write_glb(solid, path, quantise=job.export.quantise)
    elif kind == "obj":
        write_obj(painted or solid, path)
    elif kind == "ply":
        write_ply(painted or solid, path)
    else:
        bed_mm = (printer.build_volume_mm[0], printer.build_volume_mm[1])
        write_threemf(
            painted or solid,
            path,
            bed_mm=bed_mm,
            thumbnail=_thumbnail(solid, painted),
            colouring=_without_palette(job.export.colouring(printer)),
            project=printer if job.export.is_for_bambu(printer) else None,
        )


def _write_split(painted: Painted, folder: RunFolder, stem: str) -> dict[str, Path]:
    """Return an STL for each colour of the part; together they fill it."""
    files = {}
    for solid in split_colours(painted):
        name = f"{stem}_colour{solid.slot + 1}"
        path = files[f"stl{solid.slot + 1}"] = folder.file(f"{name}.stl")
        write_mesh_stl(solid.vertices, solid.faces, name, path)
    return files


def _without_palette(colouring: Colouring) -> Literal["vertex", "texture", "none"]:
    """Return how a part is coloured that could not be painted: it has no colours."""
    return "none" if colouring == "palette" else colouring


def _thumbnail(solid: Solid, painted: Painted | None) -> bytes:
    """Return a small PNG of the part as its 3MF shows it."""
    mesh = painted.solid.mesh if painted is not None else solid.mesh
    picture = render(mesh, azimuth_deg=30, elevation_deg=15, size_px=THUMBNAIL_PX, colours=_shown(solid, painted))
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def _shown(solid: Solid, painted: Painted | None) -> NDArray[np.uint8] | None:
    if painted is not None:
        return np.column_stack([painted.face_srgb, np.full(len(painted.slots), 255, np.uint8)])
    return linear_to_bytes(vertex_colours(solid)) if solid.colour is not None else None
