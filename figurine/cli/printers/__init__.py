"""`figurine printers`: which printers are known, and what each can do. One file a verb, imported when it is called."""

from __future__ import annotations

import importlib

import click

VERBS = {
    "list": ("listing", "List the printers that are known."),
    "show": ("show", "Show what one printer can do, and where each figure comes from."),
}
"""Verb -> the module that holds it as `command`, and its line of help."""


class PrinterVerbs(click.Group):
    """A group that imports a verb's file only when the verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs, the most used first."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb's command, or None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        module, _ = VERBS[cmd_name]
        command = importlib.import_module(f"figurine.cli.printers.{module}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Return nothing; write the list of verbs without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])


@click.command(cls=PrinterVerbs)
def printers() -> None:
    """List the printers that are known, and say what each can do."""
