"""Findings and verdicts: what a check says, how bad it is, and what all of them add up to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum

from pydantic import BaseModel, ConfigDict, field_serializer, field_validator


class Severity(IntEnum):
    """How bad a finding is; a larger number decides more. SKIP stands above PASS: unchecked is worse than fine."""

    PASS = 0
    SKIP = 1
    INFO = 2
    WARN = 3
    FAIL = 4
    ERROR = 5


class Finding(BaseModel):
    """One thing a check says about one part.

    `measured` and `limit` are in `unit`; `point_mm` and `faces` place it on the solid; `limit_source` says where the
    limit comes from (maker's figure, guide, default); `why` tells a maker what happens to the print; `remedy` is
    computed from the numbers, never a stock phrase.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    code: str
    severity: Severity
    message: str
    measured: float | None = None
    limit: float | None = None
    limit_source: str | None = None
    unit: str | None = None
    point_mm: tuple[float, float, float] | None = None
    faces: tuple[int, ...] = ()
    why: str | None = None
    remedy: str | None = None

    @field_serializer("severity")
    def _severity_as_name(self, severity: Severity) -> str:
        return severity.name

    @field_validator("severity", mode="before")
    @classmethod
    def _severity_from_name(cls, value: object) -> object:
        return Severity[value] if isinstance(value, str) else value


class Verdict(StrEnum):
    """The one line a maker wants: what happens when this part is printed on this printer."""

    PRINTS_AS_IS = "prints as is"
    PRINTS_WITH_SUPPORTS = "prints with supports"
    WEAK = "weak in N places"
    WILL_NOT_PRINT = "will not print"


NEEDS_SUPPORTS = "needs-supports"
STARTS_IN_AIR = "starts-in-air"
SUPPORTED = frozenset({NEEDS_SUPPORTS, STARTS_IN_AIR})
"""Codes of the findings that turn *prints as is* into *prints with supports*."""


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return what the findings add up to: FAIL or ERROR decide first, then WARN, then the need for supports."""
    findings = list(findings)
    worst = max((finding.severity for finding in findings), default=Severity.PASS)
    if worst >= Severity.FAIL:
        return Verdict.WILL_NOT_PRINT
    if worst == Severity.WARN:
        return Verdict.WEAK
    if any(finding.code in SUPPORTED for finding in findings):
        return Verdict.PRINTS_WITH_SUPPORTS
    return Verdict.PRINTS_AS_IS


def verdict_sentence(verdict: Verdict, findings: Iterable[Finding]) -> str:
    """Return the verdict in words, with the number of weak places counted."""
    if verdict is not Verdict.WEAK:
        return verdict.value
    places = sum(finding.severity == Severity.WARN for finding in findings)
    return f"weak in {places} place{'s' if places != 1 else ''}"


def lets_print(verdict: Verdict, *, strict: bool = False) -> bool:
    """Return whether a part with this verdict may go to the printer; `strict` also holds back what is weak."""
    held_back = {Verdict.WILL_NOT_PRINT, Verdict.WEAK} if strict else {Verdict.WILL_NOT_PRINT}
    return verdict not in held_back


def skipped(check: str, why: str) -> Finding:
    """Return the finding that lists a check as not made, and why not: unchecked is not the same as fine."""
    return Finding(check=check, code="skipped", severity=Severity.SKIP, message=why)
