"""What findings add up to."""

from __future__ import annotations

import pytest

from fab.findings import NEEDS_SUPPORTS, Finding, Severity, Verdict, verdict_of, verdict_sentence


def finding(severity: Severity, code: str = "x") -> Finding:
    return Finding(check="c", code=code, severity=severity, message="m")


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ([], Verdict.PRINTS_AS_IS),
        ([Severity.PASS, Severity.SKIP, Severity.INFO], Verdict.PRINTS_AS_IS),
        ([Severity.WARN, Severity.INFO], Verdict.WEAK),
        ([Severity.WARN, Severity.FAIL], Verdict.WILL_NOT_PRINT),
        ([Severity.ERROR], Verdict.WILL_NOT_PRINT),
    ],
)
def test_worst_finding_decides(severities: list[Severity], verdict: Verdict) -> None:
    assert verdict_of(finding(severity) for severity in severities) is verdict


def test_need_for_supports_decides_only_when_nothing_is_weak() -> None:
    supports = finding(Severity.INFO, NEEDS_SUPPORTS)
    assert verdict_of([supports]) is Verdict.PRINTS_WITH_SUPPORTS
    assert verdict_of([supports, finding(Severity.WARN)]) is Verdict.WEAK


def test_sentence_counts_weak_places() -> None:
    assert verdict_sentence(Verdict.WEAK, [finding(Severity.WARN)]) == "weak in 1 place"
    assert verdict_sentence(Verdict.WEAK, [finding(Severity.WARN)] * 2) == "weak in 2 places"
    assert verdict_sentence(Verdict.WILL_NOT_PRINT, [finding(Severity.WARN)]) == "will not print"


def test_severity_travels_by_name() -> None:
    text = finding(Severity.WARN).model_dump_json()
    assert '"severity":"WARN"' in text
    assert Finding.model_validate_json(text) == finding(Severity.WARN)
