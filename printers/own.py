"""A user's own printers: TOML files in the config folder, found by name like any preset."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from printers.errors import BadPreset
from printers.totoml import to_toml

ID = re.compile(r"[a-z0-9][a-z0-9.+-]{0,80}")


def own_folder() -> Path:
    """Return where a user's printers lie: `$XDG_CONFIG_HOME/figurine/printers`, by default under `~/.config`."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".config"
    return root / "figurine" / "printers"


def own_files() -> dict[str, Path]:
    """Return id -> file of the user's own printers, sorted by id."""
    folder = own_folder()
    return {path.stem: path for path in sorted(folder.glob("*.toml"))} if folder.is_dir() else {}


def own_id(name: str) -> str:
    """Return the id that a name becomes: `My A1 mini` is `my-a1-mini`; raises BadPreset when nothing is left of it."""
    made = re.sub(r"[^a-z0-9.+]+", "-", name.casefold()).strip("-.")
    if not ID.fullmatch(made):
        raise BadPreset(f"{name!r} is no name for a printer; take letters and digits, 80 at most")
    return made


def save_own(printer_id: str, table: Mapping[str, Any], *, replace: bool = False, comment: str = "") -> Path:
    """Return the file that a user's printer was written to; raises BadPreset when it is there and `replace` is not set.

    `table` is what a preset's TOML states, see `printers.preset`; `comment` goes on top, line by line.
    """
    path = own_folder() / f"{own_id(printer_id)}.toml"
    if path.exists() and not replace:
        raise BadPreset(f"{path} is there already; take another name, or remove it first")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.write_text("".join(f"# {line}\n" for line in comment.splitlines()) + to_toml(table), encoding="utf-8")
    beside.replace(path)
    return path
