"""Pictures that lie in a folder already, handed out as if they were drawn: from a chat service, or another run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generate.drawing.view_maker import MadeView, OnPartial, ViewOrder
from generate.errors import LimitReached, UnusableView
from generate.pictures import as_png, read_picture

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".heic")


@dataclass(frozen=True)
class FolderViewMaker:
    """Hands out `front.png` for the first order of the front, `front-2.png` for the second, and so on."""

    folder: Path

    @property
    def identity(self) -> str:
        """Return where the pictures come from."""
        return f"folder {self.folder.resolve()}"

    def make_view(self, order: ViewOrder, on_partial: OnPartial | None = None) -> MadeView:
        """Return the picture for that side and attempt; raises UnusableView where there is none, LimitReached for a
        further one.
        """
        stems = [f"{order.side}-{order.attempt}", *([order.side] if order.attempt == 1 else [])]
        for stem in stems:
            for suffix in SUFFIXES:
                path = self.folder / f"{stem}{suffix}"
                if path.is_file():
                    return MadeView(as_png(read_picture(path)))
        if order.attempt > 1:
            raise LimitReached(f"no further picture {stems[0]}.png in {self.folder}")
        raise UnusableView(f"no picture {order.side}.png in {self.folder}; put it there under this name")

    def sides(self) -> tuple[str, ...]:
        """Return the sides there is a first picture of, front first."""
        names = {path.stem for path in self.folder.iterdir() if path.suffix.lower() in SUFFIXES}
        return tuple(side for side in ("front", "back", "left", "right") if {side, f"{side}-1"} & names)
