"""A decoded mesh as the house takes it: outer surface only, facing -Y, 1 tall, standing on its feet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from generate.errors import ShapeFailed


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a decoder made: vertices (n, 3) float64 in a unit cube, Z up; faces (m, 3); colours (n, 3) 0..1, sRGB."""

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    colours: NDArray[np.float64]


def outer_surface(decoded: Decoded) -> tuple[Decoded, int]:
    """Return the mesh without its cavities, and how many there were.

    TRELLIS describes a band of voxels around the surface. Where the band ends inside of the body, its decoder closes
    it with a second, inner surface: a closed part whose volume is negative. A printable body has none of them.
    """
    part = _parts(decoded)
    corners = decoded.vertices[decoded.faces]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    volumes = np.bincount(part, weights=volume)
    cavities = volumes < 0
    return _kept(decoded, ~cavities[part]), int(cavities.sum())


def standing(decoded: Decoded, yaw_deg: float) -> trimesh.Trimesh:
    """Return the mesh turned back by `yaw_deg` about Z so that it faces -Y, 1 tall, centred above the origin.

    Raises ShapeFailed when nothing is left of it.
    """
    if not len(decoded.faces):
        raise ShapeFailed("the decoder made no surface; try another seed, or look at the pictures")
    yaw = np.radians(yaw_deg)
    back = np.array([[np.cos(yaw), np.sin(yaw), 0], [-np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    turned = decoded.vertices @ back.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    if not high[2] > low[2]:
        raise ShapeFailed("the decoder made a flat surface; try another seed, or look at the pictures")
    middle = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    rgba = np.full((len(turned), 4), 255, dtype=np.uint8)
    rgba[:, :3] = np.rint(np.clip(decoded.colours, 0, 1) * 255)
    placed = (turned - middle) / (high[2] - low[2])
    return trimesh.Trimesh(placed, decoded.faces, vertex_colors=rgba, process=False, validate=False)


def _parts(decoded: Decoded) -> NDArray[np.int64]:
    """Return the number of the connected part that each face belongs to, from 0, without gaps."""
    edges = np.concatenate([decoded.faces[:, :2], decoded.faces[:, 1:]])
    count = len(decoded.vertices)
    graph = coo_array((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    label = connected_components(graph, directed=False)[1][decoded.faces[:, 0]]
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


def _kept(decoded: Decoded, keep: NDArray[np.bool_]) -> Decoded:
    """Return the mesh of some of its faces, with the vertices that these use."""
    used, faces = np.unique(decoded.faces[keep], return_inverse=True)
    return Decoded(decoded.vertices[used], faces.reshape(-1, 3), decoded.colours[used])
