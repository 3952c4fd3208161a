"""What `generate` notes, as findings of a report."""

from __future__ import annotations

from collections.abc import Iterable

from fab.findings import Finding, Severity
from generate.views import Note


def as_findings(notes: Iterable[Note]) -> list[Finding]:
    """Return one finding per note, under the check `views`."""
    return [as_finding(note) for note in notes]


def as_finding(note: Note) -> Finding:
    """Return a note as a finding; the place, which is in words, joins the message."""
    message = note.message if not note.place or note.place in note.message else f"{note.message} ({note.place})"
    return Finding(
        check="views",
        code=note.code,
        severity=Severity[note.severity],
        message=message,
        measured=note.measured,
        limit=note.limit,
        unit=note.unit,
        remedy=note.remedy,
    )
