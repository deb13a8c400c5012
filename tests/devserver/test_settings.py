"""The settings of ``make serve``: read, checked and documented like those of Khobor."""

from pathlib import Path

import pytest

from devserver.settings import DevserverSettings
from etl.errors import UsageError
from etl.resources import checkout
from etl.settings import Settings, read_settings

OWN = {
    name: field
    for name, field in DevserverSettings.model_fields.items()
    if name not in Settings.model_fields
}


def test_the_page_lists_each_with_default_and_meaning() -> None:
    page = (checkout() / "docs" / "operator" / "superset.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `KHOBOR_")]
    assert rows == [
        f"| `KHOBOR_{name.upper()}` | `{field.default}` | {field.description} |"
        for name, field in OWN.items()
    ]


def test_they_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOBOR_AIRFLOW_PORT", "9001")
    settings = read_settings(DevserverSettings, tmp_path)
    assert (settings.airflow_port, settings.superset_port) == (9001, 8088)
    assert settings.passwords == tmp_path / "passwords.json"


def test_a_wrong_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOBOR_SUPERSET_PORT", "0")
    with pytest.raises(UsageError, match="KHOBOR_SUPERSET_PORT='0'"):
        read_settings(DevserverSettings)
