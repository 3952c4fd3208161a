"""The flags that several verbs share, each declared once."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class PositiveNumber(click.ParamType[float]):
    """A finite number above zero; anything else is refused with what was given."""

    def __init__(self, unit: str = "") -> None:
        self.name = unit or "number"
        self.unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number{self._in_unit()}", param, ctx)
        if not (math.isfinite(number) and number > 0):
            self.fail(f"must be a number above 0{self._in_unit()}, got {value}", param, ctx)
        return number

    def _in_unit(self) -> str:
        return f" ({self.unit})" if self.unit else ""


printer = click.option("--printer", default=None, metavar="NAME", help="Printer to judge for  [default: fdm-0.4]")
out = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Run folder: results beside the files of each stage  [default: NAME_figurine]",
)
height = click.option("--height", "height_mm", type=PositiveNumber("mm"), help="Finished height in mm, base included.")
longest = click.option("--longest", "longest_mm", type=PositiveNumber("mm"), help="Longest side in mm, for what lies.")
scale = click.option("--scale", type=PositiveNumber("mm per unit"), help="Millimetres per unit of the file.")
units = click.option("--units", type=click.Choice(["mm", "cm", "m", "in"]), help="Unit of the file's numbers.")
name = click.option("--name", default=None, help="Name of the part and of its files  [default: from the input]")
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


def sizes(command: Command) -> Command:
    """Return the command with --height, --longest, --scale and --units."""
    for option in (units, scale, longest, height):
        command = option(command)
    return command


def reporting(command: Command) -> Command:
    """Return the command with --json and --quiet."""
    return quiet(as_json(command))
