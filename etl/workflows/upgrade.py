"""A lake of an earlier release brought to this one's schema."""

from etl.lake.connection import open_lake, plan_upgrade
from etl.lake.schema_version import UpgradePlan
from etl.settings import Settings


def plan(settings: Settings) -> UpgradePlan:
    """What ``upgrade`` would change; nothing is written."""
    return plan_upgrade(settings)


def upgrade(settings: Settings) -> UpgradePlan:
    """Migrate the lake, after a copy of its catalog; what was changed.

    Raises:
        LakeError: there is no lake, it can't be migrated, or a newer release created it.
    """
    planned = plan_upgrade(settings)
    with open_lake(settings):
        return planned
