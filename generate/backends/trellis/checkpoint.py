"""A checkpoint of TRELLIS: what `pipeline.json` says, and where each model's configuration and weights lie."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from generate.backends.trellis import hub
from generate.errors import BackendUnavailable
from generate.shape import OnProgress

NEEDED = ("sparse_structure_flow_model", "sparse_structure_decoder", "slat_flow_model", "slat_decoder_mesh")
GAUSSIANS = "slat_decoder_gs"
PIPELINE = "TrellisImageTo3DPipeline"
ENCODER_FOLDER = "image_encoder"
"""Folder of a local checkpoint that holds the image encoder, as transformers writes it."""


class _Lenient(BaseModel):
    """Part of a file that others write: what we do not know is theirs."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SamplerParameters(_Lenient):
    """Upstream's defaults for a stage."""

    steps: int = 25
    cfg_strength: float = 5.0
    cfg_interval: tuple[float, float] = (0.5, 1.0)
    rescale_t: float = 3.0


class Sampler(_Lenient):
    """A stage's sampler: only its parameters count, sampling is ours."""

    params: SamplerParameters = SamplerParameters()


class Normalization(_Lenient):
    """What latents are multiplied by and moved by, 8 numbers each."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


class PipelineArguments(_Lenient):
    """`args` of `pipeline.json`."""

    models: dict[str, str]
    sparse_structure_sampler: Sampler
    slat_sampler: Sampler
    slat_normalization: Normalization
    image_cond_model: str


class Pipeline(_Lenient):
    """`pipeline.json`."""

    name: str
    args: PipelineArguments


@dataclass(frozen=True)
class ModelFiles:
    """One model: its class and arguments, and its weights."""

    class_name: str
    arguments: dict[str, Any]
    weights: Path


@dataclass(frozen=True)
class Checkpoint:
    """A whole checkpoint. `encoder` is the folder of the image encoder, None where it comes from elsewhere."""

    source: str
    pipeline: PipelineArguments
    models: dict[str, ModelFiles]
    encoder: Path | None


def open_checkpoint(
    source: str, *, offline: bool = False, gaussians: bool = False, on_progress: OnProgress | None = None
) -> Checkpoint:
    """Return the checkpoint in a folder or of a repository on the hub, downloaded where it must be.

    Raises BackendUnavailable when it is not there, cannot be had, does not fit on the disk, or is of another model.
    """
    tell = on_progress or (lambda done, total, note: None)
    folder = Path(source).expanduser()
    if not folder.is_dir() and (source.count("/") != 1 or source.startswith((".", "/", "~"))):
        raise BackendUnavailable(
            f"{source}: no such folder of weights, and no name of a repository (owner/name) either"
        )

    def files(*names: str) -> list[Path]:
        return _local(folder, names) if folder.is_dir() else hub.fetch(source, names, offline=offline, on_progress=tell)

    arguments = _read_pipeline(files("pipeline.json")[0], source)
    names = {key: arguments.models[key] for key in (*NEEDED, *([GAUSSIANS] if gaussians else []))}
    configurations = files(*(f"{name}.json" for name in names.values()))
    weights = files(*(f"{name}.safetensors" for name in names.values()))
    models = {
        key: _model_files(configuration, weight)
        for key, configuration, weight in zip(names, configurations, weights, strict=True)
    }
    encoder = folder / ENCODER_FOLDER
    return Checkpoint(source, arguments, models, encoder if encoder.is_dir() else None)


def weight_hashes(checkpoint: Checkpoint) -> dict[str, str]:
    """Return the SHA-256 of each model's weights; raises BackendUnavailable where the hub says another one."""
    hashes = {key: _sha256(files.weights) for key, files in checkpoint.models.items()}
    for key, files in checkpoint.models.items():
        expected = hub.expected_sha256(files.weights)
        if expected not in (None, hashes[key]):
            raise BackendUnavailable(
                f"{files.weights} is damaged: SHA-256 {hashes[key]}, expected {expected}; remove it, and it is "
                "fetched again"
            )
    return hashes


def _local(folder: Path, names: tuple[str, ...]) -> list[Path]:
    for name in names:
        if not (folder / name).is_file():
            raise BackendUnavailable(f"{folder} is not a whole checkpoint: {name} is missing")
    return [folder / name for name in names]


def _read_pipeline(file: Path, source: str) -> PipelineArguments:
    try:
        pipeline = Pipeline.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BackendUnavailable(f"{file} is no pipeline of TRELLIS: {place}: {first['msg']}") from error
    if pipeline.name != PIPELINE:
        raise BackendUnavailable(f"{source} is a checkpoint of {pipeline.name}; this backend runs {PIPELINE}")
    for key in NEEDED:
        if key not in pipeline.args.models:
            raise BackendUnavailable(f"{file} names no {key}: is it a checkpoint of TRELLIS 1 for images?")
    return pipeline.args


def _model_files(configuration: Path, weights: Path) -> ModelFiles:
    try:
        record = json.loads(configuration.read_bytes())
        return ModelFiles(str(record["name"]), dict(record["args"]), weights)
    except (ValueError, TypeError, KeyError) as error:
        raise BackendUnavailable(f"{configuration} is no model configuration: it needs `name` and `args`") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
