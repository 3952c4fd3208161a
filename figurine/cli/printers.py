"""`figurine printers`: which printers are known, and what each can do."""

from __future__ import annotations

import json

import click

from printers import get, names
from printers.profile import Limit, Printer, Rules


@click.group()
def printers() -> None:
    """List the printers that are known, and show one."""


@printers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the presets as JSON.")
def list_printers(as_json: bool) -> None:
    """List every preset: id, name, process, build volume."""
    known = [get(name) for name in names()]
    if as_json:
        click.echo(json.dumps([printer.model_dump(mode="json") for printer in known], indent=2, ensure_ascii=False))
        return
    wide = max(len(printer.id) for printer in known)
    for printer in known:
        click.echo(f"{printer.id:{wide}}  {_size(printer):>20}  {printer.process:11}  {printer.name}")


@printers.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the preset as JSON.")
def show_printer(name: str, as_json: bool) -> None:
    """Show what one printer can do, and where each figure comes from."""
    printer = get(name)
    click.echo(printer.model_dump_json(indent=2) if as_json else _described(printer))


def _described(printer: Printer) -> str:
    lines = [
        f"{printer.name} ({printer.id})",
        f"  process        {printer.process}",
        f"  build volume   {_size(printer)} mm",
        f"  nozzle         {printer.nozzle_mm:g} mm" if printer.nozzle_mm else "",
        f"  pixel          {' × '.join(f'{p:g}' for p in printer.pixel_um)} µm" if printer.pixel_um else "",
        f"  overhang       {printer.max_overhang_deg:g}° from the vertical",
        f"  thinnest wall  {printer.wall_floor_mm:g} mm",
        *_rules(printer.rules),
        f"  figures        {printer.confidence}: {printer.source}",
        f"  unverified     {', '.join(printer.unverified)}" if printer.unverified else "",
    ]
    return "\n".join(line for line in lines if line)


def _rules(rules: Rules) -> list[str]:
    limits = ((name, getattr(rules, name)) for name in Rules.model_fields)
    return [
        f"  {name.removesuffix('_mm').replace('_', ' '):14} {limit.floor:g} mm, better {limit.recommended:g} mm"
        f"  [{limit.source}]"
        for name, limit in limits
        if isinstance(limit, Limit)
    ]


def _size(printer: Printer) -> str:
    return " × ".join(f"{side:g}" for side in printer.build_volume_mm)
