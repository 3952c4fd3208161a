"""The pages in a browser: Chromium without a screen, without a network, drawing in software."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exhibits import shown
from PIL import Image

from fab.report.bundle import viewer_script
from fab.report.model import Report
from fab.report.write import Exhibit, write_proof_page, write_report_page

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
READY = "[data-stage=ready]"


@pytest.fixture(scope="module")
def told() -> tuple[Report, Exhibit]:
    return shown()


@pytest.fixture(scope="module")
def folder(told: tuple[Report, Exhibit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_report_page(*told, folder / "report.html")
    write_proof_page(*told, folder / "proof.html")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    assert viewer_script() is not None, "npm ci && npm run build in fab/report/viewer builds the 3D view"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Opened:
    """A page and what it complained of."""

    def __init__(self, browser: Any, file: Path, **options: Any) -> None:
        self.context = browser.new_context(offline=True, reduced_motion="reduce", **options)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector(READY)

    def camera(self) -> np.ndarray:
        script = "[...figurine.view.camera.position.toArray(), ...figurine.view.controls.target.toArray()]"
        return np.array(self.page.evaluate(script))

    def pixels(self) -> np.ndarray:
        self.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        image = Image.open(io.BytesIO(self.page.locator(".window").screenshot()))
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.fixture(scope="module")
def report(browser: Any, folder: Path) -> Iterator[Opened]:
    opened = Opened(browser, folder / "report.html", viewport={"width": 1200, "height": 800})
    yield opened
    opened.context.close()


def test_it_opens_from_a_file_and_asks_for_nothing(report: Opened) -> None:
    assert [url for url in report.asked if not url.startswith(("file:", "data:"))] == []
    assert report.page.evaluate("figurine.part.indices.length") > 3000
    assert report.page.evaluate("performance.getEntriesByName('ready')[0].startTime") < 10_000  # 2 s where it is quiet


def test_the_figure_is_drawn_in_its_colours(report: Opened) -> None:
    report.page.keyboard.press("Tab")
    pixels = report.pixels()
    reddish = (pixels[..., 0] > 2 * pixels[..., 2]) & (pixels[..., 0] > 90)
    assert reddish.mean() > 0.03


def test_modes_change_what_is_drawn_and_show_their_scale(report: Opened) -> None:
    seen = []
    for mode in ("plain", "colours", "thickness", "overhang"):
        report.page.locator(f"input[value={mode}]").check(force=True)
        seen.append(report.pixels())
        assert report.page.locator(f"[data-legend={mode}]:visible").count() == (mode in ("thickness", "overhang"))
    for first in range(4):
        for second in range(first):
            assert (np.abs(seen[first] - seen[second]).sum(axis=2) > 40).mean() > 0.02, (first, second)


def test_a_click_on_a_finding_moves_the_camera_there(report: Opened, told: tuple[Report, Exhibit]) -> None:
    report.page.locator("[data-all]").click()
    whole = report.camera()
    buttons = report.page.locator("[data-finding]")
    assert buttons.count() >= 2
    for at in range(buttons.count()):
        buttons.nth(at).click()
        number = int(buttons.nth(at).get_attribute("data-finding") or -1)
        place = report.page.evaluate(f"figurine.part.findings[{number}]")
        camera = report.camera()
        np.testing.assert_allclose(camera[3:], place["target"], atol=1e-2)
        towards = camera[:3] - camera[3:]
        np.testing.assert_allclose(towards / np.linalg.norm(towards), place["direction"], atol=2e-3)
        assert buttons.nth(at).get_attribute("aria-pressed") == "true"
        assert report.page.locator("[aria-pressed=true]").count() == 1
    assert np.linalg.norm(camera - whole) > 1.0
    report.page.locator("[data-all]").click()
    np.testing.assert_allclose(report.camera(), whole, atol=1e-6)


def test_a_drag_turns_the_figure(report: Opened) -> None:
    before = report.camera()
    box = report.page.locator("canvas").bounding_box()
    report.page.mouse.move(box["x"] + 200, box["y"] + 200)
    report.page.mouse.down()
    report.page.mouse.move(box["x"] + 320, box["y"] + 220, steps=4)
    report.page.mouse.up()
    after = report.camera()
    assert np.linalg.norm(after[:3] - before[:3]) > 1.0
    np.testing.assert_allclose(after[3:], before[3:], atol=1e-6)
    report.page.locator("[data-all]").click()


def test_everything_works_from_the_keyboard(report: Opened) -> None:
    page = report.page
    page.locator("canvas").focus()
    whole = report.camera()
    page.keyboard.press("ArrowLeft")
    assert np.linalg.norm(report.camera() - whole) > 1.0
    page.keyboard.press("+")
    far, near = (np.linalg.norm(camera[:3] - camera[3:]) for camera in (whole, report.camera()))
    assert near < far
    page.keyboard.press("3")
    assert page.evaluate("figurine.view.mode") == "thickness"
    page.keyboard.press("0")
    np.testing.assert_allclose(report.camera(), whole, atol=1e-6)
    reached = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(document.activeElement.dataset.finding ?? '') + document.activeElement.tagName"))
    assert {"CANVAS", "INPUT", "SUMMARY", "A"} <= reached
    assert {f"{b.get_attribute('data-finding')}BUTTON" for b in page.locator("[data-finding]").all()} <= reached
    page.locator("[data-finding]").first.focus()
    page.keyboard.press("Enter")
    assert np.linalg.norm(report.camera() - whole) > 1.0


def test_words_are_explained_by_pointer_and_by_keyboard(report: Opened) -> None:
    page = report.page
    bubble = page.locator("#explanation")
    word = page.locator("[data-word][tabindex]").first
    told = page.locator(f"#word-{word.get_attribute('data-word')}").text_content()
    word.hover()
    assert bubble.text_content() == told
    page.keyboard.press("Escape")
    assert bubble.is_hidden()
    page.mouse.move(0, 0)
    word.focus()
    assert bubble.is_visible()
    page.locator("canvas").focus()
    assert bubble.is_hidden()


def test_the_value_under_the_pointer_is_read_out(report: Opened) -> None:
    page = report.page
    page.locator("[data-all]").click()
    page.locator("input[value=thickness]").check(force=True)
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("document.querySelector('[data-reading]').textContent.includes('mm')")


def test_the_narrow_page_does_not_scroll_sideways(browser: Any, folder: Path) -> None:
    for name in ("report", "proof"):
        opened = Opened(browser, folder / f"{name}.html", viewport={"width": 360, "height": 740})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
        opened.context.close()


def test_paper_has_pictures_and_no_canvas(report: Opened) -> None:
    page = report.page
    page.emulate_media(media="print")
    assert page.locator("canvas").is_hidden()
    assert page.locator(".paper-only img").is_visible()
    assert page.locator(".of-thickness img").is_visible()
    assert page.locator(".words").is_visible()
    page.emulate_media(media="screen")
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 2 <= pdf.count(b"/Type /Page\n") <= 8


def test_a_proof_turns_in_its_colours_and_prints_at_true_size(browser: Any, folder: Path) -> None:
    opened = Opened(browser, folder / "proof.html", viewport={"width": 1200, "height": 800})
    assert opened.page.evaluate("figurine.view.mode") == "colours"
    opened.page.emulate_media(media="print")
    mm_per_unit = opened.page.evaluate(
        "(() => { const svg = document.querySelector('.size');"
        " return svg.getBoundingClientRect().width * 25.4 / 96 / svg.viewBox.baseVal.width; })()"
    )
    assert mm_per_unit == pytest.approx(1.0, abs=0.01)
    assert opened.complaints == []
    opened.context.close()


def test_nobody_complained(report: Opened) -> None:
    assert report.complaints == []
