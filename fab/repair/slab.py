"""The plate under a figure: generators lay a thin floor there that nobody asked for; pedestals and bases are meant."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.findings import Finding, Severity
from fab.repair.feet import cut_at_feet
from fab.repair.record import Limits, Mending, Surface
from fab.repair.sections import outline_at, section_areas

Points = NDArray[np.float64]

_SLAB_HIGH = 0.04  # of the height: a plate no higher was not meant
_PEDESTAL_HIGH = 0.15
_LOOK = 0.03  # of the height: how far above the plate the figure is asked whether it stays slender
_STEP = 0.0005
_SLAB_TIMES = 2.0  # the section above fits so often into the plate's
_PEDESTAL_TIMES = 1.15
_OVERLAP = 0.9  # of the plate's convex outline: what rises that wide is a vessel, and the plate its floor
_BROAD = 0.6  # of the section at the step: so much a pedestal has near the bed
_FLARE = 1.25  # where the section shrinks less than that over `_EVEN` of the height, the feet begin
_EVEN = 0.01
_LEVEL = 1.03  # where it shrinks less than that, the feet go straight up, and the mound round them has ended
_SETTLED = 1.1  # the same of the section's convex outline: what the plate left round the feet is thin, but reaches far
_BASE_MM = (20.0, 60.0)  # across: the round bases that miniatures are sold on
_ROUND = 0.97
_RIM = (0.4, 0.6)  # of the plate's height: where its rim is looked at
_UPRIGHT = 0.02
_FLAT = 0.9  # cosine: what faces up more steeply is the top of a plate
_WHOLE = 0.8  # of its convex outline: a plate is one piece, two shoes are not


class Plate(NamedTuple):
    """A plate found under a figure: where it ends, its share of the height, and how wide it is beside what it bears.

    `feet` is how high the mound reaches that it runs up in; there the section is that of the feet.
    """

    top: float
    share: float
    times: float
    feet: float


def treat_slab(surface: Surface, limits: Limits) -> Mending:
    """Return the solid, cut off above its slab with `remove_slab`; else a slab or a pedestal is only reported."""
    profile = _Profile.of(surface, limits)
    slab = _find_slab(surface, profile, limits)
    if slab is not None and not _is_base(surface, slab, profile, limits):
        cut = cut_at_feet(surface, slab.top, slab.feet, limits) if limits.remove_slab else None
        finding = _say_slab(slab, removed=cut is not None)
        return cut._replace(findings=(finding,)) if cut is not None else Mending(surface, findings=(finding,))
    pedestal = slab or _find_pedestal(surface, profile, limits)
    return Mending(surface, findings=(_say_pedestal(pedestal),)) if pedestal is not None else Mending(surface)


class _Profile(NamedTuple):
    """Sections up to a fifth of the height: `shares` (k,) of it, `areas` (k,)."""

    bottom: float
    height: float
    shares: Points
    areas: Points

    @classmethod
    def of(cls, surface: Surface, limits: Limits) -> _Profile:
        heights = limits.heights(surface.vertices)
        bottom, height = float(heights.min()), float(np.ptp(heights))
        shares = np.arange(_STEP / 2, _PEDESTAL_HIGH + _LOOK, _STEP)
        return cls(bottom, height, shares, section_areas(surface, bottom + shares * height, limits.up))

    def plate(self, k: int, times: float) -> Plate:
        top = self.bottom + float(self.shares[k]) * self.height
        return Plate(top, float(self.shares[k]), times, top)


def _find_slab(surface: Surface, profile: _Profile, limits: Limits) -> Plate | None:
    """Return the slab: within 4% of the height the section falls to less than half, and stays so."""
    within = int(np.searchsorted(profile.shares, _SLAB_HIGH + _STEP))
    widest = int(profile.areas[:within].argmax())
    most = profile.areas[widest]
    narrow = profile.areas * _SLAB_TIMES < most
    above = np.flatnonzero(narrow[widest:within]) + widest
    look = int(_LOOK / _STEP)
    if (
        not len(above)
        or not narrow[above[0] : within + look].all()
        or profile.areas[above[0] : within + look].min() <= 0
    ):
        return None
    plate = outline_at(surface, profile.plate(widest, 1.0).top, limits.up)
    borne = outline_at(surface, profile.plate(within + look - 1, 1.0).top, limits.up)
    stepped = outline_at(surface, profile.plate(within - 1, 1.0).top, limits.up)
    if plate.filled < _WHOLE or borne.hull_area > _OVERLAP * plate.hull_area:
        return None
    if stepped.outer * _SLAB_TIMES > plate.outer:  # a vessel that tapers: only its hollow makes the section small
        return None
    even = int(_EVEN / _STEP)
    for k in range(int(above[0]), within + look - even):
        if profile.areas[k] <= _FLARE * profile.areas[k + even]:
            feet = profile.plate(_find_feet(surface, profile, k, limits), 1.0)
            return profile.plate(k, float(most / profile.areas[k]))._replace(feet=feet.top)
    return None


def _find_feet(surface: Surface, profile: _Profile, first: int, limits: Limits) -> int:
    """Return the height by which the section stays as large and as wide: what flares below is no foot.

    That is `first` where the plate ends in a step, or where the section shrinks all the way up.
    """
    even = int(_EVEN / _STEP)
    last = int(np.searchsorted(profile.shares, _PEDESTAL_HIGH))
    low, high = (profile.plate(k, 1.0).top for k in (first, last + even))
    near = _between(surface, low, high, limits)
    for k in range(first, last):
        if profile.areas[k] <= _LEVEL * profile.areas[k + even]:
            wide, above = (outline_at(near, profile.plate(i, 1.0).top, limits.up).hull_area for i in (k, k + even))
            if 0 < wide <= _SETTLED * above:
                return k + even if k > first else first
    return first


def _between(surface: Surface, low: float, high: float, limits: Limits) -> Surface:
    """Return the faces that reach between two heights, with all vertices."""
    heights = limits.heights(surface.vertices)[surface.faces]
    return Surface(surface.vertices, surface.faces[(heights.min(axis=1) <= high) & (heights.max(axis=1) >= low)])


def _find_pedestal(surface: Surface, profile: _Profile, limits: Limits) -> Plate | None:
    """Return the pedestal: one piece that ends in a flat step from which something narrower rises."""
    even = int(_EVEN / _STEP)
    below, above = profile.areas[:-even], profile.areas[even:]
    times = np.where((above > 0) & (below > 0), below / np.maximum(above, 1e-300), 0.0)
    times[profile.shares[:-even] < _SLAB_HIGH / 2] = 0.0
    times[profile.shares[:-even] > _PEDESTAL_HIGH] = 0.0
    k = int(times.argmax())
    if times[k] < _PEDESTAL_TIMES or profile.areas[k // 4] < _BROAD * below[k]:
        return None
    low, high = (profile.bottom + profile.shares[i] * profile.height for i in (k, k + even))
    step = below[k] - above[k]
    flat = _flat_area(surface, low, high, limits)
    whole = outline_at(surface, low, limits.up).filled > _WHOLE
    return profile.plate(k + even, float(times[k])) if whole and flat > step / 2 else None


def _flat_area(surface: Surface, low: float, high: float, limits: Limits) -> float:
    """Return how much of the surface between two heights faces up."""
    a, b, c = (surface.vertices[surface.faces[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a) / 2
    area = np.linalg.norm(normals, axis=1)
    middle = limits.heights((a + b + c) / 3)
    chosen = (limits.heights(normals) > _FLAT * area) & (middle >= low) & (middle <= high)
    return float(area[chosen].sum())


def _is_base(surface: Surface, slab: Plate, profile: _Profile, limits: Limits) -> bool:
    """Whether the plate is a miniature's own base: a disc of 20 to 60 mm with an upright rim."""
    low, high = (outline_at(surface, profile.bottom + part * slab.share * profile.height, limits.up) for part in _RIM)
    across_mm = 2 * (low.hull_area / np.pi) ** 0.5 / limits.unit_per_mm
    upright = abs(high.hull_area - low.hull_area) < _UPRIGHT * low.hull_area
    return bool(upright and low.roundness > _ROUND and low.filled > _ROUND and _BASE_MM[0] <= across_mm <= _BASE_MM[1])


def _say_slab(slab: Plate, removed: bool) -> Finding:
    what = f"a floor plate {100 * slab.share:.1f}% of the height and {slab.times:.1f} times what it bears"
    return Finding(
        check="solid",
        code="slab-removed" if removed else "slab",
        severity=Severity.INFO,
        message=f"{what}, {'cut off' if removed else 'kept'}",
        measured=100 * slab.share,
        limit=100 * _SLAB_HIGH,
        unit="% of the height",
        remedy=None if removed else "give --remove-slab to cut it off at the feet",
    )


def _say_pedestal(pedestal: Plate) -> Finding:
    return Finding(
        check="solid",
        code="pedestal",
        severity=Severity.INFO,
        message=f"it stands on a pedestal of {100 * pedestal.share:.1f}% of its height, which is kept",
        measured=100 * pedestal.share,
        limit=100 * _SLAB_HIGH,
        unit="% of the height",
    )
