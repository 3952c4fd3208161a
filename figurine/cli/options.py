"""The flags that several verbs share, each declared once."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

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


class PrinterWish(NamedTuple):
    """The printer that a user names, None for the default, and what they set on it for this print."""

    name: str | None
    nozzle_mm: float | None = None
    layer_mm: float | None = None
    material: str | None = None
    colours: int | None = None


def complete_printer(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids that a shell offers for what has been typed so far: those that begin so, else those that match."""
    from printers.library import names, search

    begun = [name for name in names() if name.startswith(incomplete.casefold())]
    return begun or list(search(incomplete))


printer_name = click.argument("name", shell_complete=complete_printer)


def printer(command: Command) -> Command:
    """Return the command with --printer and what is set on it for one print, handed on as one `PrinterWish`."""

    @functools.wraps(command)
    def with_wish(*args: Any, printer: str | None, **others: Any) -> Any:
        setting = {field: others.pop(field) for field in PrinterWish._fields[1:]}
        return command(*args, printer=PrinterWish(printer, **setting), **others)

    options = (
        click.option(
            "--colours",
            type=click.IntRange(1),
            metavar="N",
            help="Colours that are loaded  [default: without a feeder]",
        ),
        click.option(
            "--material", metavar="NAME", help="Material that is loaded, as `figurine printers show` lists it."
        ),
        click.option("--layer", "layer_mm", type=PositiveNumber("mm"), help="Layer height of this print."),
        click.option(
            "--nozzle", "nozzle_mm", type=PositiveNumber("mm"), help="Nozzle of this print; the limits follow."
        ),
        click.option(
            "--printer",
            default=None,
            metavar="NAME",
            shell_complete=complete_printer,
            help="Printer to judge for  [default: fdm-0.4]",
        ),
    )
    wished: Any = with_wish
    for option in options:
        wished = option(wished)
    return wished  # type: ignore[no-any-return]


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


def colouring(command: Command) -> Command:
    """Return the command with --filaments, --even-light and --max-changes, handed on as one dict `palette`.

    Filaments that are named are loaded, as far as the printer has slots, unless --colours says how many are.
    """

    @functools.wraps(command)
    def with_wishes(*args: Any, filaments: str | None, even_light: bool, max_changes: int | None, **others: Any) -> Any:
        named = tuple(word.strip() for word in (filaments or "").split(",") if word.strip())
        if named:
            others["printer"] = _loaded(others["printer"], named)
        wishes = {"filaments": named, "even_light": even_light, "max_changes": max_changes}
        return command(*args, palette=wishes, **others)

    options = (
        click.option(
            "--max-changes",
            type=click.IntRange(0),
            metavar="N",
            help="Changes of filament at most; the colour borders that are missed least go first.",
        ),
        click.option("--even-light", is_flag=True, help="Take baked shadow and highlight out of the colours."),
        click.option(
            "--filaments",
            metavar="LIST",
            help='Filaments you own, by name or colour: "#fff, #1a1a1a, PLA Basic Red"; the best of them are used.',
        ),
    )
    wished: Any = with_wishes
    for option in options:
        wished = option(wished)
    return wished  # type: ignore[no-any-return]


def _loaded(printer: PrinterWish, named: tuple[str, ...]) -> PrinterWish:
    """Return the printer with as many colours loaded as filaments were named and it has slots for."""
    import printers
    from fab.palette.filaments import UnknownFilament, find_filaments

    try:
        count = len(find_filaments(named))
    except UnknownFilament as error:
        raise click.UsageError(str(error)) from error
    if printer.colours is not None:
        return printer
    slots = printers.get(printer.name or printers.DEFAULT_PRINTER).most_colours
    return printer._replace(colours=min(count, slots)) if slots > 1 else printer


def judging(command: Command) -> Command:
    """Return the command with --no-supports and --strict, handed on as one dict `judged` of fields of a `Job`."""

    @functools.wraps(command)
    def with_judged(*args: Any, no_supports: bool, strict: bool, **others: Any) -> Any:
        return command(*args, judged={"supports": not no_supports, "strict": strict}, **others)

    options = (
        click.option("--strict", is_flag=True, help="Exit with 1 also where the part prints, but is weak."),
        click.option("--no-supports", is_flag=True, help="Print without supports: a part that needs them fails."),
    )
    wished: Any = with_judged
    for option in options:
        wished = option(wished)
    return wished  # type: ignore[no-any-return]


class TolerancePattern(click.ParamType[str]):
    """A length in mm, or a share of the part's diagonal in percent; handed on as text."""

    name = "MM|PERCENT%"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text without blanks; its unit is settled when the part's size is known."""
        text = str(value).strip().removesuffix("mm").strip()
        PositiveNumber().convert(text.removesuffix("%"), param, ctx)
        return f"{float(text.removesuffix('%')):.12f}".rstrip("0").rstrip(".") + ("%" if text.endswith("%") else "")


def repairing(command: Command) -> Command:
    """Return the command with the flags of the repair, handed on as one dict `repair` for `RepairWishes`."""
    fields = ("tolerance", "max_faces", "floating", "keep_cavities", "remove_slab")

    @functools.wraps(command)
    def with_wishes(*args: Any, **others: Any) -> Any:
        wishes = {field: others.pop(field) for field in fields}
        return command(*args, repair={k: v for k, v in wishes.items() if v is not None}, **others)

    options = (
        click.option(
            "--floating",
            type=click.Choice(["keep", "join", "remove"]),
            help="What becomes of small bodies that hang in the air  [default: keep; make: join]",
        ),
        click.option(
            "--remove-slab/--keep-slab",
            default=None,
            help="Cut off, or keep, a floor plate under the figure  [default: keep; make: remove]",
        ),
        click.option("--keep-cavities", is_flag=True, help="Keep closed cavities; an open one always stays."),
        click.option(
            "--max-faces",
            type=click.IntRange(100),
            default=500_000,
            show_default=True,
            metavar="N",
            help="Simplify to so many faces, within the tolerance.",
        ),
        click.option(
            "--tolerance",
            type=TolerancePattern(),
            help="How far rims are welded and detail may move: 0.02 (mm), or 0.01% of the diagonal  [default: 0.02 mm]",
        ),
    )
    wished: Any = with_wishes
    for option in options:
        wished = option(wished)
    return wished  # type: ignore[no-any-return]


class FormatList(click.ParamType[tuple[str, ...]]):
    """Names of file formats with commas between them."""

    name = "3mf,stl,glb,obj,ply"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the names in the order given, each once."""
        known = self.name.split(",")
        wanted = tuple(dict.fromkeys(word.strip().lower().lstrip(".") for word in str(value).split(",")))
        unknown = [word for word in wanted if word not in known]
        if unknown:
            self.fail(f"{unknown[0] or 'nothing'!r} is not written; choose from {', '.join(known)}", param, ctx)
        return wanted


def exporting(command: Command) -> Command:
    """Return the command with the flags of the files it writes, handed on as one dict `export` for `ExportWishes`."""
    fields = ("formats", "reader", "colour", "split_colours", "quantise")

    @functools.wraps(command)
    def with_wishes(*args: Any, **others: Any) -> Any:
        wishes = {field: others.pop(field) for field in fields}
        return command(*args, export={k: v for k, v in wishes.items() if v is not None}, **others)

    options = (
        click.option("--quantise", is_flag=True, help="A smaller GLB: positions in 16 bits (KHR_mesh_quantization)."),
        click.option("--split-colours", is_flag=True, help="Also one STL for each colour of the palette."),
        click.option(
            "--colour",
            type=click.Choice(["palette", "texture", "vertex", "none"]),
            help="How the 3MF carries colour: one of the slots a face, a picture, a blend, or not at all  "
            "[default: as the printer prints]",
        ),
        click.option(
            "--for",
            "reader",
            type=click.Choice(["any", "prusa", "bambu", "orca"]),
            help="What opens the 3MF: any reader by the standard, or a project of Bambu Studio and OrcaSlicer  "
            "[default: by the printer's maker]",
        ),
        click.option("--formats", type=FormatList(), help="Files to write  [default: 3mf,stl,glb]"),
    )
    wished: Any = with_wishes
    for option in options:
        wished = option(wished)
    return wished  # type: ignore[no-any-return]
