"""`shape`: from Views to a raw mesh through a backend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import trimesh

from generate.errors import BackendUnavailable
from generate.views import Note, Views

OnProgress = Callable[[int, int, str], None]

BACKENDS = ("auto", "hull", "trellis")


@dataclass(frozen=True, eq=False)
class RawShape:
    """What a backend made: a closed mesh with RGBA uint8 vertex colours, height 1.0, Z up, facing -Y, and its notes."""

    mesh: trimesh.Trimesh
    backend: str
    notes: tuple[Note, ...] = ()


def shape(
    views: Views, *, backend: str = "auto", trust: str = "front", on_progress: OnProgress | None = None
) -> RawShape:
    """Return the 3D shape of the subject in `views`.

    `trust` names the view that decides where two of them differ. Raises BackendUnavailable when `backend` is unknown
    or cannot run here, UnusableView when a view holds no subject.
    """
    from generate.backends.hull import reconstruct

    if backend not in BACKENDS:
        raise BackendUnavailable(f"no backend {backend!r}: choose one of {', '.join(BACKENDS)}")
    if backend == "trellis":
        raise BackendUnavailable("backend trellis is not part of this version; `hull` needs no weights and works here")
    made = reconstruct(views, trust=trust, on_progress=on_progress)
    return replace(made, notes=(*made.notes, _chosen())) if backend == "auto" else made


def _chosen() -> Note:
    return Note(
        "backend-chosen", "INFO", "shape by the hull backend: this version has no trellis backend to prefer over it"
    )
