"""Names of output files."""

from pathlib import Path

import printers
from figurine.job import Job, Source
from figurine.naming import job_name, output_stem, slug


def test_a_job_is_named_after_its_first_file_or_else_its_folder() -> None:
    assert job_name([Path("pets/cat_front.png")]) == "cat"
    assert job_name([Path("pets/front.png")]) == "pets"
    assert job_name([Path("pets/Süße Katze.png")]) == "Susse-Katze"


def test_a_slug_is_a_file_name_everywhere() -> None:
    assert slug("a/b:c*  d") == "a-b-c-d"
    assert slug("../..") == ""


def test_output_files_say_what_how_tall_and_for_which_printer() -> None:
    job = Job(name="cat", mesh=Source(file="x", sha256=""), printer="bambu-lab-a1-mini")
    assert output_stem(job, 80.0, printers.get("A1 mini")) == "cat_80mm_a1-mini"
    assert output_stem(job, 38.365, printers.get("fdm-0.4")) == "cat_38.4mm_fdm-0.4"
