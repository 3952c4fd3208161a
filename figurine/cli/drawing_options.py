"""The flags of the verbs that draw views from a photo, each declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from figurine.cli.headings import set_heading
from figurine.cli.options import Command, PositiveNumber

QUALITIES = ("low", "medium", "high", "xhigh", "max")
SIDES = ("front", "back", "left", "right")


class Sides(click.ParamType[tuple[str, ...]]):
    """Sides with commas between them; the front is always one of them and comes first."""

    name = "sides"

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the sides, the front first."""
        asked = value if isinstance(value, tuple) else tuple(part.strip().casefold() for part in value.split(","))
        for side in asked:
            if side not in SIDES:
                self.fail(f"{side!r} is no side; use {', '.join(SIDES)} with commas between them", param, ctx)
        return tuple(side for side in SIDES if side == "front" or side in asked)


_FOLDER = click.Path(path_type=Path)

_OPTIONS = (
    click.option("--style", metavar="NAME", help="How to draw it: `figurine styles list`; none: the photo as it is."),
    click.option("--styles", "styles_folder", type=_FOLDER, metavar="DIR", help="A folder with styles of your own."),
    click.option("--subject", metavar="WORDS", help="Which subject is meant: person, pet, object, or a few words."),
    click.option("--note", metavar="WORDS", help='What to mind: "left ear folded, red collar".'),
    click.option("--keep", multiple=True, metavar="NAME", help="Something the style would leave out for printing."),
    click.option(
        "--candidates", type=click.IntRange(1, 8), default=1, show_default=True, help="Fronts to choose from."
    ),
    click.option("--sides", type=Sides(), metavar="SIDES", help="Sides to draw  [default: front,back,left]"),
    click.option("--model", metavar="NAME", help="Image model  [default: gpt-image-2.5-sunburst]"),
    click.option("--quality", type=click.Choice(QUALITIES), default="medium", show_default=True),
    click.option("--size", default="1024x1536", show_default=True, metavar="WxH", help="Size of the drawn pictures."),
    click.option(
        "--partials", type=click.IntRange(0, 3), help="Unfinished pictures to show  [default: 1 on a terminal]"
    ),
    click.option("--budget", "budget_usd", type=PositiveNumber("US dollars"), help="Most to spend  [default: 1.00]"),
    click.option(
        "--max-requests", type=click.IntRange(1, 100), default=6, show_default=True, help="Most pictures to ask for."
    ),
    click.option(
        "--from", "from_folder", type=_FOLDER, metavar="DIR", help="Take front.png, back.png … from a folder."
    ),
    click.option("--yes", is_flag=True, help="Ask nothing: take the front with the fewest faults."),
    click.option("--dry-run", is_flag=True, help="Print the prompts and the price, send nothing; needs no key."),
)


def drawing(command: Command) -> Command:
    """Return the command with every flag that says what to draw and what it may cost."""
    for option in reversed(_OPTIONS):
        command = option(command)
    added: Any = command
    set_heading(added.__click_params__[-len(_OPTIONS) :], "Views drawn from a photo")
    return command
