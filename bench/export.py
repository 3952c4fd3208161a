"""What exporting takes, and what others say of the files.

    python bench/export.py [--corpus DIR]

Without arguments: 327,680 faces in 8 colours, written as 3MF and STL, reading itself back included. With `--corpus DIR`
(a folder with a `manifest.json` of files, or any models): every coloured file is repaired at 100 mm, painted in 4
colours, written, and judged by lib3mf in strict mode, the schemas and PrusaSlicer where they are installed.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import trimesh

from fab.colour import ColourField
from fab.errors import FabError
from fab.export.glb import write_glb
from fab.export.stl import write_stl
from fab.export.threemf import write_threemf
from fab.frame import to_millimetres
from fab.palette.painted import paint
from fab.palette.record import Painted, Palette, PaletteColour, PaletteWishes
from fab.readers import read_model
from fab.repair import repair
from fab.solid import Solid

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
COLOURS = 8
LONGEST_MM = 100.0


def large(folder: Path) -> None:
    """Print seconds of processor time, size and memory for a large painted part."""
    solid = Solid(trimesh.creation.icosphere(subdivisions=7, radius=30.0).apply_translation((0, 0, 30)), "ball")
    middle = solid.vertices[solid.faces].mean(axis=1)
    waves = np.sin(middle[:, 0] / 3) + np.cos(middle[:, 2] / 4) + 2
    slots = np.minimum(waves / 4 * COLOURS, COLOURS - 1).astype(np.int64)
    hues = [PaletteColour(name=str(k), srgb=(30 * k, 255 - 20 * k, 5 * k)) for k in range(COLOURS)]
    part = Painted(solid, slots, Palette(colours=tuple(hues)))
    print(f"{len(solid.faces):,} faces, {COLOURS} colours")
    for name, write in (("3mf", lambda path: write_threemf(part, path)), ("stl", lambda path: write_stl(solid, path))):
        path, start = folder / f"large.{name}", time.process_time()
        write(path)
        taken, size = time.process_time() - start, path.stat().st_size / 1e6
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{name}  {taken:.2f} s  {size:.1f} MB  peak {peak_gb:.2f} GB")


def corpus(folder: Path, out: Path) -> None:
    """Print one line for each coloured file of a folder."""
    print("| file | faces | lib3mf strict | schema | re-import | PrusaSlicer | 3MF s | 3MF MB | GLB MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for path in coloured(folder):
        try:
            print(f"| {path.name} | {' | '.join(judged(path, out))} |", flush=True)
        except FabError as error:
            print(f"| {path.name} | {error} |", flush=True)


def coloured(folder: Path) -> list[Path]:
    """Return the models of a folder that have colours, as its manifest says, else all."""
    manifest = folder / "manifest.json"
    if manifest.is_file():
        entries = json.loads(manifest.read_text())
        entries = sorted(entries, key=lambda entry: entry["faces"] or 0)
        return [folder / e["path"] for e in entries if e["has_texture"] or e["has_vertex_colours"]]
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in (".glb", ".gltf", ".obj", ".ply", ".3mf")
    )


def judged(path: Path, out: Path) -> list[str]:
    """Return the columns of one file's line."""
    from threemf_judges import Lib3mf, schema_errors

    solid = solid_of(path)
    part = paint(solid, PaletteWishes(colours=4)) if solid.colour is not None else solid
    file, start = out / "part.3mf", time.process_time()
    write_threemf(part, file, bed_mm=(250, 210))
    taken = time.process_time() - start
    write_glb(solid, out / "part.glb")
    judge, shape = Lib3mf(file), part.solid if isinstance(part, Painted) else part
    same = np.array_equal(judge.faces(), shape.faces) and np.array_equal(judge.vertices(), shape.vertices.astype("f4"))
    if isinstance(part, Painted):
        same &= bool((judge.corner_colours()[:, :, :3] == part.face_srgb[:, None]).all())
    told = "ok" if judge.manifold and not judge.warnings else f"{len(judge.warnings)} warnings, {judge.manifold=}"
    sizes = [f"{(out / name).stat().st_size / 1e6:.1f}" for name in ("part.3mf", "part.glb")]
    schema = "ok" if not schema_errors(file) else "invalid"
    return [f"{len(shape.faces):,}", told, schema, "equal" if same else "differs", _prusa(file), f"{taken:.1f}", *sizes]


def solid_of(path: Path) -> Solid:
    """Return a model's solid at 100 mm, in its colours."""
    model = read_model(path)
    placed = to_millimetres(model, longest_mm=LONGEST_MM)
    mended = repair(placed.mesh, name=path.stem)
    field = ColourField.of(model.mesh, to_mm=np.linalg.inv(placed.to_input @ mended.to_input))
    return mended.solid.coloured(field) if field.has_colour else mended.solid


def _prusa(path: Path) -> str:
    slicer = shutil.which("prusa-slicer")
    if slicer is None:
        return "not installed"
    told = subprocess.run([slicer, "--info", str(path)], capture_output=True, text=True, check=False).stdout
    return "manifold" if "manifold = yes" in told else "not manifold"


def main() -> None:
    """Run what the arguments ask for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--corpus", type=Path, help="a folder of coloured models")
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if wanted.corpus is None:
            large(Path(folder))
        else:
            corpus(wanted.corpus, Path(folder))


if __name__ == "__main__":
    main()
