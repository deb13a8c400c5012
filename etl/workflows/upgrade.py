"""A lake of an older release brought to this release's schema."""

from pathlib import Path

from etl.lake import schema_version
from etl.lake.connection import open_lake, pending_changes
from etl.settings import Settings
from etl.workflows.reports import UpgradeReport


def upgrade(settings: Settings, *, is_check: bool) -> UpgradeReport:
    """Migrate the lake, or only say what is to be done.

    Raises:
        LakeError: there is no lake, or a newer release created it.
    """
    changes = pending_changes(settings)
    copy = None
    if changes and not is_check:
        before = _copies(settings)
        with open_lake(settings):
            pass
        made = sorted(_copies(settings) - before)
        copy = str(made[-1]) if made else "by the database's own backup"
    return UpgradeReport(schema_version.declared_version(), changes, copy)


def _copies(settings: Settings) -> set[Path]:
    return set(settings.before_upgrades.glob("*.sqlite"))
