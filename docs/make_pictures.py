"""Draw the pictures of the documentation from real runs: what went in, and what `figurine make` made of it.

    python docs/make_pictures.py [--runs FOLDER]

Each example is made into a figurine through the command line; FOLDER keeps the runs, and finished ones are not run
again. Writes `pictures/hero.png` (the cat) and `pictures/examples.png` (all three) beside this file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image, ImageDraw

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from fab.readers import read_model  # noqa: E402
from fab.render import contact_sheet, frame_of, render, render_around, save_png  # noqa: E402

PICTURES = REPOSITORY / "docs" / "pictures"
VIEWS = ("front", "back", "left", "right")
PAPER = (247, 247, 247)  # which `few_colours` leaves as it is
CELL_PX, RESULT_PX, ARROW_PX = 210, 420, 100
RESULT_FROM_DEG = (32.0, 212.0)
RESULT_ELEVATION_DEG = 14.0
ALLOWED_EXITS = (0, 1)  # printable, and not printable but written all the same


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the examples and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, help="folder that keeps the runs (default: a temporary one)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        runs = options.runs or Path(temporary)
        strips = {name: strip(name, make(name, runs / name)) for name in ("cat", "corgi", "child")}
    PICTURES.mkdir(exist_ok=True)
    save_png(few_colours(strips["cat"]), PICTURES / "hero.png")
    save_png(few_colours(contact_sheet(list(strips.values()), 1)), PICTURES / "examples.png")


def make(name: str, out: Path) -> Path:
    """Return the GLB that `figurine make` wrote for one of the examples."""
    views = [str(REPOSITORY / "examples" / name / f"{view}.png") for view in VIEWS]
    command = [sys.executable, "-m", "figurine", "make", "--views", *views]
    command += ["--height", "80", "--printer", "A1 mini", "-o", str(out)]
    done = subprocess.run(command, cwd=REPOSITORY, check=False)
    if done.returncode not in ALLOWED_EXITS:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    return next(out.glob(f"{name}_80mm_*.glb"))


def strip(name: str, result: Path) -> NDArray[np.uint8]:
    """Return the four pictures that went in, an arrow, and the result from two sides, (h, w, 4) uint8."""
    given = [fitted(REPOSITORY / "examples" / name / f"{view}.png") for view in VIEWS]
    parts = [contact_sheet(given, 2, PAPER), arrow(), *portraits(read_model(result).mesh)]
    return np.concatenate(parts, axis=1)


def fitted(path: Path) -> NDArray[np.uint8]:
    """Return a picture made small enough for its cell, (CELL_PX, CELL_PX, 4) uint8."""
    image = Image.open(path).convert("RGBA")
    image.thumbnail((CELL_PX - 24, CELL_PX - 24), Image.Resampling.LANCZOS)
    cell = Image.new("RGBA", (CELL_PX, CELL_PX))
    cell.paste(image, ((CELL_PX - image.width) // 2, (CELL_PX - image.height) // 2))
    return np.asarray(cell)


def portraits(mesh: trimesh.Trimesh) -> list[NDArray[np.uint8]]:
    """Return the mesh on paper from RESULT_FROM_DEG, each (RESULT_PX, RESULT_PX, 4) uint8, with a soft shadow."""
    frame = frame_of(mesh, azimuths_deg=RESULT_FROM_DEG, elevation_deg=RESULT_ELEVATION_DEG)
    pictures = render_around(
        mesh, RESULT_FROM_DEG, elevation_deg=RESULT_ELEVATION_DEG, size_px=RESULT_PX, framing=frame, margin=0.07
    )
    floor = trimesh.Trimesh(mesh.vertices * (1, 1, 1e-4) + (0, 0, mesh.bounds[0, 2]), mesh.faces, process=False)
    on_paper = []
    for azimuth_deg, picture in zip(RESULT_FROM_DEG, pictures, strict=True):
        print_of = render(
            floor, azimuth_deg=azimuth_deg, elevation_deg=RESULT_ELEVATION_DEG, size_px=RESULT_PX, framing=frame,
            margin=0.07, shading="flat",
        )  # fmt: skip
        dark = cv2.GaussianBlur(print_of[..., 3].astype(np.float32) / 255, (0, 0), 7) * 0.35
        under = np.float32(PAPER) * (1 - dark[..., None])
        alpha = picture[..., 3:] / np.float32(255)
        rgb = picture[..., :3] * alpha + under * (1 - alpha)
        on_paper.append(np.dstack([np.round(rgb), np.full(dark.shape, 255)]).astype(np.uint8))
    return on_paper


def arrow() -> NDArray[np.uint8]:
    """Return an arrow to the right on paper, (RESULT_PX, ARROW_PX, 4) uint8."""
    scale, middle = 4, RESULT_PX // 2
    large = Image.new("RGBA", (ARROW_PX * scale, RESULT_PX * scale), (*PAPER, 255))
    draw, grey = ImageDraw.Draw(large), (150, 148, 142, 255)
    draw.line([(18 * scale, middle * scale), (72 * scale, middle * scale)], grey, 5 * scale)
    tip = [(66, middle - 14), (88, middle), (66, middle + 14)]
    draw.polygon([(x * scale, y * scale) for x, y in tip], grey)
    return np.asarray(large.resize((ARROW_PX, RESULT_PX), Image.Resampling.BOX))


def few_colours(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture with its blue, green and red rounded to 6 bits, which a PNG packs far better."""
    return np.dstack([(image[..., :3] >> 2 << 2) | (image[..., :3] >> 6), image[..., 3]])


if __name__ == "__main__":
    main()
