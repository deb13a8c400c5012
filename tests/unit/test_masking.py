"""Secrets planted in every setting: in no message, no log line and nothing that doctor shows."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from etl.cli.app import main
from etl.errors import LakeError, UsageError
from etl.masking import masked
from etl.observability.events import LOG_FILE, log_event
from etl.settings import Settings, load_settings
from etl.workflows.doctor.settings import shown_settings

PLANTED = "PLANTED"


@pytest.mark.parametrize(
    "text",
    [
        "http://admin:PLANTED@127.0.0.1:9/ refused",
        "htp://admin:PLANTED@h:x9/",
        "http://u:PLANTED/with@sign@h/x",
        "http://PLANTED@h/x",
        "https://h/api?api_key=PLANTED&x=1",
        "https://h/api?access_token=PLANTED",
        "host=h user=u password=PLANTED dbname=d",
        "host=h sslpassword='PLANTED two' dbname=d",
        "CREATE SECRET (TYPE s3, SECRET = 'PLANTED')",
        "Authorization: Bearer PLANTED",
        "{'authorization': 'Basic PLANTED'}",
        "aws_secret_access_key = PLANTED",
        "postgresql://u:PLANTED@[127.0.0.1:9/db",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    assert PLANTED not in masked(text)
    assert PLANTED not in str(LakeError(text))


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/news/1?page=2&sort=new",
        "KHOBOR_METABASE_PASSWORD is not set: see docs/operator/metabase.md",
        "mail desk@khobor.example",
        "খবর: https://x.example/খবর?id=৭",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert masked(text) == text


VALUES: dict[str, Any] = {
    "catalog": "postgresql://u:PLANTED%40x@127.0.0.1:9/db?sslpassword=PLANTED2&application_name=x",
    "s3_key_id": "PLANTED-id",
    "s3_secret": "PLANTED/secret+",
    "metabase_url": "http://admin:PLANTED@127.0.0.1:9/?key=PLANTED",
    "metabase_password": "PLANTED-pw",
    "openlineage_url": "http://u:PLANTED@127.0.0.1:9/?api_key=PLANTED",
}


def test_every_setting_that_holds_a_secret_is_planted_here() -> None:
    fields = Settings.model_fields.items()
    assert set(VALUES) == {name for name, field in fields if field.annotation is SecretStr}


def test_planted_settings_show_nowhere(tmp_path: Path) -> None:
    settings = Settings.model_validate({"home": tmp_path, **VALUES})
    said = " ".join([*VALUES.values(), "PLANTED@x", "PLANTED%40x", "PLANTED%2Fsecret%2B"])
    log_event(settings, "info", "test", message=said)
    shown = [
        settings.without_secrets(said),
        repr(settings),
        str(settings.model_dump()),
        json.dumps([item.value for item in shown_settings(settings)]),
        (settings.logs / LOG_FILE).read_text(),
    ]
    assert not [text for text in shown if PLANTED in text]
    named = {item.name: item.value for item in shown_settings(settings)}
    assert "127.0.0.1:9" in named["KHOBOR_METABASE_URL"]
    assert "application_name=x" in named["KHOBOR_CATALOG"]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
@pytest.mark.parametrize("value", ["htp://u:PLANTED@h/x y", "u:pw password=PLANTED"])
def test_a_refused_value_is_not_quoted_with_its_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"KHOBOR_{name.upper()}", value)
    assert PLANTED not in _refusal()


def _refusal() -> str:
    """The message of settings that are refused; empty where they aren't."""
    try:
        load_settings()
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_the_command_line_prints_no_secret_of_the_settings(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    debug: tuple[str, ...],
) -> None:
    for name, value in VALUES.items():
        monkeypatch.setenv(f"KHOBOR_{name.upper()}", value)
    assert main(["status", "--home", str(tmp_path), *debug]) == 1
    said = capsys.readouterr()
    assert said.err
    assert PLANTED not in said.out + said.err


def test_a_file_of_settings_where_a_command_runs_is_not_obeyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("KHOBOR_WORKERS=77\nKHOBOR_OUTLETS=/etc/passwd\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings().workers != 77
