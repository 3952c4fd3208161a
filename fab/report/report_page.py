"""`report.html`: the report for the maker, with the part to turn and every finding to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fab.findings import Finding, Severity, Verdict
from fab.report.facts import advice_rows, cost_rows, file_to_open, slice_rows
from fab.report.legend import legend
from fab.report.markup import Content, Element, tag
from fab.report.model import Report
from fab.report.page import page, picture
from fab.report.pictures import CAPTIONS
from fab.report.scene import Scene
from fab.report.signs import SIGNS, sign
from fab.report.surface_maps import SurfaceMap
from fab.report.words import Explainer

MODES = {
    "plain": "Plain",
    "colours": "Colours",
    "printed": "As printed",
    "thickness": "Thickness",
    "overhang": "Overhang",
}

VERDICTS = {
    Verdict.PRINTS_AS_IS: ("fine", "Load it and print."),
    Verdict.PRINTS_WITH_SUPPORTS: ("fine", "Switch supports on in the slicer, then print."),
    Verdict.WEAK: ("weak", "It will form, and these places may break or fail. Each says what helps."),
    Verdict.WILL_NOT_PRINT: ("fail", "Some of it cannot form as it is. Each place below says what helps."),
}


def report_page(
    report: Report,
    pictures: Mapping[str, bytes],
    maps: Mapping[str, SurfaceMap],
    *,
    scene: Scene | None,
    script: str | None,
    modes: Iterable[str],
) -> str:
    """Return report.html. `pictures` are WebP by their name in `CAPTIONS`, `modes` those of `MODES` to offer; the
    scene's findings are the report's, in the same order."""
    words = Explainer()
    live = scene is not None and script is not None
    places = scene.about["findings"] if live and scene is not None else [None] * len(report.findings)
    columns = tag(
        "div",
        _stage(report, pictures, maps, list(modes), live),
        tag("div", *_side(report, words, places), class_="side"),
        class_="columns",
    )
    sections = [_gallery(pictures), _glossary(words), _foot(report)]
    paper = tag("div", picture(pictures["views"], CAPTIONS["views"]), class_="paper-only")
    body = tag("div", _head(report), tag("main", paper, columns, *sections[:2]), sections[2], class_="sheet")
    skip = tag("a", "Skip to the findings", href="#findings", class_="skip")
    bubble = tag("div", id="explanation", role="tooltip", hidden=True)
    title = f"{report.part.name}: {report.verdict_text} on {report.printer.name}"
    return page(title, [skip, body, bubble], scene=scene, script=script)


def _head(report: Report) -> Element:
    tone, advice = VERDICTS[report.verdict]
    setup = [f"{report.printer.layer_mm:g} mm layers" if report.printer.layer_mm else "", report.printer.material or ""]
    on = ", ".join(filter(None, (report.printer.process, *setup)))
    title = tag(
        "div",
        tag("h1", report.part.name),
        tag("p", f"{report.part.extents_mm[2]:.4g} mm tall, for {report.printer.name} ({on})", class_="for"),
    )
    verdict = tag(
        "div",
        sign(tone),
        tag("p", tag("strong", report.verdict_text), advice),
        class_=f"verdict tone-{tone}",
    )
    return tag("header", title, verdict, class_="head")


def _stage(
    report: Report, pictures: Mapping[str, bytes], maps: Mapping[str, SurfaceMap], modes: list[str], live: bool
) -> Element:
    name = report.part.name
    still = picture(pictures["front"], f"{name} from the front", class_="still") if "front" in pictures else None
    note = "The 3D view starts …" if live else "The 3D view is not in this file; the pictures below show the part."
    window = tag(
        "div",
        still,
        _canvas(name) if live else None,
        tag("p", note, data_note=True),
        tag("p", class_="reading", data_reading=True),
        *(
            tag("div", legend(shown.scale, key), class_="legend", data_legend=key, hidden=True)
            for key, shown in maps.items()
        ),
        class_="window",
    )
    keys = tag(
        "p",
        "Drag to turn, scroll or pinch to come closer, drag with the right button or two fingers to move. Keys: ",
        *_keys("arrows"),
        " turn, ",
        *_keys("+", "−"),
        " closer and farther, ",
        *_keys("0"),
        " the whole part.",
        class_="help",
    )
    state = "loading" if live else "none"
    return tag("section", window, _bar(modes), keys, class_="stage", data_stage=state, aria_label="3D view")


def _canvas(name: str) -> Element:
    label = f"3D view of {name}. Arrow keys turn it, plus and minus come closer and go farther, 0 shows all of it."
    return tag("canvas", tabindex="0", role="application", aria_label=label)


def _keys(*keys: str) -> list[Content]:
    return [tag("kbd", key) for key in keys]


def _bar(modes: list[str]) -> Element:
    first = "colours" if "colours" in modes else "plain"
    radios = [
        tag(
            "label",
            tag("input", type="radio", name="mode", value=mode, checked=mode == first),
            tag("span", MODES[mode]),
        )
        for mode in modes
    ]
    group = tag("div", *radios, class_="modes", role="radiogroup", aria_label="Colour the part by")
    return tag("div", group, tag("button", "Whole part", class_="plain", type="button", data_all=True), class_="bar")


def _side(report: Report, words: Explainer, places: list[object]) -> Iterator[Element]:
    numbered = list(enumerate(report.findings))
    told = [(i, finding) for i, finding in numbered if finding.severity >= Severity.INFO]
    rest = [finding for finding in report.findings if finding.severity < Severity.INFO]
    yield tag(
        "section",
        tag("h2", "What was found"),
        tag("ol", *(_finding(i, f, words, places[i] is not None) for i, f in told), class_="findings"),
        _passed(rest, words),
        id="findings",
    )
    best = file_to_open(report)
    rows = [*([("open", best)] if best is not None else []), *advice_rows(report), *cost_rows(report)]
    rows += slice_rows(report)
    yield tag("section", tag("h2", "How to print it"), _facts(rows, words))
    yield tag("section", tag("h2", "The part"), _facts(_part_rows(report), words))
    if report.repair is not None and report.repair.steps:
        yield tag("section", tag("h2", "What was mended"), _mended(report, words))


def _finding(number: int, finding: Finding, words: Explainer, has_place: bool) -> Element:
    kind = SIGNS[finding.severity]
    title = finding.code.replace("-", " ").capitalize()
    show = tag(
        "button",
        "Show",
        class_="show",
        type="button",
        data_finding=str(number),
        aria_pressed="false",
        aria_label=f"Show this place in the 3D view: {title}, {finding.message}",
    )
    top = tag(
        "div",
        sign(kind.tone),
        tag("h3", title),
        tag("span", kind.word, class_="kind"),
        show if has_place else None,
        class_="top",
    )
    limit = f"Limit: {finding.limit_source}" if finding.limit_source and finding.severity >= Severity.WARN else ""
    return tag(
        "li",
        top,
        tag("p", *words.mark(_sentence(finding.message))),
        tag("p", *words.mark(_sentence(finding.why)), class_="small") if finding.why else None,
        tag("p", *words.mark(_sentence(finding.remedy)), class_="remedy") if finding.remedy else None,
        tag("p", limit, class_="small") if limit else None,
        class_=f"finding tone-{kind.tone}",
    )


def _passed(findings: list[Finding], words: Explainer) -> Element | None:
    if not findings:
        return None
    rows = [
        tag(
            "li",
            sign(SIGNS[f.severity].tone),
            tag("span", *words.mark(_sentence(f.message))),
            class_=f"tone-{SIGNS[f.severity].tone}",
        )
        for f in findings
    ]
    count = f"{len(rows)} more check{'s' if len(rows) != 1 else ''} with nothing to do"
    return tag("details", tag("summary", count), tag("ul", *rows, class_="passed"))


def _sentence(text: str) -> str:
    """Return the text with a capital at its start and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _part_rows(report: Report) -> Iterator[tuple[str, str]]:
    part = report.part
    x, y, z = part.extents_mm
    yield "Size", f"{x:.1f} mm wide, {y:.1f} mm deep, {z:.1f} mm tall"
    yield "Scale", part.scale_note
    yield "Volume", f"{part.volume_ml:.1f} ml"
    yield "Surface", f"{part.surface_cm2:.1f} cm², {part.faces:,} faces"
    if part.bodies > 1:
        yield "Pieces", f"{part.bodies} separate bodies"
    trust = f"{report.printer.confidence.replace('-', ' ')}: {report.printer.source}"
    yield "Printer's figures", trust


def _facts(rows: Iterable[tuple[str, str]], words: Explainer) -> Element:
    pairs = [tag("div", tag("dt", name.capitalize()), tag("dd", *words.mark(fact))) for name, fact in rows]
    return tag("dl", *(part for pair in pairs for part in pair), class_="facts")


def _mended(report: Report, words: Explainer) -> Element:
    assert report.repair is not None
    steps = [tag("li", *words.mark(_sentence(step.note or step.name))) for step in report.repair.steps if step.note]
    moved = f"The surface moved by at most {report.repair.max_deviation_mm:.3f} mm."
    return tag("div", tag("ol", *steps, class_="steps"), tag("p", moved, class_="quiet"))


def _gallery(pictures: Mapping[str, bytes]) -> Element:
    shown = [
        tag("figure", picture(pictures[name], caption), tag("figcaption", caption), class_=f"of-{name}")
        for name, caption in CAPTIONS.items()
        if name in pictures
    ]
    return tag("section", tag("h2", "Pictures"), tag("div", *shown, class_="pictures"), class_="wide")


def _glossary(words: Explainer) -> Element:
    rows = [tag("div", tag("dt", term.word), tag("dd", term.means, id=f"word-{key}")) for key, term in words.used()]
    return tag("section", tag("h2", "Words"), tag("dl", *rows, class_="words"), class_="wide")


def _foot(report: Report) -> Element:
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    return tag("footer", tag("p", f"Made by figurine. Nothing in this file asks the network. {versions}."))
