"""The times of a rectified flow."""

import numpy as np
import pytest

from sampling.schedule import rescaled_times


def test_plain_times_are_even() -> None:
    np.testing.assert_allclose(rescaled_times(4), [1, 0.75, 0.5, 0.25, 0])


def test_times_run_from_noise_to_data_and_fall() -> None:
    times = rescaled_times(25, 3.0)
    assert times[0] == 1
    assert times[-1] == 0
    assert (np.diff(times) < 0).all()


def test_rescale_three_halves_at_a_quarter_of_the_way_back() -> None:
    # s = 0.25 gives 3·0.25 / (1 + 2·0.25) = 0.5: the last quarter of the steps covers the last half of the time.
    assert rescaled_times(4, 3.0)[3] == pytest.approx(0.5)


@pytest.mark.parametrize(("steps", "rescale_t"), [(0, 1.0), (4, 0.0), (4, float("nan"))])
def test_senseless_settings_are_refused(steps: int, rescale_t: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        rescaled_times(steps, rescale_t)
