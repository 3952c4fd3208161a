"""Filaments by colour and by name, and what is said of those that nobody knows."""

from __future__ import annotations

import re

import pytest

from fab.palette.filaments import UnknownFilament, find_filament, find_filaments, known_filaments


@pytest.mark.parametrize("words", ["#fff", "fff", "#FFFFFF", " ffffff "])
def test_colours_are_read_as_on_the_web(words: str) -> None:
    assert find_filament(words).srgb == (255, 255, 255)
    assert find_filament(words).filament is None


def test_names_are_found_with_and_without_their_maker() -> None:
    red = find_filament("PLA Basic Red")
    assert red.srgb == (0xC1, 0x2E, 0x1F)
    assert red.filament == "Bambu Lab PLA Basic Red"
    assert find_filament("bambu lab pla  basic RED") == red
    assert find_filament("PLA Basic Light Grey") == find_filament("PLA Basic Light Gray")


def test_each_is_taken_once_in_the_order_given() -> None:
    assert [c.hex for c in find_filaments(("#000", "#fff", "000000"))] == ["#000000", "#FFFFFF"]


def test_unknown_names_are_answered_with_near_ones() -> None:
    with pytest.raises(UnknownFilament, match="Bambu Lab PLA Basic Maroon Red"):
        find_filament("PLA Basic Marron Red")
    with pytest.raises(UnknownFilament, match="#RRGGBB"):
        find_filament("xyzzy")


def test_a_name_that_means_several_is_not_guessed() -> None:
    with pytest.raises(UnknownFilament, match="say which"):
        find_filament("Black")


def test_every_known_colour_is_one() -> None:
    assert len(known_filaments()) > 90
    assert all(re.fullmatch("[0-9A-F]{6}", value) for value in known_filaments().values())
