"""From flags to drawn views in a run folder: what `views` and `make` have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from figurine.cli.asking import ask_front, ask_subject, can_ask
from figurine.cli.terminal import progress_on_stderr
from figurine.drawing import Easel, Plan, draw_views, picture_store, redo_view, take_photo_itself
from figurine.drawing_record import PICTURES, Drawing
from figurine.drawing_request import (
    DrawingRequest,
    Quote,
    check_quote,
    plan_of,
    prompts_to_paste,
    quote,
    redo_quote,
)
from figurine.errors import WrongUse
from figurine.naming import job_name, slug
from figurine.runfolder import open_run_folder
from generate.drawing.folder_views import FolderViewMaker
from generate.drawing.ledger import Ledger
from generate.drawing.openai_views import DrawingSettings, OpenAIViewMaker
from generate.drawing.prices import price_table
from generate.drawing.store import StoredViewMaker
from generate.drawing.style import NO_STYLE
from generate.drawing.stylise import Decision, Drawn, Stopped, take_best


def start_drawing(
    request: DrawingRequest, photo: Path, *, name: str | None, out: Path | None, quiet: bool
) -> tuple[Drawing, Path] | None:
    """Return what was drawn and the run folder it lies in, or None where a dry run drew nothing."""
    if request.style == NO_STYLE:
        return _take_photo(request, photo, name, out)
    if request.from_folder is not None and request.sides is None:
        request = replace(request, sides=_folder_maker(request.from_folder).sides())
    asks = can_ask() and not request.yes
    plan = plan_of(request, photo, name, ask_subject if asks else None)
    settings = request.settings(can_ask())
    offer = quote(plan, settings)
    if request.dry_run:
        click.echo(prompts_to_paste(plan))
        _say(_offer_line(offer, settings, request))
        return None
    out = out or Path(f"{plan.name}_figurine")
    for note in plan.photo.notes:
        _say(f"! {note.message}; {note.remedy}")
    _say(_plan_line(plan))
    with _easel(request, settings, offer, out, asks=asks, quiet=quiet) as easel, open_run_folder(out) as folder:
        drawing = draw_views(plan, easel, folder)
    _say_cost(drawing)
    return drawing, out


def start_redo(request: DrawingRequest, drawing: Drawing, run: Path, side: str, *, quiet: bool) -> Drawing:
    """Return the record of a run folder after one of its sides was drawn anew."""
    if drawing.style == NO_STYLE:
        raise WrongUse(f"{run} was made with --style none: nothing was drawn, so nothing can be drawn anew")
    model = request.model or drawing.model or price_table().default_model
    size, quality = drawing.size or request.size, drawing.quality or request.quality
    settings = replace(request.settings(can_ask()), model=model, size=size, quality=quality)
    offer = redo_quote(side, drawing, settings)
    asks = can_ask() and not request.yes
    request = replace(request, yes=request.yes or side != "front")  # only fronts are chosen
    with _easel(request, settings, offer, run, asks=asks, quiet=quiet) as easel, open_run_folder(run) as folder:
        drawing = redo_view(side, drawing, request.note, easel, folder)
    _say_cost(drawing)
    return drawing


@contextmanager
def _easel(
    request: DrawingRequest, settings: DrawingSettings, offer: Quote, run: Path, *, asks: bool, quiet: bool
) -> Iterator[Easel]:
    """Yield what to draw with: a folder's pictures, or the service once the price has been checked and told."""
    with progress_on_stderr(quiet) as on_progress, _stopping(run):
        if request.from_folder is not None:
            yield Easel(_folder_maker(request.from_folder), _take_best, on_progress=on_progress)
            return
        if not (asks or request.yes):
            raise WrongUse("there is no terminal to ask on; --yes takes the front with the fewest faults")
        check_quote(offer, request, settings)
        _say(_offer_line(offer, settings, request))
        ledger = Ledger(request.budget, request.max_requests)
        choose = ask_front if asks else _take_best
        with OpenAIViewMaker(settings, ledger, announce=lambda host: _say(_privacy_line(host, run))) as maker:
            stored = StoredViewMaker(maker, picture_store())
            yield Easel(stored, choose, ledger, settings.model, settings.quality, settings.size, on_progress)


@contextmanager
def _stopping(run: Path) -> Iterator[None]:
    """Turn the owner's "stop" into the end of the call, after saying where the pictures are."""
    try:
        yield
    except Stopped:
        _say(f"what was drawn is in {run / PICTURES}; the same call goes on from there and pays for nothing twice")
        raise click.Abort from None


def _take_photo(request: DrawingRequest, photo: Path, name: str | None, out: Path | None) -> tuple[Drawing, Path]:
    if not photo.is_file():
        raise WrongUse(f"{photo}: no such photo")
    named = (slug(name) if name is not None else job_name([photo])) or "figurine"
    out = out or Path(f"{named}_figurine")
    with open_run_folder(out) as folder:
        return take_photo_itself(named, photo, folder), out


def _folder_maker(folder: Path) -> FolderViewMaker:
    if not folder.is_dir():
        raise WrongUse(f"{folder} is no folder; --from takes one that holds front.png, back.png …")
    return FolderViewMaker(folder)


def _take_best(fronts: Sequence[Drawn], no_more: str | None, sheet: Path) -> Decision:
    return take_best(fronts, no_more)


def _plan_line(plan: Plan) -> str:
    style = plan.wish.style
    left_out = ", ".join(plan.wish.leaves_out)
    left = f"; left out so that it prints: {left_out} (--keep NAME keeps one)" if left_out else ""
    return f"style {style.id}, {', '.join(plan.sides)}{left}"


def _offer_line(offer: Quote, settings: DrawingSettings, request: DrawingRequest) -> str:
    price = f"at most about ${offer.usd:.2f}" if offer.is_known else f"unknown price, counted as ${offer.usd:.2f}"
    return (
        f"{offer.pictures} pictures by {settings.model} ({settings.quality}, {settings.size}): {price}, prices read on "
        f"{price_table().read_on}; stops at ${request.budget:.2f} or {request.max_requests} pictures"
    )


def _privacy_line(host: str, out: Path) -> str:
    return (
        f"the photo goes to {host} now, without its metadata; `figurine forget {out}` erases what is kept of it "
        f"here, what {host} keeps is up to its terms"
    )


def _say_cost(drawing: Drawing) -> None:
    if drawing.requests:
        _say(f"drawn: ${drawing.usd:.2f} for {drawing.requests} requests to {drawing.model} in this run folder so far")


def _say(line: str) -> None:
    click.echo(line, err=True)
