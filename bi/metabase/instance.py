"""The Metabase instance that the settings name."""

from bi.metabase import apply
from bi.metabase.client import Metabase
from bi.metabase.read import ASSETS, read_assets
from etl.errors import KhoborError, UsageError
from etl.settings import Settings


def provision(settings: Settings) -> apply.MetabaseReport:
    """Create or update the instance's database, questions and dashboards.

    Raises:
        UsageError: a setting is missing.
        MetabaseError: Metabase refused a request.
        MetabaseUnavailableError: no answer from the address.
    """
    for name in ("metabase_url", "metabase_user", "metabase_password"):
        if not getattr(settings, name):
            raise UsageError(f"KHOBOR_{name.upper()} is not set: see docs/operator/metabase.md")
    assets = read_assets(ASSETS)
    with _signed_in(settings) as session:
        return apply.apply_assets(session, assets, settings.current_build)


def follow_build(settings: Settings) -> str | None:
    """Point the instance, if the settings name one, to the published build.

    A failure is no error: the build stays published.

    Returns:
        What went wrong, or None.
    """
    if not settings.metabase_url:
        return None
    try:
        with _signed_in(settings) as session:
            if apply.follow_build(session, settings.current_build):
                return None
    except KhoborError as error:
        return f"Metabase still reads the build before: {error}"
    return "Metabase has no database of Khobor yet: run `khobor bi metabase`"


def _signed_in(settings: Settings) -> Metabase:
    session = Metabase(settings.metabase_url.get_secret_value())
    session.sign_in(settings.metabase_user, settings.metabase_password.get_secret_value())
    return session
