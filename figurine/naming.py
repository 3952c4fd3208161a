"""Names of output files: `cat_80mm_a1-mini` says what it is, how tall, and for which printer."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from figurine.job import Job
from printers.profile import Printer

GENERIC = {"front", "back", "left", "right", "view", "views", "image", "picture", "photo", "img", "v1", "model", "mesh"}

SPELLED_OUT = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)
"""Letters that are not a plain letter with a mark on it; those lose their mark."""


def slug(text: str) -> str:
    """Return the text as a file name that every system takes: letters, digits, dots, dashes, underscores."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELLED_OUT)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")


def job_name(inputs: list[Path]) -> str:
    """Return a name for what is in these files: the first file's stem, or its folder's where that says nothing."""
    stem = re.sub(r"[_\- ]?(front|back|left|right)$", "", inputs[0].stem, flags=re.IGNORECASE)
    if not stem or stem.casefold() in GENERIC:
        stem = inputs[0].resolve().parent.name
    return slug(stem) or "figurine"


def output_stem(job: Job, height_mm: float, printer: Printer) -> str:
    """Return the stem of a job's files: name, height in whole or tenths of millimetres, printer without its vendor."""
    return f"{job.name}_{round(height_mm, 1):g}mm_{_short(printer)}"


def _short(printer: Printer) -> str:
    return printer.id.removeprefix(slug(printer.vendor).casefold() + "-")
