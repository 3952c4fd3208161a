"""The pages on printers are those that the presets make now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import printers
from printers.library import preset_tables


@pytest.fixture(scope="module")
def made(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_printers", repository / "docs" / "make_printers.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_current(made: ModuleType, repository: Path) -> None:
    folder = repository / "docs" / "printers"
    pages = made.pages()
    assert {path.name for path in folder.iterdir()} == set(pages), "run: python docs/make_printers.py"
    for name, text in pages.items():
        assert (folder / name).read_text(encoding="utf-8") == text, f"{name} is old; run: python docs/make_printers.py"


def test_every_preset_stands_on_its_process_page_with_its_sources(repository: Path) -> None:
    for name in preset_tables():
        printer = printers.library.load(name)
        page = (repository / "docs" / "printers" / f"{printer.process}.md").read_text(encoding="utf-8")
        assert page.count(f"[`{name}`]") == 1
        assert f"(`{name}`)\n\n- {printer.confidence}: {printer.source}\n" in page
        for field in printer.unverified:
            assert re.search(
                rf"\(`{re.escape(name)}`\)\n(- .*\n|\n)*- \*\*unverified\*\*: .*`{re.escape(field)}`", page
            )


def test_the_guide_names_every_verb_and_flag(repository: Path) -> None:
    from figurine.cli.options import PrinterWish

    guide = (repository / "docs" / "printers.md").read_text(encoding="utf-8")
    verbs = ("list", "search", "show", "rules", "recommend", "new")
    assert all(f"figurine printers {verb} " in guide for verb in verbs)
    assert all(f"--{field.removesuffix('_mm')}" in guide for field in PrinterWish._fields[1:])
