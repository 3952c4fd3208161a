"""Palettes of few colours: against k-means, for details, and among filaments."""

from __future__ import annotations

import numpy as np
from scipy.cluster.vq import kmeans2

from fab.palette.choose import SACRIFICE, Tally, choose_among, choose_colours, fit_colours, mean_difference
from fab.palette.lab import differences, srgb_to_lab


def clouds(seed: int, *middles: tuple[int, int, int], each: int = 4000, spread: float = 12.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    srgb = np.concatenate([random.normal(middle, spread, (each, 3)) for middle in middles])
    return srgb_to_lab(np.clip(srgb, 0, 255).astype(np.uint8))


def test_no_worse_than_k_means_in_cielab() -> None:
    lab = clouds(1, (200, 60, 40), (60, 90, 160), (230, 220, 200), (40, 40, 40), (90, 140, 60))
    tally = Tally.of(lab)
    for count in (4, 12):
        usual = kmeans2(lab, count, minit="++", rng=np.random.default_rng(0))[0]
        ours = choose_colours(tally, count)
        assert len(ours) == count
        assert differences(lab, ours).min(axis=1).mean() <= 1.01 * differences(lab, usual).min(axis=1).mean()


def test_few_different_colours_are_kept_as_they_are() -> None:
    lab = srgb_to_lab(np.array([[255, 0, 0], [0, 0, 255], [255, 0, 0]], np.uint8))
    chosen = choose_colours(Tally.of(lab), 4)
    assert np.allclose(chosen, lab[:2], atol=1e-9)  # red first, it covers more


def test_colours_that_are_no_numbers_are_left_out() -> None:
    assert np.allclose(Tally.of(np.full((5, 3), np.nan)).lab, [[100, 0, 0]])
    lab = np.array([[50.0, 0, 0], [np.nan, 0, 0]])
    assert len(Tally.of(lab).lab) == 1


def test_small_detail_that_stands_out_gets_a_colour() -> None:
    lab = np.concatenate([clouds(2, (200, 170, 60), (200, 170, 70), spread=3), clouds(3, (5, 5, 5), each=20)])
    black = srgb_to_lab(np.array([[5, 5, 5]]))
    tally = Tally.of(lab)
    without, with_it = choose_colours(tally, 2), choose_colours(tally, 2, least_share=0.001)
    assert differences(black, without).min() > 25
    assert differences(black, with_it).min() < 8
    assert mean_difference(tally, with_it) <= 1.05 * mean_difference(tally, without) + SACRIFICE


def test_filaments_are_chosen_for_what_they_serve() -> None:
    lab = clouds(4, (250, 250, 250), (10, 10, 10), (200, 30, 30), spread=4)
    owned = srgb_to_lab(np.array([[0, 200, 0], [255, 255, 255], [0, 0, 250], [0, 0, 0], [210, 20, 20]], np.uint8))
    assert choose_among(Tally.of(lab), owned, 3).tolist() == [1, 3, 4]
    assert choose_among(Tally.of(lab), owned, 16).tolist() == [1, 3, 4]  # green and blue serve nothing
    assert len(choose_among(Tally.of(lab), owned, 1)) == 1


def test_colours_move_to_what_they_cover_and_details_are_not_washed_out() -> None:
    """A black eye of which a third is eye, and a blue of which two thirds turned out a little darker."""
    black, white, blue, darker = srgb_to_lab(np.array([[0, 0, 0], [255, 255, 255], [60, 80, 200], [50, 70, 180]]))
    lab = np.array([black, white, white, blue, darker, darker, [np.nan] * 3])
    fitted = fit_colours(lab, np.ones(7), np.array([0, 0, 0, 1, 1, 1, 1]), np.stack([black, blue]))
    assert np.allclose(fitted[0], black)
    assert differences(fitted[1:], darker[None])[0, 0] < 0.5
