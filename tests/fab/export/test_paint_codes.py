from __future__ import annotations

import pytest

from fab.errors import ExportFailed
from fab.export.paint_codes import paint_code

KNOWN = ["4", "8", "0C", "1C", "2C", "3C", "4C", "5C", "6C", "7C", "8C", "9C", "AC", "BC", "CC", "DC"]
"""As PrusaSlicer, Bambu Studio and OrcaSlicer write them for filaments 1 to 16."""


def filament_of(code: str) -> int:
    """Decode one leaf bit by bit: the last nibble first, split in its low bits, then the state, 3 meaning more."""
    bits = [bool(int(digit, 16) >> k & 1) for digit in reversed(code) for k in range(4)]
    split = bits[0] + 2 * bits[1]
    assert split == 0
    state = bits[2] + 2 * bits[3]
    if state < 3:
        assert len(bits) == 4
        return state
    assert len(bits) == 8
    return 3 + sum(bit << k for k, bit in enumerate(bits[4:]))


@pytest.mark.parametrize("filament", range(1, 17))
def test_every_filament_decodes_to_itself(filament: int) -> None:
    assert paint_code(filament) == KNOWN[filament - 1]
    assert filament_of(paint_code(filament)) == filament


@pytest.mark.parametrize("filament", [0, 17, -1])
def test_others_are_refused(filament: int) -> None:
    with pytest.raises(ExportFailed):
        paint_code(filament)
