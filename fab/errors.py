"""What can go wrong between a mesh file and a printable part.

    FabError
    ├── UnreadableModel     the file is not a model, is truncated, holds too much, or a feature nobody here can read
    │   └── EmptyModel      it was read, and holds no surface (no faces, all faces degenerate, a flat sheet)
    ├── UnusableSize        a size or unit was asked for that no part can have
    ├── NotSolid            the geometry is not a solid; `.defects` counts why
    └── ExportFailed        a file could not be written, or did not read back as what was meant

Each message says what, what it got, the limit, and the remedy.
"""

from __future__ import annotations


class FabError(Exception):
    """Base of everything that `fab` raises on purpose."""


class UnreadableModel(FabError):  # noqa: N818 - the tree above reads as sentences
    """The file cannot be read as a model."""


class EmptyModel(UnreadableModel):
    """The file was read and holds no surface that could bound a volume."""


class UnusableSize(FabError):  # noqa: N818
    """A size, scale or unit was asked for that no part can have."""


class ExportFailed(FabError):  # noqa: N818
    """A file could not be written, or did not read back equal."""
