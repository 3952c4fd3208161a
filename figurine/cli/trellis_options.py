"""The flags of the trellis backend, each declared once."""

from __future__ import annotations

import click

from figurine.cli.options import fields, given

trellis = fields(
    lambda values: {"trellis": given(values)},
    click.option("--weights", metavar="REPO|DIR", help="trellis: checkpoint on the hub, or a folder that holds one."),
    click.option("--offline", is_flag=True, default=None, help="trellis: download nothing."),
    click.option("--scheme", metavar="NAME", help="trellis: how several views become one shape  [default: arbiter]"),
    click.option("--seed", type=click.IntRange(0), help="trellis: the lot that is drawn  [default: 1]"),
    click.option("--samples", type=click.IntRange(1, 16), metavar="N", help="trellis: N seeds to choose from."),
    click.option("--structure-steps", type=click.IntRange(1, 1000), metavar="N", help="trellis: first stage."),
    click.option("--structure-guidance", type=click.FloatRange(0), metavar="W", help="trellis: first stage."),
    click.option("--latent-steps", type=click.IntRange(1, 1000), metavar="N", help="trellis: second stage."),
    click.option("--latent-guidance", type=click.FloatRange(0), metavar="W", help="trellis: second stage."),
    click.option("--dtype", type=click.Choice(["float16", "bfloat16", "float32"]), help="trellis: precision."),
    click.option(
        "--accelerate",
        type=click.Choice(["none", "graphs", "compile"]),
        help="trellis: replay captured CUDA graphs, and compile  [default: graphs]",
    ),
    click.option("--low-memory", is_flag=True, default=None, help="trellis: one model on the GPU at a time."),
    click.option("--deterministic", is_flag=True, default=None, help="trellis: the same bytes every time."),
    click.option("--textured", is_flag=True, default=None, help="trellis: also a GLB with a baked texture."),
    click.option("--simplify", type=click.FloatRange(0, 1, max_open=True), help="--textured: share of faces to drop."),
    click.option(
        "--texture-size", type=click.IntRange(64, 8192), metavar="PX", help="--textured: side of the picture."
    ),
    heading="Shape by TRELLIS",
)
"""The flags of the backend: those that were given are fields of `TrellisOptions`."""
