"""Pages, lists and API of the explorer, asked for over HTTP."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import lxml.html
import pyarrow.parquet as pq
import pytest

from tests.factories.build import BuildFactory
from tests.integration.explorer.conftest import HOSTILE

PAGES = (
    "/",
    "/?q=ইরান&with=ভারত&by=week&view=share&since=&until=",
    "/article/kalbela:253604",
    "/article/prothomalo:z9d11xez7y",
    "/story/kalbela:256374",
    "/compare?before=kalbela:256374&after=samakal:334852",
    "/outlet/kalbela",
    "/pair/IN/CN",
    "/entity/country:IR",
)
_HOSTILE_PAGES = (
    "/?q=ইরান", f"/?q={HOSTILE.replace(chr(34), '')}", "/article/kalbela:1", "/story/kalbela:1",
    "/outlet/kalbela", "/pair/IN/IR", "/entity/person:<b>",
    "/compare?before=kalbela:1&after=samakal:2", f"/article/{HOSTILE}",
)  # fmt: skip


def read(response: httpx.Response) -> lxml.html.HtmlElement:
    found: lxml.html.HtmlElement = lxml.html.fromstring(response.content)
    return found


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["bn", "en"])
def test_every_page_stands_in_both_languages_and_runs_nothing(
    path: str, language: str, explorer: httpx.Client
) -> None:
    sign = "&" if "?" in path else "?"
    response = explorer.get(path if language == "bn" else f"{path}{sign}lang=en")
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    page = read(response)
    assert page.get("lang") == language
    assert not page.xpath("//script | //*[@style] | //@*[starts-with(name(), 'on')]")
    assert page.xpath("count(//h1)") == 1
    boxes = page.xpath("//form//input[not(@type='hidden')]")
    assert all(box.get("id") or box.getparent().tag == "label" for box in boxes)
    # Every link keeps the language, and leads to a page.
    inner = {href for href in page.xpath("//main//a/@href") if href.startswith("/")}
    assert all(("lang=en" in href) == (language == "en") for href in inner)


def test_every_link_of_the_pages_leads_somewhere(explorer: httpx.Client) -> None:
    links = {
        href
        for path in PAGES
        for href in read(explorer.get(path)).xpath("//a/@href")
        if href.startswith("/")
    }
    broken = {href for href in sorted(links) if explorer.get(href).status_code != 200}
    assert len(links) > 50
    assert broken == set()


def test_a_search_marks_its_words_and_counts_facets(explorer: httpx.Client) -> None:
    page = read(explorer.get("/", params={"q": "ইরান"}))
    assert "ইরানের" in page.xpath("//ol//mark/text()")
    assert len(page.xpath("//ol/li")) == 3
    assert "পাকিস্তান" in page.xpath("//aside//a/text()")
    assert page.xpath("//svg//circle/title/text()")
    narrowed = read(explorer.get("/", params={"q": "ইরান", "outlet": "kalbela"}))
    assert len(narrowed.xpath("//ol/li")) == 1
    assert "কালবেলা ✕" in narrowed.xpath("//ul[@class='filters']//a/text()")


def test_an_article_shows_its_changes_its_evidence_and_how_it_was_read(
    explorer: httpx.Client,
) -> None:
    changed = read(explorer.get("/article/kalbela:253604"))
    assert changed.xpath("//ins")
    assert changed.xpath("//del")
    coded = read(explorer.get("/article/prothomalo:z9d11xez7y"))
    assert coded.xpath("//article//mark[@class='event']")
    assert coded.xpath("//article//mark[@class='source']/text()") == ["খবর রয়টার্সের।"]
    (original,) = coded.xpath("//a[contains(@rel, 'noopener')]/@href")
    assert original == "https://www.prothomalo.com/world/middle-east/z9d11xez7y"


@pytest.mark.parametrize("path", _HOSTILE_PAGES)
def test_text_of_pages_and_of_addresses_is_shown_and_never_run(
    path: str, hostile: httpx.Client
) -> None:
    response = hostile.get(path)
    assert response.status_code in (200, 404)
    page = read(response)
    assert not page.xpath("//script | //img | //@*[starts-with(name(), 'on')]")
    assert "<script" not in response.text.lower()


def test_an_address_that_would_run_a_script_is_no_link(tmp_path: Path, serve: Any) -> None:
    build = BuildFactory(tmp_path / "build")
    build.article("kalbela:1", url="javascript:alert(1)")
    build.finish()
    with serve(build.folder) as client:
        assert "javascript" not in client.get("/article/kalbela:1").text


def test_lists_have_addresses_of_their_own_in_four_formats(explorer: httpx.Client) -> None:
    parameters = {"q": "ইরান", "limit": "100"}
    csv_list = explorer.get("/search.csv", params=parameters)
    assert csv_list.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(csv_list.content.decode("utf-8-sig"))))
    ids = [row["article_id"] for row in rows]
    assert len(ids) == 3
    documents = explorer.get("/search.json", params=parameters).json()
    assert [document["article_id"] for document in documents] == ids
    table = pq.read_table(io.BytesIO(explorer.get("/search.parquet", params=parameters).content))
    assert table.column("article_id").to_pylist() == ids
    feed = ElementTree.fromstring(explorer.get("/search.atom", params=parameters).content)
    atom = "{http://www.w3.org/2005/Atom}"
    times = [entry.findtext(f"{atom}updated") or "" for entry in feed.findall(f"{atom}entry")]
    assert times == sorted(times, reverse=True)
    assert "2026-02-19T04:02:00Z" in times  # 10:02 in Dhaka
    for path in (
        "/story/kalbela:256374/articles",
        "/pair/IN/CN/events",
        "/entity/country:IR/articles",
    ):
        for form in ("csv", "json", "parquet", "atom"):
            assert explorer.get(f"{path}.{form}").status_code == 200


def test_the_api_is_described_and_gives_what_the_pages_show(explorer: httpx.Client) -> None:
    described = explorer.get("/openapi.json").json()
    assert {"/api/search", "/api/articles/{article_id}", "/api/events"} <= set(described["paths"])
    found = explorer.get("/api/search", params={"q": "ইরান"}).json()
    assert found["total"] == 3
    article = explorer.get(f"/api/articles/{found['hits'][0]['article_id']}").json()
    assert "ইরান" in article["body"]
    diff = explorer.get("/api/articles/kalbela:253604/diff").json()
    assert (diff["before"]["version_no"], diff["after"]["version_no"]) == (2, 3)
    assert len(explorer.get("/api/articles/kalbela:253604/versions").json()) == 3
    assert explorer.get("/api/months", params={"q": "ইরান"}).json()[0]["articles"] == 1


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/article/kalbela:0", 404, "kalbela:0"),
        ("/story/x", 404, "no story"),
        ("/outlet/x", 404, "no outlet"),
        ("/pair/XX/YY", 404, "ISO"),
        ("/entity/x", 404, "names"),
        ("/nowhere", 404, ""),
        ('/?q="ইরান', 400, "partner"),
        ("/?q=" + "ক" * 501, 400, "q"),
        ("/?q=x&outlet=nowhere", 400, "kalbela"),
        ("/?limit=100000", 400, "limit"),
        ("/?since=yesterday", 400, "since"),
        ("/api/articles/kalbela:0", 404, "khobor search"),
        ("/api/search?limit=0", 400, "limit"),
    ],
)
def test_what_is_wrong_is_said(path: str, status: int, named: str, explorer: httpx.Client) -> None:
    response = explorer.get(path)
    assert response.status_code == status
    assert named in response.text
    assert "Traceback" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_a_name_of_elsewhere_is_not_answered(explorer: httpx.Client) -> None:
    assert explorer.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert explorer.post("/").status_code == 405


def test_a_new_build_is_read_as_soon_as_it_is_published(
    tmp_path: Path, serve: Callable[..., Any]
) -> None:
    link = tmp_path / "current"
    with serve(link) as client:
        response = client.get("/")
        assert response.status_code == 503
        assert "khobor publish" in response.text
        for title in ("প্রথম", "দ্বিতীয়"):
            build = BuildFactory(tmp_path / title)
            build.article("kalbela:1", title)
            build.finish()
            link.unlink(missing_ok=True)
            link.symlink_to(build.folder)
            assert title in client.get("/article/kalbela:1").text
        shutil.rmtree(tmp_path / "প্রথম")
        assert client.get("/").status_code == 200
