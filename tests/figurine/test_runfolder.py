"""The run folder: resumable, never half-written, gone when nothing came of it."""

from pathlib import Path

import numpy as np
import pytest

import printers
from fab.errors import ExportFailed
from figurine.errors import WrongUse
from figurine.runfolder import fingerprint_of, key_of, open_run_folder


def test_a_stage_is_resumed_only_on_the_same_inputs_and_files(tmp_path: Path) -> None:
    with open_run_folder(tmp_path / "run") as folder:
        assert folder.resume("shape", key_of(1)) is None
        folder.write_text("shape.txt", "body")
        folder.record("shape", key_of(1), ("shape.txt",), {"note": "round"})
        assert folder.resume("shape", key_of(1)) == {"note": "round"}
        assert folder.resume("shape", key_of(2)) is None
        folder.write_text("shape.txt", "other body")
        assert folder.resume("shape", key_of(1)) is None


def test_a_stage_list_cut_short_means_the_stages_run_again(tmp_path: Path) -> None:
    with open_run_folder(tmp_path) as folder:
        folder.write_text("stages.json", '{"shape": {"key"')
        assert folder.resume("shape", key_of(1)) is None


def test_a_folder_that_nothing_came_of_goes_away(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), open_run_folder(tmp_path / "a" / "b"):
        raise RuntimeError
    assert not (tmp_path / "a").exists()


def test_a_folder_that_was_there_stays(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(RuntimeError), open_run_folder(tmp_path / "run"):
        raise RuntimeError
    assert (tmp_path / "run").is_dir()


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(WrongUse, match="cannot write"), open_run_folder(tmp_path / "taken" / "run"):
        pass


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_run_folder(tmp_path) as folder:
        folder.write_text("report.json", "old")

        def full_disk(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full_disk)
        with pytest.raises(ExportFailed, match="No space"):
            folder.write_text("report.json", "new")
    assert (tmp_path / "report.json").read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_fingerprints_follow_content() -> None:
    image = np.zeros((2, 3, 4), np.uint8)
    assert fingerprint_of(image) == fingerprint_of(image.copy())
    assert fingerprint_of(image) != fingerprint_of(image.reshape(3, 2, 4))
    assert len(fingerprint_of(printers)) == 64
