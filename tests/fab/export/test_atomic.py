from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fab.errors import ExportFailed, UnreadableModel
from fab.export.atomic import write_checked


def write(text: str) -> Callable[[Path], None]:
    def to(path: Path) -> None:
        path.write_text(text)

    return to


def fail(error: BaseException) -> Callable[[Path], None]:
    def check(path: Path) -> None:
        assert path.is_file()
        raise error

    return check


def accept(path: Path) -> None:
    assert path.suffix == ".stl"


def test_the_file_appears_whole(tmp_path: Path) -> None:
    (tmp_path / "a.stl").write_text("old")
    write_checked(tmp_path / "a.stl", write("new"), accept)
    assert (tmp_path / "a.stl").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.stl"]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ExportFailed("other"), ExportFailed),
        (UnreadableModel("broken"), ExportFailed),
        (OSError(28, "No space left on device"), ExportFailed),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_what_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException, raised: type[BaseException]
) -> None:
    (tmp_path / "a.stl").write_text("old")
    with pytest.raises(raised):
        write_checked(tmp_path / "a.stl", write("new"), fail(error))
    assert (tmp_path / "a.stl").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.stl"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match=r"none.a\.stl"):
        write_checked(tmp_path / "none" / "a.stl", write("new"), accept)
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportFailed):
        write_checked(tmp_path / "file" / "a.stl", write("new"), accept)


def test_a_killed_writer_leaves_the_old_file(tmp_path: Path, repository: Path) -> None:
    """SIGKILL in the middle of writing: no cleaning up is possible, and the target is still the old file."""
    (tmp_path / "a.stl").write_text("old")
    script = (
        "import os, pathlib, signal\n"
        "from fab.export.atomic import write_checked\n"
        "def write(path):\n"
        "    path.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_checked(pathlib.Path({str(tmp_path / 'a.stl')!r}), write, lambda path: None)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=repository, check=False)
    assert done.returncode == -9
    assert (tmp_path / "a.stl").read_text() == "old"
