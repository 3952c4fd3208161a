"""What a scheme is, what it may ask for, and what it is told about the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import torch
from torch import Tensor

from sampling.cells import Cells
from sampling.errors import MissingInput
from sampling.step import Step

if TYPE_CHECKING:
    from sampling.cross_attention import ViewAttention
    from sampling.weights import ViewWeights

Use = Literal["no", "may", "must"]


@dataclass(frozen=True)
class Needs:
    """What a scheme needs to run: `may` is used where it is given, without `must` there is no run."""

    cameras: Use = "no"
    cells: Use = "no"
    attention: Use = "no"  # a model opened with `sampling.cross_attention.attend_to_views`
    earlier: Use = "no"  # the view weights of an earlier stage

    def __or__(self, other: Needs) -> Needs:
        """Return the needs of both together."""
        order: tuple[Use, ...] = ("no", "may", "must")
        pairs = [(getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__]
        return Needs(*(max(pair, key=order.index) for pair in pairs))


@dataclass(eq=False)
class Run:
    """What is known about a run.

    `trust` is the view that decides a tie; `directions` (K, 3) towards the cameras changes once, when the yaw is found.
    """

    views: int
    samples: int
    trust: int | None
    directions: Tensor | None
    cells: Cells | None
    attention: ViewAttention | None
    earlier: tuple[ViewWeights, ...] = ()

    def require_cells(self, what: str) -> Cells:
        """Return the cells, or raise MissingInput."""
        if self.cells is None:
            raise MissingInput(f"{what} weighs views place by place and needs `cells`")
        return self.cells

    def require_attention(self, what: str) -> ViewAttention:
        """Return the hooked model, or raise MissingInput."""
        if self.attention is None:
            raise MissingInput(f"{what} reads the model's cross-attention: open it with attend_to_views(model, ...)")
        return self.attention


class Belief(Protocol):
    """How far each view is believed: logits over views, (K, N) for whole samples or (K, P) for cells.

    softmax over the first axis gives weights; added to attention logits they bias it. Both uses share one belief.
    """

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> Needs: ...

    def begin(self, run: Run) -> BeliefRun: ...


class BeliefRun(Protocol):
    """A belief in the course of one run: it may remember earlier steps."""

    def __call__(self, step: Step) -> Tensor: ...


class Scheme(Protocol):
    """A way to make one velocity of K views."""

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> Needs: ...

    def begin(self, run: Run) -> SchemeRun: ...

    def without_cameras(self) -> Scheme:
        """Return what to use while the yaw of the body is not known."""


class SchemeRun(Protocol):
    """A scheme in the course of one run: returns the velocity and the weights, (K, N) or (K, P), that made it."""

    def __call__(self, step: Step) -> tuple[Tensor, Tensor]: ...


def weighted_sum(predictions: list[Tensor], weights: Tensor, cells: Cells | None) -> Tensor:
    """Return the sum over views of `weights` (K, N or P) times predictions, shaped as these."""
    total = torch.zeros_like(predictions[0])
    for prediction, weight in zip(predictions, weights, strict=True):
        total = (
            total
            + (
                weight.reshape(-1, *[1] * (prediction.ndim - 1)) if cells is None else cells.spread(weight, prediction)
            ).to(prediction.dtype)
            * prediction
        )
    return total


def inner_products(predictions: list[Tensor], other: Tensor, cells: Cells | None) -> Tensor:
    """Return <prediction, other> of each view and sample, (K, N)."""
    products = [prediction * other for prediction in predictions]
    if cells is None or other.ndim > 2:
        return torch.stack([torch.sum(product, dim=list(range(1, product.ndim))) for product in products])
    return cells.sum_by_sample(torch.stack([product.sum(dim=1) for product in products]))
