"""CIELAB and CIEDE2000 against published pairs and against another implementation."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from fab.palette.lab import differences, lab_to_srgb, srgb_to_lab

SHARMA = [  # rows 1, 4, 7, 9, 17, 20, 25 and 34 of the test data of Sharma, Wu & Dalal (2005)
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0009), 7.1792),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "published"), SHARMA)
def test_differences_are_the_published_ones(one: tuple[float, ...], other: tuple[float, ...], published: float) -> None:
    assert differences(np.array([one]), np.array([other]))[0, 0] == pytest.approx(published, abs=5e-5)


def test_agrees_with_another_implementation() -> None:
    srgb = np.random.default_rng(0).integers(0, 256, (300, 3)).astype(np.uint8)
    lab = srgb_to_lab(srgb)
    assert np.abs(lab - rgb2lab(srgb[None])[0]).max() < 0.01
    assert np.allclose(differences(lab[:150], lab[150:]), deltaE_ciede2000(lab[:150, None], lab[None, 150:]))
    assert np.array_equal(lab_to_srgb(lab), srgb)
