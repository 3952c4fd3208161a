"""What a print takes and costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids

import printers
from fab.solid import Solid
from figurine.costing import Prices, cost_of, load_prices, prices_file
from figurine.errors import WrongUse
from printers.errors import BadPreset

RESIN, FILAMENT = printers.get("resin-50um"), printers.get("fdm-0.4")


def test_resin_is_paid_by_the_litre_and_holds_the_whole_volume() -> None:
    cost = cost_of(Solid(solids.box(10.0, 20.0, 50.0)), RESIN, Prices(price_per_l=40.0, machine_hour=2.0))
    assert cost["material_ml"] == 10.0
    assert cost["mass_g"] == 11.0
    assert cost["material_cost"] == 0.40
    assert cost["time_h_estimate"] == pytest.approx((1000 * 9.0 + 5 * 26.0) / 3600.0, abs=0.01)
    assert cost["print_cost"] == pytest.approx(cost["material_cost"] + cost["machine_cost"])


def test_filament_fills_a_thin_part_and_hardly_a_thick_one() -> None:
    thin = cost_of(Solid(solids.plate(40.0, 1.0)), FILAMENT, Prices(price_per_kg=20.0))
    assert 1.45 < thin["material_ml"] <= 1.6
    assert thin["material_cost"] == pytest.approx(thin["material_ml"] * 1.24 / 1000.0 * 20.0, abs=0.01)
    ball = cost_of(Solid(solids.ball(30.0, 4)), FILAMENT, Prices())
    core = (1.0 - 0.84 / 30.0) ** 3
    assert ball["material_ml"] == pytest.approx(4.19 * 27.0 * (1.0 - 0.85 * core), rel=0.01)
    assert ball["print_cost"] is None


def test_powder_has_no_time_and_its_own_density() -> None:
    cost = cost_of(Solid(solids.box()), printers.get("mjf"), Prices(price_per_kg=100.0, machine_hour=5.0))
    assert cost["time_h_estimate"] is None and cost["machine_cost"] is None
    assert cost["print_cost"] == pytest.approx(0.10)


def test_prices_are_read_beside_the_users_printers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_prices() == Prices()
    file = prices_file()
    assert file == tmp_path / "figurine" / "config.toml"
    file.parent.mkdir()
    file.write_text('[prices]\ncurrency = "USD"\nprice_per_kg = 19.5\n')
    assert load_prices() == Prices(currency="USD", price_per_kg=19.5)


@pytest.mark.parametrize(
    ("text", "error"),
    [("[prices]\nprice_per_kg = -1\n", WrongUse), ("[prices]\nper_kg = 1\n", WrongUse), ("prices = [", BadPreset)],
)
def test_bad_prices_are_refused(tmp_path: Path, text: str, error: type[Exception]) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(error, match=r"config\.toml"):
        load_prices(tmp_path / "config.toml")


def test_more_costs_more() -> None:
    sizes = np.array([10.0, 20.0, 40.0])
    hours = [cost_of(Solid(solids.box(s, s, s)), FILAMENT, Prices())["time_h_estimate"] for s in sizes]
    assert hours == sorted(hours)
