"""Looking a printer up, however its name is written."""

import pytest

import printers
from printers import UnknownPrinter


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("A1 mini", "bambu-lab-a1-mini"),
        ("a1mini", "bambu-lab-a1-mini"),
        ("Bambu Lab A1 mini", "bambu-lab-a1-mini"),
        ("bambu-lab-a1", "bambu-lab-a1"),
        ("MK4 S", "prusa-mk4s"),
        ("mars 5", "elegoo-mars-5"),
        ("fdm-0.4", "fdm-0.4"),
    ],
)
def test_a_name_finds_its_printer(written: str, meant: str) -> None:
    assert printers.get(written).id == meant


def test_a_name_that_several_answer_to_lists_them() -> None:
    with pytest.raises(UnknownPrinter, match="could be any of") as caught:
        printers.get("bambu")
    assert "bambu-lab-a1-mini" in caught.value.candidates
    assert len(caught.value.candidates) >= 3


@pytest.mark.parametrize("written", ["A2 mini", "", "  ", "???"])
def test_an_unknown_name_lists_the_nearest(written: str) -> None:
    with pytest.raises(UnknownPrinter, match="unknown printer") as caught:
        printers.get(written)
    assert 1 <= len(caught.value.candidates) <= 4


def test_the_nearest_name_comes_first() -> None:
    with pytest.raises(UnknownPrinter) as caught:
        printers.get("A2 mini")
    assert caught.value.candidates[0] == "bambu-lab-a1-mini"


def test_words_are_found_in_any_order() -> None:
    assert printers.get("mini a1").id == "bambu-lab-a1-mini"
    assert printers.search("4k mini") == ("phrozen-sonic-mini-4k",)


@pytest.mark.parametrize("name", printers.names())
def test_every_printer_answers_to_its_id_and_to_its_full_name(name: str) -> None:
    printer = printers.get(name)
    assert printer.id == name
    assert printers.get(printer.name).id == name
