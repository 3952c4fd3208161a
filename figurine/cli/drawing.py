"""From flags to drawn views in a run folder: what `views` and `make` have in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from figurine.cli.asking import ask_front, ask_subject, can_ask
from figurine.cli.terminal import progress_on_stderr
from figurine.drawing import Easel, Plan, draw_views, picture_store, redo_view, take_photo_itself
from figurine.drawing_record import Drawing
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
from figurine.progress import OnProgress
from figurine.runfolder import open_run_folder
from generate.folder_views import FolderViewMaker
from generate.ledger import Ledger
from generate.openai_views import DrawingSettings, OpenAIViewMaker
from generate.prices import price_table
from generate.store import StoredViewMaker
from generate.style import NO_STYLE
from generate.stylise import Decision, Drawn, take_best


def start_drawing(
    request: DrawingRequest, photo: Path, *, name: str | None, out: Path | None, quiet: bool
) -> tuple[Drawing, Path] | None:
    """Return what was drawn and the run folder it lies in, or None where a dry run drew nothing."""
    if request.style == NO_STYLE:
        return _take_photo(request, photo, name, out)
    asks = can_ask() and not request.yes
    plan = plan_of(request, photo, name, ask_subject if asks else None)
    settings = request.settings(can_ask())
    offer = quote(plan, settings)
    if request.dry_run:
        click.echo(prompts_to_paste(plan))
        _say(_offer_line(offer, settings, request))
        return None
    out = out or Path(f"{plan.name}_figurine")
    with progress_on_stderr(quiet) as on_progress:
        _say(_plan_line(plan))
        if request.from_folder is not None:
            easel = Easel(_folder_maker(request.from_folder), _take_best, on_progress=on_progress)
        else:
            _check_can_choose(request, asks)
            check_quote(offer, request, settings)
            _say(_offer_line(offer, settings, request))
            easel = _service_easel(request, settings, out, asks, on_progress)
        with open_run_folder(out) as folder:
            return draw_views(plan, easel, folder), out


def start_redo(request: DrawingRequest, drawing: Drawing, run: Path, side: str, *, quiet: bool) -> Drawing:
    """Return the record of a run folder after one of its sides was drawn anew."""
    asks = can_ask() and not request.yes
    with progress_on_stderr(quiet) as on_progress, open_run_folder(run) as folder:
        if request.from_folder is not None:
            easel = Easel(_folder_maker(request.from_folder), _take_best, on_progress=on_progress)
        else:
            settings = DrawingSettings(
                request.model or drawing.model or price_table().default_model,
                drawing.quality or request.quality,
                drawing.size or request.size,
                request.settings(can_ask()).partial_images,
            )
            _check_can_choose(request, asks or side != "front")
            offer = redo_quote(side, drawing, settings)
            check_quote(offer, request, settings)
            _say(_offer_line(offer, settings, request))
            easel = _service_easel(request, settings, run, asks, on_progress)
        return redo_view(side, drawing, request.note, easel, folder)


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


def _service_easel(
    request: DrawingRequest, settings: DrawingSettings, out: Path, asks: bool, on_progress: OnProgress
) -> Easel:
    ledger = Ledger(request.budget, request.max_requests)
    maker = OpenAIViewMaker(settings, ledger, announce=lambda host: _say(_privacy_line(host, out)))
    stored = StoredViewMaker(maker, picture_store())
    choose = ask_front if asks else _take_best
    return Easel(stored, choose, ledger, settings.model, settings.quality, settings.size, on_progress)


def _check_can_choose(request: DrawingRequest, asks: bool) -> None:
    if not (asks or request.yes):
        raise WrongUse("there is no terminal to ask on; --yes takes the front with the fewest faults")


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


def _say(line: str) -> None:
    click.echo(line, err=True)
