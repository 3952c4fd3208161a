"""`shape`: from Views to a raw mesh through a backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import trimesh

from generate.errors import BackendUnavailable
from generate.views import Note, Views

if TYPE_CHECKING:
    from generate.backends.trellis.options import TrellisOptions
    from sampling.weights import ViewWeights

OnProgress = Callable[[int, int, str], None]

BACKENDS = ("auto", "hull", "trellis")


@dataclass(frozen=True, eq=False)
class Sample:
    """One seed's shape: how far its outlines agree with the views' (0..1), by how many degrees it had to be turned.

    `weights` say by stage how far each view was believed; `textured` is upstream's own mesh, Y up, if asked for.
    """

    seed: int
    mesh: trimesh.Trimesh
    agreement: float
    yaw_deg: float | None
    weights: Mapping[str, ViewWeights]
    textured: trimesh.Trimesh | None = None


@dataclass(frozen=True, eq=False)
class RawShape:
    """What a backend made: a closed mesh with RGBA uint8 vertex colours, height 1.0, Z up, facing -Y, and its notes.

    A backend that draws lots also gives its `samples`, the chosen one among them, and a plain `record` of what else the
    shape depends on: weights, versions, hardware.
    """

    mesh: trimesh.Trimesh
    backend: str
    notes: tuple[Note, ...] = ()
    samples: tuple[Sample, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)


def shape(
    views: Views,
    *,
    backend: str = "auto",
    trust: str = "front",
    trellis: TrellisOptions | None = None,
    on_progress: OnProgress | None = None,
) -> RawShape:
    """Return the 3D shape of the subject in `views`.

    `trust` names the view that decides where two of them differ; `trellis` are that backend's own options. "auto" is
    `hull`: it needs no GPU and no weights, and pictures alone decide its shape. Raises BackendUnavailable when
    `backend` is unknown or cannot run here, UnusableView when a view holds no subject, ShapeFailed when no shape came
    out.
    """
    if backend not in BACKENDS:
        raise BackendUnavailable(f"no backend {backend!r}: choose one of {', '.join(BACKENDS)}")
    if backend == "trellis":
        return _by_trellis(views, trust, trellis, on_progress)
    from generate.backends.hull import reconstruct

    made = reconstruct(views, trust=trust, on_progress=on_progress)
    return replace(made, notes=(*made.notes, _chosen())) if backend == "auto" else made


def _by_trellis(views: Views, trust: str, options: TrellisOptions | None, on_progress: OnProgress | None) -> RawShape:
    if find_spec("torch") is None:
        raise BackendUnavailable("backend trellis needs PyTorch, which is not here: ./setup.sh --trellis installs it")
    from generate.backends.trellis.reconstruction import reconstruct

    return reconstruct(views, trust=trust, options=options, on_progress=on_progress)


def _chosen() -> Note:
    return Note("backend-chosen", "INFO", "shape by the hull backend: --backend trellis needs a GPU and its weights")
