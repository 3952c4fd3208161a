"""The machine a shape is made on: is there a GPU, is there room, and what to note of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from generate.errors import BackendUnavailable

PEAK_BYTES = {False: 14_000_000_000, True: 5_500_000_000}
"""GPU memory that a run in half precision reserves, by `low_memory`, rounded up: measured, docs/benchmarks.md."""

ELSEWHERE = (
    "carry the run folder to a machine with one, call `figurine shape RUN` there, and carry it back; "
    "or use --backend hull"
)


def require_gpu(low_memory: bool) -> torch.device:
    """Return the GPU; raises BackendUnavailable when there is none, or not enough room on it."""
    if not torch.cuda.is_available():
        raise BackendUnavailable(f"backend trellis needs an NVIDIA GPU, and PyTorch sees none here: {ELSEWHERE}")
    free, total = torch.cuda.mem_get_info()
    needed = PEAK_BYTES[low_memory]
    if free < needed:
        switch = "" if low_memory else f" --low-memory needs {PEAK_BYTES[True]:,};"
        raise BackendUnavailable(
            f"no room on {torch.cuda.get_device_name()}: {needed:,} bytes needed, {free:,} of {total:,} free;"
            f"{switch} or end what else runs there"
        )
    return torch.device("cuda")


def describe(device: torch.device) -> dict[str, Any]:
    """Return what a result depends on besides its inputs: versions and hardware."""
    record: dict[str, Any] = {"torch": torch.__version__, "device": device.type, "attention": "torch-sdpa"}
    if device.type == "cuda":
        record |= {
            "gpu": torch.cuda.get_device_name(device),
            "capability": ".".join(str(part) for part in torch.cuda.get_device_capability(device)),
            "cuda": torch.version.cuda,
            "driver": _driver(),
        }
    return record


@contextmanager
def determinism(wanted: bool) -> Iterator[None]:
    """Allow deterministic kernels only, for a `with` block, where that is wanted."""
    if not wanted:
        yield
        return
    before = torch.are_deterministic_algorithms_enabled()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS starts
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)


def _driver() -> str | None:
    """Return the driver's version, None where it does not say."""
    version = Path("/sys/module/nvidia/version")
    if version.is_file():
        return version.read_text(encoding="ascii").strip()
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip().splitlines()[0] if done.returncode == 0 and done.stdout.strip() else None
