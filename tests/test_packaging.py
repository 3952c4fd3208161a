"""What is shipped: packages, data, dependencies and their licences, and how long files and functions may be."""

from __future__ import annotations

import ast
import re
import statistics
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from test_layers import MAY_IMPORT, imported_roots, imports

LONGEST_FILE, MEDIAN_FILE, LONGEST_FUNCTION = 400, 150, 60
BUILD_TOOLS = {"setuptools", "wheel", "packaging", "psutil"}
OPTIONAL = {
    "transformers",
    "safetensors",
    "huggingface_hub",
    "tqdm",
    "httpx",
    "trellis",
    "torch",
    "openai",
    "httpx2",
    "pi_heif",
    "rembg",
    "onnxruntime",
}  # looked for, never required; httpx2 comes with openai
FOR_TRIMESH = {"networkx", "lxml"}  # trimesh imports them itself: scene graphs, and the XML of 3MF


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


def plain(requirement: str) -> str:
    """Return the name that a requirement is known under, as indexes write it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]).lower()


def sources(repository: Path, folders: tuple[str, ...]) -> list[Path]:
    return [file for folder in folders for file in sorted((repository / folder).rglob("*.py"))]


def test_packages_are_those_on_disk(project: dict[str, Any], repository: Path) -> None:
    folders = {file.parent.relative_to(repository) for file in sources(repository, tuple(MAY_IMPORT))}
    assert sorted(project["tool"]["setuptools"]["packages"]) == sorted(".".join(folder.parts) for folder in folders)
    assert [str(folder) for folder in folders if not (repository / folder / "__init__.py").is_file()] == []


def test_data_files_are_shipped(project: dict[str, Any], repository: Path) -> None:
    patterns = project["tool"]["setuptools"]["package-data"]
    for package in MAY_IMPORT:
        for file in (repository / package).rglob("*"):
            if file.is_dir() or file.suffix in {".py", ".pyc", ".nbi", ".nbc"} or is_source_of_viewer(file):
                continue
            inside = PurePosixPath(file.relative_to(repository / package).as_posix())
            assert any(inside.match(pattern) for pattern in patterns.get(package, [])), file


def is_source_of_viewer(file: Path) -> bool:
    """Whether a file is what the viewer's bundle is built from: the bundle is shipped instead of it."""
    return "viewer" in file.parts and "dist" not in file.parts


def test_what_is_imported_is_required_and_the_other_way_round(project: dict[str, Any], repository: Path) -> None:
    required = {plain(requirement) for requirement in project["project"]["dependencies"]}
    owners = packages_distributions()
    used = {
        plain(owners.get(root, [root])[0])  # a lone compiled module, as manifold3d's, has no owner in Python 3.11
        for package in MAY_IMPORT
        for root in imported_roots(package, repository)
        if root not in MAY_IMPORT and root not in OPTIONAL
    }
    assert used - required == set()
    assert required - used - FOR_TRIMESH == set()


def test_core_needs_no_torch(project: dict[str, Any]) -> None:
    required = {plain(requirement) for requirement in project["project"]["dependencies"]}
    assert not required & {"torch", "torchvision", "openai", "ray", "pymeshlab", "pymeshfix"}


def test_extras_name_only_what_the_index_holds(project: dict[str, Any]) -> None:
    extras = project["project"]["optional-dependencies"]
    assert not {plain(name) for extra in extras.values() for name in extra} & {"kaolin", "nvdiffrast", "flash-attn"}


def test_every_dependency_has_its_licence_told(project: dict[str, Any], repository: Path) -> None:
    extras = project["project"]["optional-dependencies"].values()
    named = {plain(name) for group in (project["project"]["dependencies"], *extras) for name in group}
    wheels = (repository / "setup" / "wheels.txt").read_text(encoding="utf-8").splitlines()
    named |= {plain(line.split()[0]) for line in wheels if line and not line.startswith("#")}
    script = (repository / "setup" / "trellis.sh").read_text(encoding="utf-8")
    named |= {
        plain(name) for line in re.findall(r"install_once ([a-z].*)", script) for name in re.findall(r"[\w-]+", line)
    }
    named -= BUILD_TOOLS
    told = {plain(name) for name in re.findall(r"^\| \[?([\w.-]+)", licences(repository), re.MULTILINE)}
    assert sorted(named - told) == []


def test_unfree_modules_of_libigl_are_never_imported(repository: Path) -> None:
    names = {
        name for package in MAY_IMPORT for file in sources(repository, (package,)) for name in imports(file, repository)
    }
    assert not [name for name in names if name.startswith(("igl.copyleft", "igl.triangle", "pymeshlab", "pymeshfix"))]


def licences(repository: Path) -> str:
    return (repository / "docs" / "licences.md").read_text(encoding="utf-8")


def test_own_licence_is_shipped(project: dict[str, Any], repository: Path) -> None:
    assert project["project"]["license"] == "MIT"
    assert (repository / project["project"]["license-files"][0]).read_text(encoding="utf-8").startswith("MIT License")


def test_console_command_exists(project: dict[str, Any]) -> None:
    module, function = project["project"]["scripts"]["figurine"].split(":")
    __import__(module)
    assert callable(getattr(sys.modules[module], function))


def test_files_are_short(repository: Path) -> None:
    lengths = {
        file.relative_to(repository).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in sources(repository, (*MAY_IMPORT, "tests", "bench", "examples", "setup"))
    }
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FILE


def test_functions_are_short(repository: Path) -> None:
    long = {
        f"{file.relative_to(repository).as_posix()}:{node.name}": node.end_lineno - node.lineno + 1
        for file in sources(repository, tuple(MAY_IMPORT))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
    }
    assert {name: length for name, length in long.items() if length > LONGEST_FUNCTION} == {}
