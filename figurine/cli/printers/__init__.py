"""`figurine printers`: which printers are known, and what each can do. One file a verb, imported when it is called."""

from __future__ import annotations

import importlib

import click

VERBS = {
    "list": ("listing", "List the printers that are known."),
    "show": ("show", "Show what one printer can do, and where each figure comes from."),
    "search": ("search", "Find printers by any part of their name."),
    "rules": ("rules", "Show the print rules of a process, and who says so."),
    "recommend": ("recommend", "Rank the printers that can print a model."),
    "new": ("new", "Make a printer of your own from one that is known."),
    "import": ("import_", "Make a printer of your own from a slicer's profile."),
    "export": ("export", "Write a printer as a slicer's profile."),
    "test-piece": ("test_piece", "Write a part that finds out what a printer really prints."),
    "learn": ("learn", "Take what came out of the test piece as the printer's limits."),
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
