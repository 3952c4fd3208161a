"""Runs the whole path on a GPU: pictures, TRELLIS, our sampler, mesh, solid; its time, memory and repeatability.

python -m bench.trellis_checkpoint CHECKPOINT
python -m bench.trellis_whole CHECKPOINT OUT
"""

from __future__ import annotations

import gc
import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from bench.trellis_common import Results
from figurine.cli import call
from figurine.shaping import SHAPE_FILE
from generate.backends.trellis.options import TrellisOptions
from generate.backends.trellis.reconstruction import reconstruct
from generate.shape import RawShape
from generate.views import View, Views

PICTURES = {
    f"examples/cat/{side}.png": azimuth
    for side, azimuth in (("front", 0.0), ("back", 180.0), ("left", 90.0), ("right", 270.0))
}
VARIANTS: dict[str, dict[str, Any]] = {
    "default (arbiter)": {},
    "fused+arbiter": {"scheme": "fused+arbiter"},
    "fused+arbiter, compile": {"scheme": "fused+arbiter", "accelerate": "compile"},
    "fused+arbiter, 3 samples": {"scheme": "fused+arbiter", "samples": 3},
    "fused, float32": {"scheme": "fused", "dtype": "float32"},
    "low_memory": {"low_memory": True},
    "deterministic": {"deterministic": True},
}


def run_commands(note: Results, checkpoint: Path, out: Path) -> None:
    """Return nothing; note the time of `make`, of `shape --video` in its run folder, of `prepare` for its shape."""
    run = out / "run"
    chosen = ["--backend", "trellis", "--weights", str(checkpoint), "--height", "80", "--printer", "A1 mini"]
    commands = {
        "make": ["make", "-q", "--views", *PICTURES, *chosen, "-o", str(run)],
        "shape --video": ["shape", "-q", str(run), "--video"],
        "prepare": ["prepare", "-q", str(run / SHAPE_FILE), "--height", "80", "-o", str(out / "prepared")],
    }
    for name, command in commands.items():
        start = time.perf_counter()
        status = call(command)
        note(f"{name}, s", time.perf_counter() - start)
        if status > 1:
            sys.exit(f"`figurine {name}` failed with status {status}")
    for stage, seconds in json.loads((run / "timings.json").read_text()).items():
        note(f"make: {stage}, s", str(seconds))


def measure(note: Results, name: str, views: Views, options: TrellisOptions) -> RawShape:
    """Return the shape of the views; its peak of memory and its time are noted."""
    gc.collect()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    start = time.perf_counter()
    made = reconstruct(views, options=options)
    note(f"{name}, s", time.perf_counter() - start)
    note(f"{name}, peak GB allocated", torch.cuda.max_memory_allocated() / 1e9)
    note(f"{name}, peak GB reserved", torch.cuda.max_memory_reserved() / 1e9)
    return made


def digest(made: RawShape) -> str:
    """Return a hash of the mesh: vertices, faces and colours."""
    parts = (made.mesh.vertices, made.mesh.faces, made.mesh.visual.vertex_colors)
    return hashlib.sha256(b"".join(bytes(part.tobytes()) for part in parts)).hexdigest()[:16]


def main() -> None:
    """Run everything."""
    checkpoint, out = Path(sys.argv[1]), Path(sys.argv[2])
    note = Results(out / "whole.json")
    images = {path: np.asarray(Image.open(path).convert("RGBA")) for path in PICTURES}
    views = Views(tuple(View(images[path], azimuth_deg) for path, azimuth_deg in PICTURES.items()))
    for name, chosen in VARIANTS.items():
        options = TrellisOptions(weights=str(checkpoint), **chosen)
        made = measure(note, name, views, options)
        note(f"{name}, faces", float(len(made.mesh.faces)))
        if name.startswith(("default", "deterministic")):
            note(f"{name}, first and second mesh", f"{digest(made)} {digest(reconstruct(views, options=options))}")
    run_commands(note, checkpoint, out)


if __name__ == "__main__":
    main()
