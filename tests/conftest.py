"""Fixtures for all tests: where the optional test data lies."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of research data beside the checkout; skip where it is not there."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "corpus" / "manifest.json").is_file():
        pytest.skip("research data (../shared) is not beside this checkout")
    return folder
