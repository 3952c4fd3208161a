"""The words of an order: a style's, the side's, what can be printed, and what the owner asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from generate.drawing.style import Style, SubjectKind
from generate.errors import GenerateError


@dataclass(frozen=True)
class Wish:
    """What the owner wants drawn.

    `kind` and `subject` say what of the photo is meant, `note` is said word for word, `keep` names things that the
    style would leave out.
    """

    style: Style
    kind: SubjectKind | None = None
    subject: str | None = None
    note: str | None = None
    keep: tuple[str, ...] = ()

    @property
    def leaves_out(self) -> tuple[str, ...]:
        """Return what will be left out so that the figurine can be printed."""
        return tuple(thing for thing in self.style.leaves_out if thing not in self.keep)


def check_keep(wish: Wish) -> None:
    """Return nothing; raises GenerateError when something is to be kept that nobody leaves out."""
    unknown = [thing for thing in wish.keep if thing not in wish.style.leaves_out]
    if unknown:
        raise GenerateError(
            f"style {wish.style.id} does not leave out {unknown[0]!r}; it leaves out {', '.join(wish.style.leaves_out)}"
        )


def prompt_for(side: str, wish: Wish, reason: str | None = None) -> str:
    """Return the prompt for one side; `reason` says what was wrong with an earlier attempt."""
    words = _words()
    things = ", ".join(wish.leaves_out)
    parts = [
        words["references"]["front" if side == "front" else "other"],
        words["task"].format(subject=_subject(wish), look=wish.style.look),
        words["sides"][side],
        words["framing"],
        words["likeness"],
        words["printable"]["all"],
        words["printable"][wish.kind] if wish.kind else "",
        wish.style.printable,
        words["leave_out"].format(things=things) if things else "",
        words["light"],
        words["background"],
        words["note"].format(note=wish.note.rstrip(".")) if wish.note else "",
        words["again"].format(reason=reason) if reason else "",
    ]
    return "\n".join(part for part in parts if part)


def reason_for(code: str, detail: str = "") -> str | None:
    """Return how to tell the one who draws what was wrong, or None where asking again would not help."""
    words: dict[str, str] = _words()["reasons"]
    return words[code].format(detail=detail) if code in words else None


def join_reasons(reasons: Iterable[str]) -> str:
    """Return several reasons as one, each said once."""
    return " ".join(dict.fromkeys(reason if reason.endswith(".") else f"{reason}." for reason in reasons))


def _subject(wish: Wish) -> str:
    return wish.subject or str(_words()["subjects"][wish.kind or "any"])


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files("generate.drawing") / "prompts.toml").read_text(encoding="utf-8"))
