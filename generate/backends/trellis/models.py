"""Upstream's models, loaded from a checkpoint when they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from generate.backends.trellis import upstream
from generate.backends.trellis.checkpoint import Checkpoint, ModelFiles
from generate.backends.trellis.dense import with_dense_blocks
from generate.errors import BackendUnavailable

TORSO = ("blocks", "middle_block", "input_blocks", "out_blocks", "upsample")
"""Parts that upstream runs in half precision; input and output layers stay in single."""


@dataclass(eq=False)
class Models:
    """The models of a checkpoint on one device. With `keep` they stay there once loaded, else only while in use."""

    checkpoint: Checkpoint
    device: torch.device
    dtype: torch.dtype
    keep: bool = True
    loaded: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def open(self, key: str, meshes_on: torch.device | None = None) -> Iterator[Any]:
        """Yield a model, ready to run; a mesh decoder extracts its meshes on `meshes_on`, else where it runs.

        Raises BackendUnavailable when its weights are not those of the model that the checkpoint says it is.
        """
        model = self.loaded.get(key)
        if model is None:
            model = load_model(self.checkpoint.models[key], self.device, self.dtype, meshes_on)
        if self.keep:
            self.loaded[key] = model
        yield model
        if not self.keep and self.device.type == "cuda":
            del model
            torch.cuda.empty_cache()


def load_model(
    files: ModelFiles, device: torch.device, dtype: torch.dtype, meshes_on: torch.device | None = None
) -> Any:
    """Return one model in evaluation mode, its torso in `dtype`."""
    build = upstream.model_class(files.class_name)
    try:
        with torch.device(device), upstream.meshes_on(meshes_on or device):
            model = build(**files.arguments)
    except (TypeError, AssertionError, KeyError) as error:
        raise BackendUnavailable(
            f"{files.weights.with_suffix('.json')} does not fit {files.class_name}: {error}"
        ) from error
    _load_weights(model, files.weights)
    to_dtype(model, dtype)
    if "SLatFlowModel" in files.class_name and model.pe_mode == "ape":
        model = with_dense_blocks(model)
    return model.requires_grad_(False).to(device).eval()


def to_dtype(model: Any, dtype: torch.dtype) -> None:
    """Return nothing; run the model's torso in `dtype`, as upstream's own convert_to_fp16 does for half precision."""
    for name in TORSO:
        part = getattr(model, name, None)
        if isinstance(part, nn.Module):
            part.apply(lambda module: _cast(module, dtype))
    model.dtype = dtype


def _cast(module: nn.Module, dtype: torch.dtype) -> None:
    """Return nothing; cast the weights of what multiplies matrices, and leave norms and their scales alone."""
    from generate.backends.trellis.sparse.convolution import SparseConv3d

    if isinstance(module, nn.Linear | nn.Conv3d | SparseConv3d):
        module.to(dtype)


def _load_weights(model: nn.Module, weights: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        model.load_state_dict(load_file(weights))
    except SafetensorError as error:
        raise BackendUnavailable(f"{weights} is no safetensors file, or was cut short: {error}") from error
    except RuntimeError as error:
        first = " ".join(line.strip() for line in str(error).splitlines()[1:2])
        raise BackendUnavailable(f"{weights} is of another model than {type(model).__name__}: {first[:200]}") from error
