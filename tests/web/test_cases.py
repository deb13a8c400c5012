"""Small inputs of kinds that collection once read wrong: each is read as it says.

`cases/cases.jsonl` names the kind, the public reports of it and what is right; siblings in other
shapes are in the tests of each part.
"""

import asyncio
import gzip
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from etl.addresses import canonical_url
from etl.cli.app import main
from etl.errors import UsageError
from etl.ingest.archives.reader import ArchiveCounts, ArchiveReader
from etl.ingest.files.reader import FileReader
from etl.ingest.files.url_lists import read_url_list
from etl.ingest.sources.feeds import read_feed
from etl.ingest.sources.sitemaps import SitemapPage, read_sitemap
from etl.lake.catalogs.sqlite import copies_by_age
from etl.lake.connection import open_lake
from etl.lake.maintain import back_up_catalog
from etl.schema.problems import Problem
from etl.schema.vocabulary import DeclarationKind, FetchOutcome, ProblemCode
from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.collect import inbox, web
from tests.web.site import Reply, article, rss

CASES = Path(__file__).parent / "cases"
DHAKA = ZoneInfo("Asia/Dhaka")
AT = "https://www.shurjomukhi.example/source.xml"
PAGE = (CASES / "http/page.html").read_bytes()
NOW = datetime(2026, 4, 11, tzinfo=UTC)
MAX = 1_000_000


def sitemap(name: str) -> tuple[SitemapPage, ...]:
    return read_sitemap((CASES / "sitemaps" / name).read_bytes(), AT, DHAKA).pages


def test_every_case_has_its_test() -> None:
    lines = (CASES / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 25
    tested = Path(__file__).read_text(encoding="utf-8")
    missing = [case for line in lines if (case := json.loads(line)["case"]) not in tested]
    assert missing == []


def test_a_picture_is_not_the_page() -> None:
    """sitemaps/image-after-loc.xml"""
    (page,) = sitemap("image-after-loc.xml")
    assert page.link.url == "https://www.shurjomukhi.example/desh/48213/dhan"
    assert page.link.title is None


def test_times_out_of_the_calendar_and_bad_addresses_fail_alone() -> None:
    """sitemaps/lastmod-year-1.xml, sitemaps/bracket-url.xml"""
    one, two = sitemap("lastmod-year-1.xml")
    assert (one.modified_at, two.modified_at) == (None, None)
    (left,) = sitemap("bracket-url.xml")
    assert left.link.url.endswith("/a/2")


def test_times_without_a_zone_are_the_outlets() -> None:
    """sitemaps/naive-lastmod.xml"""
    at = datetime(2019, 6, 1, 4, 0, tzinfo=UTC)
    assert [page.modified_at for page in sitemap("naive-lastmod.xml")] == [at, at]


def test_broken_sitemaps_are_read() -> None:
    """sitemaps/ampersand.xml, sitemaps/php-warning-first.xml"""
    first, second = sitemap("ampersand.xml")
    assert first.link.url == "https://www.shurjomukhi.example/news.php?id=1&cat=2"
    assert second.link.url.endswith("/a/2")
    (page,) = sitemap("php-warning-first.xml")
    assert page.link.url.endswith("/a/1")


def test_half_an_emoji_in_a_feed() -> None:
    """feeds/surrogate-emoji.xml"""
    links = read_feed((CASES / "feeds/surrogate-emoji.xml").read_bytes(), None, AT, DHAKA)
    assert [link.url[-4:] for link in links] == ["/a/1", "/a/2"]


def test_one_feed_does_not_stop_all(sites, outlets_file, settings_for) -> None:
    """scripts/one-feed-stops-all.sh"""
    broken, sound = sites(), sites({"/rss": rss([("/p", None)]), "/p": Reply(PAGE)})
    body = (CASES / "feeds/surrogate-emoji.xml").read_bytes()
    broken.routes["/rss"] = Reply(
        body.replace(b"https://www.shurjomukhi.example", broken.base.encode())
    )
    outlets = outlets_file(
        one={"hosts": [broken.host], "feeds": [broken.url("/rss")]},
        two={"hosts": [sound.host], "feeds": [sound.url("/rss")]},
    )
    settings = settings_for(outlets)
    report = web.discover(settings, DeclarationKind.FEED, (), "run")
    assert (report.sources_read, report.declared) == (2, 3)
    assert web.fetch(settings, (), "run").captured == 1


def test_dates_of_a_feed_that_are_not_sure_are_unknown() -> None:
    """feeds/dates.xml"""
    links = read_feed((CASES / "feeds/dates.xml").read_bytes(), None, AT, DHAKA)
    evening = datetime(2026, 4, 10, 13, 45, tzinfo=UTC)
    assert {link.url[-1]: link.published_at for link in links} == {
        "0": None,  # 10-04-2026: April or October
        "1": datetime(2016, 6, 29, 9, 7, 41, tzinfo=UTC),
        "2": evening,
        "3": evening,
        "4": None,  # PHP's zero date
        "5": evening,  # BDT, of an outlet in Bangladesh
        "6": None,  # "+" lost
        "7": None,  # 1970
        "8": None,  # the year 1
        "9": None,  # a number
    }


def test_addresses() -> None:
    """urls/differ-by-query.txt, urls/percent-case.txt, urls/bracket.txt"""
    lines = (CASES / "urls/differ-by-query.txt").read_text().splitlines()
    assert len({canonical_url(line) for line in lines}) == len(lines) == 12
    lines = (CASES / "urls/percent-case.txt").read_text(encoding="utf-8").splitlines()
    assert len({canonical_url(line) for line in lines}) == 1
    with pytest.raises(UsageError, match="line 1"):
        list(read_url_list(CASES / "urls/bracket.txt"))


def test_a_bad_address_of_a_capture_fails_alone(home: Path, tmp_path: Path) -> None:
    """pages/bracket-url/"""
    pages = tmp_path / "pages"
    shutil.copytree(CASES / "pages/bracket-url", pages)
    shutil.copy(CASES / "http/page.html", pages / "b.html")
    settings = Settings(home=home, workers=1)
    report = chain.run(settings, [pages], "run")
    assert report.outcomes["loaded"] >= 1
    assert sum(report.outcomes.values()) == 2


def test_a_long_bangla_name_passes_the_inbox(home: Path) -> None:
    """scripts/long-bangla-name (inbox)"""
    settings = Settings(home=home, inbox_settle_seconds=0)
    settings.inbox_folder.mkdir(parents=True)
    name = "খ" * 83 + ".html"
    for content in (PAGE, PAGE + b" "):  # the second time, done/ has that name
        (settings.inbox_folder / name).write_bytes(content)
        report = inbox.ingest_inbox(settings, f"run{len(content)}")
        assert (report.files, report.bad, report.ingest.captures_new) == (1, {}, 1)
    assert len(list((settings.inbox_folder / "done").iterdir())) == 2


ODD_ANSWERS = {
    "http/utf-8": Reply(PAGE, headers={"Content-Encoding": "utf-8"}),
    "http/gz-nul": Reply(gzip.compress(PAGE) + bytes(8), headers={"Content-Encoding": "gzip"}),
    "http/bad-header": Reply(PAGE, headers={"Bad Header": "x", "<b>Warning</b>": "line 3"}),
}


@pytest.mark.parametrize("case", ODD_ANSWERS)
def test_answers_that_browsers_read(sites, open_web, case: str) -> None:
    site = sites({"/1": ODD_ANSWERS[case]})

    async def get() -> bytes:
        async with open_web() as client:
            fetched = await client.get(site.url("/1"), MAX)
        assert (fetched.outcome, fetched.problem) == (FetchOutcome.CAPTURED, None)
        return bytes(fetched.response.content)

    assert asyncio.run(get()) == PAGE


def test_the_start_of_a_long_robots_txt_is_obeyed(sites, open_web) -> None:
    """robots/over-500-kib.txt"""
    lines = ["User-agent: *", "Disallow: /private/"]
    lines += [f"Disallow: /search/{number:06}/result" for number in range(18_000)]
    site = sites({"/robots.txt": Reply("\n".join(lines).encode()), "/1": Reply(PAGE)})

    async def get(path: str) -> tuple[FetchOutcome, Problem | None]:
        async with open_web(whole=20) as client:
            fetched = await client.get(site.url(path), MAX)
            return fetched.outcome, fetched.problem

    assert asyncio.run(get("/1")) == (FetchOutcome.CAPTURED, None)
    outcome, problem = asyncio.run(get("/private/x"))
    assert (outcome, problem and problem.code) == (
        FetchOutcome.BLOCKED,
        ProblemCode.ROBOTS_DISALLOW,
    )


def test_a_host_that_wants_ten_minutes_is_left_for_later(sites, outlets_file, settings_for) -> None:
    """robots/crawl-delay-600.txt"""
    robots = Reply((CASES / "robots/crawl-delay-600.txt").read_bytes())
    slow = sites({"/robots.txt": robots, "/rss": rss([("/1", None)]), "/1": Reply(article(1))})
    other = sites({"/rss": rss([("/1", None)]), "/1": Reply(article(1))})
    outlets = outlets_file(
        slow={"hosts": [slow.host], "feeds": [slow.url("/rss")]},
        other={"hosts": [other.host], "feeds": [other.url("/rss")]},
    )
    settings = settings_for(outlets)
    report = web.discover(settings, DeclarationKind.FEED, (), "run")
    (found,) = report.problems
    assert found.problem.code is ProblemCode.ASKED_TO_WAIT
    assert "600 s between two requests" in found.problem.detail
    assert report.declared == 1
    assert web.fetch(settings, (), "run").captured == 1
    assert [asked.path for asked in slow.log] == ["/robots.txt"]


@pytest.mark.parametrize("name", ["h#a", "h%41", "h$HOME", "h খ'"])
def test_a_home_with_signs_that_mean_something_elsewhere(tmp_path: Path, capsys, name: str) -> None:
    """scripts/home h#a"""
    home = tmp_path / name
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    assert main(["run", str(page), "--home", str(home)]) == 0
    assert main(["doctor", "--home", str(home)]) == 0
    assert "catalog   whole" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "page.html"])


def test_a_clock_that_is_set_back(home: Path, tmp_path: Path) -> None:
    """scripts/clock-back.sh"""
    settings = Settings(home=home, workers=1)
    first, second = tmp_path / "1.html", tmp_path / "2.html"
    first.write_bytes(PAGE)
    second.write_bytes(article(7, dated=True))
    chain.run(settings, [first], "29990101T000000-aaaaaaaa")
    with open_lake(settings) as lake, lake.write("a clock that was ahead"):
        lake.execute(
            "UPDATE lake.core.etl_run SET finished_at = finished_at + INTERVAL 1000 YEAR "
            "WHERE step = 'publish'"
        )
    for number in range(3):
        back_up_catalog(settings, f"29990101T00000{number}-ahead")
    report = chain.run(settings, [second], "20260411T000000-bbbbbbbb")
    assert report.publish is not None
    assert report.publish.articles == 2
    newest = copies_by_age(settings.catalog_backups)[0]
    assert newest.name == f"{report.publish.build_id}.sqlite"


def test_letters_of_either_form_are_found(sample_home: Path, capsys) -> None:
    """scripts/precomposed-query"""
    counts = []
    for letter in ("\u09df", "\u09af\u09bc"):
        query = f"SELECT count(*) FROM mart.article_text WHERE body LIKE '%{letter}%'"
        assert main(["sql", query, "--home", str(sample_home), "--format", "csv"]) == 0
        counts.append(int(capsys.readouterr().out.splitlines()[1]))
    assert counts[0] == counts[1] > 0


def test_the_documents_say_how_excel_reads_bangla() -> None:
    """(none: `khobor sql --format csv`)"""
    text = (PROJECT / "docs/analyst/query-with-duckdb.md").read_text(encoding="utf-8")
    assert "Excel" in text


def test_a_link_to_itself_is_skipped(tmp_path: Path) -> None:
    """scripts/symlink-loop"""
    (tmp_path / "loop.html").symlink_to("loop.html")
    (tmp_path / "a.html").write_bytes(PAGE)
    reader = FileReader((tmp_path,), NOW, MAX)
    assert [capture.source for capture in reader.captures()] == ["a.html"]
    assert reader.skipped == ["loop.html"]


def test_a_page_of_two_gzip_members_is_complete(home: Path) -> None:
    """warc/gzip-two-members.warc"""
    path = CASES / "warc/gzip-two-members.warc"
    reader = ArchiveReader(path, path.name, NOW, MAX, ArchiveCounts())
    (capture,) = reader.captures()
    assert (capture.content, capture.read_error) == (PAGE, None)
