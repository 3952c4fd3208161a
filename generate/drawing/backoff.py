"""How long to wait before asking again: longer each time, never all at once, and as long as the service says."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Backoff:
    """Up to `attempts` tries; before the n-th retry a random pause of up to `first_s` · 2ⁿ⁻¹, at least half of it.

    Jitter after Brooker, "Exponential Backoff And Jitter" (AWS, 2015), the "equal jitter" variant. `longest_wait_s`
    bounds what a service may ask for; asked for more, we rather give up and say so. Tries that may have been billed
    although nothing came of them end after `attempts_billed`.
    """

    attempts: int = 4
    attempts_billed: int = 2
    first_s: float = 2.0
    cap_s: float = 30.0
    longest_wait_s: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.SystemRandom().random

    def pause_s(self, failures: int, retry_after_s: float | None) -> float:
        """Return the seconds to wait after so many failures in a row."""
        longest = min(self.cap_s, self.first_s * 2.0 ** (failures - 1))
        own = longest * (0.5 + 0.5 * self.draw())
        return own if retry_after_s is None else retry_after_s + own * 0.1

    def is_over(self, failures: int, billed: int, retry_after_s: float | None) -> bool:
        """Return whether to give up after so many failures, of which so many may have been billed."""
        too_many = failures >= self.attempts or billed >= self.attempts_billed
        return too_many or (retry_after_s or 0.0) > self.longest_wait_s


def retry_after_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that `retry-after-ms` or `Retry-After` (seconds or a date, RFC 9110, 10.2.3) ask to wait."""
    for name, scale in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * scale
        except (KeyError, ValueError):
            continue
        return max(0.0, seconds) if seconds == seconds else None
    try:
        moment = parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
