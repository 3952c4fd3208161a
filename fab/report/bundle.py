"""The script of the 3D view, built from `viewer/` by npm; it is not in the repository."""

from __future__ import annotations

from importlib.resources import files

BUILD = "npm --prefix fab/report/viewer ci --ignore-scripts && npm --prefix fab/report/viewer run build"


def viewer_script() -> str | None:
    """Return the script that shows the 3D view, or None where it has not been built."""
    bundle = files("fab.report") / "viewer" / "dist" / "viewer.js"
    return bundle.read_text(encoding="utf-8") if bundle.is_file() else None
