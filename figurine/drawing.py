"""From a photo to drawn views in a run folder: `00-pictures/` holds the photo as sent, every candidate, what was taken.

The record is written before the first request, so that `figurine forget` finds its way back even after a crash.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from figurine.drawing_record import PHOTO, PICTURES, RECORD, SHEET, Drawing, DrawnView, load_drawing, save_drawing
from figurine.errors import WrongUse
from figurine.job import Source
from figurine.progress import OnProgress, Progress, ignore
from figurine.runfolder import RunFolder
from generate.contact_sheet import Frame, contact_sheet
from generate.cutting.cutout import cut_out
from generate.drawing.judging import judge
from generate.drawing.ledger import Ledger
from generate.drawing.photo import Photo, prepare_photo
from generate.drawing.prompts import Wish
from generate.drawing.store import PictureStore
from generate.drawing.style import NO_STYLE, load_style
from generate.drawing.stylise import Decision, Drawn, Studio, draw_front, draw_side, draw_sides
from generate.drawing.view_maker import ViewMaker
from generate.pictures import as_png

ChooseOn = Callable[[Sequence[Drawn], str | None, Path], Decision]
"""A `Choose` that also learns where the contact sheet is."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be drawn: `sides` begins with the front."""

    name: str
    photo_path: Path
    photo: Photo
    wish: Wish
    sides: tuple[str, ...]
    candidates: int = 1
    styles_folder: Path | None = None


@dataclass(frozen=True, eq=False)
class Easel:
    """One who draws, the ledger it is paid from, what it draws with, and who chooses."""

    maker: ViewMaker
    choose: ChooseOn
    ledger: Ledger = field(default_factory=Ledger)
    model: str | None = None
    quality: str | None = None
    size: str | None = None
    on_progress: OnProgress = ignore


def picture_store() -> PictureStore:
    """Return the store that all runs of this user share."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return PictureStore(Path(cache) / "figurine" / "pictures")


def draw_views(plan: Plan, easel: Easel, folder: RunFolder) -> Drawing:
    """Return the record of the views that were drawn and taken.

    Raises what drawing raises, and Stopped. Where a side fails, the others are taken and recorded before that is said.
    """
    drawing = _begin(plan, easel, folder)
    session = _Session(easel, folder, len(plan.sides) - 1 + plan.candidates)
    studio = Studio(easel.maker, session.on_drawn, session.on_partial)
    front, wish = draw_front(plan.photo, plan.wish, studio, session.choose, plan.candidates)
    others, failed = draw_sides(plan.sides[1:], plan.photo, wish, studio, front)
    drawing = _finish(drawing.model_copy(update={"note": wish.note}), [front, *others], session, folder)
    if failed is not None:
        raise failed
    return drawing


def redo_view(side: str, drawing: Drawing, note: str | None, easel: Easel, folder: RunFolder) -> Drawing:
    """Return the record after one side was drawn anew; the front alone is chosen again, another side follows it."""
    photo = prepare_photo(folder.file(PHOTO))
    wish = wish_of(drawing, note)
    session = _Session(easel, folder, 1)
    studio = Studio(easel.maker, session.on_drawn, session.on_partial)
    attempt = drawing.views[side].attempt + 1 if side in drawing.views else 1
    if side == "front":
        front, wish = draw_front(photo, wish, studio, session.choose, 1, attempt)
        return _finish(drawing.model_copy(update={"note": wish.note}), [front], session, folder)
    front = Drawn.given("front", folder.file(f"{PICTURES}/front.png").read_bytes(), photo)
    return _finish(drawing, [draw_side(side, photo, wish, studio, front, attempt)], session, folder)


def wish_of(drawing: Drawing, note: str | None = None) -> Wish:
    """Return the wish that a record was drawn by, with other words where there are some."""
    folder = Path(drawing.styles_folder) if drawing.styles_folder else None
    style = load_style(drawing.style, folder)
    return Wish(style, drawing.kind, drawing.subject, note or drawing.note, drawing.keep)


def take_photo_itself(name: str, photo_path: Path, folder: RunFolder) -> Drawing:
    """Return the record of a drawing that is none: the photo's own cut-out is the front, and nothing is sent."""
    photo = prepare_photo(photo_path)
    folder.file(PICTURES).mkdir(exist_ok=True)
    cut = cut_out(photo.image)
    folder.write_bytes(PHOTO, photo.png)
    front = as_png(cut.image)
    folder.write_bytes(f"{PICTURES}/front.png", front)
    view = DrawnView(sha256=Source.of(folder.file(f"{PICTURES}/front.png")).sha256, prompt="", attempt=1, usd=0.0)
    source = Source.of(photo_path)
    drawing = Drawing(name=name, photo=source, photo_sha256=photo.sha256, style=NO_STYLE, views={"front": view})
    save_drawing(drawing, folder)
    return drawing


def forget(run: Path, drawing: Drawing, store: PictureStore) -> tuple[int, int]:
    """Return how many files of a run folder and how many stored pictures were erased: photo, views and copies of them.

    What was made of them (the shape, the part, its preview and report) stays, and so does the photo it came from.
    """
    stored = store.forget(drawing.photo_sha256)
    files = [path for name in (PICTURES, "01-views") for path in sorted((run / name).rglob("*"), reverse=True)]
    erased = sum(path.is_file() for path in files)
    for path in [*files, run / PICTURES, run / "01-views"]:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    return erased, stored


def _begin(plan: Plan, easel: Easel, folder: RunFolder) -> Drawing:
    if folder.file(RECORD).is_file() and load_drawing(folder.path).photo_sha256 != plan.photo.sha256:
        raise WrongUse(
            f"{folder.path} holds views of another photo; choose another folder with -o, or `figurine forget "
            f"{folder.path}` first"
        )
    folder.file(PICTURES).mkdir(exist_ok=True)
    folder.write_bytes(PHOTO, plan.photo.png)
    drawing = Drawing(
        name=plan.name,
        photo=Source.of(plan.photo_path),
        photo_sha256=plan.photo.sha256,
        style=plan.wish.style.id,
        styles_folder=str(plan.styles_folder.resolve()) if plan.styles_folder else None,
        kind=plan.wish.kind,
        subject=plan.wish.subject,
        note=plan.wish.note,
        keep=plan.wish.keep,
        model=easel.model,
        quality=easel.quality,
        size=easel.size,
    )
    save_drawing(drawing, folder)
    return drawing


def _finish(drawing: Drawing, taken: Sequence[Drawn], session: _Session, folder: RunFolder) -> Drawing:
    """Return the record with the pictures that were taken, after writing them and a sheet of all sides."""
    views = dict(drawing.views)
    for drawn in taken:
        path = folder.write_bytes(f"{PICTURES}/{drawn.side}.png", drawn.made.picture)
        views[drawn.side] = DrawnView(
            sha256=Source.of(path).sha256,
            prompt=drawn.order.prompt,
            attempt=drawn.order.attempt,
            usd=drawn.made.usd,
            remarks=drawn.judged.remarks,
        )
    spent = {"usd": drawing.usd + session.usd, "requests": drawing.requests + session.requests}
    drawing = drawing.model_copy(update={"views": views, **spent})
    shown = {drawn.side: drawn.judged.shown for drawn in taken}
    for side in views.keys() - shown.keys():
        shown[side] = judge(folder.file(f"{PICTURES}/{side}.png").read_bytes(), side).shown
    frames = [Frame(shown[side], side, view.remarks) for side, view in views.items()]
    folder.write_bytes(SHEET, contact_sheet(frames))
    save_drawing(drawing, folder)
    return drawing


class _Session:
    """What one call draws: every picture becomes a file as soon as it is there, whatever happens to the others."""

    def __init__(self, easel: Easel, folder: RunFolder, expected: int) -> None:
        self.easel = easel
        self.folder = folder
        self.expected = expected
        self.drawn: list[Drawn] = []
        self._lock = threading.Lock()

    @property
    def usd(self) -> float:
        """Return what these pictures cost when they were drawn, and what may have been billed for none."""
        new = sum(drawn.made.usd for drawn in self.drawn if drawn.made.is_new)
        return sum(drawn.made.usd for drawn in self.drawn) + max(0.0, self.easel.ledger.spent_usd - new)

    @property
    def requests(self) -> int:
        """Return the requests of this call and of those before it whose pictures were used again."""
        return self.easel.ledger.requests + sum(not drawn.made.is_new for drawn in self.drawn)

    def on_drawn(self, drawn: Drawn) -> None:
        """Return nothing; write the picture among the candidates and say that it is there."""
        with self._lock:
            self.drawn.append(drawn)
            folder = self.folder.file(f"{PICTURES}/candidates")
            folder.mkdir(exist_ok=True)
            name = f"{PICTURES}/candidates/{drawn.side}-{drawn.order.attempt}.png"
            self.folder.write_bytes(name, drawn.made.picture)
            self.folder.file(f"{PICTURES}/candidates/{drawn.side}.partial.png").unlink(missing_ok=True)
            source = "drawn" if drawn.made.is_new else "drawn before"
            self._tell(f"{drawn.side} {source}, ${self.easel.ledger.spent_usd:.2f} so far")

    def on_partial(self, side: str, picture: bytes) -> None:
        """Return nothing; show the unfinished picture beside the candidates."""
        with self._lock:
            self.folder.file(f"{PICTURES}/candidates").mkdir(exist_ok=True)
            path = self.folder.write_bytes(f"{PICTURES}/candidates/{side}.partial.png", picture)
            self._tell(f"{side} taking shape: {path}")

    def choose(self, fronts: Sequence[Drawn], no_more: str | None) -> Decision:
        """Return the owner's decision on the fronts, after laying them out on a sheet."""
        frames = [Frame(front.judged.shown, f"{k + 1}", front.judged.remarks) for k, front in enumerate(fronts)]
        sheet = self.folder.write_bytes(SHEET, contact_sheet(frames))
        return self.easel.choose(fronts, no_more, sheet)

    def _tell(self, note: str) -> None:
        self.easel.on_progress(Progress("draw", min(len(self.drawn), self.expected), self.expected, note))
