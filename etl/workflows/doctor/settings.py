"""The settings as they are in force, for people: values, where they come from, no secrets."""

import os
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from etl.masking import MASK
from etl.settings import Settings

# Addresses, of which only the secrets in them are masked.
_ADDRESSES = ("catalog", "metabase_url", "openlineage_url")


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting: its variable, its value with secrets masked, and where that comes from."""

    name: str
    value: str
    origin: str


def shown_settings(settings: Settings) -> list[Shown]:
    """Every setting, in the order of their declaration."""
    env_file = settings.model_config.get("env_file")
    in_file = dotenv_values(env_file) if isinstance(env_file, (str, Path)) else {}
    origins = {name.upper(): str(env_file) for name in in_file}
    origins |= {name.upper(): "environment" for name in os.environ}
    if "home" in settings.model_fields_set and not _is_home(settings, in_file):
        origins["KHOBOR_HOME"] = "--home"
    return [
        Shown(name, _shown(settings, field), origins.get(name, "default"))
        for field in type(settings).model_fields
        for name in [f"KHOBOR_{field.upper()}"]
    ]


def _is_home(settings: Settings, in_file: dict[str, str | None]) -> bool:
    """Whether the home is the one that the environment names."""
    named = os.environ.get("KHOBOR_HOME") or in_file.get("KHOBOR_HOME")
    return bool(named) and Path(str(named)).expanduser().absolute() == settings.home


def _shown(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    if field in _ADDRESSES:
        return settings.without_secrets(value.get_secret_value())
    return settings.without_secrets(_text(value))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, (tuple, list, frozenset, set)):
        return ", ".join(map(str, value))
    return str(value)
