"""How slicers write which filament a triangle is printed with: PrusaSlicer `mmu_segmentation`, Bambu `paint_color`.

Both are one tree of nibbles a triangle, split where a border crosses it. Our faces are split beforehand, so every tree
is one leaf: two low bits 00 for "not split", above them the filament, or 11 for "three and more", the rest of which
follows in another nibble (PrusaSlicer, TriangleSelector: serialisation). The text lists the nibbles last to first.
"""

from __future__ import annotations

from fab.errors import ExportFailed

MOST_FILAMENTS = 16
"""PrusaSlicer's serialiser has no more."""


def paint_code(filament: int) -> str:
    """Return the code of a whole triangle printed with `filament`, 1 to 16; raises ExportFailed for another number."""
    if not 1 <= filament <= MOST_FILAMENTS:
        raise ExportFailed(f"filament {filament}: slicers paint with 1 to {MOST_FILAMENTS}; use fewer colours")
    if filament < 3:
        return f"{filament << 2:X}"
    return f"{filament - 3:X}C"
