"""Several pictures of one subject to one body with TRELLIS, on a machine with an NVIDIA GPU.

    python examples/multi_image.py front.png back.png left.png

What upstream's `example_multi_image.py` does, through our API: the body as GLB, a video from all around, and how far
each picture was believed. The pictures are front, back, left and right in that order.
"""

import sys
from pathlib import Path

import numpy as np

from fab.export.glb import write_mesh_glb
from fab.render import save_png
from figurine.orbit import write_orbit
from generate.backends.trellis.options import TrellisOptions
from generate.cutting.cutout import cut_out
from generate.pictures import read_picture
from generate.shape import shape
from generate.views import AZIMUTHS_DEG, View, Views
from generate.weight_pictures import draw_curve

SIDES = ("front", "back", "left", "right")


def main(files: list[str]) -> None:
    """Make the body of the pictures and write what came out beside this call."""
    views = Views(
        tuple(
            View(cut_out(read_picture(Path(file))).image, AZIMUTHS_DEG[side], name=side)
            for file, side in zip(files, SIDES, strict=False)
        )
    )
    made = shape(
        views,
        backend="trellis",
        trellis=TrellisOptions(
            scheme="fused+arbiter",  # "cycle" is upstream's stochastic, "average" its multidiffusion
            seed=1,
            structure_steps=12,
            structure_guidance=7.5,
            latent_steps=12,
            latent_guidance=3.0,
        ),
        on_progress=lambda done, total, note: print(f"{done}/{total} {note}", file=sys.stderr),
    )
    write_mesh_glb(made.mesh, Path("sample_multi.glb"))
    write_orbit(made.mesh, Path("sample_multi.mp4"))
    for stage, weights in made.samples[0].weights.items():
        save_png(np.asarray(draw_curve(weights).convert("RGBA")), Path(f"sample_multi_{stage}_weights.png"))
    for note in made.notes:
        print(note.message)


if __name__ == "__main__":
    main(sys.argv[1:])
