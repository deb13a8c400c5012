"""Checks of what Khobor runs on: versions, settings, profiles, disk, permissions."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from etl.errors import KhoborError
from etl.outlets.profiles import load_outlets
from etl.settings import Settings
from etl.workflows.doctor.finding import Finding, Level, fine

_PACKAGES = (
    "duckdb",
    "duckdb-extension-ducklake",
    "duckdb-extension-sqlite-scanner",
    "duckdb-extension-postgres-scanner",
    "duckdb-extension-httpfs",
    "pyarrow",
    "great-expectations",
    "trafilatura",
    "apache-airflow",
)
# A build of a million articles with their texts takes 0.7 GB, and the old one stays meanwhile.
_LOW_BYTES, _LEAST_BYTES = 2_000_000_000, 200_000_000


def check_machine(settings: Settings) -> Iterator[Finding]:
    """Versions, profiles, disk and permissions."""
    yield _versions()
    yield _outlets(settings)
    yield from _home(settings)


def _versions() -> Finding:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    python = ".".join(map(str, sys.version_info[:3]))
    text = f"khobor {version('khobor')}, Python {python}, {', '.join(found)}"
    if missing:
        return Finding("versions", Level.FAIL, f"{', '.join(missing)} missing", "run `make setup`")
    duckdb_version = version("duckdb")
    other = [
        name
        for name in _PACKAGES
        if name.startswith("duckdb-extension") and version(name) != duckdb_version
    ]
    if other:
        return Finding(
            "versions",
            Level.FAIL,
            f"{', '.join(other)} not of DuckDB's version {duckdb_version}, which refuses them",
            "run `make setup`, which installs the locked versions",
        )
    return fine("versions", text)


def _outlets(settings: Settings) -> Finding:
    try:
        outlets = load_outlets(settings.outlets)
    except (KhoborError, OSError) as error:
        return Finding("outlets", Level.FAIL, str(error), f"mend {settings.outlets}")
    return fine("outlets", f"{len(outlets.by_id)} profiles in {settings.outlets}")


def _home(settings: Settings) -> Iterator[Finding]:
    place = settings.home
    while not place.exists():
        place = place.parent
    if settings.home.exists() and not settings.home.is_dir():
        yield Finding("home", Level.FAIL, f"{settings.home} is no folder", "choose another --home")
        return
    usage = shutil.disk_usage(place)
    text = f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.1f} GB at {place}"
    remedy = "free space, or run `khobor maintain`, which removes what is old"
    if usage.free < _LEAST_BYTES:
        yield Finding("disk", Level.FAIL, text, remedy)
    elif usage.free < _LOW_BYTES:
        yield Finding("disk", Level.WARN, text, remedy)
    else:
        yield fine("disk", text)
    yield _writable(settings, place)


def _writable(settings: Settings, place: Path) -> Finding:
    """By writing: what the permissions say is not all that decides."""
    folders = [
        place,
        settings.lake_folder,
        settings.lake_folder / "data",
        Path(settings.staging),
        settings.builds,
        settings.logs,
    ]
    for folder in folders:
        if not folder.exists():
            continue
        try:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"\0" * 4096)
        except OSError as error:
            return Finding(
                "home",
                Level.FAIL,
                f"{folder} can't be written by user {os.geteuid()}: {error.strerror}",
                "make it writable for this user, or choose another --home",
            )
    return fine("home", f"{settings.home} can be written")
