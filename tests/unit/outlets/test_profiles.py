"""Profiles: which outlet a URL belongs to, its native id, and errors that name the outlet."""

from datetime import date
from pathlib import Path

import pytest

from etl.errors import UsageError
from etl.outlets.profiles import load_outlets
from etl.settings import PROJECT

OUTLETS = load_outlets(PROJECT / "seeds" / "outlets.yml")


@pytest.mark.parametrize(
    ("url", "outlet_id"),
    [
        ("https://www.kalbela.com/world/251042", "kalbela"),
        ("https://m.kalbela.com/world/251042", "kalbela"),
        ("https://alpha.ajkerpatrika.com/national/ajpabcdefghij", "ajkerpatrika"),
        ("https://www.bbc.com/bengali/articles/c0123456789o", "bbcbangla"),
        ("https://www.bbc.com/news/articles/c0123456789o", None),
        ("https://notkalbela.com/world/251042", None),
        ("no address", None),
    ],
)
def test_a_url_belongs_to_an_outlet_by_host_and_path(url: str, outlet_id: str | None) -> None:
    outlet = OUTLETS.for_url(url)
    assert (outlet.id if outlet else None) == outlet_id


@pytest.mark.parametrize(
    ("outlet_id", "url", "native"),
    [
        ("kalbela", "https://www.kalbela.com/world/251042", "251042"),
        # The same article below any slug, however it is encoded.
        ("banglatribune", "https://banglatribune.com/foreign/812345/%E0%A7%9F%C2%A0", "812345"),
        ("banglatribune", "https://www.banglatribune.com/812345/", "812345"),
        ("manabzamin", "https://mzamin.com/news.php?news=4567", "4567"),
        ("kalbela", "https://www.kalbela.com/world", None),
    ],
)
def test_the_native_id_stands_in_path_or_query(
    outlet_id: str, url: str, native: str | None
) -> None:
    assert OUTLETS.by_id[outlet_id].native_id(url) == native


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("outlets:\n- {id: a, name_en: A}\n", "outlet a: outlets.0.hosts: Field required"),
        ("outlets:\n- {id: a, name_en: A, hosts: [a.example], colour: red}\n", "outlet a: "),
        ("- a\n", "valid dictionary"),
        ("outlets: [", "is no YAML"),
    ],
)
def test_a_wrong_profile_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "outlets.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        load_outlets(path)


def test_every_outlet_says_where_its_pages_are_named() -> None:
    assert [o.id for o in OUTLETS.all if not (o.feeds or o.sitemaps or o.listings)] == []
    for outlet in OUTLETS.all:
        for address in (*outlet.sitemaps, *outlet.listings):
            assert OUTLETS.is_of(outlet, address), address


def test_a_missing_file_tells_the_setting(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="KHOBOR_OUTLETS"):
        load_outlets(tmp_path / "none.yml")


def test_former_templates_hold_until_their_day(tmp_path: Path) -> None:
    outlets = tmp_path / "outlets.yml"
    outlets.write_text(
        """
outlets:
  - id: shurjomukhi
    name_en: Shurjomukhi
    hosts: [shurjomukhi.example]
    html: {body: [.now]}
    earlier_html:
      - {valid_until: 2023-06-30, html: {body: [.second]}}
      - {valid_until: 2020-12-31, html: {body: [.first]}}
""",
        encoding="utf-8",
    )
    outlet = load_outlets(outlets).all[0]
    found = {day: outlet.html_on(day).body for day in map(date.fromisoformat, DAYS)}
    assert list(found.values()) == [(".first",), (".first",), (".second",), (".second",), (".now",)]


DAYS = ("2019-01-01", "2020-12-31", "2021-01-01", "2023-06-30", "2023-07-01")


def test_two_templates_of_one_day_are_refused(tmp_path: Path) -> None:
    outlets = tmp_path / "outlets.yml"
    earlier = "{valid_until: 2023-06-30, html: {body: [.a]}}"
    outlets.write_text(
        "outlets:\n  - id: x\n    name_en: X\n    hosts: [x.example]\n"
        f"    earlier_html: [{earlier}, {earlier}]\n",
        encoding="utf-8",
    )
    with pytest.raises(UsageError, match="valid until the same day"):
        load_outlets(outlets)
