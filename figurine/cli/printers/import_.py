"""`figurine printers import`: a printer of the user's own, from the profile that their slicer has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

COMMENT = "Imported from {file}. What stands here goes before any preset; `sources` says which key each figure is from."


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default=None, help="Name of the printer  [default: as in the file]")
@click.option("--pick", default=None, metavar="PRINTER", help="Which printer of a bundle that holds several.")
@click.option("--replace", is_flag=True, help="Replace a printer of your own of the same name.")
def command(file: Path, name: str | None, pick: str | None, replace: bool) -> None:
    """Make a printer of your own from a slicer's profile.

    PrusaSlicer's .ini, exported config or bundle; OrcaSlicer's and Bambu Studio's machine .json; Cura's .def.json; the
    settings inside a G-code, a project 3MF or an SL1.
    """
    from printers.importing import own_table, read_profile
    from printers.own import save_own

    printer_id, table = own_table(read_profile(file, pick), name)
    path = save_own(printer_id, table, replace=replace, comment=COMMENT.format(file=file.name))
    click.echo(f"{path}: {_size(table)}, {table['process']}; find it as {printer_id}")
    for note in (table.get("note"), _doubt(table)):
        if note:
            click.echo(note, err=True)


def _size(table: dict[str, Any]) -> str:
    return " × ".join(f"{side:g}" for side in table["build_volume_mm"]) + " mm"


def _doubt(table: dict[str, Any]) -> str:
    doubtful = ", ".join(table.get("unverified", ()))
    return f"not in the file, so the usual figure of its process: {doubtful}" if doubtful else ""
