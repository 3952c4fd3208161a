"""TOML files that people may write themselves, read within limits."""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable
from typing import Any

from printers.errors import BadPreset

MOST_BYTES = 1_000_000
"""A preset is a few kilobytes."""


def read_toml(entry: Traversable) -> dict[str, Any]:
    """Return the table in a file; raises BadPreset when it cannot be read, is too large or no TOML."""
    try:
        with entry.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise BadPreset(f"{entry} is larger than {MOST_BYTES:,} bytes: that is no preset")
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadPreset(f"{entry} is not TOML: {error}") from error
    except OSError as error:
        raise BadPreset(f"cannot read {entry}: {error.strerror}") from error
