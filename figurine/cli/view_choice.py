"""What `make` starts from: pictures that are given, views that were drawn before, or a photo to draw them from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from figurine.drawing_record import Drawing, drawn_sources, load_drawing
from figurine.drawing_request import DrawingRequest
from figurine.errors import WrongUse
from figurine.job import Origin, ViewSource
from figurine.view_sources import view_sources
from generate.drawing.style import NO_STYLE


@dataclass(frozen=True)
class Chosen:
    """The views of a job, where they are from, and what that decides unless the user did: name, folder, height."""

    views: tuple[ViewSource, ...]
    origin: Origin | None = None
    name: str | None = None
    out: Path | None = None
    height_mm: float | None = None


def choose_views(
    pictures: tuple[str, ...],
    given: tuple[str, ...],
    request: DrawingRequest,
    *,
    name: str | None,
    out: Path | None,
    quiet: bool,
) -> Chosen | None:
    """Return what to make a figurine of, drawn first where that is asked for; None where a dry run drew nothing."""
    if given:
        if request.style is not None:
            raise WrongUse("--style draws views from a photo, --views gives them; use one of the two")
        return Chosen(view_sources([*given, *pictures]), name=name, out=out)
    if len(pictures) != 1:
        raise WrongUse(_without_views(pictures))
    photo = Path(pictures[0])
    if photo.is_dir():
        return _drawn(load_drawing(photo), photo, name, out or photo)
    if request.style is None:
        raise WrongUse(
            f"{photo}: say how to draw the figurine: --style clay (`figurine styles list` shows all), or --style none "
            f"for the photo as it is; pictures that are drawn already come with --views front.png back.png"
        )
    from figurine.cli.drawing import start_drawing

    found = start_drawing(request, photo, name=name, out=out, quiet=quiet)
    return None if found is None else _drawn(found[0], found[1], name, found[1])


def _drawn(drawing: Drawing, run: Path, name: str | None, out: Path) -> Chosen:
    if "front" not in drawing.views:
        raise WrongUse(f"{run} holds no finished front yet; run `figurine views {drawing.photo.file} …` again")
    height_mm = _style_height_mm(drawing)
    return Chosen(drawn_sources(drawing, run), drawing.origin, name or drawing.name, out, height_mm)


def _style_height_mm(drawing: Drawing) -> float | None:
    from figurine.drawing import wish_of

    return None if drawing.style == NO_STYLE else wish_of(drawing).style.height_mm


def _without_views(pictures: tuple[str, ...]) -> str:
    if len(pictures) > 1:
        return "several pictures given; are they views? then: figurine make --views front.png back.png"
    return "no pictures given; figurine make tom.jpg --style clay, or figurine make --views front.png back.png"
