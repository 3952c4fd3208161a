"""`shape`: which backend makes the mesh, and that it says so."""

from __future__ import annotations

import numpy as np
import pytest

from generate.errors import BackendUnavailable, UnusableView
from generate.shape import shape
from generate.views import View, Views


def disc(colour: tuple[int, int, int] = (200, 60, 40), size: int = 200) -> View:
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    image = np.zeros((size, size, 4), np.uint8)
    image[np.hypot(row, column) < 0.45 * size] = (*colour, 255)
    return View(image, 0.0, name="front")


def test_auto_takes_the_hull_and_says_so() -> None:
    made = shape(Views((disc(),)))
    assert made.backend == "hull"
    assert made.notes[0].code == "depth-guessed"
    assert "backend-chosen" in {note.code for note in made.notes}


def test_a_chosen_backend_needs_no_explanation() -> None:
    assert "backend-chosen" not in {note.code for note in shape(Views((disc(),)), backend="hull").notes}


@pytest.mark.parametrize("backend", ["trellis", "magic"])
def test_a_backend_that_is_not_here_is_named(backend: str) -> None:
    with pytest.raises(BackendUnavailable, match=backend):
        shape(Views((disc(),)), backend=backend)


def test_nothing_to_reconstruct() -> None:
    with pytest.raises(UnusableView):
        shape(Views(()))
    with pytest.raises(UnusableView):
        shape(Views((View(np.zeros((50, 50, 4), np.uint8), 0.0, name="front"),)))


def test_progress_ends() -> None:
    told: list[tuple[int, int, str]] = []
    shape(Views((disc(),)), on_progress=lambda done, total, note: told.append((done, total, note)))
    assert [done for done, _, _ in told] == list(range(told[-1][1] + 1))
