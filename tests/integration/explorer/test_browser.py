"""The explorer in a real browser: no script, narrow, dark, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.integration.explorer.test_explorer import PAGES

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_fits_and_can_be_read(
    path: str, scheme: str, width: int, browser: Browser, explorer: httpx.Client
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=True,  # ours runs none; the checks below need it
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{str(explorer.base_url).rstrip('/')}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background, text = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (_light(background) > _light(text)) == (scheme == "light")
    assert said == []
    context.close()


def test_a_search_and_an_article_by_keyboard_alone_without_script(
    browser: Browser, explorer: httpx.Client
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(str(explorer.base_url))
    page.keyboard.type("ইরান")  # the box has the focus
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert page.locator("ol.hits > li").count() == 3
    page.locator("ol.hits a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/**")
    assert "ইরান" in page.locator("h1").inner_text()
    page.goto(str(explorer.base_url))
    page.keyboard.press("Shift+Tab")  # back over the language and the name to the first link
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    context.close()


def _light(colour: str) -> float:
    numbers = colour.removeprefix("rgb(").removesuffix(")").split(",")
    return sum(float(number) for number in numbers)
