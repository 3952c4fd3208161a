"""Small bodies that hang in the air: kept and told, dropped, or tied to the part by the shortest printable bridge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fab.findings import Finding, Severity
from fab.repair.deviation import distances
from fab.repair.overlaps import join, settle, surface_of, to_manifold
from fab.repair.record import Limits, Mending, Surface
from fab.repair.shells import Shells
from fab.repair.weld import compact

if TYPE_CHECKING:
    from manifold3d import Manifold

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_MOST_LISTED = 20
_ROUNDS = 8  # of walking to and fro between two surfaces
_SEGMENTS = 24  # round a bridge


def treat_floating(surface: Surface, limits: Limits) -> Mending:
    """Return the solid with small floating bodies kept, joined or removed, as `limits.floating` says, each told.

    A body that rests on the bed or holds more than 1% of the volume is a part and stays as it is.
    """
    shells = Shells.of(surface)
    floating = shells.floating(limits)
    if not floating.any():
        return Mending(surface)
    if limits.floating == "remove":
        return _remove(shells, floating, limits)
    if limits.floating == "join":
        return _join(shells, floating, limits) or _keep(shells, floating, limits)
    return _keep(shells, floating, limits)


def _keep(shells: Shells, floating: NDArray[np.bool_], limits: Limits) -> Mending:
    findings = _list(
        shells,
        floating,
        limits,
        "floating-body",
        "hangs in the air and will fall off or need supports",
        severity=Severity.WARN,
        remedy="give --floating join to tie it to the part, or --floating remove to drop it",
    )
    return Mending(shells.surface, findings=findings)


def _remove(shells: Shells, floating: NDArray[np.bool_], limits: Limits) -> Mending:
    gone = shells.within(floating)
    findings = _list(shells, floating, limits, "floating-removed", "that hung in the air was left out")
    note = f"dropped {int(floating.sum())} floating bodies"
    return Mending(shells.pick(~gone), note, removed=shells.pick(gone), findings=findings)


def _join(shells: Shells, floating: NDArray[np.bool_], limits: Limits) -> Mending | None:
    """Return the solid with a bridge from each floating body to what is joined already, nearest first."""
    from manifold3d import Manifold, OpType

    gaps = _plan_bridges(shells, floating)
    bridges = [_capsule(start, end, limits.bridge_mm / 2) for start, end in gaps]
    whole = to_manifold(shells.surface)
    made = settle(Manifold.batch_boolean([whole, *bridges], OpType.Add), limits)
    if made is None or Shells.of(made).floating(limits).any():
        return None
    longest = max(map(_length, gaps)) / limits.unit_per_mm
    findings = _list(shells, floating, limits, "floating-joined", "that hung in the air was tied to the part")
    note = f"tied {len(gaps)} floating bodies to the part by bridges of at most {longest:.2g} mm"
    near = 1e-3 * limits.bridge_mm
    swallowed = [_faces_on(surface_of(whole ^ bridge), shells.surface, near) for bridge in bridges]
    rods = join([surface_of(bridge) for bridge in bridges])
    return Mending(made, note, added=_faces_on(made, rods, near), removed=join(swallowed), findings=findings)


def _plan_bridges(shells: Shells, floating: NDArray[np.bool_]) -> list[tuple[Points, Points]]:
    """Return the ends of the bridges: the nearest floating body is joined first and may bear the next one."""
    left = [int(body) for body in np.flatnonzero(floating)]
    joined = _Host(shells.pick(shells.within((shells.depth == 0) & ~floating)))
    bodies = {body: _Host(shells.pick(np.arange(shells.count) == body)) for body in left}
    nearest = {body: bodies[body].shortest_gap(joined) for body in left}
    gaps: list[tuple[Points, Points]] = []
    while left:
        body = min(left, key=lambda b: (_length(nearest[b]), b))
        left.remove(body)
        gaps.append(nearest[body])
        for other in left:
            nearest[other] = min(nearest[other], bodies[other].shortest_gap(bodies[body]), key=_length)
    return gaps


def _length(gap: tuple[Points, Points]) -> float:
    return float(np.linalg.norm(gap[1] - gap[0]))


class _Host:
    """A surface that can be asked for its nearest places again and again."""

    def __init__(self, surface: Surface) -> None:
        import igl

        self.surface, self.tree = surface, igl.AABB()
        self.tree.init(surface.vertices, surface.faces)

    def nearest(self, points: Points) -> tuple[Points, Points]:
        """Return squared distances (n,) and places (n, 3) nearest to the points (n, 3)."""
        squared, _, places = self.tree.squared_distance(self.surface.vertices, self.surface.faces, points)
        return np.atleast_1d(squared), np.asarray(places, np.float64).reshape(-1, 3)

    def shortest_gap(self, other: _Host) -> tuple[Points, Points]:
        """Return the nearest places of this surface and the other, from the nearest corner on by going to and fro."""
        squared, places = other.nearest(self.surface.vertices)
        k = int(squared.argmin())
        start, end = self.surface.vertices[k : k + 1], places[k : k + 1]
        for _ in range(_ROUNDS):
            start = self.nearest(end)[1]
            end = other.nearest(start)[1]
        return start[0], end[0]


def _capsule(start: Points, end: Points, radius: float) -> Manifold:
    """Return a rod with round ends from one place to another; each end is sunk half its width into what it holds."""
    from manifold3d import Manifold

    ball = Manifold.sphere(radius, _SEGMENTS)
    return Manifold.batch_hull([ball.translate(tuple(float(x) for x in place)) for place in (start, end)])


def _faces_on(surface: Surface, other: Surface, near: float) -> Surface:
    """Return the faces of a surface whose middle lies on another one."""
    middle = surface.vertices[surface.faces].mean(axis=1)
    return compact(surface.vertices, surface.faces[distances(middle, other) < near])


def _list(
    shells: Shells,
    floating: NDArray[np.bool_],
    limits: Limits,
    code: str,
    what: str,
    severity: Severity = Severity.INFO,
    remedy: str | None = None,
) -> tuple[Finding, ...]:
    """Return a finding for each body, largest first, and one for those beyond the twentieth."""
    ranked = sorted(np.flatnonzero(floating), key=lambda s: (-float(shells.volume[s]), int(s)))
    findings = []
    for shell in ranked[:_MOST_LISTED]:
        size = float((shells.high - shells.low)[shell].max()) / limits.unit_per_mm
        found = Finding(
            check="solid",
            code=code,
            severity=severity,
            message=f"a small body of {size:.2g} mm {what}",
            measured=size,
            unit="mm",
            point_mm=shells.middle(int(shell)),
            remedy=remedy,
        )
        findings.append(found)
    if len(ranked) > _MOST_LISTED:
        more = f"{len(ranked) - _MOST_LISTED} more small bodies {what}"
        findings.append(Finding(check="solid", code=code, severity=severity, message=more, remedy=remedy))
    return tuple(findings)
