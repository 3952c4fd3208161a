"""From a photo to pictures of a figurine: the front first, chosen by its owner, then the other sides after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, Self

from generate.drawing.judging import Judged, judge
from generate.drawing.photo import Photo
from generate.drawing.prompts import Wish, prompt_for
from generate.drawing.view_maker import MadeView, OnPartial, ViewMaker, ViewOrder
from generate.errors import GenerateError, LimitReached
from generate.views import View

AT_ONCE = 3
"""Requests under way at the same time."""

TRIES = 3
"""Pictures of one side that are asked for at most before the best of them has to do."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture with the order it was drawn for and what was found in it."""

    order: ViewOrder
    made: MadeView
    judged: Judged

    @property
    def side(self) -> str:
        """Return the side it shows."""
        return self.order.side

    @classmethod
    def given(cls, side: str, picture: bytes, photo: Photo) -> Self:
        """Return a picture that was drawn before, to draw others after it."""
        return cls(ViewOrder(side, "", (photo.png,)), MadeView(picture, is_new=False), judge(picture, side))


@dataclass(frozen=True)
class Decision:
    """What the owner says to the fronts: take one (counted from 0), draw again (with other words), or stop.

    `note` is the owner's words from now on, `reason` what was wrong with the fronts so far.
    """

    kind: Literal["take", "again", "stop"]
    index: int = 0
    note: str | None = None
    reason: str | None = None


Choose = Callable[[Sequence[Drawn], str | None], Decision]
"""Called with the fronts so far, and with why no more of them can be drawn where that is so."""
OnDrawn = Callable[[Drawn], None]


class Stopped(Exception):  # noqa: N818
    """The owner stopped; nothing went wrong."""


@dataclass(frozen=True, eq=False)
class Studio:
    """One who draws, and whom to tell about it. `on_drawn` and `on_partial` may be called from several threads."""

    maker: ViewMaker
    on_drawn: OnDrawn = lambda drawn: None
    on_partial: OnPartial | None = None

    def draw(self, order: ViewOrder, front: View | None = None) -> Drawn:
        """Return one picture, judged."""
        made = self.maker.make_view(order, self.on_partial)
        drawn = Drawn(order, made, judge(made.picture, order.side, front))
        self.on_drawn(drawn)
        return drawn


def draw_front(
    photo: Photo, wish: Wish, studio: Studio, choose: Choose, candidates: int = 1, first_attempt: int = 1
) -> tuple[Drawn, Wish]:
    """Return the front that was chosen, and the wish as it stood then: asking again may have changed its note.

    Raises Stopped, and what the one who draws raises.
    """
    orders = [_order("front", photo, wish, None, first_attempt + k) for k in range(candidates)]
    fronts = _draw_at_once(orders, studio)
    no_more: str | None = None
    while (decision := choose(fronts, no_more)).kind == "again":
        wish = replace(wish, note=decision.note or wish.note)
        try:
            attempt = first_attempt + len(fronts)
            fronts.append(studio.draw(_order("front", photo, wish, None, attempt, decision.reason)))
        except LimitReached as limit:
            no_more = str(limit)
    if decision.kind == "stop":
        raise Stopped
    return fronts[decision.index], wish


def draw_side(side: str, photo: Photo, wish: Wish, studio: Studio, front: Drawn, first_attempt: int = 1) -> Drawn:
    """Return the best of up to `TRIES` pictures of a side, each but the first asked for with what was wrong before.

    Asking again stops where the budget ends. Raises what the one who draws raises for the first picture.
    """
    tries: list[Drawn] = []
    reason: str | None = None
    while len(tries) < TRIES:
        order = _order(side, photo, wish, front, first_attempt + len(tries), reason)
        try:
            tries.append(studio.draw(order, front.judged.view))
        except LimitReached:
            if not tries:
                raise
            break
        reason = tries[-1].judged.reason
        if reason is None:
            break
    return min(tries, key=lambda drawn: drawn.judged.rank)


def draw_sides(
    sides: Sequence[str], photo: Photo, wish: Wish, studio: Studio, front: Drawn
) -> tuple[list[Drawn], GenerateError | None]:
    """Return a picture of each side, drawn at the same time, and what went wrong first where something did."""
    drawn: list[Drawn] = []
    failed: GenerateError | None = None
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for future in [pool.submit(draw_side, side, photo, wish, studio, front) for side in sides]:
            try:
                drawn.append(future.result())
            except GenerateError as error:
                failed = failed or error
    return drawn, failed


def take_best(fronts: Sequence[Drawn], no_more: str | None) -> Decision:
    """Return the decision of somebody who is not asked: the front with the fewest faults.

    Where even that one has some, it is asked for again with the reason, until `TRIES` pictures are there.
    """
    best = min(range(len(fronts)), key=lambda k: fronts[k].judged.rank)
    reason = fronts[best].judged.reason
    if reason is not None and no_more is None and len(fronts) < TRIES:
        return Decision("again", reason=reason)
    return Decision("take", best)


def _draw_at_once(orders: Sequence[ViewOrder], studio: Studio) -> list[Drawn]:
    """Return a picture for each order; when one fails or the owner interrupts, those not begun are never begun."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return [future.result() for future in [pool.submit(studio.draw, order) for order in orders]]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _order(
    side: str, photo: Photo, wish: Wish, front: Drawn | None, attempt: int, reason: str | None = None
) -> ViewOrder:
    references = (photo.png,) if front is None else (photo.png, front.made.picture)
    return ViewOrder(side, prompt_for(side, wish, reason), references, attempt)
