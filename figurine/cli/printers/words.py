"""How the verbs of `figurine printers` write what a printer can do."""

from __future__ import annotations

from collections.abc import Iterator

from printers import Ceiling, Limit, Printer, Rules


def size(printer: Printer) -> str:
    """Return the build volume as `180 × 180 × 180`."""
    return " × ".join(f"{side:g}" for side in printer.build_volume_mm)


def rule_lines(rules: Rules) -> Iterator[str]:
    """Yield two lines a rule: each limit with where it comes from."""
    for field in Rules.model_fields:
        rule = getattr(rules, field)
        name, unit = rule_name(field)
        if isinstance(rule, Limit):
            yield f"  {name:18} at least {rule.floor:g} {unit}  [{rule.floor_source}]"
            yield f"  {'':18} better   {rule.recommended:g} {unit}  [{rule.recommended_source}]"
        elif isinstance(rule, Ceiling):
            yield f"  {name:18} at most  {rule.most:g} {unit}  [{rule.most_source}]"
            yield f"  {'':18} better   {rule.recommended:g} {unit}  [{rule.recommended_source}]"


def rule_name(field: str) -> tuple[str, str]:
    """Return a rule's name in words and its unit: `wall_free_mm` is (`wall free`, `mm`)."""
    words, _, unit = field.replace("_from_vertical", "").rpartition("_")
    return words.replace("_", " "), {"mm": "mm", "deg": "°"}.get(unit, "")
