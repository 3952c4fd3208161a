"""Whether a drawn picture can be used, and how to say what is wrong with it to the one who draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generate.agreeing.consistency import make_consistent
from generate.cutting.cutout import cut_out
from generate.drawing.prompts import join_reasons, reason_for
from generate.errors import UnusableView, ViewsDisagree
from generate.pictures import picture_in
from generate.views import AZIMUTHS_DEG, Note, View, Views

CAUSES = (("view-cropped", "second-subject"), ("view-angle",))
"""Faults that make silhouettes differ: where some of a group are found, what comes after them needs no mention."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What was found in a picture. `view` is its cut-out, None without a subject; `score` how it agrees with the front.

    The score is that of `Consistent`, 0 where nothing was compared.
    """

    picture: NDArray[np.uint8]
    view: View | None
    notes: tuple[Note, ...]
    score: float = 0.0

    @property
    def faults(self) -> tuple[Note, ...]:
        """Return what is worth asking again for."""
        return tuple(note for note in self.notes if note.severity != "INFO" and not _is_put_right(note))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what its owner should know, in a few words each."""
        return tuple(_detail(note) for note in self.notes if note.severity != "INFO")

    @property
    def shown(self) -> NDArray[np.uint8]:
        """Return what to show of it, (h, w, 4): the cut-out, or the picture as it is where there is none."""
        return self.picture if self.view is None else self.view.image

    @property
    def rank(self) -> tuple[bool, int, float]:
        """Return what to sort by, best first: one without a subject last, then few faults, then agreement."""
        return (self.view is None, len(self.faults), -self.score)

    @property
    def reason(self) -> str | None:
        """Return what to tell the one who draws, or None where asking again would not help."""
        groups = ([note for note in self.faults if note.code in group] for group in CAUSES)
        causes = next(filter(None, groups), self.faults)
        reasons = [reason_for(note.code, _detail(note)) for note in causes]
        return join_reasons(reason for reason in reasons if reason) or None


def judge(picture: bytes, side: str, front: View | None = None) -> Judged:
    """Return what there is to say about a picture of one side, next to the accepted front where there is one."""
    image = picture_in(picture)
    try:
        cut = cut_out(image)
    except UnusableView as error:
        return Judged(image, None, (_fault("no-subject", side, str(error)),))
    view = View(cut.image, AZIMUTHS_DEG[side], name=side)
    try:
        agreed = make_consistent(Views((view,) if front is None else (front, view)))
    except ViewsDisagree as error:
        return Judged(image, view, (*cut.notes, _fault("not-one-subject", side, str(error))))
    known = () if front is None else make_consistent(Views((front,))).notes  # the front's own are not held against it
    ours = tuple(note for note in agreed.notes if note not in known)
    return Judged(image, view, (*cut.notes, *ours), agreed.score or 0.0)


def _is_put_right(note: Note) -> bool:
    """Return whether the pipeline turns the view over by itself: it does where silhouettes measured that."""
    return note.code == "view-mirrored" and note.measured is not None


def _fault(code: str, side: str, message: str) -> Note:
    return Note(code, "WARN", message, view=side)


def _detail(note: Note) -> str:
    """Return a note's message up to its first conclusion."""
    return note.message.split(";")[0]
