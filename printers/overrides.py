"""What a user sets for one print: nozzle, layer, material, colours. The limits follow."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from printers.errors import NotPossible
from printers.limits import Limit
from printers.profile import Confidence, LayerHeights, Printer, Provenance

COUNTED_IN_LINES = ("wall_supported_mm", "wall_free_mm", "feature_mm", "emboss_mm", "engrave_mm")
"""Rules that another nozzle changes."""

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Overrides(BaseModel):
    """What a user sets for one print; None leaves the preset's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nozzle_mm: Positive | None = None
    layer_mm: Positive | None = None
    material: str | None = None
    colours: Annotated[int, Field(ge=1)] | None = None


def override(printer: Printer, wish: Overrides) -> Printer:
    """Return the printer as it is set up for one print; raises NotPossible where it does not do that."""
    if wish.material is not None:
        printer = _with_material(printer, wish.material)
    if wish.nozzle_mm is not None:
        printer = _with_nozzle(printer, wish.nozzle_mm)
    if wish.layer_mm is not None:
        printer = _with_layer(printer, wish.layer_mm)
    if wish.colours is not None:
        printer = _with_colours(printer, wish.colours)
    return printer


def _with_material(printer: Printer, wanted: str) -> Printer:
    known = {_plain(name): name for name in printer.materials}
    if not known:
        raise NotPossible(f"material {wanted!r}: no materials are known for {printer.name}; leave --material away")
    if _plain(wanted) not in known:
        raise NotPossible(f"{printer.name} has no material {wanted!r}; it has: {', '.join(printer.materials)}")
    material = known[_plain(wanted)]
    rules = printer.rules_by_material.get(material, printer.rules)
    return printer.model_copy(update={"material": material, "rules": rules})


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _with_nozzle(printer: Printer, nozzle_mm: float) -> Printer:
    if printer.nozzle_mm is None:
        raise NotPossible(f"{printer.name} ({printer.process}) has no nozzle; leave --nozzle away")
    if nozzle_mm not in printer.nozzles_mm:
        known = ", ".join(f"{nozzle:g}" for nozzle in printer.nozzles_mm)
        raise NotPossible(f"{printer.name} has no {nozzle_mm:g} mm nozzle; it has: {known} mm")
    if nozzle_mm == printer.nozzle_mm:
        return printer
    ratio, note = nozzle_mm / printer.nozzle_mm, f"scaled from a {printer.nozzle_mm:g} mm nozzle"
    line, layers = printer.line_mm, printer.layer_height_mm
    scaled = {
        "line_width_mm": round(line * ratio, 3) if line else None,
        "layer_height_mm": _scaled_layers(layers, ratio) if layers else None,
        "first_layer_mm": round(printer.first_layer_mm * ratio, 3) if printer.first_layer_mm else None,
    }
    rules = printer.rules.model_copy(
        update={name: _scaled(getattr(printer.rules, name), ratio, nozzle_mm) for name in COUNTED_IN_LINES}
    )
    where = Provenance(source=note, confidence=Confidence.DEFAULT)
    sources = {**printer.sources, **{name: where for name, value in scaled.items() if value is not None}}
    return printer.model_copy(update={"nozzle_mm": nozzle_mm, "rules": rules, "sources": sources, **scaled})


def _scaled_layers(layers: LayerHeights, ratio: float) -> LayerHeights:
    low, usual, high = (round(height * ratio, 3) for height in (layers.min, layers.default, layers.max))
    return LayerHeights(min=low, default=usual, max=high)


def _scaled(limit: Limit, ratio: float, nozzle_mm: float) -> Limit:
    scaled_to = f"default: scaled to a {nozzle_mm:g} mm nozzle from "
    return Limit(
        floor=round(limit.floor * ratio, 3),
        floor_source=scaled_to + limit.floor_source,
        recommended=round(limit.recommended * ratio, 3),
        recommended_source=scaled_to + limit.recommended_source,
    )


def _with_layer(printer: Printer, layer_mm: float) -> Printer:
    layers = printer.layer_height_mm
    if layers is None:
        raise NotPossible(f"the layer heights of {printer.name} are not known; leave --layer away")
    if not layers.min <= layer_mm <= layers.max:
        nozzle = f" with its {printer.nozzle_mm:g} mm nozzle" if printer.nozzle_mm else ""
        raise NotPossible(
            f"{printer.name}{nozzle} prints layers of {layers.min:g} to {layers.max:g} mm, not {layer_mm:g} mm"
        )
    return printer.model_copy(update={"layer_height_mm": layers.model_copy(update={"default": layer_mm})})


def _with_colours(printer: Printer, colours: int) -> Printer:
    if colours > printer.most_colours:
        fed = f", with {printer.colour_feeder}" if printer.colour_feeder else ""
        raise NotPossible(f"{printer.name} prints at most {printer.most_colours} colours{fed}, not {colours}")
    return printer.model_copy(update={"colours": colours})
