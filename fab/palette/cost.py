"""What colour costs, said before anything is sliced."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from fab.palette.purging import Purge
from fab.palette.trade import Trade, with_fewer_colours


class ColourCost(BaseModel):
    """What a number of colours costs: `difference` is the mean CIEDE2000 from the model's own colours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    colours: int
    changes: int
    waste_g: float
    added_hours: float
    difference: float


def cost_of(trade: Trade, area_mm2: float, purge: Purge) -> ColourCost:
    """Return what the colours of a trade cost, over a surface of `area_mm2`."""
    changes = trade.changes
    return ColourCost(
        colours=len(trade.colours),
        changes=changes,
        waste_g=round(changes * purge.grams, 1),
        added_hours=round(changes * purge.seconds / 3600, 2),
        difference=round(trade.total_loss / area_mm2, 2),
    )


def costs_down_to_one(trade: Trade, area_mm2: float, purge: Purge) -> tuple[ColourCost, ...]:
    """Return what the colours as they are cost, then one less, down to one."""
    rows = [cost_of(trade, area_mm2, purge)]
    while len(trade.colours) > 1:
        trade = with_fewer_colours(trade)
        rows.append(cost_of(trade, area_mm2, purge))
    return tuple(rows)
