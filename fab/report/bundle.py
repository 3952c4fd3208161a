"""The script of the 3D view, built from `viewer/` by npm; it is not in the repository."""

from __future__ import annotations

from importlib.resources import files

from fab.findings import Finding, Severity

BUILD = "npm ci --ignore-scripts && npm run build"


_FOLDER = files("fab.report") / "viewer"


def viewer_script() -> str | None:
    """Return the script that shows the 3D view, or None where it has not been built."""
    bundle = _FOLDER / "dist" / "viewer.js"
    return bundle.read_text(encoding="utf-8") if bundle.is_file() else None


def viewer_missing() -> Finding | None:
    """Return the note that pages have no 3D view, and how to build it; None where it is built."""
    if (_FOLDER / "dist" / "viewer.js").is_file():
        return None
    return Finding(
        check="report",
        code="no-3d-view",
        severity=Severity.INFO,
        message="report.html has pictures and no 3D view, which has not been built",
        remedy=f"with Node.js installed, run in {_FOLDER}: {BUILD}",
    )
