"""`figurine doctor`: what this machine has, and the next step for each thing it has not."""

from __future__ import annotations

import click


@click.command()
def doctor() -> None:
    """Say what this machine has (GPU, weights, key, slicer) and what each missing thing needs."""
    from figurine.doctor import examine

    for item in examine():
        mark = "✓" if item.found else "–"
        click.echo(f"{mark} {item.name:10} {item.state}")
        if item.next_step:
            click.echo(f"  {'':10} {item.next_step}")
