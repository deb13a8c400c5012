"""The report: one page, whole, harmless whatever the pages say, and drawn by a real browser."""

import json
import re
import struct
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import duckdb
import pytest

from bi import bangla
from bi.report.cells import difference
from bi.report.charts import shortened, svg
from bi.report.model import Chart
from bi.report.sections import SECTIONS
from bi.report.selection import EVERYTHING, select
from etl.cli.app import main
from etl.publish.connection import open_build
from etl.settings import Settings
from etl.workflows import publishing

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"
# Texts that reach over their picture's edge are cut there; what reaches over the page's edge, but
# for tables in their own scroll, makes it scroll sideways. The width is set here because a window
# without a screenshot is never narrower than 500 pixels.
MEASURE = """<script>
document.documentElement.style.width = "WIDTHpx";
const reach = [...document.querySelectorAll("body *")].filter(
  element => !element.closest(".scroll table, svg, script")
).map(element => element.getBoundingClientRect().right);
const clipped = [...document.querySelectorAll("svg")].flatMap(svg => {
  const edge = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < edge.left - 1 || box.right > edge.right + 1
      || box.top < edge.top - 4 || box.bottom > edge.bottom + 4;
  }).map(text => text.textContent);
});
document.title = JSON.stringify({
  ground: getComputedStyle(document.body).backgroundColor,
  width: Math.max(...reach),
  clipped,
});
</script>"""
LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}


class Page(HTMLParser):
    """Tags with their attributes, and the rows of each table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def settings(sample_home: Path) -> Settings:
    return Settings(home=sample_home)


@pytest.fixture(scope="module")
def path(settings: Settings) -> Path:
    return publishing.report(settings)


@pytest.fixture(scope="module")
def text(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.fixture
def changed(settings: Settings, tmp_path: Path) -> Callable[[str], Path]:
    """A home whose build is the sample's, changed by some SQL."""

    def change(sql: str) -> Path:
        build = tmp_path / "publish" / "current" / "warehouse.duckdb"
        build.parent.mkdir(parents=True)
        build.write_bytes((settings.current_build / "warehouse.duckdb").read_bytes())
        with duckdb.connect(str(build)) as connection:
            connection.execute(sql)
        return tmp_path

    return change


def _assert_loads_nothing(text: str) -> None:
    page = Page(text)
    assert {tag for tag, _ in page.tags}.isdisjoint(
        {"script", "iframe", "object", "embed", "img", "image", "base", "form", "use"}
    )
    for tag, attributes in page.tags:
        assert not LOADING & set(attributes), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        if tag != "a":
            assert (attributes.get("href") or "data:").startswith("data:"), (tag, attributes)
    assert not re.search(r"@import|url\(", text)
    (policy,) = [
        attributes["content"]
        for attributes in page.all("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")


def test_the_page_loads_nothing_and_links_to_articles(text: str, path: Path) -> None:
    _assert_loads_nothing(text)
    links = [attributes["href"] or "" for attributes in Page(text).all("a")]
    assert len([link for link in links if link.startswith(("http://", "https://"))]) > 40
    local = [link for link in links if not link.startswith(("http://", "https://", "#"))]
    assert local == ["../docs/index.html"]
    assert (path.parent / unquote(local[0])).is_file()


def _chart(caption: str) -> Chart:
    (chart,) = [
        chart for section in SECTIONS for chart in section.charts if chart.caption_en == caption
    ]
    return chart


def test_every_section_has_its_charts_and_rows(text: str) -> None:
    assert "no data" not in text
    for section in SECTIONS:
        body = text.split(f'<section id="{section.name}">')[1].split("</section>")[0]
        assert body.count("<svg") == len(section.charts)
        tables = [table.split("<tbody>")[1] for table in body.split("<table>")[1:]]
        assert len(tables) == len(section.tables)
        assert all("<tr>" in table for table in tables)


def test_charts_keep_bangla_as_text(text: str) -> None:
    pictures = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    texts = {
        element.text
        for picture in pictures
        for element in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")
    }
    assert {"প্রথম আলো", "বাংলাদেশ", "১ ফেব্রুয়ারি", "১ ঘণ্টা", "গৃহীত", "অজানা মাধ্যম"} <= texts


def test_bangla_text_has_no_latin_digits_and_no_codes(text: str) -> None:
    body = re.sub(r"<(\w+)[^>]* lang=en>.*?</\1>|<[^>]*>", " ", text.split("<main>")[1])
    shown = re.sub(r"https?://\S+|Data Docs|JSON-LD", "", re.sub(r'lang="en"', "lang=en", body))
    for code in ("SUPPORT", "not_article", "unknown", "byline_is_known", "never_fetched"):
        assert code not in shown


def test_figures_are_those_of_the_marts(settings: Settings, text: str) -> None:
    with open_build(settings.current_build / "warehouse.duckdb") as connection:
        select(connection, EVERYTHING)
        for sql, expected in (
            (_chart("Articles over time").sql, "SELECT sum(article_count) FROM mart.daily_volume"),
            (
                _chart("Articles per outlet over time; stronger colour: more").sql,
                "SELECT sum(article_count) FROM mart.daily_volume",
            ),
            (_chart("Captures by outcome").sql, "SELECT count(*) FROM mart.capture_outcome"),
        ):
            shown = connection.execute(f"SELECT sum(value) FROM ({sql})").fetchone()
            assert shown == connection.execute(expected).fetchone()
        (articles,) = connection.execute("SELECT count(*) FROM mart.article").fetchone() or (0,)
    assert f"<dd>{bangla.number(articles)}</dd>" in text


def test_what_pages_say_stays_text(changed: Callable[[str], Path]) -> None:
    literal = "'" + HOSTILE.replace("'", "''") + "'"
    home = changed(
        f"UPDATE mart.article SET title = {literal}, section = {literal}, top_section = {literal};"
        "UPDATE mart.article SET url = 'javascript:alert(3)' WHERE outlet_id = 'kalbela';"
        "UPDATE mart.article SET url = 'https://x.example/\" onclick=\"alert(4)' "
        "WHERE article_id = (SELECT article_id FROM mart.article WHERE outlet_id <> 'kalbela' "
        "ORDER BY published_at_utc DESC LIMIT 1);"
        f"UPDATE mart.article SET outlet_name_bn = {literal};"
        f"UPDATE mart.article_entity SET entity_name_bn = {literal};"
        f"UPDATE mart.article_revision SET title_before = {literal}, title_after = {literal};"
        f"UPDATE mart.story SET first_title = {literal};"
        f"UPDATE mart.event SET evidence = {literal}"
    )
    text = publishing.report(Settings(home=home)).read_text("utf-8")
    _assert_loads_nothing(text)
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 40
    links = [attributes["href"] or "" for attributes in Page(text).all("a")]
    assert not [link for link in links if link.startswith("javascript:")]
    assert 'https://x.example/" onclick="alert(4)' in links
    assert "Data Docs" not in text  # there are none in that home


def test_an_empty_build_says_that_there_is_nothing(changed: Callable[[str], Path]) -> None:
    tables = ("article", "article_entity", "event", "event_article", "story")
    others = ("article_revision", "capture_outcome", "data_quality")
    home = changed("".join(f"DELETE FROM mart.{table};" for table in tables + others))
    text = publishing.report(Settings(home=home)).read_text("utf-8")
    expected = sum(len(section.charts) + len(section.tables) for section in SECTIONS)
    assert text.count("no data") == expected
    assert "No dated article." in text


@pytest.mark.parametrize(
    ("days", "columns"),
    [(31, 31), (200, 29), (900, 30), (1900, 21), (9000, 25)],
)
def test_time_is_cut_into_a_readable_number_of_periods(
    days: int, columns: int, changed: Callable[[str], Path]
) -> None:
    home = changed(
        "CREATE TABLE day AS FROM mart.article WHERE NOT is_undated LIMIT 1;"
        "DELETE FROM mart.article;"
        "INSERT INTO mart.article SELECT day.* REPLACE "
        "(CAST(DATE '2020-01-01' + to_days(CAST(n AS INTEGER)) AS DATE) AS published_date) "
        f"FROM day CROSS JOIN range({days}) AS r(n)"
    )
    chart = _chart("Articles over time")
    with open_build(home / "publish/current/warehouse.duckdb") as connection:
        select(connection, EVERYTHING)
        rows = connection.execute(chart.sql).fetchall()
        names = [column[0] for column in connection.description or []]
    assert abs(len(rows) - columns) <= 2
    assert all(end == start for (_, end, _), (start, _, _) in pairwise(rows))
    assert "<svg" in svg(chart.draw([dict(zip(names, row, strict=True)) for row in rows]))


def test_a_report_of_a_period_and_an_outlet_has_nothing_else(
    settings: Settings, tmp_path: Path
) -> None:
    output = tmp_path / "part.html"
    part = ("--since", "2026-02-01", "--until", "2026-02-28", "--outlet", "kalbela")
    assert main(["report", "--home", str(settings.home), "--output", str(output), *part]) == 0
    text = output.read_text("utf-8")
    with open_build(settings.current_build / "warehouse.duckdb") as connection:
        count, first, last = connection.execute(
            "SELECT count(*), min(published_date), max(published_date) FROM mart.article "
            "WHERE outlet_id = 'kalbela' AND published_date BETWEEN '2026-02-01' AND '2026-02-28'"
        ).fetchall()[0]
        titles = connection.execute("SELECT title, outlet_id, published_date FROM mart.article")
        others = [title for title, outlet, at in titles.fetchall() if outlet == "samakal"]
    assert f"<dd>{bangla.number(count)}</dd>" in text
    assert f"{bangla.day(first)} – {bangla.day(last)}" in text
    assert "বাছাই · selection" in text
    latest = text.split("Latest articles")[1].split("</table>")[0]
    assert not [title for title in others if title in latest]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (("--outlet", "nobody"), "--outlet nobody: no article of it; there are"),
        (("--since", "2026-02-02", "--until", "2026-02-01"), "is before --since"),
    ],
)
def test_a_selection_that_cannot_be_is_refused(
    part: tuple[str, ...], said: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--home", str(settings.home), *part]) == 2
    assert said in capsys.readouterr().err


def test_what_is_not_shown_is_counted(settings: Settings, text: str) -> None:
    with open_build(settings.current_build / "warehouse.duckdb") as connection:
        (articles,) = connection.execute("SELECT count(*) FROM mart.article").fetchall()[0]
    assert f"first 25 of {articles}" in text


def test_it_starts_with_what_is_new(text: str) -> None:
    assert text.index('<section id="news">') < text.index('<section id="coverage">')
    news = text.split('<section id="news">')[1].split("</section>")[0]
    for said in ("শেষ সাত দিনে", "নীরব"):
        assert said in news


def test_an_outlet_that_stopped_is_named(changed: Callable[[str], Path]) -> None:
    home = changed(
        "CREATE TABLE one AS FROM mart.article WHERE NOT is_undated LIMIT 1;"
        "DELETE FROM mart.article;"
        "INSERT INTO mart.article SELECT one.* REPLACE (outlet AS outlet_id, outlet AS "
        "outlet_name_bn, outlet || n AS article_id, CAST(DATE '2026-01-01' + "
        "to_days(CAST(n AS INTEGER)) AS DATE) AS published_date) FROM one "
        "CROSS JOIN (SELECT unnest(['daily', 'stopped']) AS outlet) CROSS JOIN range(60) AS r(n) "
        "WHERE outlet = 'daily' OR n < 40"
    )
    text = publishing.report(Settings(home=home)).read_text("utf-8")
    news = text.split('<section id="news">')[1].split("</section>")[0]
    assert "stopped — শেষ সংবাদ ৯ ফেব্রুয়ারি ২০২৬, ২০ দিন আগে" in news
    assert "daily —" not in news


def test_a_changed_headline_shows_its_words() -> None:
    assert difference("নিহত ৩ <b>", "নিহত বেড়ে ৫") == (
        "নিহত <del>৩ &lt;b&gt;</del> <ins>বেড়ে ৫</ins>"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "০"), (999, "৯৯৯"), (10_348, "১০,৩৪৮"), (1_234_567, "১২,৩৪,৫৬৭"), (-1.5, "−১.৫")],
)
def test_figures_are_grouped_by_thousand_lakh_and_crore(value: float, shown: str) -> None:
    assert bangla.number(value) == shown


def test_labels_are_cut_between_letters() -> None:
    assert shortened("বাংলাদেশ – যুক্তরাষ্ট্র") == "বাংলাদেশ – যুক্তরাষ্ট্র"
    for label in ("ক্ষ" * 30, "কো" * 30, "a" * 30, "আন্তর্জাতিক সম্পর্ক ও অর্থনীতি বিষয়ক"):
        short = shortened(label)
        assert short.endswith("…")
        assert label.startswith(short[:-1].rstrip())
        assert short[-2] != "্"
        assert not re.match("[ািীুূৃেৈোৌ্ঁংঃ]", label[len(short) - 1 :])


def test_output_is_replaced_whole(settings: Settings, tmp_path: Path) -> None:
    output = tmp_path / "প্রতিবেদন" / "my report.html"
    assert main(["report", "--home", str(settings.home), "--output", str(output)]) == 0
    output.write_text("old", "utf-8")
    assert main(["report", "--home", str(settings.home), "--output", str(output)]) == 0
    assert output.read_text("utf-8").endswith("</html>\n")
    assert list(output.parent.iterdir()) == [output]


def test_without_a_build_it_says_what_sql_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sql", "SELECT 1", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert main(["report", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == said
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    output = tmp_path / "file" / "report.html"
    assert main(["report", "--home", str(settings.home), "--output", str(output)]) == 1
    assert f"report {output} can't be written" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium on this machine")
@pytest.mark.parametrize(
    ("width", "scheme", "ground"),
    [(1200, 1, "rgb(245, 244, 240)"), (1200, 0, "rgb(20, 23, 26)"), (390, 1, "rgb(245, 244, 240)")],
    ids=["light", "dark", "phone"],
)
def test_a_browser_draws_it(
    width: int, scheme: int, ground: str, path: Path, text: str, tmp_path: Path
) -> None:
    flags = [f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={width},1600"]
    blank, picture = tmp_path / "blank.png", tmp_path / "report.png"
    _chromium(tmp_path, *flags, f"--screenshot={blank}", "about:blank")
    _chromium(tmp_path, *flags, f"--screenshot={picture}", path.as_uri())
    assert picture.read_bytes()[16:24] == struct.pack(">II", width, 1600)
    # A blank page packs into almost nothing; text and charts do not.
    assert picture.stat().st_size > 10 * blank.stat().st_size

    # The page runs no script, so a copy that may measures it.
    measured = tmp_path / "measured.html"
    script = MEASURE.replace("WIDTH", str(width))
    measured.write_text(
        re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", script + "</body>"), "utf-8"
    )
    page = _chromium(tmp_path, *flags, "--dump-dom", measured.as_uri())
    (found,) = re.findall(r"<title>(\{.*?\})</title>", page)
    seen = json.loads(found)
    assert seen["ground"] == ground
    assert seen["width"] <= width, "the page scrolls sideways"
    assert seen["clipped"] == []


def _chromium(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments],
        check=True,
        capture_output=True,
        timeout=120,
        text=True,
    ).stdout
