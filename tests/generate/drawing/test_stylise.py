"""Front first, chosen by its owner; the others after it, asked for again with the reason, never without end."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np
import pytest

from generate.drawing.folder_views import FolderViewMaker
from generate.drawing.photo import Photo, prepare_photo
from generate.drawing.prompts import Wish
from generate.drawing.style import load_style
from generate.drawing.stylise import (
    TRIES,
    Decision,
    Drawn,
    Stopped,
    Studio,
    draw_front,
    draw_side,
    draw_sides,
    take_best,
)
from generate.drawing.view_maker import MadeView, OnPartial, ViewOrder
from generate.errors import LimitReached, ServiceError, UnusableView
from generate.pictures import as_png, picture_in

CLAY = Wish(load_style("clay"))


@dataclass
class Recording:
    """A folder's pictures, with a record of the orders; `limit` is how many it draws."""

    folder: FolderViewMaker
    limit: int = 100
    orders: list[ViewOrder] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    identity: str = "recording"

    def make_view(self, order: ViewOrder, on_partial: OnPartial | None = None) -> MadeView:
        with self.lock:
            if len(self.orders) >= self.limit:
                raise LimitReached("no more")
            self.orders.append(order)
        return self.folder.make_view(order)


@pytest.fixture
def painted(repository: Path, tmp_path: Path) -> Recording:
    for side in ("front", "back", "left", "right"):
        shutil.copy(repository / "examples/cat" / f"{side}.png", tmp_path)
    return Recording(FolderViewMaker(tmp_path))


@pytest.fixture(scope="module")
def photo(repository: Path) -> Photo:
    return prepare_photo(repository / "examples/cat/front.png")


def crop(folder: Path, side: str, attempt: int) -> None:
    """Put a cropped picture of a side there as one attempt, and the good one as the next."""
    good = (folder / f"{side}.png").read_bytes()
    (folder / f"{side}-{attempt + 1}.png").write_bytes(good)
    image = picture_in(good)
    (folder / f"{side}-{attempt}.png").write_bytes(as_png(image[: image.shape[0] * 2 // 3]))


def test_the_front_is_drawn_from_the_photo_the_rest_from_both(painted: Recording, photo: Photo) -> None:
    front, _ = draw_front(photo, CLAY, Studio(painted), take_best)
    sides, failed = draw_sides(("back", "left"), photo, CLAY, Studio(painted), front)
    assert ([drawn.side for drawn in sides], failed) == (["back", "left"], None)
    by_side = {order.side: order.references for order in painted.orders}
    assert by_side["front"] == (photo.png,)
    assert by_side["back"] == by_side["left"] == (photo.png, front.made.picture)


def test_what_was_wrong_is_said_once_more_and_the_better_picture_kept(painted: Recording, photo: Photo) -> None:
    front, _ = draw_front(photo, CLAY, Studio(painted), take_best)
    crop(painted.folder.folder, "back", 1)
    back = draw_side("back", photo, CLAY, Studio(painted), front)
    assert back.order.attempt == 2
    assert "free space on all four sides. Draw it anew" in painted.orders[-1].prompt
    assert [order.side for order in painted.orders] == ["front", "back", "back"]


def test_asking_ends_after_a_few_tries(painted: Recording, photo: Photo) -> None:
    front, _ = draw_front(photo, CLAY, Studio(painted), take_best)
    for attempt in range(1, TRIES + 3):
        crop(painted.folder.folder, "back", attempt)
    shutil.copy(painted.folder.folder / "back-1.png", painted.folder.folder / "back-3.png")
    shutil.copy(painted.folder.folder / "back-1.png", painted.folder.folder / "back-2.png")
    draw_side("back", photo, CLAY, Studio(painted), front)
    assert len(painted.orders) == 1 + TRIES


def test_where_the_budget_ends_the_best_so_far_has_to_do(painted: Recording, photo: Photo) -> None:
    front, _ = draw_front(photo, CLAY, Studio(painted), take_best)
    crop(painted.folder.folder, "back", 1)
    painted.limit = 2
    back = draw_side("back", photo, CLAY, Studio(painted), front)
    assert "view-cropped" in [note.code for note in back.judged.faults]
    with pytest.raises(LimitReached):
        draw_side("left", photo, CLAY, Studio(painted), front)


def test_the_owner_may_ask_again_with_other_words_then_take_the_second(painted: Recording, photo: Photo) -> None:
    shutil.copy(painted.folder.folder / "front.png", painted.folder.folder / "front-2.png")
    seen: list[int] = []

    def choose(fronts: Sequence[Drawn], no_more: str | None) -> Decision:
        seen.append(len(fronts))
        return Decision("again", note="red collar") if len(fronts) == 1 else Decision("take", 1)

    front, wish = draw_front(photo, CLAY, Studio(painted), choose)
    assert seen == [1, 2]
    assert (front.order.attempt, wish.note) == (2, "red collar")
    assert "The owner asks: red collar." in painted.orders[1].prompt


def test_the_owner_may_stop(painted: Recording, photo: Photo) -> None:
    with pytest.raises(Stopped):
        draw_front(photo, CLAY, Studio(painted), lambda fronts, no_more: Decision("stop"))
    assert len(painted.orders) == 1


def test_nobody_asked_takes_the_front_with_the_fewest_faults(painted: Recording, photo: Photo) -> None:
    crop(painted.folder.folder, "front", 1)
    front, _ = draw_front(photo, CLAY, Studio(painted), take_best, candidates=2)
    assert front.order.attempt == 2
    painted.orders.clear()
    (painted.folder.folder / "front-2.png").unlink()
    front, _ = draw_front(photo, CLAY, Studio(painted), take_best)
    assert front.judged.reason is not None  # asked again for it, and there was no further picture
    assert [order.attempt for order in painted.orders] == [1, 2]


def test_when_one_order_fails_those_not_begun_are_never_begun(photo: Photo) -> None:
    started: list[int] = []

    class Failing:
        identity = "failing"

        def make_view(self, order: ViewOrder, on_partial: OnPartial | None = None) -> MadeView:
            started.append(order.attempt)
            raise ServiceError("bad-key", "no")

    with pytest.raises(ServiceError):
        draw_front(photo, CLAY, Studio(Failing()), take_best, candidates=8)
    assert len(started) < 8


def test_a_side_that_cannot_be_drawn_leaves_the_others(painted: Recording, photo: Photo) -> None:
    (painted.folder.folder / "back.png").unlink()
    front, _ = draw_front(photo, CLAY, Studio(painted), take_best)
    sides, failed = draw_sides(("back", "left"), photo, CLAY, Studio(painted), front)
    assert [drawn.side for drawn in sides] == ["left"]
    assert isinstance(failed, UnusableView)


def test_a_folder_hands_out_attempts_in_order_and_says_what_is_missing(painted: Recording, tmp_path: Path) -> None:
    maker = painted.folder
    assert maker.sides() == ("front", "back", "left", "right")
    order = ViewOrder("front", "words", (b"photo",))
    np.testing.assert_array_equal(
        picture_in(maker.make_view(order).picture), picture_in((tmp_path / "front.png").read_bytes())
    )
    with pytest.raises(LimitReached, match=r"front-2\.png"):
        maker.make_view(ViewOrder("front", "words", (b"photo",), attempt=2))
    (tmp_path / "back.png").unlink()
    with pytest.raises(UnusableView, match=r"back\.png"):
        maker.make_view(ViewOrder("back", "words", (b"photo",)))
