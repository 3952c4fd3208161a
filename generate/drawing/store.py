"""Pictures that were paid for, kept by what they were ordered with, so that the same order is never paid for twice."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from generate.drawing.view_maker import MadeView, OnPartial, ViewMaker, ViewOrder


@dataclass(frozen=True)
class PictureStore:
    """A folder that holds, for each order, a picture and a record of what it cost and which photo it was drawn from.

    The record is written last and names the picture's hash: a picture without one, or with another, does not count.
    """

    folder: Path

    def load(self, key: str) -> MadeView | None:
        """Return the picture that was stored under a key, or None."""
        try:
            record = json.loads(self._record(key).read_text(encoding="utf-8"))
            picture = self._picture(key).read_bytes()
        except (OSError, ValueError):
            return None
        if not isinstance(record, dict) or record.get("sha256") != hashlib.sha256(picture).hexdigest():
            return None
        return MadeView(picture, float(record["usd"]), is_new=False)

    def save(self, key: str, photo_sha256: str, made: MadeView) -> None:
        """Return nothing; both files are written beside and renamed."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = hashlib.sha256(made.picture).hexdigest()
        record = {"photo_sha256": photo_sha256, "sha256": digest, "usd": made.usd}
        _write_beside(self._picture(key), made.picture)
        _write_beside(self._record(key), json.dumps(record, sort_keys=True).encode())

    def forget(self, photo_sha256: str) -> int:
        """Return how many pictures drawn from that photo were erased."""
        erased = 0
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            with contextlib.suppress(OSError, ValueError):
                if json.loads(path.read_text(encoding="utf-8")).get("photo_sha256") == photo_sha256:
                    path.with_suffix(".png").unlink(missing_ok=True)
                    path.unlink()
                    erased += 1
        return erased

    def _picture(self, key: str) -> Path:
        return self.folder / f"{key}.png"

    def _record(self, key: str) -> Path:
        return self.folder / f"{key}.json"


@dataclass(frozen=True)
class StoredViewMaker:
    """Has each picture drawn once: an order that was carried out before is answered from the store."""

    maker: ViewMaker
    store: PictureStore

    @property
    def identity(self) -> str:
        """Return the identity of the one who draws."""
        return self.maker.identity

    def make_view(self, order: ViewOrder, on_partial: OnPartial | None = None) -> MadeView:
        """Return the stored picture, or have it drawn and store it before anybody else sees it."""
        key = order.key(self.identity)
        if (stored := self.store.load(key)) is not None:
            return stored
        made = self.maker.make_view(order, on_partial)
        self.store.save(key, order.photo_sha256, made)
        return made


def _write_beside(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
