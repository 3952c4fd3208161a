"""`reconstruct`: views to a coloured mesh through TRELLIS' models and our sampler."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import trimesh
from torch import Tensor

from generate.backends.trellis import machine, upstream
from generate.backends.trellis.checkpoint import GAUSSIANS, Checkpoint, open_checkpoint, weight_hashes
from generate.backends.trellis.decode import decode_mesh
from generate.backends.trellis.encoder import encode, load_features
from generate.backends.trellis.facing import Facing, face
from generate.backends.trellis.latent import denormalised
from generate.backends.trellis.models import Models
from generate.backends.trellis.options import TrellisOptions
from generate.backends.trellis.stages import Settings, Shown, sample_latent, sample_structure
from generate.backends.trellis.structure import occupied_by, voxels
from generate.backends.trellis.surface import outer_surface, standing
from generate.errors import BackendUnavailable, ShapeFailed
from generate.shape import OnProgress, RawShape, Sample
from generate.views import Note, Views, side_of
from sampling.cameras import Cameras
from sampling.conditions import Conditions
from sampling.errors import MissingInput, SamplingError, UnknownScheme
from sampling.sampler import Stepped
from sampling.weights import ViewWeights

MOST_VOXELS = 65_536
"""Twice what upstream's models were trained on; more is no body, and would not fit the decoder."""


@dataclass(eq=False)
class _Body:
    """One seed's way through the stages."""

    seed: int
    noise: torch.Generator
    coords: Tensor | None = None
    features: Tensor | None = None
    facing: Facing | None = None
    structure_weights: ViewWeights | None = None
    latent_weights: ViewWeights | None = None


def reconstruct(
    views: Views,
    trust: str = "front",
    options: TrellisOptions | None = None,
    on_progress: OnProgress | None = None,
    device: torch.device | None = None,
) -> RawShape:
    """Return the shape that TRELLIS makes of the views, and what it took: weights of views, versions, hashes.

    Without `device` a GPU must be there. Of several samples the one whose outlines fit the views best is the shape.
    Raises BackendUnavailable when the GPU, the code or the weights are missing or do not fit, ShapeFailed when no
    shape came out: no memory, a prediction that is not a number, an empty body.
    """
    options = options or TrellisOptions()
    tell = on_progress or (lambda done, total, note: None)
    device = device or machine.require_gpu(options.low_memory)
    _require_scheme(options.scheme)
    checkpoint = open_checkpoint(
        options.weights, offline=options.offline, gaussians=options.textured, on_progress=on_progress
    )
    run = _Run(views, trust, options, checkpoint, device, tell)
    with torch.no_grad(), machine.determinism(options.deterministic), _failures():
        samples = tuple(run.samples())
    best = max(samples, key=lambda sample: sample.agreement)
    record = _record(options, checkpoint, device, run, samples)
    return RawShape(best.mesh, "trellis", tuple(_notes(run, samples, best)), samples, record)


class _Run:
    """One reconstruction: all samples go through a stage before the next one's model is loaded."""

    def __init__(
        self,
        views: Views,
        trust: str,
        options: TrellisOptions,
        checkpoint: Checkpoint,
        device: torch.device,
        tell: OnProgress,
    ) -> None:
        self.views, self.trust, self.options = views, trust, options
        self.checkpoint, self.device, self.tell = checkpoint, device, tell
        self.models = Models(checkpoint, device, getattr(torch, options.dtype), keep=not options.low_memory)
        defaults = checkpoint.pipeline
        self.structure = Settings.of(
            defaults.sparse_structure_sampler.params,
            options.scheme,
            options.accelerate,
            options.structure_steps,
            options.structure_guidance,
        )
        self.latent = Settings.of(
            defaults.slat_sampler.params,
            options.scheme,
            options.accelerate,
            options.latent_steps,
            options.latent_guidance,
        )
        self.done, self.total = 0, options.samples * (self.structure.steps + self.latent.steps + 1) + 1
        self.cavities = 0

    def samples(self) -> Iterator[Sample]:
        """Yield one sample a seed."""
        shown = self._show()
        bodies = [
            _Body(seed, torch.Generator().manual_seed(seed))
            for seed in range(self.options.seed, self.options.seed + self.options.samples)
        ]
        self._structures(bodies, shown)
        self._latents(bodies, shown)
        yield from self._meshes(bodies)

    def _show(self) -> Shown:
        """Return the views' tokens and cameras."""
        self._tell("views")
        features = load_features(
            self.checkpoint.encoder, self.device, offline=self.options.offline, on_progress=self.tell
        )
        items = self.views.items
        tokens = encode([view.image for view in items], features, self.device)
        del features
        names = [view.name or f"{view.azimuth_deg:g}" for view in items]
        trusted = next((k for k, view in enumerate(items) if side_of(view.azimuth_deg) == self.trust), 0)
        cameras = Cameras(tuple(view.azimuth_deg for view in items), tuple(view.elevation_deg for view in items))
        return Shown(Conditions.of(tokens, names=names), cameras, trusted)

    def _structures(self, bodies: list[_Body], shown: Shown) -> None:
        with (
            self.models.open("sparse_structure_flow_model") as flow,
            self.models.open("sparse_structure_decoder") as decoder,
        ):
            for body in bodies:
                shape = (1, flow.in_channels, *[flow.resolution] * 3)
                noise = torch.randn(shape, generator=body.noise).to(self.device)

                def find_yaw(latent: Tensor) -> float | None:
                    return face(occupied_by(decoder, latent)[0], self.views).sure_yaw_deg

                sampled = sample_structure(flow, noise, shown, self.structure, find_yaw, self._step("structure", body))
                occupied = occupied_by(decoder, sampled.x)
                body.coords, body.facing = voxels(occupied), face(occupied[0], self.views)
                body.structure_weights = sampled.weights[0]
                _require_body(body)

    def _latents(self, bodies: list[_Body], shown: Shown) -> None:
        with self.models.open("slat_flow_model") as flow:
            for body in bodies:
                assert body.coords is not None and body.facing is not None and body.structure_weights is not None
                noise = torch.randn((len(body.coords), flow.in_channels), generator=body.noise).to(self.device)
                sampled = sample_latent(
                    flow,
                    noise,
                    body.coords,
                    shown,
                    self.latent,
                    body.facing.sure_yaw_deg,
                    (body.structure_weights,),
                    self._step("latents", body),
                )
                body.features = denormalised(sampled.x, self.checkpoint.pipeline.slat_normalization)
                body.latent_weights = sampled.weights[0]

    def _meshes(self, bodies: list[_Body]) -> Iterator[Sample]:
        extract_on = torch.device("cpu") if self.options.low_memory or self.options.deterministic else self.device
        with self.models.open("slat_decoder_mesh", extract_on) as decoder:
            for body in bodies:
                assert body.features is not None and body.coords is not None and body.facing is not None
                self._tell(f"mesh, seed {body.seed}")
                decoded, cavities = outer_surface(decode_mesh(decoder, body.features, body.coords))
                self.cavities += cavities
                mesh = standing(decoded, body.facing.yaw_deg)
                assert body.structure_weights is not None and body.latent_weights is not None
                weights = {"structure": body.structure_weights, "latents": body.latent_weights}
                yield Sample(
                    body.seed,
                    mesh,
                    body.facing.agreement,
                    body.facing.sure_yaw_deg,
                    weights,
                    self._textured(body, decoder),
                )

    def _textured(self, body: _Body, decoder: Any) -> trimesh.Trimesh | None:
        """Return upstream's own GLB with a baked texture, where that was asked for."""
        if not self.options.textured or body.features is None or body.coords is None:
            return None
        from generate.backends.trellis.texture import textured

        with self.models.open(GAUSSIANS) as gaussians:
            return textured(decoder, gaussians, body.features, body.coords, self.options)

    def _step(self, stage: str, body: _Body) -> Any:
        def on_step(step: Stepped) -> None:
            self._tell(f"{stage}, seed {body.seed}, step {step.index + 1} of {step.steps}")

        return on_step

    def _tell(self, note: str) -> None:
        self.tell(self.done, self.total, note)
        self.done += 1


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what sampling and the device refuse into errors of this package."""
    try:
        yield
    except (UnknownScheme, MissingInput) as error:
        raise BackendUnavailable(str(error)) from error
    except SamplingError as error:
        raise ShapeFailed(str(error)) from error
    except torch.cuda.OutOfMemoryError as error:
        raise ShapeFailed(
            f"no room on the GPU: {str(error).split('. ')[0]}; switch --low-memory on, make one sample at a "
            "time, or end what else runs there"
        ) from error


def _require_scheme(name: str) -> None:
    from sampling.views import make_scheme

    with _failures():
        make_scheme(name)


def _require_body(body: _Body) -> None:
    """Raise ShapeFailed unless the structure is one that the next stage can take."""
    count = 0 if body.coords is None else len(body.coords)
    if not 0 < count <= MOST_VOXELS:
        what = "is empty" if count == 0 else f"has {count:,} voxels, at most {MOST_VOXELS:,} make a body"
        raise ShapeFailed(f"the structure of seed {body.seed} {what}; try another seed, or look at the pictures")


def _record(
    options: TrellisOptions, checkpoint: Checkpoint, device: torch.device, run: _Run, samples: tuple[Sample, ...]
) -> dict[str, Any]:
    """Return what the shape depends on besides the job: weights, code, machine, kernels."""
    folder = upstream.find()
    return {
        "weights": {"source": checkpoint.source, "sha256": weight_hashes(checkpoint)},
        "upstream": {"expected": upstream.COMMIT, "found": upstream.commit(folder) if folder else None},
        "machine": machine.describe(device),
        "dtype": options.dtype,
        "accelerate": options.accelerate if device.type == "cuda" else "none",
        "deterministic": options.deterministic,
        "structure": {"steps": run.structure.steps, "guidance": run.structure.guidance},
        "latents": {"steps": run.latent.steps, "guidance": run.latent.guidance},
        "samples": [
            {"seed": sample.seed, "agreement": round(sample.agreement, 4), "yaw_deg": sample.yaw_deg}
            for sample in samples
        ],
    }


def _notes(run: _Run, samples: tuple[Sample, ...], best: Sample) -> Iterator[Note]:
    if best.yaw_deg is None:
        yield Note(
            "facing-unsure",
            "WARN",
            "the outlines of the views do not say which way the body faces",
            remedy="look at the preview; turn the mesh with any 3D program if it faces away",
        )
    if len(samples) > 1:
        seeds = ", ".join(f"{sample.seed} ({sample.agreement:.0%})" for sample in samples)
        yield Note(
            "sample-chosen",
            "INFO",
            f"of the seeds {seeds} the outlines of {best.seed} fit the views best",
            measured=best.agreement,
            remedy="take another of them with `figurine shape RUN --pick SEED`",
        )
    if run.cavities:
        yield Note("cavities-left-out", "INFO", f"{run.cavities} inner surfaces, of which a print needs none")
    if len(run.views.items) > 1:
        overruled = best.weights["structure"].overruled()
        yield Note("view-believed-least", "INFO", f"the shape follows the {overruled} view least", view=overruled)
