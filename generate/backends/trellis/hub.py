"""Files of a repository on the Hugging Face hub: from its cache, or fetched into it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

from generate.errors import BackendUnavailable
from generate.shape import OnProgress

PINNED = {
    "microsoft/TRELLIS-image-large": "25e0d31ffbebe4b5a97464dd851910efc3002d96",
    "facebook/dinov2-with-registers-large": "e4c89a4e05589de9b3e188688a303d0f3c04d0f3",
}
"""The revisions we know; another repository is taken at its `main`."""

BY_HAND = "or give a folder that holds the files: --weights DIR"


def fetch(repository: str, names: tuple[str, ...], *, offline: bool, on_progress: OnProgress) -> list[Path]:
    """Return where those files of a repository lie; what is missing is downloaded, and resumed where it broke off.

    Raises BackendUnavailable when a file is missing and may not or cannot be had, or there is no room for it.
    """
    missing = [name for name in names if _cached(repository, name) is None]
    if missing and offline:
        raise BackendUnavailable(
            f"{missing[0]} of {repository} is not in {cache_folder()}: run once without --offline, {BY_HAND}"
        )
    if missing:
        sizes = _sizes(repository, missing)
        _require_room(sum(sizes.values()), repository)
        bar = _bar(sum(sizes.values()), repository, on_progress)
        for name in missing:
            _download(repository, name, bar)
    return [path for name in names if (path := _cached(repository, name)) is not None]


def cache_folder() -> Path:
    """Return the hub's cache, which its environment variables move."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def expected_sha256(path: Path) -> str | None:
    """Return the hash by which the hub names a large file in its cache, None for any other file."""
    real = path.resolve()
    is_blob = real.parent.name == "blobs" and re.fullmatch(r"[0-9a-f]{64}", real.name)
    return real.name if is_blob else None


def _cached(repository: str, name: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository, name, revision=PINNED.get(repository))
    return Path(found) if isinstance(found, str) else None


def _sizes(repository: str, names: list[str]) -> dict[str, int]:
    """Return the bytes of each file; raises BackendUnavailable when the hub does not answer or has no such file."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    try:
        info = HfApi().model_info(repository, revision=PINNED.get(repository), files_metadata=True)
    except (HfHubHTTPError, OSError, *_connection_errors()) as error:
        raise BackendUnavailable(
            f"cannot ask the hub for {repository}: {_first_line(error)}; try again, {BY_HAND}"
        ) from error
    sizes = {file.rfilename: int(file.size or 0) for file in info.siblings or []}
    for name in names:
        if name not in sizes:
            raise BackendUnavailable(f"{repository} has no file {name}: is it a checkpoint of TRELLIS 1 for images?")
    return {name: sizes[name] for name in names}


def _require_room(needed: int, repository: str) -> None:
    folder = cache_folder()
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise BackendUnavailable(
            f"no room for {repository} in {folder}: {needed:,} bytes needed, {free:,} free; make room, or move the "
            "cache with HF_HOME"
        )


def _download(repository: str, name: str, bar: Any) -> None:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        hf_hub_download(repository, name, revision=PINNED.get(repository), tqdm_class=bar)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, *_connection_errors()) as error:
        raise BackendUnavailable(
            f"the download of {name} broke off: {_first_line(error)}; the same call goes on where it stopped, {BY_HAND}"
        ) from error


def _connection_errors() -> tuple[type[Exception], ...]:
    """Return what the hub's HTTP library raises without a network: its own tree, not OSError."""
    import httpx

    return (httpx.HTTPError,)


def _bar(total: int, repository: str, on_progress: OnProgress) -> type:
    """Return a progress bar for the hub's library that counts all files together and draws nothing itself."""
    from tqdm import tqdm

    done = 0

    class Bar(tqdm):  # type: ignore[misc, type-arg]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            nonlocal done
            done += int(kwargs.get("initial") or 0)  # what an earlier call had fetched already
            super().__init__(*args, **{**kwargs, "file": open(os.devnull, "w")})  # noqa: PTH123, SIM115

        def update(self, n: float | None = 1) -> bool | None:
            nonlocal done
            done += int(n or 0)
            on_progress(min(done, total), total, f"{repository}: {done / 1e9:.2f} of {total / 1e9:.2f} GB")
            return bool(super().update(n))

    return Bar


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
