"""The one place that reaches into a foreign model: its cross-attention, view by view, and back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from sampling.errors import ForeignModel
from sampling.fusion import attention_with_lse, merge_views

PARTS = ("to_q", "to_kv", "to_out", "num_heads")


@contextmanager
def attend_to_views(
    model: nn.Module, views: Tensor, tokens: int, *, name: str = "cross_attn", entropy_block: int = 9
) -> Iterator[ViewAttention]:
    """Return, for a `with` block, a handle on the cross-attention of `model` over the tokens of K views.

    Every submodule called `name` that has to_q, to_kv, to_out and num_heads is driven: TRELLIS' dense and sparse blocks
    (`blocks[i].cross_attn`) and TRELLIS.2's (rotary phases, shared modulation and qk_rms_norm_cross make no difference
    to it). `views` (K, L, D) are the tokens, the same for every sample and step, so their keys and values are computed
    once, here. `tokens` is the number of the model's own tokens, all samples together (`Cells.tokens`). In the block a
    pass whose context is K·L long is computed per view and merged; any other pass is left alone. On leaving, by an
    exception too, the model is as it was.

    Raises ForeignModel when there is no such submodule, or it takes tokens of another width.
    """
    modules = _find(model, name, int(views.shape[2]))
    handle = ViewAttention(modules, views, tokens, min(entropy_block, len(modules) - 1))
    before = [(module, module.__dict__.get("forward")) for module in modules]
    try:
        for index, module in enumerate(modules):
            module.forward = handle.forward_of(index)  # type: ignore[method-assign]
        yield handle
    finally:
        for module, forward in before:
            module.__dict__.pop("forward", None)
            if forward is not None:
                module.forward = forward  # type: ignore[method-assign]


def _find(model: nn.Module, name: str, width: int) -> list[nn.Module]:
    """Return the cross-attention modules of a model, in its order."""
    named = [(path, module) for path, module in model.named_modules() if path.rpartition(".")[2] == name]
    found = [(path, module) for path, module in named if all(hasattr(module, part) for part in PARTS)]
    if not found:
        raise ForeignModel(
            f"{type(model).__name__} has no cross-attention named {name} with {', '.join(PARTS)}; schemes without "
            "attention (directional, arbiter, average, cycle) run on any model"
        )
    for path, module in found:
        if module.to_kv.in_features != width:
            raise ForeignModel(f"{path} takes tokens of {module.to_kv.in_features} channels, the views have {width}")
    return [module for _, module in found]


class ViewAttention:
    """What a scheme sets and reads while a model is open: bias in, attention mass and entropy out.

    All tensors keep their place for the whole block, so captured graphs and compiled code stay valid: `set_bias` copies
    into one, each pass adds to the others.
    """

    def __init__(self, modules: list[nn.Module], views: Tensor, tokens: int, entropy_block: int) -> None:
        self.modules, self.count, self.length = modules, views.shape[0], views.shape[1]
        self.tokens, self.entropy_block = tokens, entropy_block
        self.keys_values = [_keys_values(module, views) for module in modules]
        self.bias = torch.zeros(self.count, tokens, device=views.device)
        self.gathered = torch.zeros_like(self.bias)
        self.gathered_unbiased = torch.zeros_like(self.bias)
        self.tracks_unbiased = False
        self.measuring = False
        self.entropy: Tensor | None = None

    # ---- for schemes ----

    def set_bias(self, bias: Tensor | None) -> None:
        """Set what is added to the attention logits of each view at each token, (K, tokens); None for nothing."""
        if bias is None:
            self.bias.zero_()
        else:
            self.bias.copy_(bias)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Gather the masses of the pass made in the `with` block, and of no other."""
        self.gathered.zero_()
        self.gathered_unbiased.zero_()
        yield

    def mass(self) -> Tensor:
        """Return the share of attention that each view had at each token, (K, tokens), mean over heads and blocks."""
        return self.gathered / len(self.modules)

    def unbiased_mass(self) -> Tensor:
        """Return the share that each view would have had without the bias, (K, tokens), if `tracks_unbiased` is on."""
        return self.gathered_unbiased / len(self.modules)

    @contextmanager
    def measuring_entropy(self) -> Iterator[None]:
        """Measure attention entropy in the pass over one view that is made in the `with` block.

        `entropy` then holds (tokens,) float32 in 0..1. Where `measuring` is set an adapter must not replay a captured
        graph: the measurement is made outside.
        """
        self.measuring, self.entropy = True, None
        try:
            yield
        finally:
            self.measuring = False

    # ---- in the model ----

    def forward_of(self, index: int) -> Any:
        """Return what stands in for the forward of the module at `index`.

        In a pass that is compiled it reads tensors only, never a number that differs from block to block: code compiled
        for one block then serves all.
        """
        module = self.modules[index]
        original, keys_values, is_measured = module.forward, self.keys_values[index], index == self.entropy_block

        def forward(x: Any, context: Tensor, *rest: Any, **named: Any) -> Any:
            if self.measuring and is_measured:
                self.entropy = _entropy(module, _features(x), context[:1])
            if context.shape[1] != self.count * self.length:
                return original(x, context, *rest, **named)
            features = _features(x)
            made = self._attend(module, *keys_values, features).reshape(features.shape)
            return made if isinstance(x, Tensor) else x.replace(made)

        return forward

    def _attend(self, module: nn.Module, keys: Tensor, values: Tensor, features: Tensor) -> Tensor:
        """Return the module's output for `features` (..., C), all samples' tokens behind one another: (T, C)."""
        query = _query(module, features)  # (T, H, D)
        if len(query) != self.tokens:
            raise ForeignModel(f"the model attends with {len(query)} tokens, its cells have {self.tokens}: other patch")
        views = query.transpose(0, 1).expand(self.count, -1, -1, -1)
        outputs, lses = attention_with_lse(views, keys, values)
        outputs, lses = outputs.transpose(1, 2), lses.transpose(1, 2)  # (K, T, H, D) as the kernels store it
        merged, shares = merge_views(outputs, lses, self.bias)
        self.gathered += shares.mean(dim=2)
        if self.tracks_unbiased:
            self.gathered_unbiased += torch.softmax(lses, dim=0).mean(dim=2)
        return module.to_out(merged.flatten(1))  # type: ignore[no-any-return, operator]


def _features(x: Any) -> Tensor:
    """Return the tokens of a dense tensor (B, T, C), or of a sparse one (`feats`, (T, C))."""
    features: Tensor = x if isinstance(x, Tensor) else x.feats
    return features


def _query(module: Any, features: Tensor) -> Tensor:
    """Return the queries of all tokens, (T, H, D), normalised as the module does."""
    query: Tensor = module.to_q(features.reshape(-1, features.shape[-1]))
    query = query.reshape(len(query), module.num_heads, -1)
    return module.q_rms_norm(query) if getattr(module, "qk_rms_norm", False) else query


def _keys_values(module: Any, context: Tensor) -> tuple[Tensor, Tensor]:
    """Return keys and values (K, H, L, D) of each of K contexts (K, L, C)."""
    both: Tensor = module.to_kv(context.to(module.to_kv.weight.dtype))
    keys, values = both.reshape(*context.shape[:2], 2, module.num_heads, -1).unbind(dim=2)
    if getattr(module, "qk_rms_norm", False):
        keys = module.k_rms_norm(keys)
    return keys.transpose(1, 2), values.transpose(1, 2)


def _entropy(module: Any, features: Tensor, context: Tensor, chunk: int = 512) -> Tensor:
    """Return the entropy of each token's attention over one view, mean over heads: (T,) float32 in 0..1."""
    keys = _keys_values(module, context)[0][0].float()  # (H, L, D)
    entropies = []
    for part in torch.split(_query(module, features).transpose(0, 1).float(), chunk, dim=1):
        attention = torch.softmax(part @ keys.transpose(1, 2) / part.shape[-1] ** 0.5, dim=-1).mean(dim=0)
        entropies.append(-torch.xlogy(attention, attention).sum(dim=-1))
    return torch.cat(entropies) / torch.log(torch.tensor(float(max(2, keys.shape[1]))))
