"""What this machine has for making figurines, each thing looked up, with the next step where it is missing."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from generate.backends.trellis import upstream

SLICERS = ("prusa-slicer", "PrusaSlicer", "orca-slicer", "OrcaSlicer", "bambu-studio", "BambuStudio")
CHECKPOINT = "models--microsoft--TRELLIS-image-large"
TRELLIS_PACKAGES = ("torch", "transformers", "huggingface_hub", "safetensors", "easydict")


@dataclass(frozen=True)
class Item:
    """One thing this machine has or has not."""

    name: str
    found: bool
    state: str
    next_step: str | None = None


def examine() -> Iterator[Item]:
    """Return what there is, in the order in which a figurine needs it."""
    yield Item("figurine", True, f"{version('figurine')} on Python {platform.python_version()}, {os.cpu_count()} cores")
    yield Item("hull", True, "shapes from outlines, on any laptop, without weights")
    yield _gpu()
    yield _trellis()
    yield _weights()
    yield _key()
    yield _slicer()


def _gpu() -> Item:
    tool = shutil.which("nvidia-smi")
    answer = _first_line([tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]) if tool else None
    if not answer:
        return Item("GPU", False, "none with CUDA", "not needed: the hull backend runs without one")
    if importlib.util.find_spec("torch") is None:
        return Item("GPU", True, f"{answer}, but no torch here", "./setup.sh --trellis installs it")
    return Item("GPU", True, answer)


def _trellis() -> Item:
    missing = [name for name in TRELLIS_PACKAGES if importlib.util.find_spec(name) is None]
    folder = upstream.find()
    if missing or folder is None:
        lacks = [*missing, *([] if folder else ["upstream's code"])]
        return Item("TRELLIS", False, f"not here: {', '.join(lacks)}", "not needed for hull; ./setup.sh --trellis")
    found = upstream.commit(folder)
    if found not in (None, upstream.COMMIT):
        state = f"upstream's code in {folder}, at {found[:7]}"
        return Item("TRELLIS", True, state, f"tried with {upstream.COMMIT[:7]}: ./setup.sh --trellis takes that")
    bakes = importlib.util.find_spec("nvdiffrast") is not None
    return Item("TRELLIS", True, f"upstream's code in {folder}; --textured {'too' if bakes else 'lacks nvdiffrast'}")


def _weights() -> Item:
    hub = Path(os.environ.get("HF_HUB_CACHE") or Path(os.environ.get("HF_HOME", "~/.cache/huggingface")) / "hub")
    folder = hub.expanduser() / CHECKPOINT
    if folder.is_dir():
        return Item("weights", True, f"TRELLIS-image-large in {folder}")
    return Item(
        "weights", False, "no TRELLIS checkpoint", "about 4 GB; the first --backend trellis on a GPU fetches it"
    )


def _key() -> Item:
    if not os.environ.get("OPENAI_API_KEY"):
        without = "not needed: --style none takes the photo as it is, --dry-run prints prompts for any chat service"
        return Item("key", False, "OPENAI_API_KEY is not set", without)
    if importlib.util.find_spec("openai") is None:
        return Item("key", False, "OPENAI_API_KEY is set, but not the package openai", "pip install 'openai>=3.50'")
    return Item("key", True, "OPENAI_API_KEY is set: `figurine views PHOTO --style NAME` draws views")


def _slicer() -> Item:
    for name in SLICERS:
        if path := shutil.which(name):
            return Item("slicer", True, path)
    return Item("slicer", False, "none found", "get PrusaSlicer (apt install prusa-slicer), OrcaSlicer or Bambu Studio")


def _first_line(command: list[str]) -> str | None:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.strip().splitlines()[0] if answer.strip() else None
