"""The seam behind which pictures are drawn: an order goes in, a picture comes out, whoever draws it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

OnPartial = Callable[[str, bytes], None]
"""Called with the side and the bytes of an unfinished picture."""


@dataclass(frozen=True)
class ViewOrder:
    """One picture to be drawn.

    `references` are the pictures to draw from, as PNG bytes: the photo first, then the accepted front. `attempt` counts
    from 1 and tells orders apart that are alike otherwise, since the same words give another picture each time.
    """

    side: str
    prompt: str
    references: tuple[bytes, ...]
    attempt: int = 1

    def key(self, maker: str) -> str:
        """Return a hash of all that decides the picture; `maker` is the maker's `identity`."""
        pictures = [hashlib.sha256(picture).hexdigest() for picture in self.references]
        parts = (maker, self.side, self.prompt, pictures, self.attempt)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def photo_sha256(self) -> str:
        """Return the hash of the photo that the picture is drawn from."""
        return hashlib.sha256(self.references[0]).hexdigest()


@dataclass(frozen=True)
class MadeView:
    """A drawn picture as PNG bytes, and what it cost when it was drawn; `is_new` unless it was stored before."""

    picture: bytes
    usd: float = 0.0
    is_new: bool = True


class ViewMaker(Protocol):
    """Whoever draws. `identity` names, in one line, all besides the order that decides the picture."""

    @property
    def identity(self) -> str:
        """Return model and parameters."""
        ...

    def make_view(self, order: ViewOrder, on_partial: OnPartial | None = None) -> MadeView:
        """Return the picture. May be called from several threads. Raises ServiceError, LimitReached, UnusableView."""
        ...
