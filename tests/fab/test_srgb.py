from __future__ import annotations

import numpy as np
import pytest

from fab.srgb import bytes_to_linear, linear_to_bytes, linear_to_srgb, srgb_to_linear


@pytest.mark.parametrize(("srgb", "linear"), [(0, 0), (0.04045, 0.0031308), (0.5, 0.2140411), (1, 1)])
def test_known_values(srgb: float, linear: float) -> None:
    assert srgb_to_linear(srgb) == pytest.approx(linear, abs=1e-7)
    assert linear_to_srgb(linear) == pytest.approx(srgb, abs=1e-5)


def test_every_byte_comes_back() -> None:
    byte = np.arange(256, dtype=np.uint8)
    rgba = np.stack([byte, byte[::-1], byte, byte], axis=1)
    assert np.array_equal(linear_to_bytes(bytes_to_linear(rgba)), rgba)
    sixteen_bits = np.round(bytes_to_linear(rgba) * 65535) / 65535
    assert np.array_equal(linear_to_bytes(sixteen_bits), rgba)


def test_alpha_is_straight_and_opaque_where_absent() -> None:
    assert np.allclose(bytes_to_linear(np.array([[255, 0, 0, 51]], np.uint8)), [(1, 0, 0, 0.2)])
    assert np.allclose(bytes_to_linear(np.array([[255, 0, 0]], np.uint8)), [(1, 0, 0, 1)])
