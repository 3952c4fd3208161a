"""Upstream's own GLB: simplified, unwrapped, its texture baked from Gaussians. Needs nvdiffrast and more."""

from __future__ import annotations

import importlib
from typing import Any

import trimesh
from torch import Tensor

from generate.backends.trellis import upstream
from generate.backends.trellis.options import TrellisOptions
from generate.errors import BackendUnavailable


def textured(
    decoder: Any, gaussians: Any, features: Tensor, coords: Tensor, options: TrellisOptions
) -> trimesh.Trimesh:
    """Return the mesh that upstream's `to_glb` makes of latents (m, 8) at voxels (m, 4), Y up.

    nvdiffrast and the Gaussian rasteriser may be used for research and evaluation only: docs/licences.md. Raises
    BackendUnavailable where one of the packages that upstream takes for it is missing.
    """
    try:
        processing = importlib.import_module("trellis.utils.postprocessing_utils")
    except ModuleNotFoundError as error:
        raise BackendUnavailable(
            f"a baked texture needs {error.name}: ./setup.sh --basic --nvdiffrast --diffoctreerast --mipgaussian; "
            "without --textured the mesh has its colours at the vertices"
        ) from error
    voxels = upstream.sparse_tensor(features, coords)
    made: trimesh.Trimesh = processing.to_glb(
        gaussians(voxels)[0],
        decoder(voxels)[0],
        simplify=options.simplify,
        texture_size=options.texture_size,
        verbose=False,
    )
    return made
