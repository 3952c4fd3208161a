"""Draw `pictures/report.png`: a run's report.html as Chromium shows it.

python docs/make_report_picture.py RUN
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parent / "pictures" / "report.png"
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WIDE_PX, TALL_PX = 1280, 960
READY_MS = 60_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Open the report of a run folder and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder with a report.html")
    page_file = parser.parse_args(arguments).run.resolve() / "report.html"
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("no Chromium found: install Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        page = browser.new_page(viewport={"width": WIDE_PX, "height": TALL_PX}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.wait_for_selector("[data-stage=ready]", timeout=READY_MS)
        page.screenshot(path=PICTURE)
        browser.close()
    Image.open(PICTURE).convert("RGB").save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
