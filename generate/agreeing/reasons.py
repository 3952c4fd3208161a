"""Why views do not fit: each reason a note with a stable code, a place, and what to do about it."""

from __future__ import annotations

from generate.agreeing.agreement import Place
from generate.agreeing.turned import Difference
from generate.agreeing.view_angle import TILTED_DEG, Tilt
from generate.views import Note, View, side_of

MIRROR_GAIN = 0.02
"""Rise of the IoU from which the other view is turned over."""

SAME_SHAPE = 0.85
"""IoU of opposite views under which they are worth a warning wherever they differ."""

DECIDED_BY_TRUST = 0.02
"""Thickness of a difference, as a share of the height, from which the trusted view decides."""

LIMB = 0.06
"""Thickness of a difference, as a share of the height, from which it may be a limb: worth a warning by itself.

More for a deep figure (`consistency.limb_from`).
"""

ONE_POSE = "give pictures of one subject in one pose"


def view_name(view: View) -> str:
    """Return what to call a view: its name, else that of its side, else its azimuth."""
    return view.name or side_of(view.azimuth_deg) or f"{view.azimuth_deg:g}°"


def tilted(view: View, tilt: Tilt) -> Note:
    """Return that a view looks taken from above."""
    name = view_name(view)
    message = (
        f"the {name} view looks taken from about {tilt.elevation_deg:.0f}° above, as a three-quarter view is (only "
        f"{tilt.flat_share:.0%} of the footing lies on one line); it is treated as level, from {view.azimuth_deg:g}°"
    )
    remedy = f"give a {name} picture taken level and straight on"
    extra = {"flat_share": tilt.flat_share}
    return Note("view-angle", "WARN", message, tilt.elevation_deg, TILTED_DEG, "°", name, None, remedy, extra)


def turned_against(
    first: View, second: View, difference: Difference, angle_deg: float | None, limit_deg: float
) -> Note:
    """Return that the first view was taken from another side than the second one's opposite.

    `angle_deg` is None where no view from beside says by how much, and then neither is it known which of the two.
    """
    names = view_name(first), view_name(second)
    who = f"the {names[0]} view looks turned against the {names[1]} by about {abs(angle_deg or 0.0):.0f}°"
    if angle_deg is None:
        who = f"the {names[0]} or the {names[1]} view looks turned, as a three-quarter view is"
    message = f"{who}: the outlines differ along {difference.rows:.0%} of the height"
    remedy = "give pictures taken level and straight on"
    extra = {"share": difference.share, "rows": difference.rows}
    measured = None if angle_deg is None else abs(angle_deg)
    return Note("view-angle", "WARN", message, measured, limit_deg, "°", names[0], None, remedy, extra)


def is_mirrored(trusted: View, other: View, as_given: float, turned: float, fixed: bool) -> Note:
    """Return that the other view's silhouette fits better turned over."""
    names = view_name(trusted), view_name(other)
    done = f"it was turned over to match the {names[0]}" if fixed else "it was kept as asked"
    message = (
        f"the {names[1]} view looks mirrored against the {names[0]} (silhouettes overlap {as_given:.2f} as given, "
        f"{turned:.2f} turned over); {done}"
    )
    kept = f"turn the {names[1]} view over"
    remedy = f"if the {names[0]} view is the mirrored one, trust the {names[1]}" if fixed else kept
    extra = {"iou_as_given": as_given, "iou_turned": turned}
    return Note("view-mirrored", "WARN", message, turned - as_given, MIRROR_GAIN, None, names[1], None, remedy, extra)


def is_not_mirrored(trusted: View, other: View, as_given: float, turned: float) -> Note:
    """Return that the other view's silhouette fits a little better turned over, but that its colours forbid it."""
    names = view_name(trusted), view_name(other)
    message = (
        f"the {names[1]} view's outline fits the {names[0]} a little better turned over (silhouettes overlap "
        f"{as_given:.2f} as given, {turned:.2f} turned over), but its colours deny that; it was kept"
    )
    return Note("view-mirrored", "INFO", message, turned - as_given, MIRROR_GAIN, None, names[1])


def is_swapped(sides: list[View], gain: float, limit: float) -> Note:
    """Return that views from beside face the wrong way."""
    names = [view_name(view) for view in sides]
    if len(names) > 1:
        who = f"the {' and the '.join(names)} view look swapped"
        remedy = f"give the {names[0]} picture as the {names[1]} and the other way round"
    else:
        who = f"the {names[0]} view faces the wrong way: it is from the other side, or mirrored"
        remedy = f"say which side it is from, or turn the {names[0]} picture over"
    message = f"{who}; the colours along its outline are those of the neighbouring views the other way round"
    return Note("view-swapped", "WARN", message, gain, limit, None, names[0], None, remedy)


def has_mirrored_colours(first: View, second: View) -> Note:
    """Return that one of two opposite views looks mirrored by its colours, where the silhouettes do not say so."""
    names = view_name(first), view_name(second)
    message = (
        f"the {names[1]} view looks mirrored against the {names[0]}: the colours along their outlines fit better with "
        "one of them turned over; it was kept, since the silhouettes do not tell"
    )
    return Note(
        "view-mirrored", "WARN", message, view=names[1], remedy=f"look, and turn the {names[1]} view over if so"
    )


def in_other_colours(view: View, difference: float, limit: float) -> Note:
    """Return that a view shows other colours than the others where they see the same surface."""
    name = view_name(view)
    message = (
        f"the {name} view shows colours that no other view has: along its outlines, which they see as well, they are "
        f"{difference:.1f} off (CIE Lab, half of the lightness)"
    )
    remedy = "give pictures of one subject in one set of colours"
    return Note("view-colours", "WARN", message, difference, limit, None, name, None, remedy)


def overlap_little(trusted: View, other: View, iou: float) -> Note:
    """Return that two silhouettes differ all over."""
    names = view_name(trusted), view_name(other)
    message = f"the {names[0]} and the {names[1]} view overlap {iou:.2f} only; the {names[0]} view decides"
    return Note("views-disagree", "WARN", message, iou, SAME_SHAPE, None, names[1], None, ONE_POSE)


def differ_at(place: Place, iou: float, trusted: View, other: View, limb: float) -> Note:
    """Return what one view has and the other has not, and where; from a thickness of `limb` on it is a warning."""
    names = view_name(trusted), view_name(other)
    where = _in_words(place, trusted)
    owner, lacking = names if place.only_in_trusted else names[::-1]
    message = (
        f"the {owner} view has what the {lacking} view has not: {where}, {place.width:.0%} of the height wide "
        f"(silhouettes overlap {iou:.2f}); the {names[0]} view decides there"
    )
    serious = iou < SAME_SHAPE or place.thickness >= limb
    return Note(
        "views-disagree",
        "WARN" if serious else "INFO",
        message,
        measured=place.thickness,
        limit=limb if place.thickness >= limb else DECIDED_BY_TRUST,
        unit="height",
        view=owner,
        place=where,
        remedy=f"give both views in one pose, or trust the {names[1]} view instead",
        extra={"iou": iou, "low": place.low, "high": place.high, "width": place.width, "area": place.area},
    )


PICTURE_SIDES = {
    0.0: ("the subject's right", "the subject's left"),
    90.0: ("the front", "the back"),
    180.0: ("the subject's left", "the subject's right"),
    270.0: ("the back", "the front"),
}
"""What lies on the left and on the right of a picture, by its azimuth."""


def _in_words(place: Place, trusted: View) -> str:
    middle = (place.left + place.right) / 2.0
    left, right = PICTURE_SIDES.get(trusted.azimuth_deg % 360.0, ("the left", "the right"))
    side = f"on {left}" if middle < 0.4 else f"on {right}" if middle > 0.6 else "in the middle"
    picture = "left" if middle < 0.4 else "right" if middle > 0.6 else "middle"
    height = f"{place.low:.0%} to {place.high:.0%} of the height"
    return f"{view_name(trusted)} view, {side} (the picture's {picture}), {height}"
