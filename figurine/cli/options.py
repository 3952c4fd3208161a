"""The flags that several verbs share, each declared once, and what a verb gets of them.

Flags that say what to make end up in one dict `fields`, of fields of a `Job`, whichever of them a verb has.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from figurine.cli.headings import set_heading

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
Values = dict[str, Any]


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


class RunWish(NamedTuple):
    """What the run is called, where its files go, and how it tells of itself."""

    name: str | None = None
    out: Path | None = None
    as_json: bool = False
    quiet: bool = False


def handing_on(keyword: str, make: Callable[[Values], Any], *flags: Decorator, heading: str = "") -> Decorator:
    """Return a decorator that gives a command these flags, and hands it what is made of their values as one keyword.

    Help lists them under the heading. What several decorators hand on as `fields` is joined.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def with_flags(*args: Any, **others: Any) -> Any:
            made = make({name: others.pop(name) for name in names})
            if keyword == "fields":
                made = {**others.pop(keyword, {}), **made}
            return command(*args, **{keyword: made}, **others)

        flagged: Any = with_flags
        for flag in reversed(flags):
            flagged = flag(flagged)
        added = flagged.__click_params__[-len(flags) :]
        set_heading(added, heading)
        names = [parameter.name for parameter in added]
        return flagged  # type: ignore[no-any-return]

    return decorate


def fields(make: Callable[[Values], Values], *flags: Decorator, heading: str = "") -> Decorator:
    """Return a decorator that gives a command these flags, handed on as fields of a `Job`."""
    return handing_on("fields", make, *flags, heading=heading)


def given(values: Values) -> Values:
    """Return the values that are not None: the rest have their defaults elsewhere."""
    return {name: value for name, value in values.items() if value is not None}


def complete_printer(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids that a shell offers for what has been typed so far: those that begin so, else those that match."""
    from printers.library import names, search

    begun = [name for name in names() if name.startswith(incomplete.casefold())]
    return begun or list(search(incomplete))


def _run_wish(values: Values) -> RunWish:
    return RunWish(**values)


printer_name = click.argument("name", shell_complete=complete_printer)
out = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Run folder: results beside the files of each stage  [default: NAME_figurine]",
)
name = click.option("--name", default=None, help="Name of the part and of its files  [default: from the input]")
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
_height = click.option("--height", "height_mm", type=PositiveNumber("mm"), help="Finished height in mm, base included.")
_longest = click.option("--longest", "longest_mm", type=PositiveNumber("mm"), help="Longest side in mm, for what lies.")
_scale = click.option("--scale", type=PositiveNumber("mm per unit"), help="Millimetres per unit of the file.")
_units = click.option("--units", type=click.Choice(["mm", "cm", "m", "in"]), help="Unit of the file's numbers.")

printer = handing_on(
    "printer",
    lambda values: PrinterWish(values.pop("printer"), **values),
    click.option(
        "--printer",
        default=None,
        metavar="NAME",
        shell_complete=complete_printer,
        help="Printer to judge for  [default: fdm-0.4]",
    ),
    click.option("--nozzle", "nozzle_mm", type=PositiveNumber("mm"), help="Nozzle of this print; the limits follow."),
    click.option("--layer", "layer_mm", type=PositiveNumber("mm"), help="Layer height of this print."),
    click.option("--material", metavar="NAME", help="Material that is loaded, as `figurine printers show` lists it."),
    click.option(
        "--colours",
        type=click.IntRange(1),
        metavar="N",
        help="Colours that are loaded  [default: without a feeder]",
    ),
    heading="Printer",
)
"""--printer and what is set on it for one print, as one `PrinterWish`."""

height = fields(dict, _height, _longest, heading="Size")
"""--height and --longest."""

sizes = fields(dict, _height, _longest, _scale, _units, heading="Size")
"""--height, --longest, --scale and --units: what a file with numbers of its own needs."""

judging = fields(
    lambda values: {"supports": not values["no_supports"], "strict": values["strict"]},
    click.option("--no-supports", is_flag=True, help="Print without supports: a part that needs them fails."),
    click.option("--strict", is_flag=True, help="Exit with 1 also where the part prints, but is weak."),
    heading="Verdict",
)
"""--no-supports and --strict."""

reporting = handing_on("run", _run_wish, as_json, quiet)
"""--json and --quiet, as a `RunWish`."""

again = handing_on("run", _run_wish, out, as_json, quiet)
"""--out, --json and --quiet, as a `RunWish`."""


class TolerancePattern(click.ParamType[str]):
    """A length in mm, or a share of the part's diagonal in percent; handed on as text."""

    name = "MM|PERCENT%"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text without blanks; its unit is settled when the part's size is known."""
        text = str(value).strip().removesuffix("mm").strip()
        PositiveNumber().convert(text.removesuffix("%"), param, ctx)
        return f"{float(text.removesuffix('%')):.12f}".rstrip("0").rstrip(".") + ("%" if text.endswith("%") else "")


repairing = fields(
    lambda values: {"repair": given(values)},
    click.option(
        "--tolerance",
        type=TolerancePattern(),
        help="How far rims are welded and detail may move: 0.02 (mm), or 0.01% of the diagonal  [default: 0.02 mm]",
    ),
    click.option(
        "--max-faces",
        type=click.IntRange(100),
        default=500_000,
        show_default=True,
        metavar="N",
        help="Simplify to so many faces, within the tolerance.",
    ),
    click.option("--keep-cavities", is_flag=True, help="Keep closed cavities; an open one always stays."),
    click.option(
        "--remove-slab/--keep-slab",
        default=None,
        help="Cut off, or keep, a floor plate under the figure  [default: keep; make: remove]",
    ),
    click.option(
        "--floating",
        type=click.Choice(["keep", "join", "remove"]),
        help="What becomes of small bodies that hang in the air  [default: keep; make: join]",
    ),
    heading="Repair",
)
"""The flags of the repair, for `RepairWishes`."""


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


_exporting = fields(
    lambda values: {"export": given(values)},
    click.option("--formats", type=FormatList(), help="Files to write  [default: 3mf,stl,glb]"),
    click.option(
        "--for",
        "reader",
        type=click.Choice(["any", "prusa", "bambu", "orca"]),
        help="What opens the 3MF: any reader by the standard, or a project of Bambu Studio and OrcaSlicer  "
        "[default: by the printer's maker]",
    ),
    click.option(
        "--colour",
        type=click.Choice(["palette", "texture", "vertex", "none"]),
        help="How the 3MF carries colour: one of the slots a face, a picture, a blend, or not at all  "
        "[default: as the printer prints]",
    ),
    click.option("--split-colours", is_flag=True, help="Also one STL for each colour of the palette."),
    click.option("--quantise", is_flag=True, help="A smaller GLB: positions in 16 bits (KHR_mesh_quantization)."),
    heading="Files",
)
"""The flags of the files that are written, for `ExportWishes`."""


def _palette(values: Values) -> Values:
    named = tuple(word.strip() for word in (values["filaments"] or "").split(",") if word.strip())
    return {"palette": {**values, "filaments": named}}


_colouring = fields(
    _palette,
    click.option(
        "--filaments",
        metavar="LIST",
        help='Filaments you own, by name or colour: "#fff, #1a1a1a, PLA Basic Red"; the best of them are used.',
    ),
    click.option("--even-light", is_flag=True, help="Take baked shadow and highlight out of the colours."),
    click.option(
        "--max-changes",
        type=click.IntRange(0),
        metavar="N",
        help="Changes of filament at most; the colour borders that are missed least go first.",
    ),
    heading="Colours",
)
"""The flags of colours and filaments, for `ColouringWishes`."""

_running = handing_on("run", _run_wish, name, out, as_json, quiet)


def finishing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with all flags of what happens to a shape: repair, files, colours, verdict, and of the run."""
    for flags in (_running, judging, _colouring, _exporting, repairing):
        command = flags(command)
    return command
