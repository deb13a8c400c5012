"""Configuration: one frozen object, built at start, from the environment and ``.env``.

Nothing else reads the environment, and every path under home is derived here.
"""

import os
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from etl.errors import UsageError

PROJECT = Path(__file__).resolve().parent.parent


def _available_cores() -> int:
    return len(os.sched_getaffinity(0))


class Settings(BaseSettings):
    """All settings, each from ``KHOBOR_<NAME>``; state lives under ``home`` alone."""

    model_config = SettingsConfigDict(
        env_prefix="KHOBOR_", env_file=".env", extra="ignore", frozen=True
    )

    home: Path = Field(Path("var"), description="Folder that holds all state.")
    outlets: Path = Field(
        PROJECT / "seeds" / "outlets.yml", description="The outlets' profiles (YAML)."
    )
    catalog: str = Field(
        "sqlite",
        pattern="^sqlite$",
        description="DuckLake catalog: `sqlite`, a file under home.",
    )
    data_path: str = Field(
        "",
        pattern="^(/.*)?$",
        description="Absolute path of the lake's Parquet; default `HOME/lake/data`.",
    )
    page_timeout_seconds: float = Field(
        30, gt=0, description="Time after which the extraction of one page is killed."
    )
    page_max_bytes: int = Field(
        10_000_000,
        ge=1,
        description="Largest page taken, in bytes, after decompression.",
    )
    workers: int = Field(
        default_factory=_available_cores,
        ge=1,
        description="Extraction processes; default: cores.",
    )
    batch_rows: int = Field(2_000, ge=1, description="Captures in one batch, at most.")
    openlineage_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+.*)?$",
        description="Service for OpenLineage events; default: `HOME/logs/openlineage.jsonl`.",
    )
    metabase_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+.*)?$",
        description="Metabase to set up and to tell of each new build; none by default.",
    )
    metabase_user: str = Field("", description="Its administrator's mail address.")
    metabase_password: SecretStr = Field(SecretStr(""), description="The administrator's password.")
    airflow_port: int = Field(
        8080, ge=1, le=65535, description="Port of Airflow under `make serve`, on loopback."
    )
    superset_port: int = Field(
        8088, ge=1, le=65535, description="Port of Superset under `make serve`, on loopback."
    )

    @field_validator("home", "outlets")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @property
    def lake_folder(self) -> Path:
        return self.home / "lake"

    @property
    def lake_data(self) -> str:
        return self.data_path or f"{self.lake_folder / 'data'}/"

    @property
    def staging(self) -> Path:
        return self.home / "staging"

    @property
    def builds(self) -> Path:
        return self.home / "publish" / "builds"

    @property
    def current_build(self) -> Path:
        """The relative link that BI follows; the file in it is ``warehouse.duckdb``."""
        return self.home / "publish" / "current"

    @property
    def data_docs(self) -> Path:
        return self.home / "docs"

    @property
    def report(self) -> Path:
        return self.home / "report" / "index.html"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def airflow_home(self) -> Path:
        return self.home / "airflow"

    @property
    def superset_home(self) -> Path:
        return self.home / "superset"

    @property
    def passwords(self) -> Path:
        """Users and passwords of Airflow and Superset under ``make serve``, JSON."""
        return self.home / "passwords.json"


def load_settings(home: Path | None = None) -> Settings:
    """Read and check the settings.

    :param home: overrides ``KHOBOR_HOME``.
    :raises UsageError: a setting has a wrong value; the message names it.
    """
    try:
        return Settings() if home is None else Settings(home=home)
    except ValidationError as error:
        first = error.errors()[0]
        name = "KHOBOR_" + str(first["loc"][0]).upper()
        raise UsageError(f"{name}={first['input']!r}: {first['msg']}") from error
