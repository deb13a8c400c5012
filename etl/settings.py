"""Configuration: one frozen object, built at start, from the environment and ``.env``.

The file is the checkout's: one that lies where a command happens to run is not obeyed. Nothing else
reads the environment, and every path under home is derived here.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from etl.errors import UsageError
from etl.masking import masked, secrets_in_address
from etl.resources import IS_INSTALLED, SEEDS

# What may stand in a header: no blanks, no brackets, nothing that ends a line.
_CONTACT = re.compile(r"https?://[!-'*-~]+|(?:mailto:)?[!-'*-?A-~]+@[!-'*-?A-~]+")

PROJECT = Path(__file__).resolve().parent.parent

S = TypeVar("S", bound="Settings")

# Amazon's rules for the names of buckets: 3 to 63 of these characters.
_S3_PATH = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")
_S3_SERVER = re.compile(r"https?://[^\s/@?#]+/?")
_SERVICE = re.compile(r"https?://[^\s/]+\S*")
_NOT_IN_PATHS = re.compile(r"[?\\\x00-\x1f\x7f]")
# Parts of a Postgres DSN that are secrets, by libpq's names.
_DSN_SECRETS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key")


def _available_cores() -> int:
    return len(os.sched_getaffinity(0))


def _dsn_parts(catalog: SecretStr) -> dict[str, str]:
    """The parts of a Postgres DSN by libpq's names; none if it is not one."""
    address = catalog.get_secret_value()
    if not address.startswith(("postgresql://", "postgres://")):
        return {}
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {name: str(value) for name, value in conninfo_to_dict(address).items()}
    except ProgrammingError:
        return {}


class Settings(BaseSettings):
    """All settings, each from ``KHOBOR_<NAME>``; state lives under ``home`` alone."""

    model_config = SettingsConfigDict(
        env_prefix="KHOBOR_",
        env_file=None if IS_INSTALLED else PROJECT / ".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # a DSN holds a password
    )

    home: Path = Field(Path("var"), description="Folder that holds all state.")
    outlets: Path = Field(SEEDS / "outlets.yml", description="The outlets' profiles (YAML).")
    catalog: SecretStr = Field(
        SecretStr("sqlite"),
        description="DuckLake catalog: `sqlite`, a file under home, or a Postgres DSN, "
        "`postgresql://USER:PASSWORD@HOST/DATABASE`.",
    )
    data_path: str = Field(
        "",
        description="The lake's Parquet: an absolute folder, or `s3://BUCKET/PREFIX`; "
        "default `HOME/lake/data`.",
    )
    s3_endpoint: str = Field(
        "",
        description="S3 server, `https://HOST:PORT`; default Amazon's.",
    )
    s3_region: str = Field("us-east-1", min_length=1, description="The bucket's region.")
    s3_key_id: SecretStr = Field(SecretStr(""), description="Access key's id for S3.")
    s3_secret: SecretStr = Field(SecretStr(""), description="Access key's secret for S3.")
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
        60, gt=0, description="Time for one response; connecting has a third of it at most."
    )
    fetch_allow_private: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts (`intranet.example`, `localhost:8080`) and networks (`10.1.0.0/16`) "
        "that may be fetched although they are not public, separated by commas.",
    )
    rights: Literal["record", "skip"] = Field(
        "record",
        description="Pages whose use is reserved (TDM reservation, `ai.txt`, robots directives): "
        "`record` keeps them with what they say, `skip` doesn't keep their bytes.",
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
    batch_rows: int = Field(2_000, ge=1, description="Captures in one batch, at most.")
    review_reject_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Share of a batch in quarantine over which Airflow asks a person.",
    )
    snapshot_days: float = Field(
        7,
        ge=0,
        description="Age at which upkeep lets a snapshot of the lake go, in days. Snapshots serve "
        "reads of the past and queries that are running.",
    )
    orphan_days: float = Field(
        1,
        ge=1,
        description="Age at which upkeep removes files that nothing refers to, in days. A younger "
        "one may be a writer's that has not committed yet.",
    )
    query_seconds: float = Field(
        300, gt=0, description="Time after which a query of `khobor sql` or Superset is ended."
    )
    log_days: float = Field(30, ge=0, description="Age at which upkeep removes logs, in days.")
    openlineage_url: SecretStr = Field(
        SecretStr(""),
        description="Service for OpenLineage events; default: `HOME/logs/openlineage.jsonl`.",
    )
    metabase_url: SecretStr = Field(
        SecretStr(""),
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

    @field_validator("openlineage_url", "metabase_url")
    @classmethod
    def _service(cls, address: SecretStr) -> SecretStr:
        """An address, which may hold a password or a key: it is masked wherever it is shown."""
        if address and not _SERVICE.fullmatch(address.get_secret_value()):
            raise ValueError("it is no address, https://HOST or https://HOST:PORT/PATH")
        return address

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

    @field_validator("home", "data_path")
    @classmethod
    def _openable(cls, path: Path | str) -> Path | str:
        """A path that DuckDB and DuckLake can open: they read some characters as their own."""
        found = _NOT_IN_PATHS.search(str(path))
        if found:
            raise ValueError(f"a path with {found[0]!r} can't be opened by DuckDB: choose another")
        return path

    @field_validator("catalog")
    @classmethod
    def _known_catalog(cls, catalog: SecretStr) -> SecretStr:
        if catalog.get_secret_value() != "sqlite" and not _dsn_parts(catalog):
            raise ValueError(
                "it is neither `sqlite` nor a Postgres DSN, "
                "postgresql://USER:PASSWORD@HOST/DATABASE (special characters as %XX)"
            )
        return catalog

    @field_validator("data_path")
    @classmethod
    def _absolute_or_s3(cls, path: str) -> str:
        if path and not path.startswith("/") and not _S3_PATH.fullmatch(path):
            raise ValueError("it is neither an absolute folder nor s3://BUCKET/PREFIX")
        return path

    @field_validator("s3_endpoint")
    @classmethod
    def _server(cls, endpoint: str) -> str:
        if endpoint and not _S3_SERVER.fullmatch(endpoint):
            raise ValueError("it is no server, https://HOST or https://HOST:PORT")
        return endpoint.rstrip("/")

    @model_validator(mode="after")
    def _complete_s3(self) -> Self:
        missing = [
            f"KHOBOR_S3_{name}"
            for name, value in (("KEY_ID", self.s3_key_id), ("SECRET", self.s3_secret))
            if not value.get_secret_value()
        ]
        if self.is_data_on_s3 and missing:
            raise ValueError(
                f"KHOBOR_DATA_PATH={self.data_path} also needs {' and '.join(missing)}"
            )
        if not self.is_data_on_s3 and self.s3_endpoint:
            raise ValueError(
                f"KHOBOR_S3_ENDPOINT={self.s3_endpoint} is of no use while KHOBOR_DATA_PATH is not "
                "s3://BUCKET/PREFIX"
            )
        return self

    @property
    def catalog_parts(self) -> dict[str, str]:
        """The Postgres DSN by libpq's names, with its password; empty where it is a file."""
        return _dsn_parts(self.catalog)

    @property
    def is_catalog_on_postgres(self) -> bool:
        return self.catalog.get_secret_value() != "sqlite"

    @property
    def is_data_on_s3(self) -> bool:
        return self.data_path.startswith("s3://")

    def without_secrets(self, text: str) -> str:
        """A text that others wrote, such as a server's answer, with no secret of ours in it."""
        fields = [getattr(self, name) for name in type(self).model_fields]
        values = {field.get_secret_value() for field in fields if isinstance(field, SecretStr)}
        secrets = {value for value in values if value != "sqlite" and "://" not in value}
        for address in values - secrets - {"sqlite"}:
            secrets |= secrets_in_address(address)
        secrets |= {self.catalog_parts.get(name, "") for name in _DSN_SECRETS}
        return masked(text, secrets - {""})

    @property
    def lake_folder(self) -> Path:
        return self.home / "lake"

    @property
    def lake_data(self) -> str:
        """Where the Parquet lies, with a slash at the end."""
        folder = self.data_path or str(self.lake_folder / "data")
        return f"{folder.rstrip('/')}/"

    @property
    def frontier(self) -> Path:
        """The folder of what the fetcher knows: URLs to fetch, hosts, fetched pages on the way."""
        return self.home / "frontier"

    @property
    def inbox_folder(self) -> Path:
        return self.inbox or self.home / "inbox"

    @property
    def staging(self) -> str:
        """Where batches wait between stage and load; next to the data where machines share it."""
        if self.is_catalog_on_postgres:
            return f"{self.lake_data}staging"
        return str(self.home / "staging")

    @property
    def shared_results(self) -> str | None:
        """Where machines that share a catalog put validation results for the Data Docs."""
        return f"{self.lake_data}validation" if self.is_catalog_on_postgres else None

    @property
    def catalog_backups(self) -> Path:
        return self.lake_folder / "backup"

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


def load_settings(home: Path | None = None) -> Settings:
    """Read and check the settings.

    Args:
        home: overrides ``KHOBOR_HOME``.

    Raises:
        UsageError: a setting has a wrong value; the message names it.
    """
    return read_settings(Settings, home)


def read_settings(kind: type[S], home: Path | None = None) -> S:
    """Read and check settings that may extend those of Khobor.

    Args:
        kind: the class of the settings.
        home: overrides ``KHOBOR_HOME``.

    Raises:
        UsageError: a setting has a wrong value; the message names it.
    """
    try:
        return kind() if home is None else kind(home=home)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:  # of several settings together, which the reason names
            raise UsageError(reason) from error
        field = str(first["loc"][0])
        is_secret = _is_secret(kind, field, first["input"])
        value = "" if is_secret else f"={masked(repr(str(first['input'])))}"
        raise UsageError(f"KHOBOR_{field.upper()}{value}: {reason}") from error


def _is_secret(kind: type[Settings], field: str, value: object) -> bool:
    """Whether a refused value may hold a secret; a plain word for a catalog is no DSN."""
    is_word = field == "catalog" and str(value).isalnum()
    return kind.model_fields[field].annotation is SecretStr and not is_word
