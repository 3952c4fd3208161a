"""`Job`: everything needed to repeat a run, as it lies in `job.json`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from figurine.colouring import ColouringWishes
from figurine.errors import WrongUse
from figurine.export_wishes import ExportWishes
from figurine.repair_wishes import RepairWishes
from generate.backends.trellis.options import TrellisOptions
from generate.views import side_of
from printers.library import get
from printers.overrides import Overrides, override
from printers.profile import Printer

Millimetres = Annotated[float, Field(gt=0, allow_inf_nan=False)]
ViewName = Literal["front", "back", "left", "right"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Record):
    """An input file and what it held when the job first ran."""

    file: str
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the record of a file that exists."""
        return cls(file=str(path.resolve()), sha256=sha256_of(path))

    def open(self) -> Path:
        """Return the path; raises WrongUse when the file is gone or is another one now."""
        path = Path(self.file)
        if not path.is_file():
            raise WrongUse(f"{self.file} is no longer there; put it back, or start anew with `figurine make`")
        if sha256_of(path) != self.sha256:
            raise WrongUse(f"{self.file} has changed since this job ran; start anew with `figurine make`")
        return path


class ViewSource(Source):
    """A picture and the direction it was taken from, in degrees (0 front, 90 the subject's own left)."""

    azimuth_deg: float


class Origin(Source):
    """The photo that the views were drawn from, in which style, by which model, and what that cost so far."""

    style: str
    model: str | None = None
    usd: float = 0.0
    requests: int = 0


class Job(_Record):
    """One run: views or a mesh, how to make a shape of them, how tall, for which printer.

    Without `supports` a part that needs them fails; `strict` holds back what is weak.
    """

    name: str
    views: tuple[ViewSource, ...] = ()
    origin: Origin | None = None
    mesh: Source | None = None
    backend: Literal["auto", "hull", "trellis"] = "auto"
    trellis: TrellisOptions = TrellisOptions()
    trust: ViewName = "front"
    fix_views: bool = True
    height_mm: Millimetres | None = None
    longest_mm: Millimetres | None = None
    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    units: Literal["mm", "cm", "m", "in"] | None = None
    printer: str
    setup: Overrides = Overrides()
    repair: RepairWishes = RepairWishes()
    export: ExportWishes = ExportWishes()
    palette: ColouringWishes = ColouringWishes()
    supports: bool = True
    strict: bool = False
    shape_record: dict[str, Any] = {}
    """What the shape was made of and on: hashes of weights, versions, hardware. Noted, not asked for."""

    @model_validator(mode="after")
    def _one_source_one_size(self) -> Self:
        if bool(self.views) == bool(self.mesh):
            raise ValueError("a job starts from views or from a mesh, and from one of them only")
        if sum(size is not None for size in (self.height_mm, self.longest_mm, self.scale)) > 1:
            raise ValueError("give one of height, longest side and scale")
        return self

    def set_up_printer(self) -> Printer:
        """Return the printer as this job sets it up; raises UnknownPrinter and NotPossible."""
        return override(get(self.printer), self.setup)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the job in a file; raises WrongUse when it is none."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise WrongUse(f"cannot read {path}: {error.strerror}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise WrongUse(f"{path} is not a job file: {place}: {first['msg']}") from error


def view_name(azimuth_deg: float) -> str:
    """Return `front`, `left`, `back` or `right`, or the angle itself where it has no name."""
    return side_of(azimuth_deg) or f"azimuth-{azimuth_deg:g}"


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
