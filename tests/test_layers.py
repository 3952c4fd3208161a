"""The walls of the house: which package may import which, and what must stay out of where."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MAY_IMPORT = {
    "printers": set(),
    "sampling": set(),
    "fab": {"printers"},
    "generate": {"sampling"},
    "figurine": {"printers", "sampling", "fab", "generate"},
}
ONLY_THIRD_PARTY = {"printers": {"pydantic"}, "sampling": {"torch", "numpy"}}
NEVER_THIRD_PARTY = {"fab": {"torch", "openai", "ray"}}
HEAVY = {"numba", "torch", "cv2", "skimage", "embreex", "igl", "manifold3d", "scipy"}


def imports(file: Path, repository: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports, wherever in the file it does."""
    package = file.relative_to(repository).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*base, *([node.module] if node.module else [])))
        elif is_dynamic_import(node):
            yield node.args[0].value  # type: ignore[attr-defined]


def is_dynamic_import(node: ast.AST) -> bool:
    """Tell whether this is a call of import_module or __import__ with a name written out."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name in {"import_module", "__import__"} and isinstance(node.args[0].value, str)


def imported_roots(package: str, repository: Path) -> dict[str, str]:
    """Return top-level module -> a file of the package that imports it, the standard library left out."""
    found = {
        name.partition(".")[0]: file.relative_to(repository).as_posix()
        for file in sorted((repository / package).rglob("*.py"))
        for name in imports(file, repository)
    }
    return {root: file for root, file in found.items() if root not in sys.stdlib_module_names and root != package}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_only_the_packages_below_it(package: str, repository: Path) -> None:
    ours = {root: file for root, file in imported_roots(package, repository).items() if root in MAY_IMPORT}
    assert ours.keys() <= MAY_IMPORT[package], {root: ours[root] for root in ours.keys() - MAY_IMPORT[package]}


@pytest.mark.parametrize("package", ONLY_THIRD_PARTY)
def test_imports_no_other_library(package: str, repository: Path) -> None:
    foreign = {root: file for root, file in imported_roots(package, repository).items() if root not in MAY_IMPORT}
    assert foreign.keys() <= ONLY_THIRD_PARTY[package], foreign


def test_one_file_talks_to_the_image_service(repository: Path) -> None:
    files = [file for package in MAY_IMPORT for file in (repository / package).rglob("*.py")]
    found = [
        file.name for file in files if any(name.partition(".")[0] == "openai" for name in imports(file, repository))
    ]
    assert found == ["openai_views.py"]


@pytest.mark.parametrize("package", NEVER_THIRD_PARTY)
def test_never_imports(package: str, repository: Path) -> None:
    found = imported_roots(package, repository)
    assert not found.keys() & NEVER_THIRD_PARTY[package], found


def test_reads_every_kind_of_import(tmp_path: Path) -> None:
    file = tmp_path / "fab" / "checks" / "thing.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "import torch.nn as nn\nfrom . import one\nfrom ..measure import two\nfrom figurine.job import Job\n"
        "def late():\n    import ray\n    importlib.import_module('openai')\n"
    )
    assert set(imports(file, tmp_path)) == {"torch.nn", "fab.checks", "fab.measure", "figurine.job", "ray", "openai"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_importing_a_package_loads_nothing_heavy(package: str, repository: Path) -> None:
    program = f"import sys, {package}; print(*sorted(sys.modules.keys() & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
