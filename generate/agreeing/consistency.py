"""Whether the views can be one subject, what was put right, and what the user should know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generate.agreeing import reasons
from generate.agreeing.agreement import Agreement, agree, places_of_difference, symmetry
from generate.agreeing.reasons import DECIDED_BY_TRUST, LIMB, MIRROR_GAIN, ONE_POSE, SAME_SHAPE, view_name
from generate.agreeing.rim import Rims, colour_difference, handedness, rims_of, swap_gain
from generate.agreeing.turned import difference_of
from generate.agreeing.view_angle import estimate_tilt
from generate.agreeing.yaw import TURNED_DEG, estimate_turn
from generate.errors import GenerateError, ViewsDisagree
from generate.silhouette import mirrored, subject_box
from generate.views import Note, View, Views

SYMMETRIC = 0.97
"""IoU with its own mirror image from which a silhouette cannot tell left from right."""

OFF_DEG, ABOVE_DEG = 2.0, 3.0
"""Turn and elevation that a view may have unnoticed: they make a symmetric figure lopsided and move outlines, the more
the deeper that is."""

ONE_SUBJECT = 0.5
"""IoU of opposite views under which they cannot be one subject."""

OTHER_COLOURS, OTHER_COLOURS_OF_MANY = 6.0, 4.0
"""Difference of the colours along the outlines from which they are not the same subject's: of two views, and of more,
which show more of the surface."""

SWAPPED = 0.15
"""How much better the colours along the outlines must fit when the views from beside change places, in spreads."""

MIRRORED_BY_COLOUR = -0.45
"""Handedness up to which colours say that a view is mirrored by themselves."""

SURE_BY_OUTLINE, DENIED_BY_COLOUR = 0.05, -0.1
"""Rise of the IoU from which colours have no say in it, and handedness from which they deny it under that.

A turn by a few degrees makes a symmetric animal as lopsided as that.
"""

OUTLINE_CODES = ("views-disagree", "view-angle")
"""Reasons for which colours are not where they should be, whatever they are."""

MAX_PLACES = 3


@dataclass(frozen=True, eq=False)
class Consistent:
    """Views after what could be put right, notes on what was found, and the IoU of the worst pair of opposites.

    `colour_difference` is that of the worst view, along the outlines; both are None without a pair of opposites.
    """

    views: Views
    notes: tuple[Note, ...]
    silhouette_iou: float | None
    colour_difference: float | None = None

    @property
    def score(self) -> float | None:
        """Return how well the views agree, 0 to 1: the worst pair's IoU, less where colours differ; None unmeasured."""
        if self.silhouette_iou is None or self.colour_difference is None:
            return None
        limit = colour_limit(self.views.items)
        return self.silhouette_iou * limit / max(limit, self.colour_difference)


def make_consistent(views: Views, *, fix_views: bool = True, trust: str | None = None) -> Consistent:
    """Return the views with a mirrored one of each opposite pair turned over, and what there is to say about them.

    A view from behind shows the mirror image of the front's silhouette. Where the picture as given fits better than
    its mirror image by `MIRROR_GAIN`, the view that is not trusted is turned over; `fix_views=False` keeps it and says
    so. The first view of a pair is trusted unless `trust` names the other. Raises `ViewsDisagree`, with the notes so
    far, where a pair's silhouettes overlap by less than half, GenerateError where `trust` names no view.
    """
    items = list(views.items)
    _check_trust(items, trust)
    notes = [note for view in items if view.elevation_deg == 0.0 for note in _angle_notes(view)]
    ious: list[float] = []
    for first, second in opposite_pairs(items):
        trusted, other = (second, first) if trust == view_name(items[second]) else (first, second)
        sides = _beside(items, items[trusted])
        items[other], agreement, mirror_notes = _settle(items[trusted], items[other], fix_views, sides)
        pair = items[trusted], items[other]
        notes += [*mirror_notes, *_turn_notes(agreement, *pair, sides, is_tilted=_mentions(notes, *pair))]
        _check_one_subject(agreement, *pair, notes)
        notes += _disagreement_notes(agreement, *pair, limb_from(sides))
        ious.append(agreement.iou)
    fixed = replace(views, items=tuple(items))
    if not ious:
        return Consistent(fixed, tuple(notes), None)
    difference, colour_notes = _colour_notes(items, notes)
    return Consistent(fixed, (*notes, *colour_notes), min(ious), difference)


def colour_limit(items: Sequence[View]) -> float:
    """Return the difference of colours along the outlines from which a view shows another subject's."""
    return OTHER_COLOURS if sum(view.elevation_deg == 0.0 for view in items) == 2 else OTHER_COLOURS_OF_MANY


def opposite_pairs(items: list[View]) -> list[tuple[int, int]]:
    """Return index pairs of level views taken from opposite sides."""
    return _pairs(items, 180.0)


def _pairs(items: list[View], apart_deg: float) -> list[tuple[int, int]]:
    """Return index pairs of level views, the second taken from `apart_deg` further round than the first."""
    level = [k for k, view in enumerate(items) if view.elevation_deg == 0.0]
    turns = {(i, j): (items[j].azimuth_deg - items[i].azimuth_deg) % 360.0 for i in level for j in level if i != j}
    pairs = [pair for pair, turn in turns.items() if abs(turn - apart_deg) <= 1.0]
    return [(i, j) for i, j in pairs if i < j or apart_deg != 180.0]


def _check_trust(items: list[View], trust: str | None) -> None:
    names = [view_name(view) for view in items]
    if trust is not None and trust not in names:
        raise GenerateError(f"no view {trust!r} to trust; the views are {', '.join(names)}")


def _angle_notes(view: View) -> list[Note]:
    tilt = estimate_tilt(view)
    return [reasons.tilted(view, tilt)] if tilt.is_tilted else []


def _mentions(notes: list[Note], *views: View) -> bool:
    return bool({note.view for note in notes} & {view_name(view) for view in views})


def _beside(items: list[View], view: View) -> list[View]:
    """Return the views from 90° to either hand of one."""
    pairs = [(items[i], items[j]) for i, j in _pairs(items, 90.0)]
    return [b for a, b in pairs if a is view] + [a for a, b in pairs if b is view]


def symmetric_from(view: View, sides: Sequence[View]) -> float:
    """Return the IoU with its own mirror image from which a view's subject may be symmetric, as deep as sides show."""
    return min(SYMMETRIC, 1.0 - float(np.sin(np.radians(OFF_DEG))) * _depth(sides) / _proportion(view))


def limb_from(sides: Sequence[View]) -> float:
    """Return the thickness of a difference from which it may be a limb, as deep as views from beside show the figure.

    What lies half the depth before or behind the middle moves by sin(angle) of it, the other way in the opposite view.
    """
    angle = float(np.hypot(np.radians(OFF_DEG), np.radians(ABOVE_DEG)))
    return max(LIMB, float(np.sin(angle)) * _depth(sides))


def _depth(sides: Sequence[View]) -> float:
    """Return the subject's depth against its height, 0 where no view from beside shows it."""
    return max((_proportion(side) for side in sides), default=0.0)


def _proportion(view: View) -> float:
    """Return the subject's width against its height."""
    top, bottom, left, right = subject_box(view.mask)
    return (right - left) / (bottom - top)


def _settle(trusted: View, other: View, fix_views: bool, sides: Sequence[View]) -> tuple[View, Agreement, list[Note]]:
    """Return the other view, turned over where that helps, how the two agree then, and a note if it was mirrored."""
    as_given, turned = agree(trusted, other), agree(trusted, mirrored(other))
    gain = turned.iou - as_given.iou
    if gain < MIRROR_GAIN or min(symmetry(trusted), symmetry(other)) >= symmetric_from(trusted, sides):
        return other, as_given, []
    if gain < SURE_BY_OUTLINE and _is_denied(handedness(rims_of(trusted), rims_of(other))):
        return other, as_given, [reasons.is_not_mirrored(trusted, other, as_given.iou, turned.iou)]
    note = reasons.is_mirrored(trusted, other, as_given.iou, turned.iou, fix_views)
    return (mirrored(other), turned, [note]) if fix_views else (other, as_given, [note])


def _is_denied(hand: float | None) -> bool:
    return hand is not None and hand >= DENIED_BY_COLOUR


def _turn_notes(agreement: Agreement, trusted: View, other: View, sides: Sequence[View], is_tilted: bool) -> list[Note]:
    """Return a note where one of the two looks turned; a tilted one has been named already."""
    difference = difference_of(agreement)
    if is_tilted or difference.is_crouch:
        return []
    if not sides:
        return [reasons.turned_against(trusted, other, difference, None, TURNED_DEG)] if difference.is_turn else []
    turn = min((estimate_turn(trusted, other, side) for side in sides), key=lambda turn: turn.misfit)
    first, second = (trusted, other) if turn.first_is_turned else (other, trusted)
    note = reasons.turned_against(first, second, difference, turn.angle_deg, TURNED_DEG)
    return [note] if turn.is_turn(difference.is_turn) else []


def _check_one_subject(agreement: Agreement, trusted: View, other: View, so_far: list[Note]) -> None:
    """Raise ViewsDisagree where too little overlaps, with an angle where one was measured: it may be the cause."""
    if agreement.iou >= ONE_SUBJECT:
        return
    names = view_name(trusted), view_name(other)
    told = tuple(note for note in so_far if note.code != "view-angle" or note.measured is not None)
    angles = [note.message for note in told if note.code == "view-angle" and note.view in names]
    refusal = (
        f"the {names[0]} and the {names[1]} view cannot be one subject: their silhouettes overlap "
        f"{agreement.iou:.2f}, under {ONE_SUBJECT:.2f}"
    )
    raise ViewsDisagree("; ".join([refusal, *angles, ONE_POSE]), told)


def _disagreement_notes(agreement: Agreement, trusted: View, other: View, limb: float) -> list[Note]:
    places = places_of_difference(agreement, DECIDED_BY_TRUST)
    shown = [place for place in places if place.thickness >= limb][:MAX_PLACES] or places[:1]
    if agreement.iou < SAME_SHAPE and not shown:
        return [reasons.overlap_little(trusted, other, agreement.iou)]
    return [reasons.differ_at(place, agreement.iou, trusted, other, limb) for place in shown]


def _colour_notes(items: list[View], so_far: list[Note]) -> tuple[float, list[Note]]:
    """Return how far the worst view's colours are off, and notes on colours that are another subject's or side's."""
    level = [view for view in items if view.elevation_deg == 0.0]
    rims = [rims_of(view) for view in level]
    off = [colour_difference(mine, [other for other in rims if other is not mine]) for mine in rims]
    notes = [*_swap_notes(level, rims), *_mirrored_colour_notes(level, rims, so_far)]
    worst = max(range(len(level)), key=lambda k: off[k])
    limit = colour_limit(items)
    told = any(note.severity == "WARN" for note in so_far if note.code in OUTLINE_CODES)
    if off[worst] >= limit and not told:
        notes.append(reasons.in_other_colours(level[worst], off[worst], limit))
    return off[worst], notes


def _mirrored_colour_notes(level: list[View], rims: list[Rims], so_far: list[Note]) -> list[Note]:
    """Return a note where silhouettes do not tell that a view is mirrored but colours do."""
    told = any(note.code == "view-mirrored" for note in so_far)
    pairs = [] if told else _pairs(level, 180.0)
    by_colour = [(i, j, handedness(rims[i], rims[j])) for i, j in pairs]
    found = [(i, j) for i, j, hand in by_colour if hand is not None and hand <= MIRRORED_BY_COLOUR]
    return [reasons.has_mirrored_colours(level[i], level[j]) for i, j in found]


def _swap_notes(level: list[View], rims: list[Rims]) -> list[Note]:
    """Return a note where the views from beside the front and the back face the wrong way."""
    beside = [view for view in level if view.azimuth_deg % 360.0 in (90.0, 270.0)]
    pairs = [(rims[i], rims[j]) for i, j in _pairs(level, 90.0)]
    if not beside or not pairs or len(beside) == len(level):
        return []
    gain = swap_gain(pairs)
    return [reasons.is_swapped(beside, gain, SWAPPED)] if gain >= SWAPPED else []
