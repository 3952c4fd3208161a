"""`proof.html`: what the customer of a print shop says yes to. True colours, true size, no technical word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fab.findings import SUPPORTED, Severity, Verdict
from fab.report.markup import Content, Element, tag
from fab.report.model import Report
from fab.report.page import page, picture
from fab.report.scene import Scene
from fab.report.true_size import TrueSize, draw_true_size

MATERIALS = {
    "fdm": "Plastic, built up in thin lines. You can see and feel them a little.",
    "resin": "Hard resin with a smooth surface.",
    "sls": "Nylon with a slightly grainy surface.",
    "mjf": "Nylon with a slightly grainy surface.",
    "full-colour": "Full-colour material: the colours go into the surface as it is built.",
}

_MM_PER_INCH = 25.4


class Portrait(NamedTuple):
    """Pictures of the part as WebP: `front` with room around it, `cropped` with the part's own edges, and `views`."""

    front: bytes
    cropped: bytes
    views: bytes


def proof_page(
    report: Report, portrait: Portrait, *, paint: str | None, scene: Scene | None, script: str | None
) -> str:
    """Return proof.html. `paint` names what is shown: `colours` of the design, `printed` those of a palette, None where
    there are none. The scene is to have that paint alone."""
    name, (width, _, height) = report.part.name, report.part.extents_mm
    size = draw_true_size(portrait.cropped, width, height, name)
    head = tag(
        "header",
        tag("div", tag("h1", name), tag("p", "Please look at everything before it is made.", class_="for")),
        class_="head",
    )
    live = scene is not None and script is not None
    columns = tag(
        "div",
        _stage(name, portrait.front, live),
        tag("div", picture(portrait.views, f"{name} from four sides"), class_="paper-only"),
        tag("section", tag("h2", "How big it will be"), size.drawing, _about_size(size)),
        class_="columns even",
    )
    facts = tag("section", tag("h2", "What you get"), _facts(report, paint))
    notes = tag("section", tag("h2", "Good to know"), tag("ul", *(tag("li", note) for note in _notes(report))))
    below = tag("div", facts, notes, class_="columns even wide")
    body = tag("div", head, tag("main", columns, below, _yes()), class_="sheet proof")
    width_on_paper = f"@media print {{ .size {{ width: {size.width_mm:.2f}mm; max-height: none; }} }}"
    return page(
        f"{name}: please check",
        [body],
        scene=scene,
        script=script,
        more_style=width_on_paper if size.fits_paper else "",
    )


def _stage(name: str, front: bytes, live: bool) -> Element:
    label = f"3D view of {name}. Arrow keys turn it, plus and minus come closer and go farther, 0 shows all of it."
    window = tag(
        "div",
        picture(front, f"{name} from the front", class_="still"),
        tag("canvas", tabindex="0", role="application", aria_label=label) if live else None,
        tag("p", "The view to turn starts …" if live else "", data_note=True),
        class_="window",
    )
    help_ = tag("p", "Drag with the mouse or a finger to look at it from all sides.", class_="help")
    again = tag("button", "From the front again", class_="plain", type="button", data_all=True)
    bar = tag("div", help_, again, class_="bar")
    return tag("section", window, bar, class_="stage", data_stage="loading" if live else "none", aria_label="3D view")


def _about_size(size: TrueSize) -> Element:
    if size.fits_paper:
        return tag("p", "Print this page at 100 % and everything in this drawing has its real size.", class_="quiet")
    return tag("p", "Everything in this drawing is to the same scale.", class_="quiet")


def _facts(report: Report, paint: str | None) -> Element:
    sides = zip(("Tall", "Wide", "Deep"), (report.part.extents_mm[i] for i in (2, 0, 1)), strict=True)
    rows = [(name, _length(mm)) for name, mm in sides]
    rows.append(("Made of", MATERIALS.get(report.printer.process, report.printer.process)))
    rows.append(("Colours", _colours(report, paint)))
    if report.part.bodies > 1:
        rows.append(("Pieces", f"{report.part.bodies} separate pieces"))
    parts = [part for name, fact in rows for part in (tag("dt", name), tag("dd", fact))]
    return tag("dl", *parts, class_="facts")


def _length(mm: float) -> str:
    return f"{mm:.1f} mm" if mm < 10.0 else f"{mm / 10.0:.1f} cm ({mm / _MM_PER_INCH:.1f} in)"


def _colours(report: Report, paint: str | None) -> str:
    if paint == "printed":
        return (
            "As in the picture, in solid colours. A screen shines and a print does not, so they look a little darker."
        )
    if paint is None:
        return "One colour; the picture shows the shape, not the final colour."
    if report.printer.process == "full-colour":
        return "As in the picture. A screen shines and a print does not, so they look a little darker."
    return "It is made in one colour. The colours in the picture are those of the design, for painting it by hand."


def _notes(report: Report) -> Iterator[Content]:
    if report.verdict is Verdict.WILL_NOT_PRINT:
        yield "At this size some fine parts cannot be made. We will suggest a change before anything is made."
    elif any(f.severity is Severity.WARN for f in report.findings):
        yield "Some parts are delicate. Please hold it by its body, and not by thin or standing-out parts."
    if any(f.code in SUPPORTED for f in report.findings):
        yield "While it is made, it is held up from below. Where it was held, small marks can stay."
    yield "Very fine lines and tiny details can come out softer than on a screen."
    yield "Sizes can differ by about half a millimetre."


def _yes() -> Element:
    lines = [tag("div", tag("span", name), class_="line") for name in ("Name", "Date", "Signature")]
    agreed = tag("p", "I have looked at the shape, the size and the colours. Please make it like this.")
    return tag("section", tag("h2", "Your yes"), agreed, tag("div", *lines, class_="lines"), class_="wide yes")
