"""Help in sections: flags that belong together stand under a heading of their own."""

from __future__ import annotations

from collections.abc import Iterable

import click

_REST = "Options"


def set_heading(parameters: Iterable[click.Parameter], heading: str) -> None:
    """Return nothing; have help list the parameters under the heading."""
    for parameter in parameters:
        vars(parameter)["heading"] = heading


class InSections(click.Command):
    """A command whose help lists flags by their headings; those without one come first."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Return nothing; write a section for each heading, in the order in which flags were given."""
        sections: dict[str, list[tuple[str, str]]] = {_REST: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and not isinstance(parameter, click.Argument):
                sections.setdefault(vars(parameter).get("heading") or _REST, []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)
