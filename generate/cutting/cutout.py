"""A subject cut out of its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from generate.cutting.backdrop import backdrop_background, find_backdrop, grabcut
from generate.cutting.border import border_strip
from generate.cutting.checkerboard import checkerboard_background, find_checkerboard
from generate.cutting.foreground_model import REMEDY, find_model, subject_by_model
from generate.cutting.matte import decontaminate, soft_alpha
from generate.errors import UnusableView
from generate.views import Note

Method = Literal["alpha", "checkerboard", "backdrop", "rembg", "grabcut"]

MAX_PIXELS = 2_000_000
"""Larger pictures are reduced first: no stage after this one sees more."""

MIN_SHARE = 0.005
"""Share of the picture under which nothing counts as a subject."""

SECOND_SHARE = 0.2
"""Size, against the largest, from which a second separate piece is worth a word."""

CROPPED_SHARE = 0.03
"""Length of contact with one side of the picture, against the subject's size, from which it counts as cropped."""


@dataclass(frozen=True, eq=False)
class CutOut:
    """A picture (h, w, 4) uint8 whose alpha is one subject, how that was found, and what there is to say about it."""

    image: NDArray[np.uint8]
    method: Method
    notes: tuple[Note, ...]


def cut_out(image: NDArray[np.uint8]) -> CutOut:
    """Return the subject of an (h, w, 4) sRGB picture: its own alpha where it has one, else found against the border.

    The largest piece is kept; its shadow and a painted checkerboard are not. Edge pixels carry the subject's colour
    only. Raises `UnusableView` where no subject is found.
    """
    image = _reduced(image)
    subject, method = _find_subject(image)
    pieces = _pieces_by_size(subject)
    if not pieces or np.count_nonzero(pieces[0]) < MIN_SHARE * subject.size:
        raise UnusableView("the picture shows no subject; give one with a transparent or plain background")
    if method == "alpha":
        clean = decontaminate(np.dstack([image[..., :3], _own_alpha(image, pieces[0])]), edge_px=1)
    else:
        clean = decontaminate(np.dstack([image[..., :3], soft_alpha(image[..., :3], pieces[0])]))
    notes = (*_method_notes(method), *_second_subject_notes(pieces), *_cropped_notes(pieces[0]))
    return CutOut(clean, method, notes)


def _find_subject(image: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], Method]:
    """Return (h, w) bool and the way it was found."""
    rgb = np.ascontiguousarray(image[..., :3])
    if _has_alpha(image):
        return _without_haze(image[..., 3]), "alpha"
    if (board := find_checkerboard(rgb)) is not None:
        return _without_spurs(~checkerboard_background(rgb, board)), "checkerboard"
    if (backdrop := find_backdrop(rgb)) is not None:
        return _without_spurs(~backdrop_background(rgb, backdrop)), "backdrop"
    if (model := find_model()) is not None:
        return subject_by_model(rgb, model), "rembg"
    outside = border_strip(rgb.shape, share=0.02)
    return grabcut(rgb, outside, ~outside), "grabcut"


def _reduced(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = float(np.sqrt(MAX_PIXELS / (image.shape[0] * image.shape[1])))
    if scale >= 1.0:
        return image
    premultiplied = image.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / np.float32(255.0)
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    small: NDArray[np.float32] = np.asarray(cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA), np.float32)
    small[..., :3] *= np.float32(255.0) / np.maximum(small[..., 3:], np.float32(1.0))
    return np.asarray(np.rint(np.clip(small, 0.0, 255.0)), dtype=np.uint8)


def _has_alpha(image: NDArray[np.uint8]) -> bool:
    return float(np.mean(image[..., 3] < 128)) > 0.001


def _without_haze(alpha: NDArray[np.uint8], edge_px: float = 3.0) -> NDArray[np.bool_]:
    """Return the silhouette without shadows and glows: translucent pixels count only along an opaque part."""
    opaque = alpha >= 235
    if np.count_nonzero(opaque) < 0.5 * np.count_nonzero(alpha >= 128):
        return np.asarray(alpha >= 128)
    edge = (alpha >= 128) & ~opaque & (_distance_to(opaque) <= edge_px)
    haze = (alpha >= 128) & ~opaque & ~edge
    if haze.any():
        edge &= _distance_to(haze) > edge_px
    return np.asarray(opaque | edge)


def _distance_to(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3), dtype=np.float32)


def _without_spurs(subject: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the silhouette without lines of one or two pixels, which are noise of the background or unprintable."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    return cv2.morphologyEx(subject.astype(np.uint8), cv2.MORPH_OPEN, cross).astype(bool)


def _own_alpha(image: NDArray[np.uint8], subject: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the picture's own coverage along the subject, zero away from it, full where it was all but full."""
    beside = cv2.dilate(subject.astype(np.uint8), np.ones((3, 3), dtype=np.uint8)).astype(bool)
    alpha = np.where(beside, image[..., 3], 0)
    return np.where(subject & (alpha >= 250), 255, alpha).astype(np.uint8)


def _pieces_by_size(subject: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return the two largest connected pieces, the largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(subject.astype(np.uint8), connectivity=8)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    return [labels == label + 1 for label in np.argsort(-areas, kind="stable")[:2]]


def _method_notes(method: Method) -> tuple[Note, ...]:
    if method != "grabcut":
        return ()
    message = "the background is neither transparent nor plain; the outline of the subject is a guess"
    remedy = f"give a picture with a transparent or plain background, {REMEDY}"
    return (Note("cutout-uncertain", "WARN", message, remedy=remedy),)


def _second_subject_notes(pieces: list[NDArray[np.bool_]]) -> tuple[Note, ...]:
    if len(pieces) < 2:
        return ()
    share = np.count_nonzero(pieces[1]) / np.count_nonzero(pieces[0])
    if share < SECOND_SHARE:
        return ()
    message = f"a second subject {share:.0%} as large as the first was left out"
    remedy = "give a picture of one subject"
    return (Note("second-subject", "WARN", message, share, SECOND_SHARE, remedy=remedy),)


def _cropped_notes(subject: NDArray[np.bool_]) -> tuple[Note, ...]:
    """Return one note for each side of the picture that the subject runs into."""
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    size = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    sides = {"top": subject[0], "bottom": subject[-1], "left": subject[:, 0], "right": subject[:, -1]}
    notes = []
    for side, contact in sides.items():
        share = np.count_nonzero(contact) / size
        if share >= CROPPED_SHARE:
            message = f"the subject runs into the {side} edge of the picture along {share:.0%} of its size"
            remedy = "leave free space round the subject; what is cut off cannot be built"
            notes.append(Note("view-cropped", "WARN", message, share, CROPPED_SHARE, place=side, remedy=remedy))
    return tuple(notes)
