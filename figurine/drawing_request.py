"""What a call asks to be drawn, checked before anything is sent: style, subject, words, model, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from figurine.drawing import Plan, wish_of
from figurine.drawing_record import Drawing
from figurine.errors import WrongUse
from figurine.naming import job_name, slug
from generate.drawing.faces import count_faces
from generate.drawing.openai_views import DrawingSettings
from generate.drawing.photo import prepare_photo
from generate.drawing.prices import Estimate, estimate, price_table
from generate.drawing.prompts import Wish, check_keep, prompt_for
from generate.drawing.style import Style, SubjectKind, load_style
from generate.errors import GenerateError

DEFAULT_SIDES = {"auto": ("front", "back", "left"), "hull": ("front", "back", "left"), "trellis": ("front", "back")}
"""By backend: a side view gives the hull its depth."""

DEFAULT_BUDGET_USD = 1.0
AskSubject = Callable[[str], str]
"""Asks on a terminal, given why; an empty answer is the main subject."""


@dataclass(frozen=True)
class DrawingRequest:
    """The flags of a call that draws."""

    style: str | None = None
    styles_folder: Path | None = None
    subject: str | None = None
    note: str | None = None
    keep: tuple[str, ...] = ()
    candidates: int = 1
    sides: tuple[str, ...] | None = None
    model: str | None = None
    quality: str = "medium"
    size: str = "1024x1536"
    partials: int | None = None
    budget_usd: float | None = None
    max_requests: int = 6
    from_folder: Path | None = None
    yes: bool = False
    dry_run: bool = False
    backend: str = "auto"

    @property
    def budget(self) -> float:
        """Return the most that may be spent, in US dollars."""
        return DEFAULT_BUDGET_USD if self.budget_usd is None else self.budget_usd

    def settings(self, on_terminal: bool) -> DrawingSettings:
        """Return how each picture is to be drawn."""
        partials = self.partials if self.partials is not None else int(on_terminal)
        model = self.model or price_table().default_model
        return DrawingSettings(model, self.quality, self.size, partials)


def plan_of(request: DrawingRequest, photo_path: Path, name: str | None, ask_subject: AskSubject | None) -> Plan:
    """Return what is to be drawn of a photo.

    Raises WrongUse for flags that make no sense, UnknownStyle, UnusableView for the photo. `ask_subject` is None where
    nobody can be asked.
    """
    assert request.style is not None, "a request without a style draws nothing"
    style = load_style(request.style, request.styles_folder)
    if not photo_path.is_file():
        raise WrongUse(f"{photo_path}: no such photo")
    photo = prepare_photo(photo_path)
    kind, subject = _subject(request.subject, photo.image, ask_subject)
    _check_kind(style, kind)
    wish = Wish(style, kind, subject, request.note, tuple(request.keep))
    check_keep(wish)
    sides = request.sides or DEFAULT_SIDES[request.backend]
    named = (slug(name) if name is not None else job_name([photo_path])) or "figurine"
    return Plan(named, photo_path, photo, wish, sides, request.candidates, request.styles_folder)


@dataclass(frozen=True)
class Quote:
    """What a plan may cost at most, if nothing has to be asked for twice."""

    pictures: int
    usd: float
    is_known: bool


def quote(plan: Plan, settings: DrawingSettings) -> Quote:
    """Return the price of all candidates and all other sides, each drawn once."""
    each = [_price("front", plan.wish, settings)] * plan.candidates
    each += [_price(side, plan.wish, settings) for side in plan.sides[1:]]
    return Quote(len(each), sum(price.usd for price in each), all(price.is_known for price in each))


def redo_quote(side: str, drawing: Drawing, settings: DrawingSettings) -> Quote:
    """Return the price of drawing one side of a drawing once more."""
    price = _price(side, wish_of(drawing), settings)
    return Quote(1, price.usd, price.is_known)


def check_quote(offer: Quote, request: DrawingRequest, settings: DrawingSettings) -> None:
    """Return nothing; raises WrongUse where a plan cannot be carried out within what is allowed."""
    if not offer.is_known and request.budget_usd is None:
        raise WrongUse(
            f"the price of {settings.model} at {settings.quality}, {settings.size} is unknown (prices read on "
            f"{price_table().read_on}); each picture would be counted as the dearest known one, together "
            f"${offer.usd:.2f}; if you accept that, name your own --budget"
        )
    if offer.pictures > request.max_requests:
        raise WrongUse(
            f"{offer.pictures} pictures are needed, {request.max_requests} are allowed; ask for fewer --candidates or "
            f"--sides, or allow more with --max-requests"
        )
    if offer.usd > request.budget:
        raise WrongUse(
            f"{offer.pictures} pictures may cost ${offer.usd:.2f}, the budget is ${request.budget:.2f}; allow more "
            f"with --budget, or ask for fewer pictures or a lower --quality"
        )


def prompts_to_paste(plan: Plan) -> str:
    """Return all prompts with what to attach to each, and the way back with the pictures."""
    parts = []
    for side in plan.sides:
        attach = plan.photo_path.name if side == "front" else f"{plan.photo_path.name} and front.png"
        parts.append(f"--- {side}.png: attach {attach}, then paste:\n\n{prompt_for(side, plan.wish)}\n")
    files = " ".join(f"{side}.png" for side in plan.sides)
    return "\n".join([*parts, f"--- with the pictures saved: figurine make --views {files}"])


def _price(side: str, wish: Wish, settings: DrawingSettings) -> Estimate:
    kind = (settings.model, settings.quality, settings.size)
    return estimate(*kind, prompt_for(side, wish), 1 if side == "front" else 2, settings.partial_images)


def _subject(
    given: str | None, image: NDArray[np.uint8], ask: AskSubject | None
) -> tuple[SubjectKind | None, str | None]:
    """Return the kind of subject and the words for it, asked for where the photo leaves it open."""
    if given is not None:
        return _kind_or_words(given, None)
    faces = count_faces(image)
    if faces == 1:
        return "person", None
    why = f"{faces} people look out of the photo" if faces else "nobody looks out of the photo"
    if ask is not None:
        return _kind_or_words(ask(why), "person" if faces else None)
    if faces:
        raise WrongUse(f"{why}; say which one is meant: --subject 'the girl on the left'")
    return None, None


def _kind_or_words(given: str, kind: SubjectKind | None) -> tuple[SubjectKind | None, str | None]:
    words = " ".join(given.split())
    for known in get_args(SubjectKind):
        if words.casefold() == known:
            return known, None
    return kind, words or None


def _check_kind(style: Style, kind: SubjectKind | None) -> None:
    if kind is not None and kind not in style.subjects:
        raise GenerateError(f"style {style.id} is for {' or '.join(style.subjects)}, not for a {kind}; choose another")
