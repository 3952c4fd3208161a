"""Progress: one callback that feeds the terminal line, and whatever else wants to listen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """Where a run stands: `done` of `total` in `stage`, with a few words."""

    stage: str
    done: int
    total: int
    note: str = ""


OnProgress = Callable[[Progress], None]
OnStageProgress = Callable[[int, int, str], None]


def ignore(progress: Progress) -> None:
    """Return nothing: the listener of a run that nobody watches."""


def in_stage(on_progress: OnProgress, stage: str) -> OnStageProgress:
    """Return a (done, total, note) callback for a lower package that knows no stages."""

    def report(done: int, total: int, note: str) -> None:
        on_progress(Progress(stage, done, total, note))

    return report


@dataclass
class Stopwatch:
    """A listener that passes progress on and adds up the seconds of each stage."""

    on_progress: OnProgress = ignore
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = field(default_factory=time.perf_counter)

    def __call__(self, progress: Progress) -> None:
        """Return nothing; charge the time since the last call to the stage that was under way."""
        self._charge()
        self._stage = progress.stage
        self.on_progress(progress)

    def stop(self) -> dict[str, float]:
        """Return the seconds per stage, in order of first appearance."""
        self._charge()
        return {stage: round(seconds, 3) for stage, seconds in self.seconds.items()}

    def _charge(self) -> None:
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._since = now
