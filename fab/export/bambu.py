"""What Bambu Studio and OrcaSlicer want in a 3MF to open it as a project: painting, parts, plate, filaments.

Their `paint_color` has no namespace, so no schema can bless it; and only files whose Application begins with
`BambuStudio-` are opened as projects, all others for their shape alone. Meshes stay in the root model: their readers
take the production extension's `p:path`, and do not need it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from fab.export.model_xml import STANDARD, Dialect, MeshPart, item_id, object_id
from printers.exporting.orca import orca_machine
from printers.profile import Printer

VERSION = "01.09.00.00"
"""Of the project files below; both slicers take files that are older than themselves."""
BAMBU = Dialect(
    application=f"BambuStudio-{VERSION}",
    namespaces=(*STANDARD.namespaces, ("BambuStudio", "http://schemas.bambulab.com/package/2021")),
    metadata=(*STANDARD.metadata, ("BambuStudio:3mfVersion", "1")),
    painting=(*STANDARD.painting, "paint_color"),
    assembled=True,
)
_OURS = ("type", "name", "from", "instantiation", "inherits", "printer_notes")
"""Keys of a machine's file that a project has none of, or others."""


def project_files(
    parts: Sequence[MeshPart], title: str, printer: Printer, filaments: Sequence[str], thumbnail: bytes | None
) -> Mapping[str, bytes]:
    """Return the project's own files by name: parts and plate, settings, and the plate's picture.

    `filaments` are the colours in the slots, `#RRGGBB`.
    """
    files = {
        "Metadata/model_settings.config": _model_settings(parts, title).encode(),
        "Metadata/project_settings.config": _project_settings(printer, filaments).encode(),
    }
    return files if thumbnail is None else {**files, "Metadata/plate_1.png": thumbnail}


def _model_settings(parts: Sequence[MeshPart], title: str) -> str:
    """Return names and default filaments of the object and its parts, and the one plate that it stands on."""
    own = item_id(parts, assembled=True)
    listed = "".join(
        f'  <part id="{object_id(number)}" subtype="normal_part">\n{_entries(2, name=part.name, extruder=1)}  </part>\n'
        for number, part in enumerate(parts)
    )
    instance = _entries(2, object_id=own, instance_id=0, identify_id=1)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<config>\n'
        f' <object id="{own}">\n{_entries(1, name=title, extruder=1)}{listed} </object>\n'
        f" <plate>\n{_entries(1, plater_id=1, plater_name='', locked='false')}"
        f"  <model_instance>\n{instance}  </model_instance>\n </plate>\n"
        "</config>\n"
    )


def _entries(depth: int, **values: object) -> str:
    blank = " " * (depth + 1)
    return "".join(f'{blank}<metadata key="{key}" value={quoteattr(str(value))}/>\n' for key, value in values.items())


def _project_settings(printer: Printer, filaments: Sequence[str]) -> str:
    """Return the settings that are known, as both slicers keep them: text, or lists of text; theirs fill the rest."""
    machine = {key: value for key, value in orca_machine(printer).items() if key not in _OURS}
    layers, count = printer.layer_height_mm, len(filaments)
    material = printer.material or "PLA"
    settings: dict[str, str | list[str]] = {
        **machine,
        "name": "project_settings",
        "from": "project",
        "version": VERSION,
        "printer_settings_id": printer.slicer_machine_name or printer.name,
        "filament_colour": [colour.upper() for colour in filaments],
        "filament_type": [material] * count,
        "filament_settings_id": [f"Generic {material}"] * count,
        "filament_diameter": ["1.75"] * count,
    }
    if layers is not None:
        settings["layer_height"] = f"{layers.default:g}"
    return json.dumps(settings, indent=4, ensure_ascii=False, sort_keys=True) + "\n"
