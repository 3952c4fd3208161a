"""Hull backend: views carve and inflate a shape, and colour it. Needs no weights."""

from __future__ import annotations

from generate.backends.hull.reconstruction import reconstruct

__all__ = ["reconstruct"]
