"""The pages: whole, safe, small, the same each time, and honest when the 3D view is missing."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from exhibits import HOSTILE, shown
from PIL import Image

from fab.report import bundle
from fab.report.model import Report
from fab.report.pictures import CAPTIONS
from fab.report.write import Exhibit, write_pictures, write_proof_page, write_report_page, write_turntable

PAGES = {"report": write_report_page, "proof": write_proof_page}


@pytest.fixture(scope="module")
def told() -> tuple[Report, Exhibit]:
    return shown()


@pytest.fixture(scope="module")
def pages(told: tuple[Report, Exhibit], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    return {name: write(*told, folder / f"{name}.html").read_text("utf-8") for name, write in PAGES.items()}


def without_carried(html: str) -> str:
    """Return the page without its scripts, style and pictures: what people read."""
    return re.sub(r"<(script|style)[^>]*>.*?</\1>|data:image[^\"]*", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_of_the_network(pages: dict[str, str], name: str) -> None:
    sources = re.findall(r'(?:src|href)="([^"]*)"', without_carried(pages[name]))
    assert all(source in ("", "#findings") for source in sources)
    assert "default-src 'none'" in pages[name]


@pytest.mark.parametrize("name", PAGES)
def test_policy_lets_run_what_the_page_carries_and_nothing_else(pages: dict[str, str], name: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', pages[name])
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        for text in re.findall(rf"<{kind}>(.*?)</{kind}>", pages[name], re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("name", PAGES)
def test_names_and_messages_are_text(pages: dict[str, str], name: str) -> None:
    assert "<script>cat" not in pages[name]
    assert "<img src=x" not in pages[name]
    assert "&lt;script&gt;cat&lt;/script&gt;" in pages[name]
    assert (HOSTILE.replace("<", "&lt;").replace(">", "&gt;") in pages[name]) == (name == "report")


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_small_and_the_same_each_time(
    told: tuple[Report, Exhibit], pages: dict[str, str], name: str, tmp_path: Path
) -> None:
    assert len(pages[name].encode()) < 8_000_000
    assert PAGES[name](*told, tmp_path / "again.html").read_text("utf-8") == pages[name]


def test_every_finding_is_on_the_page_and_can_be_shown_where_it_has_a_place(
    told: tuple[Report, Exhibit], pages: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("fab.report.write.viewer_script", lambda: "0;")
    html = write_report_page(*told, tmp_path / "live.html").read_text("utf-8")
    found = told[0].findings
    assert any(finding.point_mm for finding in found)
    shown_numbers = {int(number) for number in re.findall(r'data-finding="(\d+)"', html)}
    assert shown_numbers == {i for i, f in enumerate(found) if f.severity >= 2 and (f.point_mm or f.faces)}
    assert html.count('class="finding tone-') == sum(f.severity >= 2 for f in found)


def test_every_word_that_is_marked_is_explained(pages: dict[str, str]) -> None:
    marked = set(re.findall(r'data-word="([^"]+)"', pages["report"]))
    explained = set(re.findall(r'id="word-([^"]+)"', pages["report"]))
    assert marked == explained
    assert {"wall", "supports"} <= marked


def test_a_proof_has_no_technical_word(pages: dict[str, str]) -> None:
    text = re.sub("<[^>]*>", " ", without_carried(pages["proof"])).casefold()
    for word in (
        "wall",
        "overhang",
        "support",
        "layer",
        "mesh",
        "stl",
        "3mf",
        "nozzle",
        "fdm",
        "solid",
        "slicer",
        "faces",
    ):
        assert not re.search(rf"\b{word}s?\b", text), word


def test_without_the_bundle_pages_have_pictures_and_say_what_is_missing(
    told: tuple[Report, Exhibit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_FOLDER", tmp_path / "nowhere")
    note = bundle.viewer_missing()
    assert note is not None
    assert note.code == "no-3d-view"
    assert "npm" in (note.remedy or "")
    html = write_report_page(*told, tmp_path / "report.html").read_text("utf-8")
    assert "<canvas" not in html
    assert "data-finding" not in html
    assert 'data-stage="none"' in html
    assert "script-src 'none'" in html
    assert html.count("data:image/webp") >= len(CAPTIONS)


def test_pictures_show_the_part_and_its_scale(told: tuple[Report, Exhibit], tmp_path: Path) -> None:
    files = write_pictures(told[1], tmp_path / "pictures")
    assert [file.stem for file in files] == list(CAPTIONS)
    views, thickness, *_ = (np.asarray(Image.open(file).convert("RGB")).astype(int) for file in files)
    red, blue = (np.abs(views - colour).sum(axis=2).min() for colour in ((200, 40, 30), (30, 70, 190)))
    assert max(red, blue) < 90
    bar = thickness[-42, :]
    assert np.abs(bar - told[1].maps["thickness"].scale.table[0]).sum(axis=1).min() < 12
    assert np.abs(bar - told[1].maps["thickness"].scale.table[-1]).sum(axis=1).min() < 12


def test_whiskers_are_darker_than_the_ball_on_the_map(told: tuple[Report, Exhibit]) -> None:
    shown_map, preview = told[1].maps["thickness"], told[1].preview
    away = np.linalg.norm(preview.vertices - preview.vertices.mean(axis=0), axis=1)
    assert np.median(shown_map.values[away > 0.95 * away.max()]) < 0.5 * np.median(shown_map.values)


def test_a_turntable_goes_once_around(told: tuple[Report, Exhibit], tmp_path: Path) -> None:
    path = write_turntable(told[1], tmp_path / "turntable.webp")
    with Image.open(path) as film:
        frames = []
        for number in range(film.n_frames):
            film.seek(number)
            frames.append(np.asarray(film.convert("RGB")).astype(int))
        assert film.info["loop"] == 0
    assert len(frames) >= 18
    middle = [frame[frame.shape[0] // 2, frame.shape[1] // 2] for frame in frames]
    assert middle[0][0] > middle[0][2]  # red in front
    assert middle[len(frames) // 2][2] > middle[len(frames) // 2][0]  # blue behind
