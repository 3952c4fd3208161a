"""Pictures to tokens: DINOv2 ViT-L/14 with registers, as TRELLIS was trained with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn.functional import layer_norm

from generate.backends.trellis import hub
from generate.errors import BackendUnavailable
from generate.shape import OnProgress

SIDE = 518
MARGIN = 1.2
"""Side of the square cut out, over the longer side of the subject."""

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
REPOSITORY = "facebook/dinov2-with-registers-large"
HUB_CODE, HUB_MODEL = "facebookresearch/dinov2", "dinov2_vitl14_reg"

Features = Callable[[Tensor], Tensor]
"""Normalised pictures (k, 3, 518, 518) to tokens before the last norm, (k, 1 + registers + patches, channels)."""


def encode(pictures: Sequence[NDArray[np.uint8]], features: Features, device: torch.device) -> list[Tensor]:
    """Return the tokens of each RGBA picture, (1374, 1024) float32, as TRELLIS' `encode_image`."""
    batch = torch.stack([_normalised(framed(picture)) for picture in pictures]).to(device)
    with torch.no_grad():
        tokens = features(batch)
    return list(layer_norm(tokens, tokens.shape[-1:]))


def framed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the subject on black, centred with TRELLIS' margin, (518, 518, 3) uint8, as its `preprocess_image`."""
    rows, columns = np.nonzero(picture[..., 3] > 0.8 * 255)
    left, top, right, bottom = columns.min(), rows.min(), columns.max(), rows.max()
    half = int(max(right - left, bottom - top) * MARGIN) // 2
    x, y = (left + right) / 2, (top + bottom) / 2
    square = Image.fromarray(picture, "RGBA").crop((x - half, y - half, x + half, y + half))
    small = np.asarray(square.resize((SIDE, SIDE), Image.Resampling.LANCZOS)).astype(np.float32) / 255
    return np.asarray((small[..., :3] * small[..., 3:]) * 255).astype(np.uint8)


def load_features(
    folder: Path | None, device: torch.device, *, offline: bool = False, on_progress: OnProgress | None = None
) -> Features:
    """Return the encoder, from a folder, else through transformers, else through torch.hub, whichever is there.

    Raises BackendUnavailable when none of them is, or its weights cannot be had.
    """
    if find_spec("transformers") is not None:
        if folder is None:
            tell = on_progress or (lambda done, total, note: None)
            files = hub.fetch(REPOSITORY, ("config.json", "model.safetensors"), offline=offline, on_progress=tell)
            folder = files[0].parent
        return transformers_features(folder, device)
    if folder is not None:
        raise BackendUnavailable(f"the image encoder in {folder} is read by transformers: pip install transformers")
    return hub_features(_hub_model(offline), device)


def transformers_features(folder: Path, device: torch.device) -> Features:
    """Return the encoder in a folder that transformers wrote."""
    from transformers import Dinov2WithRegistersModel

    try:
        model: Any = Dinov2WithRegistersModel.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise BackendUnavailable(f"{folder} holds no DINOv2 with registers: {str(error).splitlines()[0]}") from error
    model.layernorm = torch.nn.Identity()  # TRELLIS takes the tokens before it
    model = model.to(device).eval().requires_grad_(False)
    return lambda pictures: model(pixel_values=pictures).last_hidden_state  # type: ignore[no-any-return]


def hub_features(model: Any, device: torch.device) -> Features:
    """Return the encoder of Meta's own code."""
    model = model.to(device).eval().requires_grad_(False)
    return lambda pictures: model(pictures, is_training=True)["x_prenorm"]  # type: ignore[no-any-return]


def _hub_model(offline: bool) -> Any:
    """Return Meta's model through torch.hub: from its cache when offline, where it lies after a first run."""
    load: Any = torch.hub.load
    cached = Path(torch.hub.get_dir()) / f"{HUB_CODE.replace('/', '_')}_main"
    try:
        if offline:
            return load(str(cached), HUB_MODEL, source="local", pretrained=True)
        return load(HUB_CODE, HUB_MODEL, pretrained=True, verbose=False)
    except (OSError, RuntimeError) as error:
        raise BackendUnavailable(
            f"the image encoder {HUB_MODEL} cannot be had through torch.hub: {error}; or: pip install transformers"
        ) from error


def _normalised(picture: NDArray[np.uint8]) -> Tensor:
    """Return (3, h, w) float32 of an (h, w, 3) uint8 picture."""
    scaled = (picture.astype(np.float32) / 255 - np.array(MEAN, np.float32)) / np.array(STD, np.float32)
    return torch.from_numpy(scaled).permute(2, 0, 1).contiguous()
