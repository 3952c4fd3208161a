"""How the verbs of `figurine printers` write what a printer can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from printers.limits import Rules
    from printers.profile import Printer

MANY_COLOURS = 100
"""More than these are called full colour."""


def row(printer_id: str, table: Mapping[str, Any]) -> str:
    """Return one line of a list, from what a preset's file states: id, volume, process, colours, name."""
    name = f"{table.get('vendor', '')} {table.get('model', '')}"
    told = colours(table.get("colours", 1), table.get("colours_with_feeder"))
    volume = f"{size(table.get('build_volume_mm', ()))} mm"
    return f"{printer_id:29} {volume:>22}  {table.get('process', ''):11} {told:11} {name}"


def size(volume_mm: Sequence[float]) -> str:
    """Return a volume as `180 × 180 × 180`."""
    return " × ".join(f"{side:g}" for side in volume_mm)


def colours(native: int, with_feeder: int | None) -> str:
    """Return how many colours print, and how many more with the optional feeder: `1 (16 fed)`."""
    if native > MANY_COLOURS:
        return "full colour"
    return f"{native} ({with_feeder} fed)" if with_feeder else str(native)


def described(printer: Printer) -> Iterator[str]:
    """Yield the lines that say all about a printer: each figure, then each rule with where it comes from."""
    yield f"{printer.name} ({printer.id})"
    for what, told in _figures(printer):
        if told:
            yield f"  {what:15} {told}"
    yield from rule_lines(printer.rules)
    for material in printer.rules_by_material:
        yield f"  {material:15} has rules of its own: --material {material}"


def _figures(printer: Printer) -> Iterator[tuple[str, str]]:
    yield "process", printer.process.value
    yield "build volume", f"{size(printer.build_volume_mm)} mm"
    yield "largest part", f"{size(printer.largest_part_mm)} mm" if printer.largest_part_mm else ""
    yield "bed", f"{printer.bed_shape}, lowest corner at ({', '.join(f'{x:g}' for x in printer.bed_min_xy_mm)})"
    yield "no-go areas", "; ".join(_outline(area) for area in printer.no_go_mm)
    yield (
        "nozzles reach",
        "; ".join(f"{_outline((r.min_xy_mm, r.max_xy_mm))} × {r.height_mm:g}" for r in printer.nozzle_reach_mm),
    )
    yield (
        "nozzle",
        f"{printer.nozzle_mm:g} of {', '.join(f'{n:g}' for n in printer.nozzles_mm)} mm" if printer.nozzle_mm else "",
    )
    yield "line", f"{printer.line_mm:g} mm" if printer.line_mm else ""
    layers = printer.layer_height_mm
    yield "layers", f"{layers.min:g} to {layers.max:g} mm, usually {layers.default:g} mm" if layers else ""
    yield "first layer", f"{printer.first_layer_mm:g} mm" if printer.first_layer_mm else ""
    yield "elephant foot", f"{printer.elephant_foot_mm:g} mm" if printer.elephant_foot_mm is not None else ""
    yield "pixel", f"{size(printer.pixel_um)} µm" if printer.pixel_um else ""
    yield "colours", ", fed by ".join(filter(None, (_colours(printer), printer.colour_feeder)))
    yield "materials", ", ".join(printer.materials)
    yield "slicer name", printer.slicer_machine_name or ""
    yield "figures", printer.cite("id")
    for field, where in printer.sources.items():
        yield f"  {plain(field)}", f"{where.confidence.origin}: {where.source}"
    yield "unverified", ", ".join(plain(field) for field in printer.unverified)
    yield "note", printer.note or ""


def _colours(printer: Printer) -> str:
    return colours(printer.colours, printer.colours_with_feeder)


def _outline(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"({x:g}, {y:g})" for x, y in points)


def plain(field: str) -> str:
    """Return a field's name in words: `layer_height_mm.min` is `layer height min`."""
    for unit in ("_mm", "_deg", "_um"):
        field = field.removesuffix(unit).replace(f"{unit}.", ".")
    return field.replace("_", " ").replace(".", " ")


def rule_lines(rules: Rules) -> Iterator[str]:
    """Yield two lines a rule: each limit with where it comes from."""
    from printers.limits import Ceiling, Limit

    for field in type(rules).model_fields:
        rule = getattr(rules, field)
        unit = "°" if field.endswith("_deg") else " mm"
        name = plain(field.replace("_from_vertical", ""))
        if isinstance(rule, Limit):
            yield f"  {name:15} at least {rule.floor:g}{unit}  [{rule.floor_source}]"
            yield f"  {'':15} better {rule.recommended:g}{unit}  [{rule.recommended_source}]"
        elif isinstance(rule, Ceiling):
            yield f"  {name:15} at most {rule.most:g}{unit}  [{rule.most_source}]"
            yield f"  {'':15} better {rule.recommended:g}{unit}  [{rule.recommended_source}]"
    if rules.condition:
        yield f"  {'':15} for {rules.condition}"
