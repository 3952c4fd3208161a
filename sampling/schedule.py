"""Times at which a rectified flow is integrated, from noise (t = 1) to data (t = 0)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def rescaled_times(steps: int, rescale_t: float = 1.0) -> NDArray[np.float64]:
    """Return (steps + 1,) float64 times falling from 1 to 0.

    `rescale_t` r > 1 spends more steps near the noise: t = r·s / (1 + (r - 1)·s) for s even from 1 to 0, as in
    TRELLIS' FlowEulerSampler (Xiang et al. 2024) and the shifted schedule of Esser et al. 2024, section 5.3.2.

    Raises ValueError unless steps >= 1 and rescale_t > 0.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    if not (np.isfinite(rescale_t) and rescale_t > 0):
        raise ValueError(f"rescale_t must be a finite number above 0, got {rescale_t}")
    s = np.linspace(1.0, 0.0, steps + 1)
    return np.asarray(rescale_t * s / (1.0 + (rescale_t - 1.0) * s))
