"""Bring a Superset up to date: metadata tables, roles, the admin, and the assets.

Runs in Superset's environment: ``python prepare.py WAREHOUSE PASSWORD_FILE`` with
``SUPERSET_CONFIG_PATH`` and ``KHOBOR_SUPERSET_HOME`` set. The password file is JSON, user to
password. Running it again changes nothing but what the assets or the password file changed.
"""

import json
import sys
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

import yaml

ASSETS = Path(__file__).parent / "assets"
DATABASE = "databases/khobor.yaml"
DATABASE_NAME, READER = "Khobor", "reader"
# What Superset's own role for visitors lacks. A reader keeps no queries and sees no other menus.
_READS_TOO = {
    ("can_userinfo", "UserDBModelView"),
    ("resetmypassword", "UserDBModelView"),
    ("can_read", "Database"),
    ("can_read", "SecurityRestApi"),  # the token without which no query is taken
    ("can_csv", "Superset"),
    ("menu_access", "Dashboards"),
}
_MENUS = {"Dashboards", "SQL Lab", "SQL Editor", "Query Search"}
ADMIN = "admin"


def main(warehouse: Path, password_file: Path) -> None:
    """Migrate, create the roles and the admin, import the assets, remove what they dropped."""
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        import superset
        from flask_migrate import upgrade

        migrations = Path(superset.__file__).parent / "migrations"
        upgrade(directory=str(migrations))
        password = json.loads(password_file.read_text("utf-8"))[ADMIN]
        _set_up_admin(password)
        files = asset_files(warehouse)
        _import(files)
        _set_up_readers()
        remove_undeclared({yaml.safe_load(text).get("uuid") for text in files.values()})


def asset_files(warehouse: Path) -> dict[str, str]:
    """Return the assets' texts by path, with the warehouse's path in the database's address."""
    files = {
        str(path.relative_to(ASSETS)): path.read_text("utf-8")
        for path in sorted(ASSETS.rglob("*.yaml"))
    }
    database = yaml.safe_load(files[DATABASE])
    address = urlsplit(database["sqlalchemy_uri"])
    database["sqlalchemy_uri"] = f"{address.scheme}:///{warehouse.absolute()}?{address.query}"
    files[DATABASE] = yaml.safe_dump(database, allow_unicode=True)
    return files


def _set_up_admin(password: str) -> None:
    from superset.extensions import appbuilder, security_manager

    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    admin = security_manager.find_user(ADMIN)
    if admin is None:
        security_manager.add_user(
            ADMIN,
            "Khobor",
            "Admin",
            "admin@localhost",
            security_manager.find_role("Admin"),
            password=password,
        )
    else:
        security_manager.reset_password(admin.id, password)


def _set_up_readers() -> None:
    """Make the role of readers: dashboards, and SQL Lab on the build, which is read-only itself."""
    from superset import db
    from superset.extensions import security_manager
    from superset.models.core import Database

    database = db.session.query(Database).filter_by(database_name=DATABASE_NAME).one()
    wanted = (
        security_manager.PUBLIC_ROLE_PERMISSIONS
        | security_manager.SQLLAB_ONLY_PERMISSIONS
        | _READS_TOO
        | {("database_access", database.perm)}
    )
    role = security_manager.add_role(READER)
    role.permissions = [
        found
        for permission, view in sorted(wanted)
        if view != "SavedQuery" and (permission != "menu_access" or view in _MENUS)
        if (found := security_manager.find_permission_view_menu(permission, view)) is not None
    ]
    db.session.commit()


def _import(files: dict[str, str]) -> None:
    from flask import g
    from superset.commands.exceptions import CommandInvalidError
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.extensions import security_manager

    g.user = security_manager.find_user(ADMIN)
    try:
        ImportAssetsCommand(files).run()
    except CommandInvalidError as error:
        sys.exit(f"the assets can't be imported: {error.normalized_messages()}")


def remove_undeclared(declared: Collection[str]) -> None:
    """Remove what an earlier import created and this one did not, such as a renamed chart.

    A chart that somebody has put on a dashboard of their own stays, and so does its dataset.

    Args:
        declared: UUIDs of what was imported.
    """
    from superset import db
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    # In this order, each looks at what the one before it has released.
    for model, users in ((Dashboard, None), (Slice, "dashboards"), (SqlaTable, "slices")):
        for asset in db.session.query(model).filter_by(is_managed_externally=True):
            if str(asset.uuid) not in declared and not (users and getattr(asset, users)):
                db.session.delete(asset)
        db.session.commit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
