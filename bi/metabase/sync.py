"""Metabase by the settings: set up from ``bi/metabase/assets``, and told of each new build."""

from pathlib import Path

from bi.metabase import setup
from bi.metabase.asset_files import read_assets
from bi.metabase.client import Metabase
from etl.errors import KhoborError, UsageError
from etl.settings import Settings

METABASE_ASSETS = Path(__file__).parent / "assets"


def provision_metabase(settings: Settings) -> setup.MetabaseReport:
    """Make or renew the database, questions and dashboards of the instance in the settings.

    :raises UsageError: a setting is missing.
    :raises MetabaseError: Metabase refused something.
    :raises MetabaseUnavailableError: nobody answers there.
    """
    for name in ("metabase_url", "metabase_user", "metabase_password"):
        if not getattr(settings, name):
            raise UsageError(f"KHOBOR_{name.upper()} is not set: see docs/operator/metabase.md")
    assets = read_assets(METABASE_ASSETS)
    with _signed_in(settings) as session:
        return setup.provision(session, assets, settings.current_build)


def follow_build(settings: Settings) -> str | None:
    """Let Metabase read the published build, if the settings name one; what went wrong, if it did.

    A published build stays published although Metabase did not hear of it.
    """
    if not settings.metabase_url:
        return None
    try:
        with _signed_in(settings) as session:
            if setup.follow_build(session, settings.current_build):
                return None
    except KhoborError as error:
        return f"Metabase still reads the build before: {error}"
    return "Metabase has no database of Khobor yet: run `khobor bi metabase`"


def _signed_in(settings: Settings) -> Metabase:
    session = Metabase(settings.metabase_url)
    session.sign_in(settings.metabase_user, settings.metabase_password.get_secret_value())
    return session
