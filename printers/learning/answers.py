"""Answers about a test piece as people and scripts write them: `0.4 0.6`, `0.4`, `none`, or a file of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from printers.errors import NotPossible
from printers.learning.learned import Answer
from printers.textfile import read_toml


def read_answers(path: Path) -> dict[str, Answer]:
    """Return the answers in a TOML file: `wall_free_mm = [0.4, 0.6]`, `hole_mm = 0.8`, `bridge_mm = "none"`.

    Raises BadPreset for a file that cannot be read, NotPossible for a value that is no answer.
    """
    return {rule: answer_of(rule, value) for rule, value in read_toml(path).items()}


def parse_answer(text: str) -> tuple[str, Answer]:
    """Return rule and answer of `RULE=EDGE,GOOD`, `RULE=SIZE` or `RULE=none`."""
    rule, equals, value = text.partition("=")
    if not equals:
        raise NotPossible(f"{text!r} is no answer; write RULE=SIZE, RULE=SIZE,SIZE or RULE=none")
    return rule.strip(), parse_sizes(rule.strip(), value)


def parse_sizes(rule: str, text: str) -> Answer:
    """Return the answer that a person typed: one size, two, or `none`."""
    words = text.replace(",", " ").split()
    if [word.lower() for word in words] == ["none"]:
        return None
    try:
        return answer_of(rule, [float(word) for word in words])
    except ValueError:
        raise NotPossible(
            f"{rule}: {text.strip()!r} is no size; write one or two of the row's sizes, or none"
        ) from None


def answer_of(rule: str, value: Any) -> Answer:
    """Return an answer given as a number, one or two numbers, or the word none."""
    if isinstance(value, str) and value.lower() == "none":
        return None
    sizes = value if isinstance(value, list) else [value]
    if not 1 <= len(sizes) <= 2 or not all(
        isinstance(size, int | float) and not isinstance(size, bool) for size in sizes
    ):
        raise NotPossible(f"{rule}: {value!r} is no answer; write one or two of the row's sizes, or none")
    return float(sizes[0]), float(sizes[-1])


WORDS: Mapping[str, tuple[str, str]] = {
    "wall_supported_mm": ("wall between two posts", "thinnest"),
    "wall_free_mm": ("wall that stands alone", "thinnest"),
    "feature_mm": ("pin", "thinnest"),
    "emboss_mm": ("raised number", "finest"),
    "engrave_mm": ("cut number", "finest"),
    "hole_mm": ("hole that is open", "smallest"),
    "clearance_mm": ("gap whose peg can be pushed out", "smallest"),
    "overhang_from_vertical_deg": ("overhang", "steepest"),
    "bridge_mm": ("bridge", "longest"),
    "drain_hole_mm": ("hole through which the box emptied", "smallest"),
}
"""Rule -> what its row shows, and which end of the row is asked for."""
