"""Times the TRELLIS backend on a GPU, and holds it to what upstream's own code computes.

    python -m bench.trellis_checkpoint CHECKPOINT
    python -m bench.trellis_upstream CHECKPOINT OUT
    python -m bench.trellis_speed CHECKPOINT OUT

24 steps, guidance 7.5 on [0.5, 1], half precision, medians. Random weights: times and equality, not beauty.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from bench.trellis_common import (
    INTERVAL,
    RESCALE,
    STEPS,
    STRENGTH,
    VIEWS,
    Results,
    inputs,
    milliseconds,
    peak_gb,
    relative,
    shell,
)
from generate.backends.trellis import upstream
from generate.backends.trellis.acceleration import Acceleration, accelerated
from generate.backends.trellis.checkpoint import open_checkpoint
from generate.backends.trellis.latent import latent_pass
from generate.backends.trellis.models import Models
from generate.backends.trellis.stages import _Velocity
from generate.backends.trellis.structure import structure_pass
from sampling.cameras import Cameras
from sampling.cells import Cells
from sampling.conditions import Conditions
from sampling.cross_attention import attend_to_views
from sampling.guidance import Guidance
from sampling.sampler import sample
from sampling.schedule import rescaled_times
from sampling.views import make_scheme

CAMERAS = Cameras((0.0, 90.0, 180.0, 270.0))


class Stage:
    """One stage of the real size, with everything that its passes and its sampling need."""

    def __init__(self, name: str, model: Any, noise: Tensor, coords: Tensor | None) -> None:
        self.name, self.model, self.noise, self.coords = name, model, noise, coords
        self.cells = (
            Cells.dense(1, model.resolution, patch=model.patch_size, device="cuda")
            if coords is None
            else Cells.sparse(coords, model.resolution, patch=model.patch_size)
        )

    def forward(self) -> Any:
        """Return the stage's pass."""
        return structure_pass(self.model) if self.coords is None else latent_pass(self.model, self.coords)

    @contextmanager
    def sampler(self, scheme: str, views: Tensor, how: Acceleration, null: Tensor | None = None) -> Iterator[Any]:
        """Yield a function that samples the stage once and returns its end, and the velocity that it samples with."""
        chosen = make_scheme(scheme)
        conditions = Conditions.of(list(views), null=null)
        opened: Any = nullcontext()
        if chosen.needs.attention != "no":
            opened = attend_to_views(self.model, conditions.views, self.cells.tokens)
        with opened as attention:
            velocity = _Velocity(self.model, self.forward(), how, attention)
            cameras = CAMERAS if len(views) == VIEWS and chosen.needs.cameras != "no" else None

            def run() -> Tensor:
                return sample(
                    velocity,
                    self.noise,
                    conditions,
                    rescaled_times(STEPS, RESCALE),
                    guidance=Guidance(STRENGTH, INTERVAL),
                    scheme=chosen,
                    cells=self.cells,
                    cameras=cameras,
                    attention=attention,
                    stage=self.name,
                ).x

            yield run, velocity


def compare_passes(note: Results, stage: Stage, views: Tensor, kept: dict[str, Tensor]) -> None:
    """Return nothing; note how far our passes are from upstream's, and how long they take."""
    t, joined = torch.tensor([700.0]).cuda(), views.reshape(1, -1, 1024)
    forward, short = stage.forward(), "structure" if stage.coords is None else "latent"
    for label, cond in (("pass", views[:1]), ("joined", joined)) if kept else ():
        note(f"{stage.name} {label}, off upstream's", relative(forward(stage.noise, t, cond), kept[f"{short} {label}"]))
    shapes = {"1 view": views[:1], "4 views joined": joined, "no view (1 token)": views[:1, :1] * 0}
    for how in ("none", "graphs"):
        fast = accelerated(stage.forward(), how, views.device, lambda: None, ())  # type: ignore[arg-type]
        for label, cond in shapes.items():
            note(f"{stage.name} pass, {label}, {how}, ms", milliseconds(lambda f=fast, c=cond: f(stage.noise, t, c)))
    reference = forward(stage.noise, t, joined)
    with attend_to_views(stage.model, views, stage.cells.tokens) as attention:
        for how in ("none", "graphs"):
            fused = _Velocity(stage.model, stage.forward(), how, attention)
            note(
                f"{stage.name} pass, 4 views fused, {how}, ms",
                milliseconds(lambda f=fused: f(stage.noise, 0.7, joined)),
            )
        out = fused(stage.noise, 0.7, joined)
        note(f"{stage.name} fused, off attention over joined tokens", relative(out, reference))


def time_stage(note: Results, stage: Stage, views: Tensor) -> None:
    """Return nothing; note the time of whole runs by scheme."""
    runs: list[tuple[str, str, Tensor, Acceleration]] = [
        ("1 view", "cycle", views[:1], "none"),
        ("4 views, fused", "fused", views, "none"),
        ("4 views, original", "original", views, "none"),
        ("1 view", "cycle", views[:1], "graphs"),
        ("4 views, fused", "fused", views, "graphs"),
        ("4 views, fused+directional", "fused+directional", views, "graphs"),
        ("4 views, fused+arbiter", "fused+arbiter", views, "graphs"),
        ("4 views, arbiter", "arbiter", views, "graphs"),
        ("4 views, original", "original", views, "graphs"),
        ("1 view", "cycle", views[:1], "compile"),
        ("4 views, fused", "fused", views, "compile"),
    ]
    for label, scheme, shown, how in runs:
        if stage.coords is not None and scheme == "original":
            continue  # its weights are made in the first stage
        torch._dynamo.reset()
        with stage.sampler(scheme, shown, how) as (run, velocity):
            note(f"{stage.name} stage, {label}, {how}, ms", milliseconds(run, 3, 1))
            if how == "compile":
                joined = shown.reshape(1, -1, shown.shape[-1])
                note(
                    f"{stage.name} pass, {label}, {how}, ms",
                    milliseconds(lambda v=velocity, j=joined: v(stage.noise, 0.7, j)),
                )
            if how == "graphs" and label in ("1 view", "4 views, fused"):
                note(f"{stage.name} stage, {label}, {how}, peak GB", peak_gb(run))


def compare_schemes(note: Results, stage: Stage, views: Tensor, kept: dict[str, Tensor]) -> None:
    """Return nothing; note how far `cycle`, `average` and one view are from upstream's own functions."""
    short = "structure" if stage.coords is None else "latent"
    null = torch.zeros_like(views[:1])
    for how in ("none", "graphs") if kept else ():
        with stage.sampler("cycle", views[:1], how, null) as (run, _):
            run()
            note(f"{stage.name} stage, 1 view, {how}, off upstream's code", relative(run(), kept[f"{short} sample"]))
    for scheme, mode in (("cycle", "stochastic"), ("average", "multidiffusion")):
        with stage.sampler(scheme, views, "none", null) as (run, _):
            ours = run()
        theirs = _by_upstream(stage, views, null, mode)
        note(f"{stage.name} stage, {scheme}, off upstream's {mode}", relative(ours, theirs))
    with stage.sampler("cycle", views, "none") as (run, _):
        note(
            f"{stage.name} stage, cycle, one token for no view, off 1,374",
            relative(run(), _by_upstream(stage, views, null, "stochastic")),
        )


def _by_upstream(stage: Stage, views: Tensor, null: Tensor, mode: str) -> Tensor:
    """Return what upstream's sampler and its multi-view injection make, on the same model."""
    injector = _pipeline_class()
    pipeline: Any = injector.__new__(injector)
    samplers = sys.modules["trellis.pipelines.samplers"]
    pipeline.sampler = samplers.FlowEulerGuidanceIntervalSampler(sigma_min=1e-5)
    settings = {"steps": STEPS, "rescale_t": RESCALE, "cfg_strength": STRENGTH, "cfg_interval": INTERVAL}
    noise = stage.noise if stage.coords is None else upstream.sparse_tensor(stage.noise, stage.coords)
    with pipeline.inject_sampler_multi_image("sampler", len(views), STEPS, mode=mode):
        end = pipeline.sampler.sample(stage.model, noise, cond=views, neg_cond=null, verbose=False, **settings).samples
    return end if stage.coords is None else end.feats


def _pipeline_class() -> Any:
    """Return upstream's pipeline class; what it imports besides is not used here."""
    name = "trellis.pipelines.trellis_image_to_3d"
    if name not in sys.modules:
        upstream._path_only("trellis.pipelines", upstream.find())  # type: ignore[arg-type]
        samplers = upstream._import("trellis.pipelines.samplers")
        sys.modules["trellis.pipelines"].samplers = samplers
        sys.modules["trellis.pipelines.samplers"] = samplers
        sys.modules.setdefault("rembg", ModuleType("rembg"))
    return upstream._import(name).TrellisImageTo3DPipeline


def decode(note: Results, models: Models, features: Tensor, coords: Tensor, kept: dict[str, Tensor]) -> None:
    """Return nothing; note the mesh decoder's time, peak and distance from upstream's mesh."""
    for place in ("cuda", "cpu"):
        models.loaded.pop("slat_decoder_mesh", None)
        torch.cuda.empty_cache()
        with models.open("slat_decoder_mesh", torch.device(place)) as decoder:
            voxels = upstream.sparse_tensor(features, coords)
            mesh = decoder(voxels)[0]
            note(f"mesh decoder, surface on {place}, vertices", float(len(mesh.vertices)))
            note(f"mesh decoder, surface on {place}, ms", milliseconds(lambda d=decoder, v=voxels: d(v), 1, 1))
            note(f"mesh decoder, surface on {place}, peak GB", peak_gb(lambda d=decoder, v=voxels: d(v)))
            if not kept:
                continue
            theirs = kept["mesh vertices"].to(mesh.vertices)
            some = mesh.vertices[:: max(1, len(mesh.vertices) // 4000)]
            apart = torch.cat([torch.cdist(part[None], theirs[None])[0].amin(1) for part in some.split(200)])
            note(
                f"mesh decoder, surface on {place}, median distance to upstream's, voxels", float(apart.median()) * 256
            )


@torch.no_grad()
def main() -> None:
    """Run everything."""
    checkpoint, out = Path(sys.argv[1]), Path(sys.argv[2])
    note = Results(out / "ours.json")
    kept = torch.load(out / "upstream.pt") if (out / "upstream.pt").is_file() else {}
    models = Models(open_checkpoint(str(checkpoint)), torch.device("cuda"), torch.float16)
    given, coords = inputs(), shell()
    views = given["views"]
    with models.open("sparse_structure_flow_model") as flow, models.open("slat_flow_model") as latent:
        stages = [
            Stage("structure", flow, given["structure"], None),
            Stage("latents", latent, given["latents"], coords),
        ]
    for stage in stages:
        compare_passes(note, stage, views, kept)
    for stage in stages:
        compare_schemes(note, stage, views, kept)
    for stage in stages:
        time_stage(note, stage, views)
    decode(note, models, given["latents"], coords, kept)


if __name__ == "__main__":
    main()
