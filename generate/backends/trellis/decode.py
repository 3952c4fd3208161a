"""Latents to a coloured mesh, through upstream's decoder."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from generate.backends.trellis import upstream
from generate.backends.trellis.surface import Decoded
from generate.errors import ShapeFailed


def decode_mesh(decoder: Any, features: Tensor, coords: Tensor) -> Decoded:
    """Return the mesh that latents (m, 8) at voxels (m, 4) stand for; its colours are the first three of six numbers.

    Raises ShapeFailed when the decoder finds no surface.
    """
    (mesh,) = decoder(upstream.sparse_tensor(features, coords))
    if not mesh.success:
        raise ShapeFailed("the decoder made no surface; try another seed, or look at the pictures")
    return Decoded(
        mesh.vertices.double().cpu().numpy(),
        mesh.faces.cpu().numpy().astype(np.int64),
        mesh.vertex_attrs[:, :3].double().cpu().numpy(),
    )
