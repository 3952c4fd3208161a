"""What pictures may cost and have cost: booked before a request is sent, settled when it has been answered.

A request that was refused costs nothing. One that timed out or broke off may have been drawn and billed all the same:
it counts with its estimate, and as one of the pictures that are allowed.
"""

from __future__ import annotations

import threading

from generate.errors import LimitReached


class Ledger:
    """Counts requests, pictures and dollars; safe to use from several threads."""

    def __init__(self, budget_usd: float = 1.0, max_pictures: int = 6) -> None:
        self.budget_usd = budget_usd
        self.max_pictures = max_pictures
        self.requests = 0
        self.pictures = 0
        self.spent_usd = 0.0
        self._booked_usd = 0.0
        self._booked = 0
        self._lock = threading.Lock()

    def book(self, estimate_usd: float) -> None:
        """Return nothing; count one request that is about to be sent. Raises LimitReached when it must not be."""
        with self._lock:
            if self.pictures + self._booked >= self.max_pictures:
                raise LimitReached(
                    f"{self.pictures} pictures have been asked for, {self.max_pictures} are allowed; "
                    f"allow more with --max-requests"
                )
            committed = self.spent_usd + self._booked_usd
            if committed + estimate_usd > self.budget_usd + 1e-9:
                raise LimitReached(
                    f"the next picture may cost ${estimate_usd:.2f} and ${committed:.2f} of the budget of "
                    f"${self.budget_usd:.2f} are used; allow more with --budget"
                )
            self.requests += 1
            self._booked += 1
            self._booked_usd += estimate_usd

    def settle(self, estimate_usd: float, usd: float) -> None:
        """Return nothing; replace a booking by what it came to. Nothing at all means that no picture was drawn."""
        with self._lock:
            self._booked -= 1
            self._booked_usd -= estimate_usd
            self.spent_usd += usd
            self.pictures += usd > 0.0
