"""Write the pages on printers from the presets and rules: one a process, every preset with its sources.

    python docs/make_printers.py

Writes `printers/<process>.md` and `printers/README.md` beside this file. A test holds them to the presets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from printers.library import GENERIC, preset_tables  # noqa: E402
from printers.limits import Ceiling, Limit, Rules  # noqa: E402
from printers.preset import printer_from  # noqa: E402
from printers.profile import Printer  # noqa: E402
from printers.rulebook import rule_tables  # noqa: E402

FOLDER = REPOSITORY / "docs" / "printers"
TITLES = {
    "fdm": "Fused filament (FDM)",
    "resin": "Resin (MSLA, SLA, DLP)",
    "sls": "Laser-sintered powder (SLS)",
    "mjf": "Multi Jet Fusion",
    "full-colour": "Full colour",
}
COLUMNS = ("id", "printer", "volume", "layers", "nozzles, pixel", "wall", "overhang", "colours", "figures")


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return file name -> text of every page."""
    known = [printer_from(name, table) for name, table in sorted(preset_tables().items())]
    by_process = {process: [printer for printer in known if printer.process == process] for process in TITLES}
    made = {f"{process}.md": "\n".join(page(process, some)) + "\n" for process, some in by_process.items()}
    return {"README.md": "\n".join(contents(by_process)) + "\n", **made}


def contents(by_process: dict[str, list[Printer]]) -> Iterator[str]:
    """Yield the lines of the page that names the others."""
    yield "# Printers\n"
    yield "Made by [make_printers.py](../make_printers.py) from `printers/presets` and `printers/rules`.\n"
    yield "| process | presets | generic |\n|---|---|---|"
    for process, some in by_process.items():
        yield f"| [{TITLES[process]}]({process}.md) | {len(some)} | `{GENERIC[process]}` |"


def page(process: str, some: list[Printer]) -> Iterator[str]:
    """Yield the lines of one process's page: a table of its printers, its rules, then each printer's sources."""
    yield f"# {TITLES[process]}\n"
    yield "Made by [make_printers.py](../make_printers.py) from `printers/presets` and `printers/rules`. Lengths in mm,"
    yield "overhangs in degrees from the vertical. Layers: thinnest – usual – thickest. Wall: cannot form"
    yield "below, recommended. *4 (16)*: four colours, sixteen with the optional feeder.\n"
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    yield from (_row(printer) for printer in some)
    yield f"\n## Rules of `{GENERIC[process]}`\n"
    yield from _rules(next(printer for printer in some if printer.id == GENERIC[process]).rules)
    own = [name for name, table in rule_tables().items() if table.get("inherits") == process]
    if own:
        yield f"\nRules of their own: {', '.join(f'[{name}](../../printers/rules/{name}.toml)' for name in own)}."
    yield "\n## Sources"
    for printer in some:
        yield from _sources(printer)


def _row(printer: Printer) -> str:
    layers, wall = printer.layer_height_mm, printer.rules.wall_supported_mm
    more = f" ({printer.colours_with_feeder})" if printer.colours_with_feeder else ""
    cells = (
        f"[`{printer.id}`](#{_anchor(printer)})",
        printer.name,
        _times(printer.build_volume_mm),
        f"{layers.min:g} – {layers.default:g} – {layers.max:g}" if layers else "",
        f"{_times(printer.pixel_um)} µm" if printer.pixel_um else ", ".join(f"{n:g}" for n in printer.nozzles_mm),
        f"{wall.floor:g}, {wall.recommended:g}",
        f"{printer.rules.overhang_from_vertical_deg.most:g}°",
        f"{printer.colours:,}{more}",
        printer.confidence.value,
    )
    return f"| {' | '.join(cells)} |"


def _rules(rules: Rules) -> Iterator[str]:
    yield "| rule | cannot form | says | recommended | says |"
    yield "|---|---|---|---|---|"
    for field in Rules.model_fields:
        rule = getattr(rules, field)
        if isinstance(rule, Limit):
            cells = f"< {rule.floor:g}", rule.floor_source, f"≥ {rule.recommended:g}", rule.recommended_source
        elif isinstance(rule, Ceiling):
            cells = f"> {rule.most:g}", rule.most_source, f"≤ {rule.recommended:g}", rule.recommended_source
        else:
            continue
        yield f"| {field.replace('_', ' ')} | {' | '.join(cells)} |"


def _sources(printer: Printer) -> Iterator[str]:
    yield f"\n### {printer.name} (`{printer.id}`)\n"
    yield f"- {printer.confidence.value}: {printer.source}"
    for field, where in printer.sources.items():
        yield f"- `{field}`: {where.confidence.value}: {where.source}"
    if printer.materials:
        yield f"- materials: {', '.join(printer.materials)}"
    if printer.unverified:
        yield f"- **unverified**: {', '.join(f'`{field}`' for field in printer.unverified)}"
    if printer.note:
        yield f"- note: {printer.note}"


def _anchor(printer: Printer) -> str:
    """Return the anchor that GitHub makes of a printer's heading."""
    heading = f"{printer.name} ({printer.id})".lower()
    return "".join(letter for letter in heading if letter.isalnum() or letter in " -_").replace(" ", "-")


def _times(sides: tuple[float, ...]) -> str:
    return " × ".join(f"{side:g}" for side in sides)


if __name__ == "__main__":
    main()
