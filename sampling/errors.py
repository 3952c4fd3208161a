"""What can go wrong while a flow is sampled.

    SamplingError
    ├── UnknownScheme      no scheme of that name, or parts that do not compose
    ├── BadConditions      no views, or view tokens whose shapes differ
    ├── MissingInput       the scheme needs cameras, cells or a hooked model, and was given none
    ├── ForeignModel       the model has no cross-attention of the known names, or one of another width
    ├── NotFinite          a prediction holds NaN or infinity: stage, step and view are named
    ├── OutOfMemory        the device is full; the message names what to switch on
    └── BadWeights         saved view weights that cannot be read, or do not fit

Each message says what, what it got, the limit, and the remedy.
"""

from __future__ import annotations


class SamplingError(Exception):
    """Base of everything that `sampling` raises on purpose."""


class UnknownScheme(SamplingError):  # noqa: N818
    """No scheme of that name, or parts that do not compose."""


class BadConditions(SamplingError):  # noqa: N818
    """No views, or view tokens whose shapes differ."""


class MissingInput(SamplingError):  # noqa: N818
    """The scheme needs something that the caller did not give."""


class ForeignModel(SamplingError):  # noqa: N818
    """A model whose cross-attention is not where, or not what, it should be."""


class NotFinite(SamplingError):  # noqa: N818
    """A prediction that holds NaN or infinity."""


class OutOfMemory(SamplingError):  # noqa: N818
    """The device has no room for the pass."""


class BadWeights(SamplingError):  # noqa: N818
    """View weights that cannot be read, or do not fit the run."""
