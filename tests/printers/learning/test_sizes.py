"""Which sizes a test piece tries."""

from __future__ import annotations

import pytest

from printers import Ceiling, Limit, get, names
from printers.learning.sizes import RULES, label, plan, readable

LIMITS = [rule for rule in RULES if rule not in ("overhang_from_vertical_deg", "bridge_mm")]


@pytest.mark.parametrize("name", names())
def test_every_limit_has_sizes_on_both_sides_of_its_floor(name: str) -> None:
    rules, rows = get(name).rules, {row.rule: row.sizes for row in plan(get(name))}
    for rule in LIMITS:
        limit: Limit | None = getattr(rules, rule)
        assert (rule in rows) == (limit is not None)
        if limit is not None:
            sizes = rows[rule]
            assert 3 <= len(sizes) <= 5
            assert list(sizes) == sorted(set(sizes))
            assert sizes[0] < limit.floor
            assert sizes[-1] >= 0.95 * limit.recommended


@pytest.mark.parametrize("name", names())
def test_ceilings_are_tried_beyond(name: str) -> None:
    rules, rows = get(name).rules, {row.rule: row.sizes for row in plan(get(name))}
    angle: Ceiling = rules.overhang_from_vertical_deg
    if angle.recommended < 85:
        assert max(rows["overhang_from_vertical_deg"]) >= min(angle.most, 80)
    else:
        assert "overhang_from_vertical_deg" not in rows or angle.recommended < 90


def test_letters_follow_each_other() -> None:
    assert "".join(row.letter for row in plan(get("fdm-0.4"))) == "ABCDEFGHI"
    assert "".join(row.letter for row in plan(get("resin-50um"))) == "ABCDEFGHIJ"


@pytest.mark.parametrize(
    ("size", "said"), [(0.136, "0.14"), (0.294, "0.3"), (0.58, "0.6"), (1.26, "1.3"), (2.0, "2"), (14.2, "14")]
)
def test_labels_are_short(size: float, said: str) -> None:
    assert label(readable(size)) == said
    assert len(said) <= 4
