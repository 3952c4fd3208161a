"""All checks on one solid: order, completeness, and what a crash becomes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import solids

import printers.library as library
from fab.checks import CHECKS, Check
from fab.checks.context import Context
from fab.findings import Finding, Severity, Verdict, verdict_of
from fab.inspect import inspect
from fab.solid import Solid
from printers.profile import Printer

PRINTER = library.get("fdm-0.4")


def test_fine_part_gets_one_pass_from_every_check_that_applies() -> None:
    findings = inspect(Solid(solids.box()), PRINTER)
    assert sorted(f.check for f in findings) == sorted(check.name for check in CHECKS)
    assert {f.check for f in findings if f.severity is Severity.SKIP} == {"cups", "colour-only-detail"}
    assert {f.severity for f in findings} == {Severity.PASS, Severity.SKIP}
    assert verdict_of(findings) is Verdict.PRINTS_AS_IS


def test_worst_comes_first() -> None:
    small = PRINTER.model_copy(update={"build_volume_mm": (20.0, 20.0, 20.0)})
    findings = inspect(Solid(solids.plate(25.0, 0.5)), small)
    severities = [f.severity for f in findings]
    assert severities == sorted(severities, reverse=True)
    assert findings[0].code == "does-not-fit"


def test_crash_of_a_check_is_an_error_named_by_it_and_the_others_run() -> None:
    def crash(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
        yield Finding(check="fragile", code="fine", severity=Severity.PASS, message="so far")
        raise ZeroDivisionError("no area")

    findings = inspect(Solid(solids.box()), PRINTER, checks=(Check("fragile", crash), *CHECKS))
    assert (findings[0].check, findings[0].code, findings[0].severity) == ("fragile", "check-crashed", Severity.ERROR)
    assert "no area" in findings[0].message
    assert len(findings) == 1 + len(CHECKS)
    assert verdict_of(findings) is Verdict.WILL_NOT_PRINT


def test_interrupt_is_not_swallowed() -> None:
    def stop(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        inspect(Solid(solids.box()), PRINTER, checks=(Check("stop", stop),))


def test_progress_names_each_check() -> None:
    told: list[tuple[int, int, str]] = []
    inspect(Solid(solids.box()), PRINTER, on_progress=lambda *progress: told.append(progress))
    assert told == [(i, len(CHECKS), check.name) for i, check in enumerate(CHECKS)]


def test_every_printer_can_be_inspected_for() -> None:
    part, context = Solid(solids.box()), Context(printers=tuple(library.get(name) for name in library.names()))
    for printer in context.printers:
        assert not [f for f in inspect(part, printer, context) if f.severity >= Severity.FAIL], printer.id


def test_every_check_and_code_is_in_the_docs(repository: Path) -> None:
    text = (repository / "docs" / "checks.md").read_text(encoding="utf-8")
    for check in CHECKS:
        assert f"## {check.name}\n" in text
    for source in sorted((repository / "fab" / "checks").glob("*.py")):
        for code in _codes(source.read_text(encoding="utf-8")):
            assert f"`{code}`" in text, f"{code} of {source.name} is not in docs/checks.md"


def _codes(source: str) -> set[str]:
    """The string literals in a check that look like finding codes: those that name one, and those handed on."""
    import ast

    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "code":
            found |= {c.value for c in ast.walk(node.value) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
        if isinstance(node, ast.Call):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            found |= {text for text in texts if "-" in text and " " not in text}
    return found
