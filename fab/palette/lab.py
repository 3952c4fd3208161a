"""Colours as people see them: CIELAB (D65), and CIEDE2000 differences between them.

Sharma, Wu, Dalal: The CIEDE2000 color-difference formula, Color Research and Application 30 (2005).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from fab.srgb import bytes_to_linear, linear_to_srgb

Lab = NDArray[np.float64]

_RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _RGB_TO_XYZ.sum(axis=1)
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27
_CHROMA_7 = 25.0**7


def linear_to_lab(rgb: ArrayLike) -> Lab:
    """Return (..., 3) L*, a*, b* of linear sRGB in 0..1, (..., 3)."""
    xyz = np.asarray(rgb, np.float64) @ _RGB_TO_XYZ.T / _WHITE
    f = np.where(xyz > _EPSILON, np.cbrt(xyz), (_KAPPA * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def lab_to_linear(lab: ArrayLike) -> NDArray[np.float64]:
    """Return (..., 3) linear sRGB of L*, a*, b*; outside 0..1 where sRGB has no such colour."""
    lab = np.asarray(lab, np.float64)
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(f**3 > _EPSILON, f**3, (116 * f - 16) / _KAPPA) * _WHITE
    return np.asarray(xyz @ np.linalg.inv(_RGB_TO_XYZ).T)


def srgb_to_lab(srgb: ArrayLike) -> Lab:
    """Return (..., 3) L*, a*, b* of 8-bit sRGB (..., 3)."""
    return linear_to_lab(bytes_to_linear(np.asarray(srgb, np.uint8))[..., :3])


def lab_to_srgb(lab: ArrayLike) -> NDArray[np.uint8]:
    """Return (..., 3) 8-bit sRGB of L*, a*, b*, the nearest that there is."""
    return np.asarray(np.round(linear_to_srgb(lab_to_linear(lab)) * 255), np.uint8)


def differences(colours: Lab, palette: Lab) -> NDArray[np.float64]:
    """Return (n, k) CIEDE2000 between each of `colours` (n, 3) and each of `palette` (k, 3), both L*, a*, b*."""
    table = _table(np.ascontiguousarray(colours, np.float64), np.ascontiguousarray(palette, np.float64))
    return np.asarray(table)


def pairwise(colours: Lab, others: Lab) -> NDArray[np.float64]:
    """Return (n,) CIEDE2000 between each of `colours` (n, 3) and the one of `others` (n, 3) in its place."""
    return np.asarray(_pairs(np.ascontiguousarray(colours, np.float64), np.ascontiguousarray(others, np.float64)))


@njit(cache=True)
def _pairs(colours: Lab, others: Lab) -> NDArray[np.float64]:
    row = np.empty(len(colours))
    for i in range(len(colours)):
        row[i] = ciede2000(colours[i, 0], colours[i, 1], colours[i, 2], others[i, 0], others[i, 1], others[i, 2])
    return row


@njit(cache=True)
def _table(colours: Lab, palette: Lab) -> NDArray[np.float64]:
    table = np.empty((len(colours), len(palette)))
    for i in range(len(colours)):
        for k in range(len(palette)):
            table[i, k] = ciede2000(
                colours[i, 0], colours[i, 1], colours[i, 2], palette[k, 0], palette[k, 1], palette[k, 2]
            )
    return table


@njit(cache=True)
def ciede2000(l1: float, a1: float, b1: float, l2: float, a2: float, b2: float) -> float:
    """Return the difference of two colours, with the names of Sharma's equations 2 to 22."""
    mean_7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - math.sqrt(mean_7 / (mean_7 + _CHROMA_7)))
    c1, c2 = math.hypot(a1 * (1 + g), b1), math.hypot(a2 * (1 + g), b2)
    h1, h2 = _hue(a1 * (1 + g), b1), _hue(a2 * (1 + g), b2)
    turn = 0.0
    mean_h = h1 + h2
    if c1 * c2 > 0:
        turn = h2 - h1
        if turn > math.pi:
            turn -= 2 * math.pi
        elif turn < -math.pi:
            turn += 2 * math.pi
        mean_h = (h1 + h2) / 2
        if abs(h1 - h2) > math.pi:
            mean_h += math.pi if h1 + h2 < 2 * math.pi else -math.pi
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * math.cos(mean_h - math.pi / 6)
        + 0.24 * math.cos(2 * mean_h)
        + 0.32 * math.cos(3 * mean_h + math.pi / 30)
        - 0.20 * math.cos(4 * mean_h - math.pi * 63 / 180)
    )
    from_50 = (mean_l - 50) ** 2
    s_l = 1 + 0.015 * from_50 / math.sqrt(20 + from_50)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    theta = math.pi / 6 * math.exp(-(((mean_h * 180 / math.pi - 275) / 25) ** 2))
    r_t = -2 * math.sqrt(mean_c**7 / (mean_c**7 + _CHROMA_7)) * math.sin(2 * theta)
    d_l, d_c = (l2 - l1) / s_l, (c2 - c1) / s_c
    d_h = 2 * math.sqrt(c1 * c2) * math.sin(turn / 2) / s_h
    return math.sqrt(max(d_l * d_l + d_c * d_c + d_h * d_h + r_t * d_c * d_h, 0.0))


@njit(cache=True)
def _hue(a: float, b: float) -> float:
    """Return the hue angle in 0..2π, 0 for grey."""
    if a == 0 and b == 0:
        return 0.0
    hue = math.atan2(b, a)
    return hue if hue >= 0 else hue + 2 * math.pi
