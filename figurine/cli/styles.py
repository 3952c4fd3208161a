"""`figurine styles`: which styles there are, and what each one asks for."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import click

_folder = click.option(
    "--styles", "folder", type=click.Path(path_type=Path), metavar="DIR", help="A folder with styles of your own."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.group()
def styles() -> None:
    """List the styles that views can be drawn in, and show one."""


@styles.command("list")
@_folder
@_as_json
def list_styles(folder: Path | None, as_json: bool) -> None:
    """List every style: name, what it is for, what it looks like."""
    from generate.drawing.style import NO_STYLE, load_style, style_names

    known = [load_style(name, folder) for name in style_names(folder)]
    if as_json:
        click.echo(json.dumps([style.model_dump(mode="json") for style in known], indent=2, ensure_ascii=False))
        return
    wide = max(len(style.id) for style in known)
    for style in known:
        click.echo(f"{style.id:{wide}}  {', '.join(style.subjects):19}  {style.summary}")
    click.echo(f"{NO_STYLE:{wide}}  {'anything':19}  the photo's own cut-out; nothing is drawn, no key is needed")


@styles.command("show")
@click.argument("name")
@_folder
@_as_json
def show_style(name: str, folder: Path | None, as_json: bool) -> None:
    """Show one style: its words, what it leaves out so that it prints, and the whole prompt for the front."""
    from generate.drawing.prompts import Wish, prompt_for
    from generate.drawing.style import load_style

    style = load_style(name, folder)
    if as_json:
        click.echo(style.model_dump_json(indent=2))
        return
    lines = [
        f"{style.name} ({style.id}): {style.summary}",
        f"  for         {', '.join(style.subjects)}",
        f"  height      {style.height_mm:g} mm unless you say otherwise",
        f"  leaves out  {', '.join(style.leaves_out)}  (--keep NAME keeps one)",
        "  prompt for the front:",
        *textwrap.wrap(prompt_for("front", Wish(style)), 96, initial_indent="    ", subsequent_indent="    "),
    ]
    click.echo("\n".join(lines))
