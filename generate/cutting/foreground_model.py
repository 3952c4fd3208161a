"""The subject of a busy picture by a trained model, where `rembg` is installed and has one. Nothing is downloaded."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generate.errors import UnusableView

MODELS = ("birefnet-general", "isnet-general-use", "u2net", "silueta", "u2netp")
"""Models of rembg for any subject, the best first."""

REMEDY = f"or install rembg (pip install 'rembg[cpu]') and one of its models (rembg d {MODELS[1]})"


def find_model() -> str | None:
    """Return the best model whose weights lie where rembg keeps them, or None without any, or without rembg."""
    if find_spec("rembg") is None or find_spec("onnxruntime") is None:
        return None
    return next((name for name in MODELS if _weights(name) is not None), None)


def subject_by_model(rgb: NDArray[np.uint8], model: str) -> NDArray[np.bool_]:
    """Return (h, w) bool: what that model takes for the subject of an (h, w, 3) picture.

    Raises `UnusableView` where the model's weights cannot be read.
    """
    ort = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    try:
        session = import_module("rembg").new_session(model, providers=["CPUExecutionProvider"])
    except (ort.InvalidProtobuf, ort.Fail, ort.InvalidGraph, ort.NoSuchFile) as error:
        raise UnusableView(f"the weights {_weights(model)} cannot be read; delete them, or fetch them anew") from error
    (mask, *_) = session.predict(Image.fromarray(rgb))
    return np.asarray(np.asarray(mask.convert("L")) >= 128)


def _weights(model: str) -> Path | None:
    """Return where a model's weights lie: in its own folder, or in that of rembg's older versions."""
    file = f"{model}.onnx"
    return next((path for path in (_home() / "models" / model / file, _old_home() / file) if path.is_file()), None)


def _home() -> Path:
    if os.environ.get("U2NET_HOME"):
        return _old_home()
    data = os.environ.get("XDG_DATA_HOME")
    return Path(os.environ.get("REMBG_HOME") or (f"{data}/rembg" if data else "~/.rembg")).expanduser()


def _old_home() -> Path:
    default = Path(os.environ.get("XDG_DATA_HOME") or "~") / ".u2net"
    return Path(os.environ.get("U2NET_HOME") or default).expanduser()
