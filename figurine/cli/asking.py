"""What is asked on a terminal while views are drawn: which front to take, and which subject is meant."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from generate.drawing.stylise import Decision, Drawn

HOW = "number: take it · again [what to mind]: draw another · stop"


def can_ask() -> bool:
    """Return whether somebody sits at a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_front(fronts: Sequence[Drawn], no_more: str | None, sheet: Path) -> Decision:
    """Return what the owner says to the fronts on the sheet; asks until it makes sense."""
    _say(f"\nlook at {sheet}: {len(fronts)} front{'s' if len(fronts) > 1 else ''}")
    for k, front in enumerate(fronts):
        _say(f"  {k + 1}  {'; '.join(front.judged.remarks) or 'nothing found that speaks against it'}")
    if no_more is not None:
        _say(f"no further one: {no_more}")
    while True:
        answer = click.prompt(HOW, prompt_suffix="\n> ", err=True, default="1", show_default=False)
        decision = _understood(answer, len(fronts))
        if decision is not None and not (decision.kind == "again" and no_more is not None):
            return decision
        _say(f"not understood: {answer!r}" if decision is None else f"no further one: {no_more}")


def ask_subject(why: str) -> str:
    """Return the owner's words for the subject; empty for the main subject."""
    _say(f"{why}: what is to become the figurine?")
    question = "person, pet, object, or a few words (Enter: the main subject)"
    answer: str = click.prompt(question, prompt_suffix="\n> ", err=True, default="", show_default=False)
    return answer


def _understood(answer: str, count: int) -> Decision | None:
    word, _, rest = answer.strip().partition(" ")
    if word.isdecimal() and 1 <= int(word) <= count and not rest:
        return Decision("take", int(word) - 1)
    if word.casefold() in ("again", "a"):
        return Decision("again", note=rest.strip() or None)
    if word.casefold() in ("stop", "s", "q", "quit") and not rest:
        return Decision("stop")
    return None


def _say(line: str) -> None:
    click.echo(f"\r\x1b[K{line}" if sys.stderr.isatty() else line, err=True)
