"""Draw the picture of two test pieces, one of a 0.4 mm nozzle and one of a resin printer.

    python docs/make_test_piece.py

Writes `pictures/test-piece.png` beside this file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from fab.render import NEUTRAL, contact_sheet, render  # noqa: E402
from fab.test_piece.build import build_test_piece  # noqa: E402
from printers import get  # noqa: E402

PICTURE = REPOSITORY / "docs" / "pictures" / "test-piece.png"
SHOWN = ("fdm-0.4", "resin-50um")
SIZE_PX = (640, 480)


def main() -> None:
    """Write the picture, with few colours: it is shown small."""
    pieces = [build_test_piece(get(name)).mesh for name in SHOWN]
    views = [render(piece, azimuth_deg=20.0, elevation_deg=50.0, size_px=SIZE_PX) for piece in pieces]
    sheet = Image.fromarray(contact_sheet(views, columns=len(views), background=NEUTRAL)).convert("RGB")
    sheet.quantize(64, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
