"""Answers that neither grow nor last without end, whoever sends them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

MAX_BYTES = 96 * 1024 * 1024
"""A dozen times the largest picture that is drawn, in base 64."""


def bounded(seconds: float, max_bytes: int = MAX_BYTES) -> dict[str, list[Any]]:
    """Return event hooks for an httpx client: a body over either limit is read no further.

    A time-out of the client itself only bounds the pause between two pieces, so that a trickle would never end.
    """
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, stream: httpx2.SyncByteStream) -> None:
            self.stream = stream
            self.until = time.monotonic() + seconds

        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for piece in self.stream:
                size += len(piece)
                if time.monotonic() > self.until:
                    raise httpx2.ReadTimeout("the answer took too long")
                if size > max_bytes:
                    raise httpx2.DecodingError("the answer is too large")
                yield piece

        def close(self) -> None:
            self.stream.close()

    def bound(response: httpx2.Response) -> None:
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = Bounded(response.stream)

    return {"response": [bound]}
