"""The recipe for a new outlet does what it says: data alone, no code."""

import json
import re
from pathlib import Path

import pytest

from etl.cli import main
from etl.settings import PROJECT

RECIPE = (PROJECT / "docs" / "add-an-outlet.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    (block,) = re.findall(rf"```{language}\n(.*?)```", RECIPE, re.DOTALL)
    return str(block)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "outlets.yml").write_text(_block("yaml"), encoding="utf-8")
    (folder / "page.html").write_text(_block("html"), encoding="utf-8")
    (folder / "dump.txt").write_text(_block("text"), encoding="utf-8")
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
    expected = json.loads(_block("json"))
    assert {key: document[key] for key in expected} == expected
    assert document["warnings"] == []
    if name == "page.html":
        assert document["article_id"] == "shurjomukhi:48213"
