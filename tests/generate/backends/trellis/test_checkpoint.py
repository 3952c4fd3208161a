"""Checkpoints that are missing, cut short, or of another model: one clear line each."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from generate.backends.trellis.checkpoint import NEEDED, open_checkpoint, weight_hashes
from generate.errors import BackendUnavailable


def write(folder: Path, **changes: Any) -> Path:
    """Write a checkpoint of empty weights."""
    folder.mkdir()
    arguments = {
        "models": {key: f"ckpts/{key}" for key in NEEDED},
        "sparse_structure_sampler": {"name": "x", "args": {}, "params": {"steps": 12, "cfg_strength": 7.5}},
        "slat_sampler": {},
        "slat_normalization": {"mean": [0.0] * 8, "std": [1.0] * 8},
        "image_cond_model": "dinov2_vitl14_reg",
    }
    pipeline = {"name": "TrellisImageTo3DPipeline", "args": arguments | changes.pop("args", {})} | changes
    (folder / "pipeline.json").write_text(json.dumps(pipeline))
    (folder / "ckpts").mkdir()
    for key in NEEDED:
        (folder / f"ckpts/{key}.json").write_text(json.dumps({"name": "SomeModel", "args": {"resolution": 4}}))
        (folder / f"ckpts/{key}.safetensors").write_bytes(key.encode())
    return folder


def test_a_folder_is_a_checkpoint(tmp_path: Path) -> None:
    found = open_checkpoint(str(write(tmp_path / "a")), offline=True)
    assert found.models["slat_flow_model"].class_name == "SomeModel"
    assert found.pipeline.sparse_structure_sampler.params.steps == 12
    assert found.pipeline.slat_sampler.params.rescale_t == 3.0
    assert weight_hashes(found)["slat_flow_model"] == hashlib.sha256(b"slat_flow_model").hexdigest()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "TrellisTextTo3DPipeline"}, "TrellisTextTo3DPipeline"),
        ({"args": {"models": {"shape_slat_flow_model": "x"}}}, "sparse_structure_flow_model"),
        ({"args": {"slat_normalization": None}}, "slat_normalization"),
    ],
)
def test_another_model_is_refused(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BackendUnavailable, match=says):
        open_checkpoint(str(write(tmp_path / "a", **changes)), offline=True)


@pytest.mark.parametrize("name", ["pipeline.json", "ckpts/slat_flow_model.json", "ckpts/slat_decoder_mesh.safetensors"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write(tmp_path / "a") / name).unlink()
    with pytest.raises(BackendUnavailable, match=name.replace(".", r"\.")):
        open_checkpoint(str(tmp_path / "a"), offline=True)


def test_a_configuration_that_is_none_is_named(tmp_path: Path) -> None:
    (write(tmp_path / "a") / "ckpts/slat_flow_model.json").write_text("[]")
    with pytest.raises(BackendUnavailable, match="slat_flow_model"):
        open_checkpoint(str(tmp_path / "a"), offline=True)


@pytest.mark.parametrize("source", ["./nowhere", "/nowhere/at/all", "nowhere"])
def test_no_such_folder(source: str) -> None:
    with pytest.raises(BackendUnavailable, match="no such folder"):
        open_checkpoint(source, offline=True)


def test_offline_without_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("huggingface_hub", reason="downloads need huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(BackendUnavailable, match="--offline"):
        open_checkpoint("microsoft/TRELLIS-image-large", offline=True)


def test_a_full_disk_says_how_much_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("huggingface_hub", reason="downloads need huggingface_hub")
    from generate.backends.trellis import hub

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(BackendUnavailable, match=r"900,000,000,000,000 bytes needed, [\d,]+ free"):
        hub._require_room(900_000_000_000_000, "owner/name")


def test_the_hub_names_large_files_by_their_hash(tmp_path: Path) -> None:
    from generate.backends.trellis.hub import expected_sha256

    (tmp_path / "blobs").mkdir()
    digest = hashlib.sha256(b"weights").hexdigest()
    (tmp_path / "blobs" / digest).write_bytes(b"weights")
    (tmp_path / "model.safetensors").symlink_to(tmp_path / "blobs" / digest)
    assert expected_sha256(tmp_path / "model.safetensors") == digest
    assert expected_sha256(Path(__file__)) is None
