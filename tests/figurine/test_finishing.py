"""The finished height."""

import numpy as np
import pytest
import solids
import trimesh

from fab.repair import Limits, repair
from figurine.finishing import at_height


def test_a_part_that_has_its_height_stays_as_it_is() -> None:
    mended = repair(solids.box(10, 10, 20))
    assert at_height(mended, 20.0, Limits()) == (mended, 1.0)
    assert at_height(mended, None, Limits()) == (mended, 1.0)


def test_a_part_that_lost_its_top_is_brought_to_height_and_knows_the_way_back() -> None:
    box = solids.box(10.0, 10.0, 20.0)
    mended = repair(box)
    finished, factor = at_height(mended, 25.0, Limits())
    assert factor == pytest.approx(1.25)
    assert finished.solid.extents_mm == pytest.approx((12.5, 12.5, 25.0))
    assert finished.volume_change == mended.volume_change
    back = trimesh.transform_points(finished.solid.vertices, finished.to_input)
    np.testing.assert_allclose([back.min(0), back.max(0)], box.bounds, atol=1e-6)
