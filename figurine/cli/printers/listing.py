"""`figurine printers list`: the presets and the user's own printers, by what they can do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click

from figurine.cli.options import PositiveNumber
from figurine.cli.printers.words import row
from printers.errors import BadPreset
from printers.library import get, names, stated
from printers.process import Process

Table = Mapping[str, Any]


@click.command("list")
@click.option("--process", type=click.Choice([process.value for process in Process]), help="Only this process.")
@click.option("--min-height", "min_height_mm", type=PositiveNumber("mm"), help="Only those that print as tall as this.")
@click.option(
    "--colours", type=click.IntRange(1), metavar="N", help="Only those that print N colours, feeder included."
)
@click.option("--json", "as_json", is_flag=True, help="Print the presets as JSON.")
def command(process: str | None, min_height_mm: float | None, colours: int | None, as_json: bool) -> None:
    """List the printers that are known, your own included: id, build volume, process, colours, name."""
    tables = {
        printer_id: table
        for printer_id, table in _readable(names())
        if (process is None or table.get("process") == process)
        and (min_height_mm is None or _height(table) >= min_height_mm)
        and (colours is None or _colours(table) >= colours)
    }
    if as_json:
        records = [get(printer_id).model_dump(mode="json") for printer_id in tables]
        click.echo(json.dumps(records, indent=2, ensure_ascii=False))
        return
    for printer_id, table in tables.items():
        click.echo(row(printer_id, table))


def _readable(ids: Iterable[str]) -> Iterable[tuple[str, Table]]:
    """Yield what the files state, unvalidated and so at once; one of the user's that is no TOML is told, and left."""
    for printer_id in ids:
        try:
            yield printer_id, stated(printer_id)
        except BadPreset as error:
            click.echo(f"figurine: left out: {error}", err=True)


def _height(table: Table) -> float:
    return float(table.get("largest_part_mm", table.get("build_volume_mm", (0, 0, 0)))[2])


def _colours(table: Table) -> int:
    return max(int(table.get("colours", 1)), int(table.get("colours_with_feeder", 1)))
