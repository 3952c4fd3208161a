"""Builds the report's 3D view into the package, with npm where it is there; all else stands in pyproject.toml."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

VIEWER = Path(__file__).resolve().parent / "fab" / "report" / "viewer"
BUNDLE = VIEWER / "dist" / "viewer.js"
SOURCES = ("package.json", "package-lock.json", "build.mjs", "src/*.js")


class BuildWithViewer(build_py):
    """Builds the bundle before the packages are collected. Without npm the package goes without it and says so."""

    def run(self) -> None:
        if not is_up_to_date():
            self.build_viewer()
        super().run()

    def build_viewer(self) -> None:
        npm = shutil.which("npm")
        if npm is None:
            self.warn(
                "npm is not there, so reports will have pictures and no 3D view; install Node.js and run this again"
            )
            return
        try:
            for command in (["ci", "--ignore-scripts"], ["run", "build"]):
                subprocess.run([npm, *command], cwd=VIEWER, check=True)
        except subprocess.CalledProcessError as error:
            self.warn(f"reports will have pictures and no 3D view: {error}")


def is_up_to_date() -> bool:
    """Return whether the bundle is there and younger than what it is built from."""
    sources = [file for pattern in SOURCES for file in VIEWER.glob(pattern)]
    return BUNDLE.is_file() and all(file.stat().st_mtime <= BUNDLE.stat().st_mtime for file in sources)


setup(cmdclass={"build_py": BuildWithViewer})
