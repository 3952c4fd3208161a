"""Upstream TRELLIS: where it lies, which commit, and its models, imported without all that they do not need.

The only file that imports `trellis`. Importing the package itself would pull renderers in; `trellis.models.*` under
packages that are only paths does not. Its sparse operations are replaced by those in `sparse/`.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from generate.errors import BackendUnavailable

if TYPE_CHECKING:
    import torch

COMMIT = "6b0d64751ad54d9c32d7b05fec482eb29178f56f"
INSTALL = "./setup.sh --trellis installs it"

PATHS_ONLY = (
    "trellis",
    "trellis.models",
    "trellis.models.structured_latent_vae",
    "trellis.representations",
    "trellis.utils",
)
"""Packages whose own __init__ is not run: those import renderers, rasterisers and training code."""

MODELS = {
    "SparseStructureFlowModel": "trellis.models.sparse_structure_flow",
    "SparseStructureDecoder": "trellis.models.sparse_structure_vae",
    "SLatFlowModel": "trellis.models.structured_latent_flow",
    "ElasticSLatFlowModel": "trellis.models.structured_latent_flow",
    "SLatMeshDecoder": "trellis.models.structured_latent_vae.decoder_mesh",
    "ElasticSLatMeshDecoder": "trellis.models.structured_latent_vae.decoder_mesh",
    "SLatGaussianDecoder": "trellis.models.structured_latent_vae.decoder_gs",
    "ElasticSLatGaussianDecoder": "trellis.models.structured_latent_vae.decoder_gs",
}


def find() -> Path | None:
    """Return the folder that holds upstream's package `trellis`, or None; imports nothing."""
    if "trellis" in sys.modules:
        return Path(next(iter(sys.modules["trellis"].__path__))).parent
    spec = importlib.util.find_spec("trellis")
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    return (
        Path(places[0]).parent if places and (Path(places[0]) / "models/sparse_structure_flow.py").is_file() else None
    )


def commit(folder: Path) -> str | None:
    """Return the commit that upstream's checkout stands at, None where its folder is no checkout."""
    done = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 and (folder / ".git").exists() else None


def model_class(name: str) -> Any:
    """Return one of upstream's model classes.

    Raises BackendUnavailable when upstream is not installed, lacks one of its submodules, or has no such model.
    """
    _prepare()
    if name not in MODELS:
        raise BackendUnavailable(f"model {name!r} is none of {', '.join(MODELS)}: is this a checkpoint of TRELLIS 1?")
    return getattr(_import(MODELS[name]), name)


def dense_block_class() -> Any:
    """Return upstream's class of dense transformer blocks, with cross-attention and modulation."""
    _prepare()
    return _import("trellis.modules.transformer.modulated").ModulatedTransformerCrossBlock


def sparse_tensor(*args: Any, **kwargs: Any) -> Any:
    """Return one of the tensors that upstream's models take."""
    from generate.backends.trellis.sparse.tensor import SparseTensor

    return SparseTensor(*args, **kwargs)


@contextmanager
def meshes_on(device: torch.device | str) -> Iterator[None]:
    """Make mesh decoders built inside extract their meshes on that device: upstream has `cuda` written into them."""
    _prepare()
    decoder: Any = _import("trellis.models.structured_latent_vae.decoder_mesh")
    original: Any = decoder.SparseFeatures2Mesh

    class OnDevice(original):  # type: ignore[misc, valid-type]
        def __init__(self, **options: Any) -> None:
            super().__init__(device=str(device), **options)

        def __call__(self, features: Any, training: bool = False) -> Any:
            return super().__call__(features.to(self.device), training)

    decoder.SparseFeatures2Mesh = OnDevice
    try:
        yield
    finally:
        decoder.SparseFeatures2Mesh = original


@cache
def _prepare() -> None:
    """Return nothing; put upstream's packages and our sparse operations where its models look for them."""
    make_packages()
    _replace_sparse_operations()
    _keep_frequencies()
    make_representations()


def make_packages() -> None:
    """Return nothing; make upstream's packages without running what they would import."""
    folder = find()
    if folder is None:
        raise BackendUnavailable(f"TRELLIS' code is not installed here: {INSTALL}")
    if not (folder / "trellis/representations/mesh/flexicubes/flexicubes.py").is_file():
        raise BackendUnavailable(f"{folder} lacks the submodule FlexiCubes: {INSTALL}")
    for name in PATHS_ONLY:
        _path_only(name, folder)


def make_representations() -> None:
    """Return nothing; let upstream's decoders find what they decode to: meshes at once, Gaussians where asked for."""
    with _check_tensor_at_hand():
        mesh: Any = _import("trellis.representations.mesh")
    representations: Any = sys.modules["trellis.representations"]
    representations.MeshExtractResult = mesh.MeshExtractResult
    representations.__getattr__ = lambda name: _representation(name)


def _path_only(name: str, folder: Path) -> None:
    """Return nothing; make a package that finds its modules and runs nothing of its own."""
    package = ModuleType(name)
    package.__path__ = [str(folder / name.replace(".", "/"))]
    package.__spec__ = importlib.util.spec_from_loader(name, None, is_package=True)
    sys.modules[name] = package


def _replace_sparse_operations() -> None:
    """Return nothing; upstream's models then run on our sparse operations instead of on spconv and flash-attn."""
    from generate.backends.trellis.sparse import attention, convolution, spatial, tensor

    sparse = "trellis.modules.sparse"
    parts: dict[str, dict[str, Any]] = {
        "basic": _public(tensor),
        "spatial": _public(spatial),
        "conv": _public(convolution),
        "attention.full_attn": _public(attention),
        "attention.windowed_attn": _public(attention),
        "attention.serialized_attn": {
            "SerializeMode": SerializeMode,
            "sparse_serialized_scaled_dot_product_self_attention": _no_serialized_attention,
        },
    }
    for name, members in parts.items():
        module = ModuleType(f"{sparse}.{name}")
        module.__dict__.update(members)
        sys.modules[module.__name__] = module
    with _attention_on_sdpa():
        _import(sparse)
        _import("trellis.modules.attention")


@contextmanager
def _attention_on_sdpa() -> Iterator[None]:
    """Let upstream choose PyTorch's attention while it is imported, which it reads from the environment and prints."""
    before = os.environ.get("ATTN_BACKEND")
    os.environ["ATTN_BACKEND"] = "sdpa"
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        del os.environ["ATTN_BACKEND"]
        if before is not None:
            os.environ["ATTN_BACKEND"] = before


def _public(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


class SerializeMode:
    """A name that upstream's models mention; no published model serialises its voxels."""

    Z_ORDER = "z_order"


def _no_serialized_attention(*_: Any, **__: Any) -> Any:
    raise BackendUnavailable("this checkpoint serialises its voxels, which no published model of TRELLIS does")


def _keep_frequencies() -> None:
    """Return nothing; upstream's time embedding then finds its frequencies on the device instead of copying them there.

    It builds them on the CPU in every pass, which a CUDA graph cannot capture. The numbers are the same.
    """
    import torch

    flow: Any = _import("trellis.models.sparse_structure_flow")

    known: dict[tuple[int, int, torch.device], torch.Tensor] = {}

    def timestep_embedding(t: torch.Tensor, dim: int, max_period: int = 10000) -> torch.Tensor:
        key = (dim, max_period, t.device)
        if key not in known:
            half = dim // 2
            steps = torch.arange(start=0, end=half, dtype=torch.float32, device="cpu")
            known[key] = torch.exp(-math.log(max_period) * steps / half).to(t.device)
        angles = t[:, None].float() * known[key][None]
        return torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)

    flow.TimestepEmbedder.timestep_embedding = staticmethod(timestep_embedding)


def _representation(name: str) -> Any:
    """Return Gaussian or Strivec where their packages are installed: only a baked texture needs them."""
    if name == "Gaussian":
        return _import("trellis.representations.gaussian").Gaussian
    raise AttributeError(name)


@contextmanager
def _check_tensor_at_hand() -> Iterator[None]:
    """Stand in for kaolin while FlexiCubes is imported, where kaolin is not: it takes one argument check from there."""
    names = ("kaolin", "kaolin.utils", "kaolin.utils.testing")
    if importlib.util.find_spec("kaolin") is not None:
        yield
        return
    for name in names:
        sys.modules[name] = ModuleType(name)
    sys.modules[names[-1]].__dict__["check_tensor"] = _has_shape
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


def _has_shape(tensor: Any, shape: tuple[int | None, ...], throw: bool = True) -> bool:
    """Tell whether a tensor has that shape, None being any length, as kaolin.utils.testing.check_tensor."""
    fits = len(tensor.shape) == len(shape) and all(
        wanted in (None, got) for got, wanted in zip(tensor.shape, shape, strict=True)
    )
    if throw and not fits:
        raise ValueError(f"a tensor of shape {tuple(tensor.shape)}, expected {shape}")
    return fits


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise BackendUnavailable(f"TRELLIS' code needs {error.name}, which is not here: {INSTALL}") from error
