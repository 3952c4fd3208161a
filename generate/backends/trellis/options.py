"""What can be chosen about a shape by TRELLIS, as it lies in `job.json`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

REPOSITORY = "microsoft/TRELLIS-image-large"

Steps = Annotated[int, Field(ge=1, le=1000)]
Strength = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class TrellisOptions(BaseModel):
    """Everything needed to repeat a shape. None means what the checkpoint's own `pipeline.json` says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: str = REPOSITORY
    """A repository on the Hugging Face hub, or a folder with `pipeline.json`."""
    offline: bool = False
    scheme: str = "arbiter"
    """How several views become one velocity: a name of `sampling.views`."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    samples: Annotated[int, Field(ge=1, le=16)] = 1
    """How many seeds to try, from `seed` up."""
    structure_steps: Steps | None = None
    structure_guidance: Strength | None = None
    latent_steps: Steps | None = None
    latent_guidance: Strength | None = None
    dtype: Literal["float16", "bfloat16", "float32"] = "float16"
    accelerate: Literal["none", "graphs", "compile"] = "graphs"
    """`graphs` replays captured CUDA graphs, `compile` also compiles the models (a minute or more, once a run)."""
    low_memory: bool = False
    deterministic: bool = False
    """Use deterministic kernels only."""
    textured: bool = False
    """Also make upstream's GLB with a baked texture, where nvdiffrast is installed."""
    simplify: Annotated[float, Field(ge=0, lt=1)] = 0.95
    texture_size: Annotated[int, Field(ge=64, le=8192)] = 1024
