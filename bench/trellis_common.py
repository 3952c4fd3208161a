"""What the benchmarks of upstream's code and of ours share: the same voxels, inputs and clock."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from bench.trellis_checkpoint import centres

VOXELS = 16_384
TOKENS = 1374
STEPS, RESCALE, STRENGTH, INTERVAL = 24, 3.0, 7.5, (0.5, 1.0)
VIEWS = 4


def shell(count: int = VOXELS, radius: float = 0.42) -> Tensor:
    """Return the (count, 4) int32 voxels of a 64³ grid that lie nearest to a sphere, sorted: a body's surface."""
    distance = (centres(64, "cpu").norm(dim=1) - radius).abs()
    chosen = distance.argsort(stable=True)[:count].sort().values
    grid = torch.stack([chosen // 4096, chosen // 64 % 64, chosen % 64], dim=1)
    return torch.cat([torch.zeros_like(grid[:, :1]), grid], dim=1).int().cuda()


def inputs(seed: int = 0) -> dict[str, Tensor]:
    """Return seeded noise of both stages, and tokens of four views, layer-normed as the encoder's are."""
    generator = torch.Generator().manual_seed(seed)
    views = torch.randn(VIEWS, TOKENS, 1024, generator=generator)
    return {
        "structure": torch.randn(1, 8, 16, 16, 16, generator=generator).cuda(),
        "latents": torch.randn(VOXELS, 8, generator=generator).cuda(),
        "views": torch.nn.functional.layer_norm(views, (1024,)).cuda(),
    }


def milliseconds(call: Callable[[], object], repeats: int = 10, warm: int = 3) -> float:
    """Return the median time of a call on the GPU, after calls that do not count."""
    for _ in range(warm):
        call()
    times = []
    for _ in range(repeats):
        start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        call()
        stop.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(stop))
    return statistics.median(times)


def peak_gb(call: Callable[[], object]) -> float:
    """Return the GPU memory that a call takes at most, with what was there before, in 10^9 bytes."""
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    call()
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() / 1e9


def relative(out: Tensor, reference: Tensor) -> float:
    """Return |out - reference| / |reference|."""
    return float((out.double() - reference.double()).norm() / reference.double().norm())


class Results:
    """Named numbers: printed as they come, kept in a file."""

    def __init__(self, path: Path) -> None:
        self.path, self.numbers = path, dict[str, float | str]()

    def __call__(self, name: str, value: float | str) -> None:
        """Return nothing; note a number."""
        self.numbers[name] = value if isinstance(value, str) else float(f"{value:.6g}")
        print(f"{name:58} {self.numbers[name]}", flush=True)
        self.path.write_text(json.dumps(self.numbers, indent=1) + "\n", encoding="utf-8")
