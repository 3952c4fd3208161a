"""The hull backend on shapes whose truth can be worked out, and on the examples and real pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from PIL import Image

from fab.gate import find_defects, merge_float32
from fab.render import render
from generate.backends.hull import reconstruct
from generate.shape import RawShape
from generate.views import AZIMUTHS_DEG, View, Views

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(mask: NDArray[np.bool_], colour: tuple[int, int, int] = RED) -> NDArray[np.uint8]:
    """Return a picture with the mask in one colour on transparent green, four times smaller, edges smoothed."""
    large = np.zeros((*mask.shape, 4), np.float32)
    large[..., 3] = 255.0 * mask
    image = cv2.resize(large, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    image[..., :3] = np.where(image[..., 3:] > 200, colour, (0, 255, 0))
    return np.asarray(np.round(image), np.uint8)


def view(mask: NDArray[np.bool_], name: str, colour: tuple[int, int, int] = RED) -> View:
    return View(picture(mask, colour), AZIMUTHS_DEG[name], name=name)


def grid(size: int = 1600) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x to the right and z up, each from -1 to 1."""
    z, x = np.mgrid[:size, :size]
    return (x + 0.5) / size * 2 - 1, 1 - (z + 0.5) / size * 2


def ball() -> NDArray[np.bool_]:
    return np.hypot(*grid()) < 0.9


def tube() -> NDArray[np.bool_]:
    x, z = grid()
    return (np.abs(x) < 0.2) & (np.abs(z) < 0.9)


def legs() -> NDArray[np.bool_]:
    """Return a body on two legs."""
    x, z = grid()
    return (np.abs(x) < 0.5) & (np.abs(z) < 0.9) & ~((np.abs(x) < 0.2) & (z < -0.3))


def outline_iou(made: RawShape, given: View) -> float:
    """Return the overlap of the shape's silhouette with the picture's, both cropped and at one height."""
    seen = render(made.mesh, azimuth_deg=given.azimuth_deg, size_px=900, shading="flat")[..., 3] >= 128
    a, b = (_cropped(mask) for mask in (seen, given.mask))
    width = max(a.shape[1], b.shape[1])
    a, b = (
        np.pad(m, ((0, 0), ((width - m.shape[1]) // 2, width - m.shape[1] - (width - m.shape[1]) // 2))) for m in (a, b)
    )
    return float((a & b).sum() / (a | b).sum())


def _cropped(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    scale = 400 / box.shape[0]
    return np.asarray(cv2.resize(box, (round(box.shape[1] * scale), 400), interpolation=cv2.INTER_AREA) >= 0.5)


def defects_at_80_mm(mesh: trimesh.Trimesh) -> object:
    return find_defects(*merge_float32(np.asarray(mesh.vertices) * 80.0, np.asarray(mesh.faces)))


def example(repository: Path, name: str, *views: str) -> Views:
    folder = repository / "examples" / name
    pictures = {v: np.asarray(Image.open(folder / f"{v}.png").convert("RGBA")) for v in views}
    return Views(tuple(View(image, AZIMUTHS_DEG[v], name=v) for v, image in pictures.items()))


@pytest.fixture(scope="module")
def two_sided_ball() -> RawShape:
    return reconstruct(Views((view(ball(), "front", RED), view(ball(), "back", BLUE))))


def test_a_disc_becomes_a_ball(two_sided_ball: RawShape) -> None:
    width, depth, height = two_sided_ball.mesh.extents
    assert height == pytest.approx(1.0, abs=1e-9)
    assert width == pytest.approx(1.0, abs=0.01)
    assert 1.0 <= depth <= 1.25


def test_the_frame(two_sided_ball: RawShape) -> None:
    low, high = two_sided_ball.mesh.bounds
    assert low[2] == 0.0
    assert low[:2] + high[:2] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert two_sided_ball.mesh.volume > 0


def test_the_front_faces_minus_y(two_sided_ball: RawShape) -> None:
    vertices, colours = two_sided_ball.mesh.vertices, np.asarray(two_sided_ball.mesh.visual.vertex_colors)
    front, back = vertices[:, 1].argmin(), vertices[:, 1].argmax()
    assert colours[front].tolist() == [*RED, 255]
    assert colours[back].tolist() == [*BLUE, 255]


def test_no_background_bleeds_in_and_no_seam_is_dark(two_sided_ball: RawShape) -> None:
    colours = np.asarray(two_sided_ball.mesh.visual.vertex_colors).astype(int)
    assert colours[:, 1].max() <= 31, "the green behind the figure shows"
    assert (colours[:, 0] + colours[:, 2]).min() >= 225, "darker than either picture"


def test_without_a_side_the_depth_is_said_to_be_guessed(two_sided_ball: RawShape) -> None:
    note = two_sided_ball.notes[0]
    assert (note.code, note.severity) == ("depth-guessed", "INFO")
    assert note.measured == pytest.approx(two_sided_ball.mesh.extents[1])
    assert "left" in note.message


def test_a_side_gives_the_true_depth() -> None:
    made = reconstruct(Views((view(ball(), "front"), view(tube(), "left"))))
    assert "depth-guessed" not in {note.code for note in made.notes}
    assert made.mesh.extents == pytest.approx([1.0, 0.4 / 1.8, 1.0], abs=0.01)


def test_a_missing_side_is_coloured_as_the_mirror_image_of_the_other() -> None:
    made = reconstruct(Views((view(tube(), "front", RED), view(tube(), "left", BLUE))))
    at = made.mesh.vertices
    middle = abs(at[:, 2] - 0.5) < 0.2
    left, right = (middle & (sign * at[:, 0] > 0.9 * at[:, 0].max()) for sign in (1, -1))
    colours = np.asarray(made.mesh.visual.vertex_colors)[:, :3]
    assert "side-mirrored" in {note.code for note in made.notes}
    for side in (left, right):
        assert colours[side, 2].mean() > 2 * colours[side, 0].mean()


def test_two_strips_make_a_round_column() -> None:
    made = reconstruct(Views((view(tube(), "front"), view(tube(), "left"))))
    width = 0.4 / 1.8
    assert np.pi / 4 * width**2 <= made.mesh.volume <= 0.87 * width**2  # between an ellipse and a superellipse


def test_one_view_is_enough() -> None:
    made = reconstruct(Views((view(tube(), "front"),)))
    assert {"depth-guessed", "single-view"} <= {note.code for note in made.notes}
    assert np.asarray(made.mesh.visual.vertex_colors)[:, :3] == pytest.approx(
        np.tile(RED, (len(made.mesh.vertices), 1)), abs=1
    )


def test_a_view_from_any_side_may_be_the_only_one() -> None:
    made = reconstruct(Views((View(picture(legs()), 90.0, name="left"),)))
    assert made.mesh.extents[1] == pytest.approx(1.0 / 1.8, abs=0.01)  # the picture's width runs along Y
    assert outline_iou(made, View(picture(legs()), 90.0)) > 0.97


@pytest.mark.parametrize("azimuth_deg", [30.0, 45.0, 315.0])
def test_a_slanted_view_carves(azimuth_deg: float) -> None:
    slanted = View(picture(tube()), azimuth_deg)
    made = reconstruct(Views((view(tube(), "front"), slanted)))
    assert outline_iou(made, slanted) > 0.97


def test_the_trusted_view_decides() -> None:
    front, back = view(ball(), "front"), view(tube(), "back")
    by_front, by_back = (reconstruct(Views((front, back)), trust=name).mesh.extents[0] for name in ("front", "back"))
    assert by_front == pytest.approx(1.0, abs=0.01)
    assert by_back == pytest.approx(0.4 / 1.8, abs=0.01)


def test_it_stands_on_its_feet() -> None:
    made = reconstruct(Views((view(legs(), "front"),)))
    bottom = made.mesh.vertices[made.mesh.vertices[:, 2] < 1e-3]
    assert np.ptp(bottom[:, 1]) > 0.15


def test_a_plate_below_is_round() -> None:
    x, z = grid()
    standing = ((np.abs(x) < 0.2) & (np.abs(z) < 0.9)) | ((np.abs(x) < 0.6) & (np.abs(z + 0.85) < 0.05))
    made = reconstruct(Views((view(standing, "front"),)))
    assert made.mesh.extents[1] == pytest.approx(1.2 / 1.8, abs=0.02)


def test_parts_that_touch_nothing_are_named() -> None:
    x, z = grid()
    apart = tube() | (np.hypot(x - 0.6, z) < 0.15)
    made = reconstruct(Views((view(apart, "front"),)))
    assert "parts-left-out" in {note.code for note in made.notes}
    assert made.mesh.body_count == 1


def test_a_tail_seen_from_two_sides_is_in_one_place() -> None:
    """Front: the tail stands to the right of the body. Left: behind it. So it is right behind, and nowhere else."""
    x, z = grid()
    body = np.hypot(x, (z + 0.1) / 1.9) < 0.4
    front = (
        body | ((np.abs(x - 0.62) < 0.08) & (z > -0.4) & (z < 0.3)) | ((x > 0) & (x < 0.6) & (np.abs(z + 0.4) < 0.08))
    )
    made = reconstruct(Views((view(front, "front"), view(front, "left"))))
    at = made.mesh.vertices[(made.mesh.vertices[:, 2] > 0.45) & (made.mesh.vertices[:, 2] < 0.6)]
    right, behind = at[:, 0] > 0.22, at[:, 1] > 0.22
    assert np.count_nonzero(right & behind) > 100
    assert not (right ^ behind).any()


def test_a_tail_that_comes_from_behind_the_body_does_not_widen_it() -> None:
    """Front: the tail leans out from behind the body's right edge, which is no bulge of the body's own."""
    x, z = grid()
    body = np.hypot(x, (z + 0.1) / 1.9) < 0.4
    tail = (np.abs(x - 0.45 - 0.35 * z) < 0.08) & (z > -0.4) & (z < 0.5)
    behind = ((np.abs(x - 0.62) < 0.08) & (z > -0.4) & (z < 0.5)) | ((x > 0) & (x < 0.6) & (np.abs(z + 0.4) < 0.08))
    front, left = view(body | tail, "front"), view(body | behind, "left")
    made = reconstruct(Views((front, left)))
    tall = z[body].max() - z[body].min()
    at = (made.mesh.vertices[:, 2] * tall + z[body].min())[:, None]
    before = made.mesh.vertices[(np.abs(at[:, 0] + 0.1) < 0.08) & (made.mesh.vertices[:, 1] < -0.02), 0]
    assert len(before) > 100
    middle = 0.5 * (x[body | tail].min() + x[body | tail].max()) / tall
    assert before.max() + middle == pytest.approx(-before.min() - middle, abs=0.02)
    assert outline_iou(made, front) > 0.97


def test_the_same_views_give_the_same_bytes() -> None:
    views = Views((view(legs(), "front"), view(legs(), "back", BLUE)))
    first, second = (reconstruct(views).mesh for _ in range(2))
    for one, other in ((first.vertices, second.vertices), (first.faces, second.faces)):
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()
    assert np.asarray(first.visual.vertex_colors).tobytes() == np.asarray(second.visual.vertex_colors).tobytes()


@pytest.mark.parametrize(
    ("name", "views"),
    [
        ("cat", ("front", "back")),
        ("child", ("front", "left", "back", "right")),
        pytest.param("corgi", ("front", "left"), marks=pytest.mark.slow),
        pytest.param("corgi", ("front", "back"), marks=pytest.mark.slow),
        pytest.param("cat", ("front", "left", "back", "right"), marks=pytest.mark.slow),
        pytest.param("child", ("front", "back"), marks=pytest.mark.slow),
    ],
)
def test_examples_are_solid_and_match_their_pictures(repository: Path, name: str, views: tuple[str, ...]) -> None:
    given = example(repository, name, *views)
    made = reconstruct(given)
    assert defects_at_80_mm(made.mesh).none  # type: ignore[attr-defined]
    assert min(outline_iou(made, one) for one in given.items) >= 0.97
    assert len(made.mesh.faces) < 450_000
