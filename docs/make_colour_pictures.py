"""Draw the pictures of docs/colour.md: models in their own colours and painted with a palette.

    python docs/make_colour_pictures.py MODEL[@COLOURS[@AZIMUTH]]…

Writes `pictures/colour.png` beside this file, a row a model: as it came and as it would be printed, 80 mm tall.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "bench")]

from make_pictures import few_colours  # noqa: E402
from palette import draw, solid_of  # noqa: E402

from fab.palette.painted import PaletteWishes, paint  # noqa: E402
from fab.render import save_png  # noqa: E402

HEIGHT_MM = 80.0
COLUMNS = 2


def main() -> None:
    """Paint and draw the models that the command line names."""
    cells = []
    for words in sys.argv[1:]:
        name, _, rest = words.partition("@")
        colours, _, azimuth = rest.partition("@")
        solid = solid_of(Path(name), HEIGHT_MM)
        painted = paint(solid, PaletteWishes(colours=int(colours or 4)))
        cells.append(draw(solid, painted, float(azimuth or 20)))
    cells += [np.full_like(cells[0], 247)] * (-len(cells) % COLUMNS)
    rows = [np.concatenate(cells[i : i + COLUMNS], axis=1) for i in range(0, len(cells), COLUMNS)]
    save_png(few_colours(np.concatenate(rows)), REPOSITORY / "docs" / "pictures" / "colour.png")


if __name__ == "__main__":
    main()
