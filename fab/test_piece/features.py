"""The features that are tested, each on its own: what is added on the plate, cut out of it, and left loose.

Every feature stands on z = 0, the top of the plate, with its lower left corner at the origin.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from manifold3d import CrossSection, Manifold

from fab.test_piece.lettering import outline, text_height, text_width
from fab.test_piece.scale import Scale
from printers.learning.sizes import label

ROUND_SIDES = 48
PEG_MM = 2.5
DEEPEST_CUT_MM = 100.0


class Feature(NamedTuple):
    """What one size makes: solids to add, to cut away and to leave loose, and the room it takes along x and y."""

    width: float
    depth: float
    added: tuple[Manifold, ...] = ()
    cut: tuple[Manifold, ...] = ()
    loose: tuple[Manifold, ...] = ()


def wall_supported(size: float, scale: Scale) -> Feature:
    """Return a wall of that thickness between two posts."""
    post, length = scale.sturdy, scale.wall_length
    middle = (post - size) / 2 if size < post else 0.0
    wall = _box(size, length + 2 * post, scale.tall, x=middle)
    posts = _box(post, post, scale.tall), _box(post, post, scale.tall, y=post + length)
    return Feature(max(post, size), length + 2 * post, (wall, *posts))


def wall_free(size: float, scale: Scale) -> Feature:
    """Return a wall of that thickness that only the plate holds."""
    length = scale.wall_length + scale.sturdy
    return Feature(size, length, (_box(size, length, scale.tall),))


def pin(size: float, scale: Scale) -> Feature:
    """Return an upright pin of that diameter."""
    return Feature(size, size, (_rod(size, scale.tall, size / 2, size / 2),))


def embossed(size: float, scale: Scale) -> Feature:
    """Return the size itself, raised, written with a pen of that width."""
    text = label(size)
    raised = outline(text, size).extrude(scale.relief + scale.plate / 2).translate((0, 0, -scale.plate / 2))
    return Feature(text_width(text, size), text_height(size), (raised,))


def engraved(size: float, scale: Scale) -> Feature:
    """Return the size itself, cut into the plate with a pen of that width."""
    text = label(size)
    sunk = outline(text, size).extrude(DEEPEST_CUT_MM).translate((0, 0, -min(scale.relief, scale.plate - scale.layer)))
    return Feature(text_width(text, size), text_height(size), cut=(sunk,))


def hole(size: float, scale: Scale) -> Feature:
    """Return an upright hole of that diameter through a block and the plate."""
    side = size + 1.5 * scale.sturdy
    block = _box(side, side, scale.tall / 3)
    return Feature(side, side, (block,), (_drill(size, side / 2, side / 2),))


def clearance(size: float, scale: Scale) -> Feature:
    """Return a peg that stands free in a hole, with that gap all round; what fuses cannot be pushed out."""
    side = PEG_MM + 2 * size + 1.5 * scale.sturdy
    block = _box(side, side, scale.tall / 3)
    reach = scale.plate + scale.tall / 3 + 1.0
    peg = Manifold.cylinder(reach, PEG_MM / 2, PEG_MM / 2, ROUND_SIDES).translate((side / 2, side / 2, -scale.plate))
    return Feature(side, side, (block,), (_drill(PEG_MM + 2 * size, side / 2, side / 2),), (peg,))


def overhang(angle_deg: float, scale: Scale) -> Feature:
    """Return a wedge whose underside leans that far from the vertical."""
    reach = min(scale.tall * math.tan(math.radians(angle_deg)), 1.25 * scale.tall)
    rise = reach / math.tan(math.radians(angle_deg))
    foot, deep = 1.5 * scale.sturdy, 1.5 * scale.sturdy
    low = scale.tall - rise
    profile = [(0.0, -scale.plate / 2), (foot, -scale.plate / 2), (foot, low), (foot + reach, scale.tall)]
    side = CrossSection([[*profile, (0.0, scale.tall)]])
    return Feature(foot + reach, deep, (side.extrude(deep).rotate((90, 0, 0)).translate((0, deep, 0)),))


def bridge(size: float, scale: Scale) -> Feature:
    """Return a beam that spans that length between two posts."""
    post, thick = scale.sturdy, max(scale.relief, 3 * scale.layer)
    posts = _box(post, post, scale.tall), _box(post, post, scale.tall, y=post + size)
    beam = _box(post, size + 2 * post, thick, z=scale.tall - thick)
    return Feature(post, size + 2 * post, (*posts, beam))


def drain(size: float, scale: Scale) -> Feature:
    """Return a hollow box with a hole of that diameter in its roof."""
    wall = scale.sturdy
    side = size + 2 * wall + 1.0
    box = _box(side, side, scale.tall)
    roof = scale.tall / 4
    inside = Manifold.cube((side - 2 * wall, side - 2 * wall, scale.tall - roof)).translate((wall, wall, 0.0))
    hole_in_roof = _rod(size, DEEPEST_CUT_MM, side / 2, side / 2).translate((0, 0, scale.tall - 2 * roof))
    return Feature(side, side, (box,), (inside, hole_in_roof))


FEATURES: dict[str, Callable[[float, Scale], Feature]] = {
    "wall_supported_mm": wall_supported,
    "wall_free_mm": wall_free,
    "feature_mm": pin,
    "emboss_mm": embossed,
    "engrave_mm": engraved,
    "hole_mm": hole,
    "clearance_mm": clearance,
    "overhang_from_vertical_deg": overhang,
    "bridge_mm": bridge,
    "drain_hole_mm": drain,
}
"""Rule -> what tests it."""
LABEL_THEMSELVES = {"emboss_mm", "engrave_mm"}
"""What is written is the size: no label beside it."""


def _box(width: float, depth: float, height: float, x: float = 0.0, y: float = 0.0, z: float | None = None) -> Manifold:
    """A box that reaches a little into the plate, so that nothing only touches it; `z` lifts it off instead."""
    sunk = 0.2 if z is None else 0.0
    return Manifold.cube((width, depth, height + sunk)).translate((x, y, -sunk if z is None else z))


def _rod(diameter: float, height: float, x: float, y: float) -> Manifold:
    return Manifold.cylinder(height + 0.2, diameter / 2, diameter / 2, ROUND_SIDES).translate((x, y, -0.2))


def _drill(diameter: float, x: float, y: float) -> Manifold:
    drill = Manifold.cylinder(2 * DEEPEST_CUT_MM, diameter / 2, diameter / 2, ROUND_SIDES)
    return drill.translate((x, y, -DEEPEST_CUT_MM))
