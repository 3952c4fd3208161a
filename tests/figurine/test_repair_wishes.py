from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from figurine.repair_wishes import RepairWishes
from printers import get


@pytest.mark.parametrize(("tolerance", "mm"), [("0.05", 0.05), ("0.01%", 0.012), (None, 0.02)])
def test_tolerance_is_a_length_or_a_share_of_the_diagonal(tolerance: str | None, mm: float) -> None:
    limits = RepairWishes(tolerance=tolerance).limits(120.0)
    assert limits.weld_mm == limits.detail_mm == pytest.approx(mm)


@pytest.mark.parametrize("tolerance", ["-1", "1%%", "a", "", "nan", "%"])
def test_other_tolerances_are_refused(tolerance: str) -> None:
    with pytest.raises(ValidationError):
        RepairWishes(tolerance=tolerance)


def test_what_nobody_asked_for_is_left_to_the_verb() -> None:
    made, prepared = (RepairWishes().limits(100.0, of_views=of_views) for of_views in (True, False))
    assert (made.floating, made.remove_slab) == ("join", True)
    assert (prepared.floating, prepared.remove_slab) == ("keep", False)
    kept = RepairWishes(floating="remove", remove_slab=False).limits(100.0, of_views=True)
    assert (kept.floating, kept.remove_slab) == ("remove", False)


def test_what_can_form_is_the_printers_figure() -> None:
    fdm, resin = (RepairWishes().limits(100.0, get(name)) for name in ("fdm-0.4", "resin-50um"))
    assert fdm.crumb_mm == pytest.approx(0.42)
    assert resin.crumb_mm < fdm.crumb_mm
    assert fdm.bridge_mm == get("fdm-0.4").rules.feature_mm.recommended


def test_reading_a_job_loads_no_repair() -> None:
    script = (
        "import sys, figurine.job; print(sum(name.partition('.')[0] in ('fab', 'trimesh') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout.split() == [b"0"]
