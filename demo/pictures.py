"""Pictures for the documents, drawn from the demo: ``python -m demo.pictures HOME``."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from etl.resources import checkout

_CHROMIUM = "/usr/bin/chromium"
_WIDTH, _HEIGHT = 1200, 900


def draw_report(report: Path, picture: Path) -> None:
    """Draw the first screen of a report.

    Args:
        report: the page.
        picture: a PNG file, which is replaced.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        page.goto(report.as_uri())
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m demo.pictures HOME")
    draw_report(
        Path(sys.argv[1]).absolute() / "report" / "index.html",
        checkout() / "docs" / "start" / "report.png",
    )
