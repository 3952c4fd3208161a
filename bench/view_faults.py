"""How often planted faults of views are recognised, and how often sound views are called faulty.

    PYTHONPATH=. python bench/view_faults.py CORPUS [--cases 200] [--seed 0] [--cache DIR]

Meshes (`MESHES`, below the folder CORPUS, and our own examples) are drawn small from front, back, left and right, each
a few degrees off, painted where they have no colours of their own. A case takes some of the pictures, each at another
scale, width, brightness and noise, and plants one fault or none. Every other mesh served to set the thresholds of
`generate/agreeing/consistency.py`; the rates of the others are the result.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import trimesh
from numpy.typing import NDArray

from bench.hull_iou import load
from fab.render import render
from generate.agreeing.agreement import symmetry
from generate.agreeing.consistency import make_consistent
from generate.cutting.cutout import cut_out
from generate.errors import ViewsDisagree
from generate.views import AZIMUTHS_DEG, View, Views

Picture = NDArray[np.uint8]

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MESHES = (
    "corgi", "cat", "child", "artist/Duck.glb:yup:-90", "artist/bunny.ply:yup:90", "artist/fox_kaolin.obj:yup",
    "artist/monkey.glb:yup", "artist/rabbit.obj:yup", "generated/minaifig_goblin.stl",
    "generated/spaceflow_toy_elephant.glb", "generated/spaceflow_circular_headed_guy.glb",
    "generated/spaceflow_wooden_toy_person.glb", "generated/meshy_feralis_skinned.glb:yup",
    "generated/meshy_ignar_skinned.glb:yup", "generated/meshy_sylphid_skinned.glb:yup",
    "generated/meshy_umbrix_skinned.glb:yup", "printable/lewis_knight.stl", "printable/mb_robot.stl:-90",
    "printable/rpgscad_gnome.stl", "printable/rpgscad_king_troll.stl", "printable/rpgscad_mini_axeman3.stl",
    "printable/rpgscad_mini_gerald.stl", "printable/rpgscad_mini_giant_boar_0.stl",
    "printable/rpgscad_mini_goblin_bow0.stl", "printable/rpgscad_mini_housecarl.stl", "printable/rpgscad_monk_0.stl",
    "printable/rpgscad_saxon0.stl", "printable/rpgscad_wyrmling.stl", "printable/rpgscad_mini_oswald.stl",
    "printable/rpgscad_mini_goblin_scimitar0.stl", "generated/hunyuan_dragon_hawk.glb:yup:-90",
    "broken/jester_hat.stl", "generated/meshy_flower.glb:yup", "printable/rpgscad_mini_staffman0.stl",
    "generated/triposr_chair.obj:-90", "generated/meshy_tree.glb:yup", "generated/meshy_tavern.glb:yup",
    "artist/CesiumMilkTruck.glb:yup:-90", "artist/trellis_asset_T.ply", "generated/spaceflow_house_chimney_open.glb",
)  # fmt: skip
"""Meshes with what brings them to Z up and facing -Y, as `bench/hull_iou.py` reads it; bare names are our examples."""

SIZE_PX = 224
OFF_DEG, ABOVE_DEG = 2.0, 3.0
"""Yaw by which a sound picture may be off, and elevation that it may have."""

VISIBLE_CHANGE = 20.0
"""Mean CIE76 difference, over the recoloured band, from which another colour counts as planted."""

TURNS_DEG = (25.0, 32.0, 40.0, 50.0)
POSES = ("lean", "limb", "squat", "twist")
SYMMETRIC = 0.97

CODES = {
    "swapped": "view-swapped",
    "mirrored": "view-mirrored",
    "colour": "view-colours",
    "cropped": "view-cropped",
    "pose": "views-disagree",
    "three-quarter": "view-angle",
}


@dataclass(frozen=True, eq=False)
class Subject:
    """A mesh's pictures (h, w, 4) uint8 by what they show: `front`, `front@25`, `front-lean` and so on.

    `straight` is the front seen level and straight on: a turn by a few degrees makes a symmetric animal lopsided.
    """

    name: str
    pictures: dict[str, Picture]


@dataclass(frozen=True, eq=False)
class Case:
    """Pictures by the side they are given as, and what is wrong with them: a key of `CODES`, or nothing."""

    subject: str
    fault: str
    how: str
    pictures: dict[str, Picture]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--cases", type=int, default=200, help="cases drawn for each half of the meshes")
    parser.add_argument("--cache", type=Path, help="folder to keep the pictures in")
    parser.add_argument("--seed", type=int, default=0, help="of paint, poses and directions, and of the cases")
    options = parser.parse_args()
    subjects = [subject_of(options.corpus, mesh, options.cache, options.seed) for mesh in MESHES]
    for half, name in ((subjects[::2], "thresholds set on"), (subjects[1::2], "held out")):
        cases = draw_cases(half, options.cases, np.random.default_rng([options.seed, len(name)]))
        print(f"\n{name}: {len(half)} meshes, {len(cases)} cases\n{table([(case, found_in(case)) for case in cases])}")


def subject_of(corpus: Path, mesh: str, cache: Path | None, seed: int = 0) -> Subject:
    """Return the pictures of a mesh, from the cache where it has them."""
    name = mesh.split(":")[0].replace("/", "-")
    kept = None if cache is None else cache / f"{name}-{seed}.npz"
    if kept is not None and kept.is_file():
        with np.load(kept) as stored:
            return Subject(name, {key: stored[key] for key in stored.files})
    path = str(EXAMPLES / mesh / "true.ply") if "/" not in mesh else str(corpus / mesh)
    pictures = draw_subject(load(path), np.random.default_rng([zlib.crc32(name.encode()), seed]))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(kept, allow_pickle=False, **pictures)
    return Subject(name, pictures)


def draw_subject(mesh: trimesh.Trimesh, rng: np.random.Generator) -> dict[str, Picture]:
    """Return all pictures that cases are made of."""
    colours = own_colours(mesh)
    colours = painted(mesh, rng) if colours is None else colours
    pictures = {"straight": render(mesh, size_px=(2 * SIZE_PX, SIZE_PX))}
    for name, azimuth_deg in AZIMUTHS_DEG.items():
        pictures[name] = _drawn(mesh, colours, azimuth_deg, rng)
    for side in ("front", "back"):
        for turn_deg in TURNS_DEG:
            sign = rng.choice((-1.0, 1.0))
            pictures[f"{side}@{turn_deg:g}"] = _drawn(mesh, colours, AZIMUTHS_DEG[side] + sign * turn_deg, rng, 0.0)
    for pose in POSES:
        posed = mesh.copy()
        posed.vertices = repose(np.asarray(mesh.vertices), pose, rng)
        for side in ("front", "back"):
            pictures[f"{side}-{pose}"] = _drawn(posed, colours, AZIMUTHS_DEG[side], rng)
    return pictures


def _drawn(
    mesh: trimesh.Trimesh,
    colours: NDArray[np.uint8] | None,
    azimuth_deg: float,
    rng: np.random.Generator,
    off_deg: float = OFF_DEG,
) -> Picture:
    yaw, elevation = rng.uniform(-off_deg, off_deg), rng.uniform(0.0, ABOVE_DEG)
    size = (2 * SIZE_PX, SIZE_PX)
    picture = render(mesh, azimuth_deg=azimuth_deg + yaw, elevation_deg=elevation, size_px=size, colours=colours)
    inside = np.flatnonzero(picture[..., 3].any(axis=0))
    return np.ascontiguousarray(picture[:, max(0, inside[0] - 9) : inside[-1] + 10])


def own_colours(mesh: trimesh.Trimesh) -> NDArray[np.uint8] | None:
    """Return (n, 4) or (m, 4) uint8 of a mesh with more than one colour, else None."""
    visual = mesh.visual.to_color() if isinstance(mesh.visual, trimesh.visual.TextureVisuals) else mesh.visual
    if visual.kind not in ("vertex", "face"):
        return None
    colours = visual.face_colors if visual.kind == "face" else visual.vertex_colors
    colours = np.atleast_2d(np.asarray(colours, np.uint8))
    return colours if np.ptp(colours[:, :3].astype(int), axis=0).max() > 40 else None


def painted(mesh: trimesh.Trimesh, rng: np.random.Generator, regions: int = 7) -> NDArray[np.uint8]:
    """Return (m, 4) uint8: regions about random points of the surface, each in one of four colours."""
    palette = np.stack([_vivid(rng) for _ in range(4)])
    seeds = mesh.triangles_center[rng.integers(0, len(mesh.faces), regions)]
    nearest = np.argmin(((mesh.triangles_center[:, None] - seeds) ** 2).sum(axis=2), axis=1)
    colours = palette[np.arange(regions) % 4][nearest]
    return np.column_stack([colours, np.full(len(colours), 255)]).astype(np.uint8)


def _vivid(rng: np.random.Generator) -> NDArray[np.uint8]:
    hsv = np.array([[[rng.integers(0, 180), rng.integers(40, 230), rng.integers(70, 240)]]], np.uint8)
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0], np.uint8)


def repose(vertices: NDArray[np.float64], pose: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the vertices, height 1 and standing at z = 0, bent smoothly into another pose."""
    sign = rng.choice((-1.0, 1.0))
    x, y, z = vertices.T
    if pose == "lean":  # the upper half sideways
        return _turned(vertices, (0, 1, 0), (0.0, 0.0, 0.4), sign * rng.uniform(18, 30) * _ramp(z, 0.35, 0.65))
    if pose == "limb":  # what sticks out on one side, up or down
        reach = np.abs(np.where(sign * x > 0, x, 0.0)).max()
        angle = -sign * rng.choice((-1.0, 1.0)) * rng.uniform(35, 60)
        height = float(np.median(z[sign * x > 0.7 * reach]))
        return _turned(vertices, (0, 1, 0), (sign * 0.5 * reach, 0, height), angle * _ramp(sign * x / reach, 0.45, 0.6))
    if pose == "squat":  # the lower half shorter
        low = np.minimum(z, 0.5)
        return np.column_stack([x, y, z - 0.5 * low])
    return _turned(vertices, (0, 0, 1), (0.0, 0.0, 0.0), sign * rng.uniform(40, 60) * _ramp(z, 0.4, 0.6))


def _ramp(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _turned(
    vertices: NDArray[np.float64],
    axis: tuple[float, float, float],
    about: tuple[float, float, float],
    angle_deg: NDArray[np.float64],
) -> NDArray[np.float64]:
    from scipy.spatial.transform import Rotation

    turns = Rotation.from_rotvec(np.radians(angle_deg)[:, None] * np.asarray(axis, float))
    return np.asarray(turns.apply(vertices - about) + about)


def draw_cases(subjects: Sequence[Subject], number: int, rng: np.random.Generator) -> list[Case]:
    """Return half as many sound cases as asked for, and the rest shared out among the faults."""
    faults = [fault for k in range(number) for fault in ("", list(CODES)[k % len(CODES)])][:number]
    return [_draw_case(subjects, fault, rng) for fault in faults]


def _draw_case(subjects: Sequence[Subject], fault: str, rng: np.random.Generator) -> Case:
    while True:
        subject = subjects[int(rng.integers(len(subjects)))]
        sides = (("front", "back"), ("front", "back", "left"), ("front", "back", "left", "right"))[rng.integers(3)]
        keys = {side: side for side in sides}
        changes: dict[str, Callable[[Picture], Picture]] = {}
        faulty = str(rng.choice(("front", "back")))
        how = ""
        if fault == "swapped":
            keys |= {"left": "right"} if len(sides) < 4 else {"left": "right", "right": "left"}
        elif fault == "mirrored":
            changes[faulty] = lambda picture: np.ascontiguousarray(picture[:, ::-1])
        elif fault == "colour":
            change = recoloured(subject.pictures[faulty], rng)
            if change is None:
                continue
            changes[faulty] = change
        elif fault == "cropped":
            how = str(rng.choice(("top", "bottom", "left", "right")))
            changes[faulty] = cropper(how, rng.uniform(0.1, 0.25))
        elif fault == "pose":
            how = str(rng.choice(POSES))
            keys[faulty] = f"{faulty}-{how}"
        elif fault == "three-quarter":
            turn = rng.choice(TURNS_DEG)
            how = f"{turn:g}"
            keys[faulty] = f"{faulty}@{turn:g}"
        pictures = {side: as_drawn(subject.pictures[key], rng) for side, key in keys.items()}
        pictures |= {side: change(pictures[side]) for side, change in changes.items()}
        if fault != "mirrored" or symmetry(View(subject.pictures["straight"], 0.0)) < SYMMETRIC:
            return Case(subject.name, fault, how, pictures)


def as_drawn(picture: Picture, rng: np.random.Generator) -> Picture:
    """Return the picture at another scale, a little wider or narrower, of another brightness and tint, with noise."""
    scale, width = rng.uniform(0.8, 1.2), rng.uniform(0.97, 1.03)
    size = (round(picture.shape[1] * scale * width), round(picture.shape[0] * scale))
    premultiplied = picture.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / 255.0
    flat: NDArray[np.float32] = np.asarray(cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA), np.float32)
    flat[..., :3] *= 255.0 / np.maximum(flat[..., 3:], 1.0)
    flat[..., :3] *= (rng.uniform(0.92, 1.08) * rng.uniform(0.97, 1.03, 3)).astype(np.float32)
    flat[..., :3] += rng.normal(0.0, 3.0, flat[..., :3].shape).astype(np.float32)
    return np.rint(np.clip(flat, 0, 255)).astype(np.uint8)


def recoloured(picture: Picture, rng: np.random.Generator, tries: int = 100) -> Callable[[Picture], Picture] | None:
    """Return a change of the hue, visible on this picture, of 40% of its height or more; None if hardly one is.

    Greys are tinted. On a dark picture no hue shows.
    """
    for _ in range(tries):
        change = _recolouring(rng)
        inside = picture[..., 3] >= 128
        before, after = (_lab(image)[inside] for image in (picture, change(picture)))
        moved = np.linalg.norm(after - before, axis=1)
        moved = moved[moved > 1.0]
        if len(moved) and moved.mean() >= VISIBLE_CHANGE:
            return change
    return None


def _lab(picture: Picture) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(picture[..., :3].astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), np.float32)


def _recolouring(rng: np.random.Generator) -> Callable[[Picture], Picture]:
    low = rng.uniform(0.0, 0.6)
    high = rng.uniform(low + 0.4, 1.0)
    turn, tint = int(rng.integers(45, 135)), _vivid(rng).astype(np.float32)

    def change(drawn: Picture) -> Picture:
        rows = np.flatnonzero(drawn[..., 3].any(axis=1))
        band = slice(rows[0] + int(low * len(rows)), rows[0] + int(high * len(rows)))
        hsv = cv2.cvtColor(np.ascontiguousarray(drawn[band, :, :3]), cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(int) + turn) % 180
        turned = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.float32)
        grey = np.clip(1.0 - hsv[..., 1:2] / 90.0, 0.0, 1.0)
        tinted = turned.mean(axis=2, keepdims=True) / 255.0 * tint + 40.0
        changed = drawn.copy()
        changed[band, :, :3] = np.rint(np.clip(turned * (1 - grey) + tinted * grey, 0, 255))
        return changed

    return change


def cropper(side: str, share: float) -> Callable[[Picture], Picture]:
    """Return a change that cuts off a share of the subject on one side of the picture."""

    def change(drawn: Picture) -> Picture:
        mask = drawn[..., 3] >= 128
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        down, across = round(share * len(rows)), round(share * len(columns))
        cut = {
            "top": (slice(rows[0] + down, None), slice(None)),
            "bottom": (slice(None, rows[-1] + 1 - down), slice(None)),
            "left": (slice(None), slice(columns[0] + across, None)),
            "right": (slice(None), slice(None, columns[-1] + 1 - across)),
        }[side]
        return np.ascontiguousarray(drawn[cut])

    return change


def found_in(case: Case) -> set[str]:
    """Return the codes of all warnings that the pipeline gives on these pictures."""
    views, codes = [], set()
    try:
        for side, picture in case.pictures.items():
            cut = cut_out(picture)
            codes |= {note.code for note in cut.notes if note.severity != "INFO"}
            views.append(View(cut.image, AZIMUTHS_DEG[side], name=side))
        notes = make_consistent(Views(tuple(views))).notes
    except ViewsDisagree as refusal:
        notes = refusal.notes
        codes |= {"views-disagree", "not-one-subject"}
    return codes | {note.code for note in notes if note.severity != "INFO"}


def table(results: Sequence[tuple[Case, set[str]]]) -> str:
    """Return a line for each fault: cases, the share with its own code, and the share with any warning."""
    lines = [f"{'':14} {'cases':>5} {'named':>6} {'flagged':>7}  codes"]
    for fault in ("", *CODES):
        found = [codes for case, codes in results if case.fault == fault]
        named = np.mean([CODES[fault] in codes for codes in found]) if fault else np.nan
        counts = Counter(code for codes in found for code in codes).most_common()
        lines.append(
            f"{fault or 'sound':14} {len(found):5} {named:6.1%} {np.mean([bool(codes) for codes in found]):7.1%}  "
            + " ".join(f"{code}:{count}" for code, count in counts)
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
