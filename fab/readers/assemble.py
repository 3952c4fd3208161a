"""Pieces of a scene put together into one mesh that keeps every piece's colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.material import MultiMaterial, PBRMaterial

from fab.readers.limits import check_counts, check_indices
from fab.srgb import linear_to_bytes


@dataclass(frozen=True, eq=False)
class Piece:
    """One part of a scene with at most one picture.

    `vertices` (n, 3), `faces` (m, 3), `uv` (n, 2) with v up, `rgba` (n, 4) linear, multiplied onto the picture.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    uv: NDArray[np.float64] | None = None
    rgba: NDArray[np.float64] | None = None
    image: Image.Image | None = None

    @property
    def coloured(self) -> bool:
        """Whether the piece says anything about its colour."""
        return self.rgba is not None or self.image is not None

    def moved(self, matrix: NDArray[np.float64]) -> Piece:
        """Return the piece under a (4, 4) matrix; one that mirrors turns the faces over (glTF 3.5, 3MF 3)."""
        vertices = self.vertices @ matrix[:3, :3].T + matrix[:3, 3]
        mirrored = np.linalg.det(matrix[:3, :3]) < 0
        return replace(self, vertices=vertices, faces=self.faces[:, ::-1] if mirrored else self.faces)


def assemble(pieces: Sequence[Piece]) -> trimesh.Trimesh:
    """Return one mesh of all pieces, nothing merged; raises UnreadableModel over the limits or on a bad index."""
    check_counts(sum(len(p.faces) for p in pieces), sum(len(p.vertices) for p in pieces))
    for piece in pieces:
        check_indices(piece.faces, len(piece.vertices))
    starts = np.cumsum([0] + [len(p.vertices) for p in pieces])
    vertices = np.concatenate([p.vertices for p in pieces]) if pieces else np.zeros((0, 3))
    faces = [p.faces + start for p, start in zip(pieces, starts, strict=False)]
    mesh = trimesh.Trimesh(vertices, np.concatenate(faces) if faces else np.zeros((0, 3), np.int64), process=False)
    if any(piece.coloured for piece in pieces):
        mesh.visual = _textured(pieces) if any(p.image for p in pieces) else _coloured(pieces)
    return mesh


def _coloured(pieces: Sequence[Piece]) -> ColorVisuals:
    return ColorVisuals(vertex_colors=linear_to_bytes(_rgba(pieces)))


def _textured(pieces: Sequence[Piece]) -> TextureVisuals:
    images = list({id(p.image): p.image for p in pieces}.values())
    number = {id(image): i for i, image in enumerate(images)}
    uv = [p.uv if p.uv is not None else np.zeros((len(p.vertices), 2)) for p in pieces]
    materials = [PBRMaterial(baseColorTexture=image) for image in images]
    visual = TextureVisuals(
        uv=np.concatenate(uv),
        material=materials[0] if len(materials) == 1 else MultiMaterial(materials),
        face_materials=np.concatenate([np.full(len(p.faces), number[id(p.image)]) for p in pieces]),
    )
    if any(p.rgba is not None for p in pieces):
        visual.vertex_attributes["color"] = _rgba(pieces)
    return visual


def _rgba(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    return np.concatenate([p.rgba if p.rgba is not None else np.ones((len(p.vertices), 4)) for p in pieces])
