"""A picture of where two opposite views disagree, to look at beside the reasons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generate.agreeing.agreement import agree
from generate.agreeing.consistency import opposite_pairs
from generate.agreeing.reasons import view_name
from generate.contact_sheet import Frame, contact_sheet
from generate.silhouette import mirrored
from generate.views import View, Views

BOTH, FIRST, SECOND = (176, 176, 172, 255), (208, 64, 40, 255), (40, 96, 200, 255)


def draw_disagreement(views: Views) -> bytes | None:
    """Return a PNG with a row for each pair of opposite views, or None where there is no pair.

    A row shows the first view, both silhouettes laid over each other (grey: both, red: only the first, blue: only the
    second one, mirrored), and the second view mirrored.
    """
    frames: list[Frame] = []
    for i, j in opposite_pairs(list(views.items)):
        first, second = views.items[i], views.items[j]
        names = view_name(first), view_name(second)
        title = f"red: {names[0]} only, blue: {names[1]} only"
        turned = f"{names[1]}, mirrored"
        frames += [Frame(first.image, names[0]), Frame(overlaid(first, second), title)]
        frames.append(Frame(mirrored(second).image, turned))
    return contact_sheet(frames, most_columns=3) if frames else None


def overlaid(first: View, second: View) -> NDArray[np.uint8]:
    """Return (h, w, 4) uint8: where both silhouettes are, and where only one is, the second one mirrored."""
    agreement = agree(first, second)
    a, b = agreement.trusted, agreement.other
    columns = np.flatnonzero((a | b).any(axis=0))
    picture = np.zeros((*a.shape, 4), np.uint8)
    picture[a & b], picture[a & ~b], picture[b & ~a] = BOTH, FIRST, SECOND
    return picture[:, columns[0] : columns[-1] + 1]
