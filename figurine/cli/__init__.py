"""The command line: one file a verb. Results go to stdout, progress and errors to stderr.

Exit status: 0 printable, 1 not printable (a solid, if one could be made, is written all the same), 2 wrong use or
unreadable, empty or flat input, 3 failed.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import traceback
from typing import Any, NoReturn

import click

VERBS = {
    "make": "Make a printable figurine of a photo, or of a few pictures.",
    "views": "Draw views of a figurine from a photo, or one of them anew.",
    "styles": "List the styles that views can be drawn in, and show one.",
    "forget": "Erase photo and views of a run, and every copy of them.",
    "shape": "Make the shape of a run folder's views here, for a run that goes on elsewhere.",
    "prepare": "Make any mesh printable: STL, OBJ, PLY, OFF, GLB, 3MF in; STL, 3MF and GLB out.",
    "check": "Say how a mesh would print; write no model.",
    "repair": "Mend a mesh and keep its frame and unit.",
    "slice": "Prepare a mesh and have a slicer on this machine slice it.",
    "rerun": "Run a job file again.",
    "printers": "List the printers that are known, and show one.",
    "doctor": "Say what this machine has and what each missing thing needs.",
}
DEBUG = "FIGURINE_DEBUG"


class Verbs(click.Group):
    """A group that imports a verb's file only when the verb is called: `figurine printers` needs no numpy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of a figurine's life."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb's command, or None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        command = getattr(importlib.import_module(f"figurine.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb that is called; one that does not exist is answered with those nearest to it."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, n=2) or VERBS
            ctx.fail(f"no verb {args[0]!r}; did you mean {' or '.join(map(repr, near))}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Return nothing; write the list of verbs without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="figurine", prog_name="figurine")
def figurine() -> None:
    """From photos to printable figurines."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Exit with the status of the call; every error is one line on stderr."""
    sys.exit(call(arguments))


def call(arguments: list[str] | None = None) -> int:
    """Return the exit status of a call of the command line."""
    try:
        status: Any = figurine.main(args=arguments, prog_name="figurine", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else error.format_message())
        return 2
    except click.MissingParameter as error:
        asked = f"; `{error.ctx.command_path} --help` says what it takes" if error.ctx else ""
        return _complain(error.format_message().rstrip(".") + asked, 2)
    except click.ClickException as error:
        return _complain(error.format_message().replace("\n", " "), 2)
    except (click.Abort, KeyboardInterrupt):
        return _complain("stopped", 130)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is left to say, and stdout must not be flushed again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the outermost wall: whatever it is, a user gets one line
        return _report(error)


def _report(error: Exception) -> int:
    """Return the exit status of an error that a verb raised, after saying it in one line."""
    from figurine.cli.status import status_of

    status = status_of(error)
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    if status is not None:
        return _complain(str(error), status)
    kind = type(error).__name__
    return _complain(f"internal error, please report it: {kind}: {error} ({DEBUG}=1 shows where)", 3)


def _complain(message: str, status: int) -> int:
    click.echo(f"figurine: {' '.join(message.split())}", err=True)
    return status
