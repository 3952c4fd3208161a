"""Repair the same files with figurine and with its peers, one after the other, and print what came of each.

    python bench/repair.py FILE_OR_FOLDER... [--judge JUDGE.py --judge-python PYTHON] [--peers-python PYTHON]
                           [--only figurine,pymeshfix] [--limit-s 300] [--out DIR] [--series PICTURE.png]

One line a file and peer: seconds by the clock and of CPU and peak memory of the whole process, faces, whether the judge
accepts the result, and its coverage and fidelity as mean, 99th percentile and maximum in percent of the diagonal; for
figurine also without the faces that the report lists as added or removed, with their share of the area. Peers run under
`--peers-python`, which must have numpy, trimesh and the peers installed; one that is missing is said to be so.
`--series` repairs one shape in sizes from 10 k to 1 M faces and draws the CPU time over faces.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from corpus import SUFFIXES, call

if TYPE_CHECKING:
    from fab.repair.deviation import Samples
    from fab.repair.record import Surface

REPOSITORY = Path(__file__).resolve().parent.parent
PEERS = Path(__file__).with_name("repair_peers.py")
NAMES = ("figurine", "manifold3d", "pymeshfix", "winding-grid", "alpha-wrap", "meshlib")
SERIES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SAMPLES = 30_000


def main() -> None:
    """Print the table, and draw the series where one is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="*")
    parser.add_argument("--judge", type=Path)
    parser.add_argument("--judge-python", default=sys.executable)
    parser.add_argument("--peers-python", default=sys.executable)
    parser.add_argument("--only", default=",".join(NAMES))
    parser.add_argument("--limit-s", type=float, default=300.0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--series", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        out = options.out or Path(temporary)
        out.mkdir(parents=True, exist_ok=True)
        for model in find_models(options.models):
            for name in options.only.split(","):
                print(compare(model, name, out, options), flush=True)
        if options.series:
            draw_series(run_series(out, options), options.series)


def find_models(paths: list[Path]) -> list[Path]:
    """Return the model files named or in the folders named."""
    found = [p for path in paths for p in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    return [p for p in found if p.suffix.lower() in SUFFIXES]


def compare(model: Path, name: str, out: Path, options: argparse.Namespace) -> str:
    """Return the line on one file and peer."""
    made, report = out / f"{model.stem}.{name}.stl", out / f"{model.stem}.{name}.json"
    made.unlink(missing_ok=True)
    run = call(command(name, model, made, report, options.peers_python), options.limit_s)
    line = f"{model.name:36} {name:12} {run.seconds:7.1f} s {run.cpu_s:7.1f} s CPU {run.peak_mb:6.0f} MB"
    if run.status or not made.is_file():
        return f"{line}  failed: {run.said[:120]}" if run.seconds < options.limit_s else f"{line}  over the time limit"
    verdict = judge(model, made, options) if options.judge else "not judged"
    return f"{line}  {verdict}{told(model, made, report) if name == 'figurine' else ''}"


def command(name: str, model: Path, made: Path, report: Path, peers_python: str) -> list[str]:
    """Return the command line that repairs `model` into `made`."""
    if name == "figurine":
        return [sys.executable, "-m", "figurine", "repair", "-q", str(model), str(made), "--report", str(report)]
    return [peers_python, str(PEERS), name, str(model), str(made)]


def judge(model: Path, made: Path, options: argparse.Namespace) -> str:
    """Return what the outside judge says."""
    arguments = [options.judge_python, str(options.judge), str(model), str(made), "--samples", str(SAMPLES)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return f"judge failed: {done.stderr.strip().splitlines()[-1:]}"
    said = json.loads(lines[-1])
    word = "valid  " if done.returncode == 0 else "REFUSED"
    return f"{word} {said.get('faces')} faces, coverage {said.get('coverage')}, fidelity {said.get('fidelity')}"


def told(model: Path, made: Path, report: Path) -> str:
    """Return coverage and fidelity away from what the report lists as removed and added, and their shares of area."""
    import trimesh

    from fab.readers import read_model
    from fab.repair.deviation import distances
    from fab.repair.record import Surface

    listed = json.loads(report.read_text())
    given = read_model(model)
    before = Surface(
        trimesh.transform_points(given.mesh.vertices, given.to_raw), np.asarray(given.mesh.faces, np.int64)
    )
    stl = trimesh.load(made, process=False)
    after = Surface(np.asarray(stl.vertices, np.float64), np.asarray(stl.faces, np.int64))
    diagonal = float(np.linalg.norm(np.ptp(before.vertices, axis=0)))
    seen, back = scatter(before), scatter(after)
    removed = Surface(
        np.array(listed["removed"]["vertices"], np.float64).reshape(-1, 3),
        np.array(listed["removed"]["faces"], np.int64).reshape(-1, 3),
    )
    there = seen.places[distances(seen.places, removed) > 1e-5 * diagonal]
    added = np.zeros(len(after.faces), np.bool_)
    added[listed["added"]["faces"]] = True
    here = back.places[~added[back.faces]]
    texts = []
    for key, kept, all_of, target in (("removed", there, seen, after), ("added", here, back, before)):
        percent = 100 / diagonal * distances(kept, target)
        figures = [round(float(x), 4) for x in (percent.mean(), np.percentile(percent, 99), percent.max())]
        texts.append(f"less {1 - len(kept) / len(all_of.places):.2%} {key} {figures}")
    return "; " + ", ".join(texts)


def scatter(surface: Surface) -> Samples:
    """Return visible points spread evenly over a surface."""
    from fab.repair.deviation import visible_points

    samples = visible_points(surface, SAMPLES)
    corners = surface.vertices[surface.faces[samples.faces]]
    return samples.where(~(samples.places[:, None] == corners).all(axis=2).any(axis=1))


def run_series(out: Path, options: argparse.Namespace) -> list[tuple[int, float]]:
    """Return faces and seconds of CPU for one broken shape in growing sizes, with a line on each."""
    rows = []
    for wanted in SERIES:
        model, made = out / f"series_{wanted}.stl", out / f"series_{wanted}.made.stl"
        faces = write_shape(model, wanted)
        run = call(command("figurine", model, made, out / "series.json", ""), options.limit_s)
        rows.extend([(faces, run.cpu_s)] if run.status == 0 else [])
        word = f"{1e6 * run.cpu_s / faces:.1f} µs of CPU a face" if run.status == 0 else f"failed: {run.said[:100]}"
        print(f"{faces:9} faces {run.seconds:7.1f} s {run.cpu_s:7.1f} s CPU {run.peak_mb:6.0f} MB  {word}", flush=True)
    return rows


def write_shape(path: Path, faces: int) -> int:
    """Write two bumpy balls that overlap, one with a hole, with about so many faces in all; return how many."""
    import trimesh

    rings = int(np.sqrt(faces / 4))
    parts = []
    for side in (-1, 1):
        polar, turn = np.meshgrid(np.linspace(0.02, np.pi - 0.02, rings), np.linspace(0, 2 * np.pi, rings + 1)[:-1])
        radius = 10 + 0.3 * np.sin(9 * polar) * np.cos(7 * turn)
        x, y = radius * np.sin(polar) * np.cos(turn) + 6 * side, radius * np.sin(polar) * np.sin(turn)
        points = np.stack([x, y, radius * np.cos(polar)], axis=-1).reshape(-1, 3)
        a = np.add.outer(np.arange(rings) * rings, np.arange(rings - 1)).reshape(-1)
        b, c, d = (a + rings) % len(points), (a + rings + 1) % len(points), a + 1
        parts.append(trimesh.Trimesh(points, np.concatenate([np.stack([a, d, c], 1), np.stack([a, c, b], 1)])))
    mesh = trimesh.util.concatenate(parts)
    mesh.invert() if mesh.volume < 0 else None
    mesh.export(path)
    return len(mesh.faces)


def draw_series(rows: list[tuple[int, float]], picture: Path) -> None:
    """Draw seconds of CPU over faces, both logarithmic, with the line of equal time a face through the last point."""
    from PIL import Image, ImageDraw

    width, height, margin = 900, 560, 80
    image = Image.new("RGB", (width, height), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    x = np.log10([r[0] for r in rows])
    y = np.log10([max(r[1], 1e-3) for r in rows])
    line = y[-1] + (x - x[-1])
    low, high = np.floor(min(y.min(), line.min())), np.ceil(max(y.max(), line.max()))

    def at(px: float, py: float) -> tuple[float, float]:
        across = margin + (px - x[0]) / (x[-1] - x[0]) * (width - 2 * margin)
        return across, height - margin - (py - low) / (high - low) * (height - 2 * margin)

    for power in range(int(low), int(high) + 1):
        draw.line([at(x[0], power), at(x[-1], power)], fill=(225, 225, 225))
        draw.text((12, at(x[0], power)[1] - 6), f"{10.0**power:g} s", fill=(60, 60, 60))
    draw.line([at(a, b) for a, b in zip(x, line, strict=True)], fill=(170, 170, 170), width=2)
    draw.line([at(a, b) for a, b in zip(x, y, strict=True)], fill=(20, 90, 170), width=3)
    for (faces, seconds), a, b in zip(rows, x, y, strict=True):
        px, py = at(a, b)
        draw.ellipse([px - 5, py - 5, px + 5, py + 5], fill=(20, 90, 170))
        draw.text((px - 30, height - margin + 14), f"{faces // 1000} k", fill=(60, 60, 60))
        draw.text((px - 30, py - 24), f"{seconds:.1f} s", fill=(20, 90, 170))
    draw.text((margin, 20), "Seconds of CPU to repair, over faces (grey: equal time a face)", fill=(30, 30, 30))
    image.save(picture)


if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    main()
