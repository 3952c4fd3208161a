"""Rows of features on a plate, each with its size beside it → one `Solid`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import trimesh
from manifold3d import Manifold, OpType

from fab.errors import FabError
from fab.solid import Solid
from fab.test_piece.features import FEATURES, LABEL_THEMSELVES, Feature
from fab.test_piece.lettering import outline, text_height, text_width
from fab.test_piece.scale import Scale, scale_for
from printers.learning.sizes import Row, label, plan
from printers.profile import Printer

FINEST_MM = 0.002
"""Details below this are swept away: unions leave some, and float32 cannot hold them."""


class Placed(NamedTuple):
    """Solids at their place, and the room they take together; `added` holds the plate below them too, once arranged."""

    width: float
    depth: float
    added: tuple[Manifold, ...]
    cut: tuple[Manifold, ...]
    loose: tuple[Manifold, ...]


def build_test_piece(printer: Printer) -> Solid:
    """Return the test piece of a printer: a plate with one row a limit, pegs loose in their holes; mm, from z = 0.

    Raises FabError when it does not fit the printer.
    """
    scale = scale_for(printer)
    rows = [_row(row, scale) for row in plan(printer)]
    placed = _arrange(rows, scale)
    _check_fit(placed, scale, printer)
    body = Manifold.batch_boolean(list(placed.added), OpType.Add)
    body = Manifold.batch_boolean([body, *placed.cut], OpType.Subtract)
    whole = Manifold.batch_boolean([body, *placed.loose], OpType.Add).translate((0, 0, scale.plate))
    return _solid(whole, printer)


def _row(row: Row, scale: Scale) -> Placed:
    """Return a row: its letter at the left, then each size's feature with its label in front of it."""
    added: list[Manifold] = [*_written(row.letter, 0.0, 0.0, scale)]
    cut: list[Manifold] = []
    loose: list[Manifold] = []
    labelled = row.rule not in LABEL_THEMSELVES
    x, depth = text_width(row.letter, scale.pen) + 2 * scale.space, 0.0
    above = text_height(scale.pen) + scale.space / 2 if labelled else 0.0
    for size in row.sizes:
        feature = FEATURES[row.rule](size, scale)
        wide = text_width(label(size), scale.pen) if labelled else 0.0
        room = max(wide, feature.width)
        moved = _move(feature, x + (room - feature.width) / 2, above)
        added += moved.added
        if labelled:
            added += _written(label(size), x + (room - wide) / 2, 0.0, scale)
        cut += moved.cut
        loose += moved.loose
        x, depth = x + room + 2.2 * scale.space, max(depth, feature.depth)
    depth = max(above + depth, text_height(scale.pen))
    return Placed(x - 2.2 * scale.space, depth, tuple(added), tuple(cut), tuple(loose))


def _written(text: str, x: float, y: float, scale: Scale) -> Iterator[Manifold]:
    sunk = scale.plate / 2
    yield outline(text, scale.pen).extrude(scale.relief + sunk).translate((x, y, -sunk))


def _move(part: Feature | Placed, x: float, y: float) -> Placed:
    solids = (tuple(solid.translate((x, y, 0)) for solid in group) for group in (part.added, part.cut, part.loose))
    return Placed(part.width, part.depth, *solids)


def _arrange(rows: list[Placed], scale: Scale) -> Placed:
    """Return the rows in as many columns as bring the plate nearest to a square."""
    choices = [_columns(rows, count, scale) for count in range(1, len(rows) + 1)]
    return min(choices, key=lambda placed: (max(placed.width, placed.depth), placed.width))


def _columns(rows: list[Placed], count: int, scale: Scale) -> Placed:
    """Return the rows from the top down, a new column where the share of the depth is reached."""
    edge = scale.space
    share = sum(row.depth + scale.space for row in rows) / count
    columns: list[list[Placed]] = [[]]
    filled = 0.0
    for row in rows:
        if columns[-1] and filled + row.depth / 2 > share * len(columns):
            columns.append([])
        columns[-1].append(row)
        filled += row.depth + scale.space
    depth = max(sum(row.depth + scale.space for row in column) for column in columns) + edge
    moved: list[Placed] = []
    x = edge
    for column in columns:
        y = depth
        for row in column:
            y -= row.depth + scale.space
            moved += [_move(row, x, y), _plate_under(row, x, y, scale)]
        x += max(row.width for row in column) + 1.5 * edge  # plates overlap: what only touches is no one body
    added, cut, loose = (_all(group) for group in zip(*(part[2:] for part in moved), strict=True))
    return Placed(x - edge / 2, depth, added, cut, loose)


def _plate_under(row: Placed, x: float, y: float, scale: Scale) -> Placed:
    """Return the piece of plate below a row: wide enough to hold on to the rows around it, and no wider."""
    edge = scale.space
    size = row.width + 2 * edge, row.depth + 2 * edge
    plate = Manifold.cube((*size, scale.plate)).translate((x - edge, y - edge, -scale.plate))
    return Placed(*size, (plate,), (), ())


def _all(groups: Iterable[tuple[Manifold, ...]]) -> tuple[Manifold, ...]:
    return tuple(solid for group in groups for solid in group)


def _check_fit(placed: Placed, scale: Scale, printer: Printer) -> None:
    size, most = (placed.width, placed.depth, scale.height), printer.largest_mm
    if size[2] > most[2] or sorted(size[:2]) > sorted(most[:2]):
        shown = " × ".join(f"{side:.0f}" for side in size)
        raise FabError(f"a test piece of {shown} mm does not fit {printer.name}; take a larger printer of its kind")


def _solid(whole: Manifold, printer: Printer) -> Solid:
    mesh = whole.simplify(FINEST_MM).to_mesh64()
    points = np.asarray(mesh.vert_properties, np.float64)[:, :3]
    return Solid(
        trimesh.Trimesh(points, np.asarray(mesh.tri_verts, np.int64), process=False), name=f"test piece {printer.id}"
    )
