"""Jobs: everything needed to repeat a run."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from figurine.errors import WrongUse
from figurine.job import Job, Source, ViewSource, view_name


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "front.png"
    path.write_bytes(b"picture")
    return path


def job_of(picture: Path) -> Job:
    view = ViewSource(**Source.of(picture).model_dump(), azimuth_deg=0)
    return Job(name="cat", views=(view,), height_mm=80, printer="fdm-0.4")


def test_a_job_comes_back_from_its_file(picture: Path, tmp_path: Path) -> None:
    job = job_of(picture)
    file = tmp_path / "job.json"
    file.write_text(job.model_dump_json(exclude_defaults=True))
    assert Job.load(file) == job


def test_a_source_that_changed_is_refused(picture: Path) -> None:
    job = job_of(picture)
    picture.write_bytes(b"another")
    with pytest.raises(WrongUse, match="has changed"):
        job.views[0].open()
    picture.unlink()
    with pytest.raises(WrongUse, match="no longer there"):
        job.views[0].open()


@pytest.mark.parametrize("text", ["", "{}", '{"name": 1}', "[]", '{"name": "x", "printer": "y", "colour": 3}'])
def test_a_file_that_is_no_job_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "job.json"
    file.write_text(text)
    with pytest.raises(WrongUse, match="not a job file"):
        Job.load(file)


@pytest.mark.parametrize("height", [0.0, -1.0, float("nan"), float("inf")])
def test_heights_are_finite_and_above_zero(picture: Path, height: float) -> None:
    with pytest.raises(ValidationError):
        Job.model_validate({**job_of(picture).model_dump(), "height_mm": height})


def test_two_sizes_or_two_sources_are_refused(picture: Path) -> None:
    job = job_of(picture).model_dump()
    with pytest.raises(ValidationError, match="one of height"):
        Job.model_validate({**job, "longest_mm": 100})
    with pytest.raises(ValidationError, match="from one of them only"):
        Job.model_validate({**job, "mesh": {"file": "x", "sha256": ""}})


def test_azimuths_have_names_where_they_have() -> None:
    assert [view_name(a) for a in (0.0, 90.0, 180.0, 270.0, 45.0)] == ["front", "left", "back", "right", "azimuth-45"]
