"""Settings are checked at start, and what they refuse is told without a secret in it."""

from typing import Any

import pytest

from etl.errors import UsageError
from etl.settings import Settings, load_settings

DSN = "postgresql://khobor:s3cr3t%21@db.example:5433/lake?sslmode=require"
KEYS: dict[str, Any] = {"s3_key_id": "AKIAPLANTED", "s3_secret": "planted-secret"}


@pytest.mark.parametrize(
    "catalog",
    ["mysql://u:s3cr3t@h/d", "postgresql:/u:s3cr3t@h", "postgresql://u:s3cr3t%zz@h/d"],
)
def test_a_wrong_catalog_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, catalog: str
) -> None:
    monkeypatch.setenv("KHOBOR_CATALOG", catalog)
    with pytest.raises(UsageError, match="KHOBOR_CATALOG: it is neither `sqlite` nor") as raised:
        load_settings()
    told = f"{raised.value} {raised.value.__cause__}"
    assert "s3cr3t" not in told


@pytest.mark.parametrize("path", ["lake", "S3://bucket/x", "s3://", "s3://Bucket/x", "gs://bucket"])
def test_a_wrong_data_path_is_named(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("KHOBOR_DATA_PATH", path)
    with pytest.raises(UsageError, match=f"KHOBOR_DATA_PATH='{path}': it is neither"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "also needs KHOBOR_S3_KEY_ID and KHOBOR_S3_SECRET"),
        ({"KHOBOR_S3_KEY_ID": "planted"}, "also needs KHOBOR_S3_SECRET"),
    ],
)
def test_data_on_s3_needs_both_keys(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str
) -> None:
    monkeypatch.setenv("KHOBOR_DATA_PATH", "s3://bucket/lake")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=missing) as raised:
        load_settings()
    assert "planted" not in f"{raised.value} {raised.value.__cause__}"


@pytest.mark.parametrize("endpoint", ["minio:9000", "http://user:pass@minio", "https://minio/a/b"])
def test_a_wrong_s3_server_is_named(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("KHOBOR_S3_ENDPOINT", endpoint)
    with pytest.raises(UsageError, match="KHOBOR_S3_ENDPOINT="):
        load_settings()


def test_an_s3_server_without_a_bucket_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOBOR_S3_ENDPOINT", "http://minio:9000")
    with pytest.raises(UsageError, match="of no use while KHOBOR_DATA_PATH is not s3"):
        load_settings()


def test_paths_of_the_lake_end_with_a_slash_and_staging_goes_with_shared_data() -> None:
    embedded = Settings(home="/srv/khobor")
    assert embedded.lake_data == "/srv/khobor/lake/data/"
    assert embedded.staging == "/srv/khobor/staging"
    on_s3 = Settings(home="/srv/khobor", data_path="s3://bucket/lake", **KEYS)
    assert on_s3.lake_data == "s3://bucket/lake/"
    assert on_s3.staging == "/srv/khobor/staging"
    shared = Settings(home="/srv/khobor", data_path="s3://bucket/lake/", catalog=DSN, **KEYS)
    assert shared.lake_data == "s3://bucket/lake/"
    assert shared.staging == "s3://bucket/lake/staging"


def test_no_secret_shows_in_settings_nor_in_what_others_say() -> None:
    settings = Settings(catalog=DSN, data_path="s3://bucket/lake", **KEYS)
    said = f"refused {DSN}, password s3cr3t!, key AKIAPLANTED, secret planted-secret"
    for text in (repr(settings), str(settings.model_dump()), settings.without_secrets(said)):
        for secret in ("s3cr3t", "AKIAPLANTED", "planted-secret"):
            assert secret not in text
    assert Settings().without_secrets("sqlite says so") == "sqlite says so"
