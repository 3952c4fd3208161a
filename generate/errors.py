"""What can go wrong between pictures and a raw mesh.

    GenerateError
    ├── UnusableView        a picture that cannot be read, is empty, too large, or holds no subject
    ├── ViewsDisagree       the pictures cannot be one subject
    └── BackendUnavailable  the chosen backend cannot run here; the message names what would let it

Each message says what, what it got, the limit, and the remedy.
"""

from __future__ import annotations


class GenerateError(Exception):
    """Base of everything that `generate` raises on purpose."""


class UnusableView(GenerateError):  # noqa: N818
    """A picture that cannot serve as a view."""


class ViewsDisagree(GenerateError):  # noqa: N818
    """Pictures that cannot be one subject."""


class BackendUnavailable(GenerateError):  # noqa: N818
    """The chosen backend cannot run on this machine."""
