"""The recipe for a new outlet does what it says: data alone, no code."""

import json
import re
from pathlib import Path

import pytest

from etl.cli.app import main
from etl.schema.vocabulary import DeclarationKind
from etl.settings import PROJECT, Settings
from etl.workflows.collect import web
from tests.lake_rows import rows_of
from tests.web.site import ROBOTS, Reply, serve

RECIPE = (PROJECT / "docs" / "developer" / "add-an-outlet.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", RECIPE, re.DOTALL)


(ENTRY,), (DUMP,) = _blocks("yaml"), _blocks("text")
(PAGE, FRONT_PAGE), (READ, DECLARED) = _blocks("html"), _blocks("json")
ADDRESS = "https://www.shurjomukhi.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "outlets.yml").write_text(ENTRY, encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "dump.txt").write_text(DUMP, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["page.html", "dump.txt"])
def test_the_pages_of_the_recipe_are_read_as_it_says(
    folder: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KHOBOR_OUTLETS", str(folder / "outlets.yml"))
    assert main(["extract", str(folder / name)]) == 0
    document = json.loads(capsys.readouterr().out)
    expected = json.loads(READ)
    assert {key: document[key] for key in expected} == expected
    assert document["warnings"] == []
    if name == "page.html":
        assert document["article_id"] == "shurjomukhi:48213"


def test_the_front_page_of_the_recipe_declares_what_it_says(tmp_path: Path) -> None:
    """The outlet is moved to loopback, host and all."""
    with serve({"/robots.txt": ROBOTS}) as site:
        site.routes["/"] = Reply(FRONT_PAGE.replace(ADDRESS, site.base).encode())
        entry = ENTRY.replace(ADDRESS, site.base).replace("shurjomukhi.example", site.host)
        (tmp_path / "outlets.yml").write_text(entry, encoding="utf-8")
        settings = Settings(
            home=tmp_path / "home",
            outlets=tmp_path / "outlets.yml",
            contact="desk@khobor.example",
            fetch_delay_seconds=0.01,
            fetch_allow_private="127.0.0.0/8",
        )
        web.discover(settings, DeclarationKind.LISTING, ("shurjomukhi",), "run")
        found = rows_of(
            settings,
            "SELECT declared_rank, url, title FROM lake.core.fact_declared ORDER BY declared_rank",
        )
        expected = json.loads(DECLARED.replace("https://shurjomukhi.example", site.base))
    assert [dict(zip(expected[0], row, strict=True)) for row in found] == expected
