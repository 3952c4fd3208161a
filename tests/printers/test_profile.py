"""The printer model: figures that contradict each other do not pass."""

import pytest
from pydantic import ValidationError

import printers
from printers import LayerHeights, Limit, Printer


def test_a_floor_above_the_recommendation_is_refused() -> None:
    with pytest.raises(ValidationError, match="above recommended"):
        Limit(floor=1.0, floor_source="guide: a", recommended=0.5, recommended_source="guide: a")


@pytest.mark.parametrize("heights", [(0.3, 0.2, 0.4), (0.1, 0.5, 0.4), (0.0, 0.1, 0.2)])
def test_layer_heights_are_ordered(heights: tuple[float, float, float]) -> None:
    with pytest.raises(ValidationError):
        LayerHeights(min=heights[0], default=heights[1], max=heights[2])


def test_unknown_keys_are_refused() -> None:
    record = printers.get("fdm-0.4").model_dump()
    with pytest.raises(ValidationError, match="forbidden"):
        Printer.model_validate({**record, "wheels": 4})
