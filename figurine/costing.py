"""What a print takes and costs: material, mass, time as an estimate, and money at the user's own prices."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fab.slicer import DENSITY_G_CM3
from fab.solid import Solid
from figurine.errors import WrongUse
from printers.own import own_folder
from printers.profile import Printer, Process
from printers.textfile import read_toml

Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]

WALL_LINES, INFILL = 2, 0.15
"""How a slicer fills a filament print unless it is told otherwise: PrusaSlicer's and Orca's profiles."""
FLOW_MM3_S, SECONDS_PER_LAYER = 4.0, 4.0
"""What a filament printer lays on average, starts and stops included, and what each layer adds."""
EXPOSURE_S, BOTTOM_S, BOTTOM_LAYERS = 9.0, 35.0, 5
"""What one layer of resin takes with its lift, and one of the first."""
DENSITY = {Process.RESIN: 1.1, Process.SLS: 0.95, Process.MJF: 1.01, Process.FULL_COLOUR: 1.18}
"""g/ml of what is made of each; filament goes by its material."""


class Prices(BaseModel):
    """A user's own prices; what is None costs nothing that is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = "EUR"
    price_per_kg: Price | None = None
    price_per_l: Price | None = None
    machine_hour: Price | None = None


def prices_file() -> Path:
    """Return where a user's settings lie, beside their printers: `config.toml`, its table `[prices]`."""
    return own_folder().parent / "config.toml"


def load_prices(path: Path | None = None) -> Prices:
    """Return the user's prices, none of them known where there is no file; raises BadPreset or WrongUse when it is no
    good."""
    path = path or prices_file()
    if not path.is_file():
        return Prices()
    try:
        return Prices.model_validate(read_toml(path).get("prices", {}))
    except ValidationError as error:
        first = error.errors()[0]
        names = ", ".join(Prices.model_fields)
        place = ".".join(str(part) for part in first["loc"])
        raise WrongUse(f"{path}: prices.{place}: {first['msg']}; [prices] holds {names}") from error


def cost_of(solid: Solid, printer: Printer, prices: Prices) -> dict[str, Any]:
    """Return what one print takes, supports not counted: ml, g, hours (an estimate) and money where prices are known.

    `print_cost` is the material's and the machine's together, None where neither is known.
    """
    material_ml = _material_ml(solid, printer)
    mass_g = material_ml * _density(printer)
    hours = _hours(solid, printer, material_ml)
    by_mass = None if prices.price_per_kg is None else mass_g / 1000.0 * prices.price_per_kg
    by_volume = None if prices.price_per_l is None else material_ml / 1000.0 * prices.price_per_l
    material = by_volume if printer.process is Process.RESIN and by_volume is not None else by_mass
    machine = None if prices.machine_hour is None or hours is None else hours * prices.machine_hour
    known = [cost for cost in (material, machine) if cost is not None]
    return {
        "material_ml": round(material_ml, 2),
        "mass_g": round(mass_g, 2),
        "time_h_estimate": None if hours is None else round(hours, 2),
        "currency": prices.currency,
        "material_cost": None if material is None else round(material, 2),
        "machine_cost": None if machine is None else round(machine, 2),
        "print_cost": round(sum(known), 2) if known else None,
    }


def _material_ml(solid: Solid, printer: Printer) -> float:
    """Return the ml that are laid: all of it, or on FDM the walls and part of what they enclose.

    The walls are those of a ball with the same volume and surface, so that a thin part comes out nearly solid.
    """
    volume = solid.volume_mm3
    if printer.process is not Process.FDM or printer.line_mm is None:
        return volume / 1000.0
    radius = 3.0 * volume / float(solid.mesh.area)
    core = max(0.0, 1.0 - WALL_LINES * printer.line_mm / radius) ** 3
    return volume * (1.0 - core * (1.0 - INFILL)) / 1000.0


def _density(printer: Printer) -> float:
    if printer.process is not Process.FDM:
        return DENSITY[printer.process]
    material = (printer.material or "PLA").upper().split("-")[0].split(" ")[0]
    return DENSITY_G_CM3.get(material, DENSITY_G_CM3["PLA"])


def _hours(solid: Solid, printer: Printer, material_ml: float) -> float | None:
    """Return how long it prints, None for a service's machines, which print many parts at once."""
    if printer.layer_height_mm is None or printer.process not in (Process.FDM, Process.RESIN):
        return None
    layers = math.ceil(solid.extents_mm[2] / printer.layer_height_mm.default)
    if printer.process is Process.RESIN:
        return (min(layers, BOTTOM_LAYERS) * (BOTTOM_S - EXPOSURE_S) + layers * EXPOSURE_S) / 3600.0
    return (material_ml * 1000.0 / FLOW_MM3_S + layers * SECONDS_PER_LAYER) / 3600.0
