"""Pictures that were paid for: found again, never half, erased when asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from generate.drawing.store import PictureStore, StoredViewMaker
from generate.drawing.view_maker import MadeView, OnPartial, ViewOrder

ORDER = ViewOrder("front", "a cat", (b"photo",))
MADE = MadeView(b"picture", 0.05)


@dataclass
class Painter:
    """Hands out one picture and counts how often it is asked."""

    identity: str = "painter"
    orders: list[ViewOrder] = field(default_factory=list)

    def make_view(self, order: ViewOrder, on_partial: OnPartial | None = None) -> MadeView:
        self.orders.append(order)
        return MADE


def test_the_same_order_is_carried_out_once(tmp_path: Path) -> None:
    painter = Painter()
    for _ in range(3):
        made = StoredViewMaker(painter, PictureStore(tmp_path)).make_view(ORDER)
        assert (made.picture, made.usd) == (b"picture", 0.05)
    assert len(painter.orders) == 1
    assert not made.is_new


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, side="back"),
        replace(ORDER, prompt="a dog"),
        replace(ORDER, references=(b"another photo",)),
        replace(ORDER, references=(b"photo", b"front")),
        replace(ORDER, attempt=2),
    ],
)
def test_whatever_decides_the_picture_makes_another_order(tmp_path: Path, other: ViewOrder) -> None:
    painter = Painter()
    maker = StoredViewMaker(painter, PictureStore(tmp_path))
    maker.make_view(ORDER)
    maker.make_view(other)
    assert len(painter.orders) == 2


def test_another_model_makes_another_order() -> None:
    assert ORDER.key("model a") != ORDER.key("model b")


@pytest.mark.parametrize("harm", ["no record", "half a picture", "half a record", "another picture"])
def test_what_is_not_whole_does_not_count(tmp_path: Path, harm: str) -> None:
    store, key = PictureStore(tmp_path), ORDER.key("painter")
    store.save(key, ORDER.photo_sha256, MADE)
    record, picture = tmp_path / f"{key}.json", tmp_path / f"{key}.png"
    if harm == "no record":
        record.unlink()
    elif harm == "half a record":
        record.write_bytes(record.read_bytes()[:20])
    else:
        picture.write_bytes(b"pict" if harm == "half a picture" else b"another")
    assert store.load(key) is None


def test_only_what_was_drawn_from_a_photo_is_forgotten_with_it(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    orders = [ORDER, replace(ORDER, side="back"), replace(ORDER, references=(b"another photo",))]
    for order in orders:
        store.save(order.key("painter"), order.photo_sha256, MADE)
    assert store.forget(ORDER.photo_sha256) == 2
    assert [store.load(order.key("painter")) is not None for order in orders] == [False, False, True]
    assert len(list(tmp_path.iterdir())) == 2


def test_others_cannot_look_into_the_store(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "cache")
    store.save("key", "photo", MADE)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


def test_a_store_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "none")
    assert (store.load("key"), store.forget("photo")) == (None, 0)
