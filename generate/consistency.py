"""Whether the views can be one subject, what was put right, and what the user should know."""

from __future__ import annotations

from dataclasses import dataclass, replace

from generate.agreement import Agreement, Place, agree, places_of_difference, symmetry
from generate.errors import GenerateError, ViewsDisagree
from generate.silhouette import mirrored
from generate.view_angle import TILTED_DEG, estimate_tilt
from generate.views import Note, View, Views, side_of

MIRROR_GAIN = 0.02
"""Rise of the IoU from which the other view is turned over."""

SYMMETRIC = 0.97
"""IoU with its own mirror image from which a silhouette cannot tell left from right."""

ONE_SUBJECT = 0.5
"""IoU of opposite views under which they cannot be one subject."""

SAME_SHAPE = 0.85
"""IoU of opposite views under which they are worth a warning wherever they differ."""

DECIDED_BY_TRUST = 0.02
"""Thickness of a difference, as a share of the height, from which the trusted view decides."""

LIMB = 0.06
"""Thickness of a difference, as a share of the height, from which it may be a limb: worth a warning by itself."""

MAX_PLACES = 3


@dataclass(frozen=True, eq=False)
class Consistent:
    """Views after what could be put right, notes on what was found, and the IoU of the worst pair of opposites."""

    views: Views
    notes: tuple[Note, ...]
    silhouette_iou: float | None


def make_consistent(views: Views, *, fix_views: bool = True, trust: str | None = None) -> Consistent:
    """Return the views with a mirrored one of each opposite pair turned over, and what there is to say about them.

    A view from behind shows the mirror image of the front's silhouette. Where the picture as given fits better than
    its mirror image by `MIRROR_GAIN`, the view that is not trusted is turned over; `fix_views=False` keeps it and says
    so. The first view of a pair is trusted unless `trust` names the other. Raises `ViewsDisagree` where a pair's
    silhouettes overlap by less than half, GenerateError where `trust` names no view.
    """
    items = list(views.items)
    _check_trust(items, trust)
    notes = [note for view in items if view.elevation_deg == 0.0 for note in _angle_notes(view)]
    ious: list[float] = []
    for first, second in _opposite_pairs(items):
        trusted, other = (second, first) if trust == view_name(items[second]) else (first, second)
        items[other], agreement, mirror_notes = _settle(items[trusted], items[other], fix_views)
        notes += [*mirror_notes, *_disagreement_notes(agreement, items[trusted], items[other])]
        ious.append(agreement.iou)
    return Consistent(replace(views, items=tuple(items)), tuple(notes), min(ious, default=None))


def view_name(view: View) -> str:
    """Return what to call a view: its name, else that of its side, else its azimuth."""
    return view.name or side_of(view.azimuth_deg) or f"{view.azimuth_deg:g}°"


def _check_trust(items: list[View], trust: str | None) -> None:
    names = [view_name(view) for view in items]
    if trust is not None and trust not in names:
        raise GenerateError(f"no view {trust!r} to trust; the views are {', '.join(names)}")


def _opposite_pairs(items: list[View]) -> list[tuple[int, int]]:
    """Return index pairs of level views taken from opposite sides."""
    pairs = []
    for i, a in enumerate(items):
        for j in range(i + 1, len(items)):
            turn = (items[j].azimuth_deg - a.azimuth_deg) % 360.0
            if abs(turn - 180.0) <= 1.0 and a.elevation_deg == items[j].elevation_deg == 0.0:
                pairs.append((i, j))
    return pairs


def _angle_notes(view: View) -> list[Note]:
    tilt = estimate_tilt(view)
    if not tilt.is_tilted:
        return []
    name = view_name(view)
    message = (
        f"the {name} view looks taken from about {tilt.elevation_deg:.0f}° above, as a three-quarter view is (only "
        f"{tilt.flat_share:.0%} of the footing lies on one line); it is treated as level, from {view.azimuth_deg:g}°"
    )
    remedy = f"give a {name} picture taken level and straight on"
    extra = {"flat_share": tilt.flat_share}
    return [Note("view-angle", "WARN", message, tilt.elevation_deg, TILTED_DEG, "°", name, None, remedy, extra)]


def _settle(trusted: View, other: View, fix_views: bool) -> tuple[View, Agreement, list[Note]]:
    """Return the other view, turned over where that helps, how the two agree then, and a note if it was mirrored."""
    as_given, turned = agree(trusted, other), agree(trusted, mirrored(other))
    gain = turned.iou - as_given.iou
    if gain < MIRROR_GAIN or min(symmetry(trusted), symmetry(other)) >= SYMMETRIC:
        return other, as_given, []
    note = _mirror_note(view_name(trusted), view_name(other), as_given.iou, turned.iou, fix_views)
    return (mirrored(other), turned, [note]) if fix_views else (other, as_given, [note])


def _mirror_note(trusted: str, other: str, as_given: float, turned: float, fixed: bool) -> Note:
    done = f"it was turned over to match the {trusted}" if fixed else "it was kept as asked"
    message = (
        f"the {other} view looks mirrored against the {trusted} (silhouettes overlap {as_given:.2f} as given, "
        f"{turned:.2f} turned over); {done}"
    )
    remedy = f"if the {trusted} view is the mirrored one, trust the {other}" if fixed else f"turn the {other} view over"
    extra = {"iou_as_given": as_given, "iou_turned": turned}
    return Note("view-mirrored", "WARN", message, turned - as_given, MIRROR_GAIN, None, other, None, remedy, extra)


def _disagreement_notes(agreement: Agreement, trusted: View, other: View) -> list[Note]:
    names = view_name(trusted), view_name(other)
    if agreement.iou < ONE_SUBJECT:
        raise ViewsDisagree(
            f"the {names[0]} and the {names[1]} view cannot be one subject: their silhouettes overlap "
            f"{agreement.iou:.2f}, under {ONE_SUBJECT:.2f}; give pictures of one subject in one pose"
        )
    places = places_of_difference(agreement, DECIDED_BY_TRUST)
    shown = [place for place in places if place.thickness >= LIMB][:MAX_PLACES] or places[:1]
    if agreement.iou < SAME_SHAPE and not shown:
        return [_overlap_note(agreement.iou, *names)]
    return [_place_note(place, agreement.iou, trusted, *names) for place in shown]


def _overlap_note(iou: float, trusted: str, other: str) -> Note:
    message = f"the {trusted} and the {other} view overlap {iou:.2f} only; the {trusted} view decides"
    remedy = "give pictures of one subject in one pose"
    return Note("views-disagree", "WARN", message, iou, SAME_SHAPE, None, other, None, remedy)


def _place_note(place: Place, iou: float, trusted: View, trusted_name: str, other_name: str) -> Note:
    where = _in_words(place, trusted, trusted_name)
    owner, lacking = (trusted_name, other_name) if place.only_in_trusted else (other_name, trusted_name)
    message = (
        f"the {owner} view has what the {lacking} view has not: {where}, {place.width:.0%} of the height wide "
        f"(silhouettes overlap {iou:.2f}); the {trusted_name} view decides there"
    )
    serious = iou < SAME_SHAPE or place.thickness >= LIMB
    return Note(
        "views-disagree",
        "WARN" if serious else "INFO",
        message,
        measured=place.thickness,
        limit=LIMB if place.thickness >= LIMB else DECIDED_BY_TRUST,
        unit="height",
        view=owner,
        place=where,
        remedy=f"give both views in one pose, or trust the {other_name} view instead",
        extra={"iou": iou, "low": place.low, "high": place.high, "width": place.width, "area": place.area},
    )


PICTURE_SIDES = {
    0.0: ("the subject's right", "the subject's left"),
    90.0: ("the front", "the back"),
    180.0: ("the subject's left", "the subject's right"),
    270.0: ("the back", "the front"),
}
"""What lies on the left and on the right of a picture, by its azimuth."""


def _in_words(place: Place, trusted: View, name: str) -> str:
    middle = (place.left + place.right) / 2.0
    left, right = PICTURE_SIDES.get(trusted.azimuth_deg % 360.0, ("the left", "the right"))
    side = f"on {left}" if middle < 0.4 else f"on {right}" if middle > 0.6 else "in the middle"
    picture = "left" if middle < 0.4 else "right" if middle > 0.6 else "middle"
    return f"{name} view, {side} (the picture's {picture}), {place.low:.0%} to {place.high:.0%} of the height"
