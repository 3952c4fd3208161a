"""Where views contradict each other one of them decides, and decides early; elsewhere whoever sees best."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import torch
from torch import Tensor

from sampling.cells import Cells
from sampling.regions import label_regions, spread_labels
from sampling.schemes.base import BeliefRun, Needs, Run
from sampling.schemes.directional import directional_logits
from sampling.step import Step

OVERRULED = -30.0  # a logit: what is left of an overruled view is e^-30


@dataclass(frozen=True)
class Arbiter:
    """Winner-takes-all inside regions of conflict, directional outside.

    With g_i = v_i - v_null, a place is in conflict when the cosine of g_i and g_j, both summed over 3³ cells, is under
    `conflict` for some pair. A view scores by how well it sees the place (directional weight) and by how far the others
    agree with it (mean cosine), smoothed over steps; each connected region takes the view with the best mean score.
    `together` is how much the score over all regions counts in each: two places of one contradiction (tail left, tail
    right) must not be decided apart. Winners are locked once t < `lock_at`, before the shape has settled. Cameras are
    used where they are known. `probes` limits the steps at which views are asked one by one (None: all guided steps).
    """

    tau: float = 2.0
    alpha: float = 1.0
    conflict: float = -0.1
    least_energy: float = 0.05
    memory: float = 0.7
    lock_at: float = 0.9
    together: float = 3.0
    probes: int | None = None
    name: ClassVar[str] = "arbiter"
    needs: ClassVar[Needs] = Needs(cameras="may", cells="must")

    def begin(self, run: Run) -> BeliefRun:
        """Return the belief in the course of a run."""
        return _Arbitration(self, run, run.require_cells(self.name))


class _Arbitration:
    """The arbiter in the course of one run: scores so far, regions and winners."""

    def __init__(self, settings: Arbiter, run: Run, cells: Cells) -> None:
        self.settings, self.run, self.cells = settings, run, cells
        self.scores: Tensor | None = None  # (K, P)
        self.in_conflict: Tensor | None = None  # (P,) bool
        self.weight: Tensor | None = None  # (P,) how often a place was in conflict, smoothed
        self.winner: Tensor | None = None  # (P,) int64
        self.locked = False
        self.probed = 0

    def __call__(self, step: Step) -> Tensor:
        """Return logits (K, P)."""
        elsewhere = directional_logits(self.run, self.settings.tau, self.settings.alpha)
        if self.run.views == 1:
            return elsewhere
        if self._asks(step):
            self._look(step, torch.softmax(elsewhere, dim=0))
        assert self.in_conflict is not None and self.winner is not None
        wins = torch.nn.functional.one_hot(self.winner, self.run.views).T
        return torch.where(self.in_conflict, OVERRULED * (1.0 - wins), elsewhere)

    def _asks(self, step: Step) -> bool:
        """Tell whether the views are asked one by one at this step."""
        if self.settings.probes is not None:
            return self.probed < self.settings.probes
        return step.guided or self.probed == 0

    def _look(self, step: Step, sight: Tensor) -> None:
        """Update conflict, scores and, until they are locked, winners."""
        agreement, disputed = self._agreement(step)
        self.probed += 1
        # a contradiction that has been decided looks like peace: what was disputed stays with its winner
        self.in_conflict = disputed if self.in_conflict is None else self.in_conflict | disputed
        if self.locked:
            return
        now, seen = disputed * (sight + agreement), disputed.to(sight.dtype)
        if self.scores is None or self.weight is None:
            self.scores, self.weight = now, seen
        else:
            self.scores = torch.lerp(now, self.scores, self.settings.memory)
            self.weight = torch.lerp(seen, self.weight, self.settings.memory)
        self.winner = self._winners(sight)
        self.locked = step.t < self.settings.lock_at

    def _agreement(self, step: Step) -> tuple[Tensor, Tensor]:
        """Return the mean cosine of each view's guidance with the others', (K, P), and where views conflict, (P,)."""
        null, count = step.null(), self.run.views
        rows = [self.cells.rows(view - null).float() for view in step.views()]
        pairs = list(combinations(range(count), 2))
        products = [(rows[i] * rows[j]).sum(dim=1) for i, j in [(k, k) for k in range(count)] + pairs]
        smooth = self.cells.smooth(torch.stack(products))
        energy, shared = smooth[:count], smooth[count:]
        size = self.cells.sum_by_sample(torch.ones_like(energy[:1]))
        mean = (self.cells.sum_by_sample(energy).mean(dim=0) / size[0])[self.cells.sample]
        floored = energy + self.settings.least_energy * mean + torch.finfo(energy.dtype).tiny
        cosines = torch.zeros(count, count, energy.shape[1], device=energy.device)
        for (i, j), product in zip(pairs, shared, strict=True):
            cosines[i, j] = cosines[j, i] = product / torch.sqrt(floored[i] * floored[j])
        return cosines.sum(dim=1) / (count - 1), (cosines < self.settings.conflict).any(dim=0).any(dim=0)

    def _winners(self, sight: Tensor) -> Tensor:
        """Return the view that decides at each place, (P,) int64: that of its region, or of the nearest one."""
        assert self.scores is not None and self.weight is not None
        cells = self.cells
        mask = cells.volume((self.weight > 0)[None].to(torch.float32)) > 0
        spread = spread_labels(label_regions(mask))
        own = cells.from_volume(spread)[0].long()  # label 0: no conflict in this sample yet
        code = cells.sample * (cells.resolution**3 + 1) + own
        table = self.scores.new_zeros(self.run.views + 1, cells.samples * (cells.resolution**3 + 1))
        table.index_add_(1, code, torch.cat([self.scores, self.weight[None]]))
        tiny = torch.finfo(table.dtype).tiny
        region = (table[:-1] / (table[-1:] + tiny))[:, code]
        everywhere = cells.sum_by_sample(self.scores) / (cells.sum_by_sample(self.weight[None]) + tiny)
        by_sight = cells.sum_by_sample(sight) / cells.sum_by_sample(torch.ones_like(sight[:1]))
        total = region + self.settings.together * everywhere[:, cells.sample] + 1e-3 * by_sight[:, cells.sample]
        return total.argmax(dim=0)
