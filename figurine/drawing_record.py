"""`00-pictures/pictures.json`: which pictures were drawn of which photo, with which words, and what they cost."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from figurine.errors import WrongUse
from figurine.job import Origin, Source, ViewSource
from figurine.runfolder import RunFolder
from generate.drawing.style import SubjectKind
from generate.views import AZIMUTHS_DEG

PICTURES = "00-pictures"
RECORD = f"{PICTURES}/pictures.json"
PHOTO = f"{PICTURES}/photo.png"
SHEET = f"{PICTURES}/contact-sheet.png"
REPORT = f"{PICTURES}/consistency.json"
DISAGREEMENT = f"{PICTURES}/disagreement.png"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DrawnView(_Record):
    """One side as it was taken: its prompt, which attempt it was, what it cost, and what was found in it."""

    sha256: str
    prompt: str
    attempt: int
    usd: float
    remarks: tuple[str, ...] = ()


class Drawing(_Record):
    """All that was drawn in a run folder. `photo_sha256` is the hash of the prepared photo, as it would be sent.

    `usd` and `requests` are all that was spent on it so far, pictures that were not taken included.
    """

    name: str
    photo: Source
    photo_sha256: str
    style: str
    styles_folder: str | None = None
    kind: SubjectKind | None = None
    subject: str | None = None
    note: str | None = None
    keep: tuple[str, ...] = ()
    model: str | None = None
    quality: str | None = None
    size: str | None = None
    views: dict[str, DrawnView] = {}
    usd: float = 0.0
    requests: int = 0

    @property
    def origin(self) -> Origin:
        """Return what a job and its report say about where the views came from."""
        return Origin(
            file=self.photo.file,
            sha256=self.photo.sha256,
            style=self.style,
            model=self.model,
            usd=round(self.usd, 4),
            requests=self.requests,
        )


def save_drawing(drawing: Drawing, folder: RunFolder) -> None:
    """Return nothing; the record is written beside and renamed."""
    folder.write_text(RECORD, drawing.model_dump_json(indent=2, exclude_defaults=True) + "\n")


def load_drawing(run: Path) -> Drawing:
    """Return the record of a run folder; raises WrongUse when there is none."""
    try:
        return Drawing.model_validate_json((run / RECORD).read_bytes())
    except OSError as error:
        raise WrongUse(
            f"{run} holds no drawn views; `figurine views PHOTO --style NAME -o {run}` draws some"
        ) from error
    except ValidationError as error:
        raise WrongUse(f"{run / RECORD} is not a record of drawn views: {error.errors()[0]['msg']}") from error


def drawn_sources(drawing: Drawing, run: Path) -> tuple[ViewSource, ...]:
    """Return the drawn pictures as the views of a job."""
    return tuple(
        ViewSource(**Source.of(run / PICTURES / f"{side}.png").model_dump(), azimuth_deg=AZIMUTHS_DEG[side])
        for side in drawing.views
    )
