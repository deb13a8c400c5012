"""Configuration: one frozen object, built at start, from the environment and ``.env``.

Nothing else reads the environment, and every path under home is derived here.
"""

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from etl.errors import UsageError

# What may stand in a header: no blanks, no brackets, nothing that ends a line.
_CONTACT = re.compile(r"https?://[!-'*-~]+|(?:mailto:)?[!-'*-?A-~]+@[!-'*-?A-~]+")

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
    contact: str = Field(
        "",
        description="Mail address or URL for the User-Agent, so that outlets can reach you; "
        "nothing is fetched without it.",
    )
    fetch_delay_seconds: float = Field(
        1.0, ge=0, description="Least time between two requests to one host, in seconds."
    )
    fetch_concurrency: int = Field(
        200, ge=1, description="Requests under way at once, over all hosts; never two to one host."
    )
    fetch_timeout_seconds: float = Field(
        60, gt=0, description="Time for one whole answer; connecting has a third of it at most."
    )
    fetch_allow_private: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts (`intranet.example`, `localhost:8080`) and networks (`10.1.0.0/16`) "
        "that may be fetched although they are not public, separated by commas.",
    )
    refetch_hours: Annotated[tuple[float, ...], NoDecode] = Field(
        (1, 6, 24, 168),
        description="Ages at which an article is fetched again, in hours, separated by commas; "
        "empty for never.",
    )
    inbox: Path | None = Field(
        None, description="Folder where files are dropped; default `HOME/inbox`."
    )
    inbox_settle_seconds: float = Field(
        10,
        ge=0,
        description="Time without any change after which a dropped file counts as complete.",
    )
    workers: int = Field(
        default_factory=_available_cores,
        ge=1,
        description="Extraction processes; default: cores.",
    )
    batch_rows: int = Field(500, ge=1, description="Captures in one batch, at most.")
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

    @field_validator("contact")
    @classmethod
    def _reachable(cls, contact: str) -> str:
        if contact and not _CONTACT.fullmatch(contact):
            raise ValueError("should be a mail address or an http(s) URL, in ASCII")
        return contact

    @field_validator("fetch_allow_private", "refetch_hours", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Words between commas."""
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("refetch_hours")
    @classmethod
    def _rising(cls, hours: tuple[float, ...]) -> tuple[float, ...]:
        if any(hour <= 0 for hour in hours):
            raise ValueError("every age should be more than 0 hours")
        return tuple(sorted(set(hours)))

    @field_validator("home", "outlets", "inbox")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @property
    def lake_folder(self) -> Path:
        return self.home / "lake"

    @property
    def lake_data(self) -> str:
        return self.data_path or f"{self.lake_folder / 'data'}/"

    @property
    def frontier(self) -> Path:
        """The folder of what the fetcher knows: URLs to fetch, hosts, fetched pages on the way."""
        return self.home / "frontier"

    @property
    def inbox_folder(self) -> Path:
        return self.inbox or self.home / "inbox"

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
