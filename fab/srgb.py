"""sRGB to linear light and back (IEC 61966-2-1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def srgb_to_linear(srgb: ArrayLike) -> NDArray[np.float64]:
    """Return linear light in 0..1 for sRGB values in 0..1; any shape. Alpha is not a colour: leave it out."""
    value = np.asarray(srgb, np.float64)
    return np.where(value <= 0.04045, value / 12.92, ((np.maximum(value, 0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: ArrayLike) -> NDArray[np.float64]:
    """Return sRGB values in 0..1 for linear light in 0..1; any shape, clipped."""
    value = np.clip(np.asarray(linear, np.float64), 0.0, 1.0)
    return np.where(value <= 0.0031308, value * 12.92, 1.055 * np.maximum(value, 0.0031308) ** (1 / 2.4) - 0.055)


_BYTE_TO_LINEAR = srgb_to_linear(np.arange(256) / 255.0)


def bytes_to_linear(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return (..., 4) linear RGBA in 0..1 for (..., 3 or 4) uint8 sRGB with straight alpha."""
    linear = np.ones((*rgba.shape[:-1], 4))
    linear[..., :3] = _BYTE_TO_LINEAR[rgba[..., :3]]
    if rgba.shape[-1] == 4:
        linear[..., 3] = rgba[..., 3] / 255.0
    return linear


def linear_to_bytes(rgba: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return (..., 4) uint8 sRGB with straight alpha for (..., 4) linear RGBA in 0..1."""
    encoded = np.concatenate([linear_to_srgb(rgba[..., :3]), np.clip(rgba[..., 3:], 0.0, 1.0)], axis=-1)
    return np.asarray(np.round(encoded * 255.0), np.uint8)
