"""What the machine has for TRELLIS, with packages put there and taken away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from figurine.doctor import TRELLIS_PACKAGES, Item, examine
from generate.backends.trellis import upstream


def trellis_item() -> Item:
    return next(item for item in examine() if item.name == "TRELLIS")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on the path in which every package that TRELLIS takes is found, upstream's code too."""
    for package in (*TRELLIS_PACKAGES, "trellis"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
        monkeypatch.delitem(sys.modules, package, raising=False)
    (tmp_path / "trellis/models").mkdir()
    (tmp_path / "trellis/models/sparse_structure_flow.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_all_that_is_needed_is_found(installed: Path) -> None:
    item = trellis_item()
    assert item.found
    assert str(installed) in item.state
    assert item.next_step is None


def test_what_is_missing_is_named(installed: Path) -> None:
    (installed / "trellis/models/sparse_structure_flow.py").unlink()
    item = trellis_item()
    assert not item.found
    assert "upstream's code" in item.state
    assert not any(package in item.state for package in TRELLIS_PACKAGES)
    assert item.next_step is not None and "--trellis" in item.next_step


def test_another_commit_of_upstream_is_named(installed: Path) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "trellis"], [*identity, "commit", "-q", "-m", "another"]):
        subprocess.run(["git", "-C", str(installed), *command], check=True)
    item = trellis_item()
    assert item.found
    assert item.next_step is not None and upstream.COMMIT[:7] in item.next_step
