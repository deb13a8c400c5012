"""The dashboards as a reader sees them: logged in through a real browser, drawn, filtered.

Pictures are kept in ``build/test-bi``.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from bi.dashboards import DASHBOARDS
from bi.dashboards.coverage import COVERAGE
from bi.model import Dashboard, Number, Table
from etl.settings import PROJECT
from tests.superset.flip import flip_by_airflow
from tests.superset.serving import Served

PICTURES = PROJECT / "build" / "test-bi"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = 1440, 420
ARTICLES, OUTLETS = 0, 1  # places of these figures in Coverage
_CHART = "[data-test=dashboard-component-chart-holder]"
_HEIGHT = 6000  # charts far outside of the window are not drawn
_MARGIN = 20
_NARROWEST = {True: 160, False: 340}  # of a figure, of any other chart: still to be read
_WAIT = 600_000  # milliseconds, on a busy machine: nothing else is to be told by time


class Reader:
    """One logged-in browser window, which notes what goes wrong in it."""

    def __init__(self, page: Page, served: Served, width: int) -> None:
        self.page = page
        self._width = width
        self.errors: list[str] = []
        self._served = served
        self._answers: list[tuple[int, str]] = []
        page.set_default_timeout(_WAIT)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfinished", self._note_request)
        page.on("response", self._note_response)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self._served.superset, "data:", "blob:")):
            self.errors.append(f"asked elsewhere: {request.url}")

    def _note_response(self, response: Response) -> None:
        if "/api/v1/chart/data" in response.url:
            self._answers.append((response.status, response.url))

    def log_in(self) -> None:
        self.page.goto(f"{self._served.superset}/login/")
        self.page.locator("input[name=username], input#username").fill("admin")
        self.page.locator("input[name=password], input#password").fill(self._served.password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(re.compile("/superset/welcome/"))

    def open(self, dashboard: Dashboard) -> None:
        self._answers.clear()
        self.page.goto(f"{self._served.superset}/superset/dashboard/{dashboard.name}/")
        self.wait_drawn(dashboard)
        assert len(self._answers) >= len(dashboard.charts)

    def wait_drawn(self, dashboard: Dashboard) -> None:
        """Every chart has drawn something, and none says that it could not or has nothing."""
        charts = self.page.locator(_CHART)
        expect(charts).to_have_count(len(dashboard.charts), timeout=_WAIT)
        for number, chart in enumerate(dashboard.charts):
            drawn = "table tbody tr" if isinstance(chart, Table) else "canvas"
            drawn = ".header-line" if isinstance(chart, Number) else drawn
            expect(charts.nth(number).locator(drawn).first).to_be_visible(timeout=_WAIT)
        expect(self.page.locator("[data-test=loading-indicator]")).to_have_count(0, timeout=_WAIT)
        expect(self.page.locator(".ant-alert-error, [data-test=error-alert]")).to_have_count(0)
        expect(self.page.get_by_text(re.compile("No results|Unexpected error"))).to_have_count(0)
        assert [answer for answer in self._answers if answer[0] != 200] == []
        assert self.errors == []

    def fits(self, dashboard: Dashboard) -> None:
        """Every chart is wide enough to be read, and starts inside of the window."""
        for number, chart in enumerate(dashboard.charts):
            box = self.page.locator(_CHART).nth(number).bounding_box()
            assert box is not None
            assert box["width"] >= _NARROWEST[isinstance(chart, Number)], chart.title
            assert box["x"] + _NARROWEST[isinstance(chart, Number)] <= self._width, chart.title

    def picture(self, path: Path) -> None:
        """Keep a picture of the page down to its last chart."""
        last = self.page.locator(_CHART).last.bounding_box()
        assert last is not None
        assert last["y"] + last["height"] + _MARGIN < _HEIGHT
        bottom = last["y"] + last["height"] + _MARGIN
        clip = FloatRect(x=0, y=0, width=self._width, height=bottom)
        self.page.screenshot(path=path, animations="disabled", clip=clip)

    def figure(self, number: int) -> Locator:
        """The figure of the chart at that place, from 0."""
        return self.page.locator(_CHART).nth(number).locator(".header-line")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reader(browser: Browser, served: Served) -> Iterator[Callable[[int, str], Reader]]:
    """Windows by width and colour scheme; each logs in once."""
    contexts: dict[tuple[int, str], BrowserContext] = {}
    readers: dict[tuple[int, str], Reader] = {}

    def window(width: int, scheme: str) -> Reader:
        key = (width, scheme)
        if key not in readers:
            contexts[key] = browser.new_context(
                viewport={"width": width, "height": _HEIGHT},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            readers[key] = Reader(contexts[key].new_page(), served, width)
            readers[key].log_in()
        return readers[key]

    yield window
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda dashboard: dashboard.name)
@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_every_chart_is_drawn(
    reader: Callable[[int, str], Reader], dashboard: Dashboard, width: int, scheme: str
) -> None:
    window = reader(width, scheme)
    window.open(dashboard)
    window.fits(dashboard)
    window.page.wait_for_timeout(1000)  # animations end
    PICTURES.mkdir(parents=True, exist_ok=True)
    window.picture(
        PICTURES / f"{dashboard.name}-{'narrow' if width == NARROW else 'wide'}-{scheme}.png"
    )


def test_a_filter_set_by_hand_reaches_the_charts(
    reader: Callable[[int, str], Reader], served: Served
) -> None:
    with duckdb.connect(
        str(served.settings.current_build / "warehouse.duckdb"), read_only=True
    ) as connection:
        row = connection.execute(
            "SELECT count(*) FROM mart.article WHERE outlet_id = 'kalbela'"
        ).fetchone()
    assert row is not None
    window = reader(WIDE, "light")
    window.open(COVERAGE)
    # The time filter is the first and no list.
    window.page.locator("[data-test=form-item-value] .ant-select").first.click()
    window.page.keyboard.type("কালবেলা")
    window.page.locator(".ant-select-item-option", has_text="কালবেলা").first.click()
    window.page.keyboard.press("Escape")
    window.page.locator("[data-test=filter-bar__apply-button]").click()
    expect(window.figure(ARTICLES)).to_have_text(str(row[0]), timeout=_WAIT)
    expect(window.figure(OUTLETS)).to_have_text("1", timeout=_WAIT)


def test_a_filter_takes_no_value_that_no_row_has(reader: Callable[[int, str], Reader]) -> None:
    window = reader(WIDE, "light")
    window.open(COVERAGE)
    window.page.locator("[data-test=form-item-value] .ant-select").first.click()
    window.page.keyboard.type("যে মাধ্যম নেই")
    window.page.keyboard.press("Enter")
    window.page.keyboard.press("Escape")
    expect(window.page.locator("[data-test=filter-bar__apply-button]")).to_be_disabled()
    chosen = window.page.locator("[data-test=form-item-value] .ant-select-selection-item")
    assert "যে মাধ্যম নেই" not in chosen.all_inner_texts()


def test_every_chart_says_what_it_counts(reader: Callable[[int, str], Reader]) -> None:
    window = reader(WIDE, "light")
    window.open(COVERAGE)
    for number, chart in enumerate(COVERAGE.charts):
        title = window.page.locator(_CHART).nth(number).locator(".header-title")
        said = title.evaluate("title => getComputedStyle(title, '::after').content")
        assert chart.note_bn in said


def test_a_new_build_shows_in_an_open_dashboard(
    reader: Callable[[int, str], Reader], served: Served
) -> None:
    window = reader(WIDE, "light")
    window.open(COVERAGE)
    articles = int(window.figure(ARTICLES).inner_text())
    flip_by_airflow(served)
    window.page.get_by_role("button", name="Refresh dashboard").click()
    expect(window.figure(ARTICLES)).to_have_text(str(articles + 1), timeout=_WAIT)
    window.wait_drawn(COVERAGE)
