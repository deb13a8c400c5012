"""Create an account, in Superset's own environment: ``add_user.py NAME ROLE``, password on stdin.

Ends with ``NAME_TAKEN`` where there is a user of that name.
"""

import sys

# Superset's roles that each of ours stands for; `prepare.py` makes that of readers.
ROLES = {"reader": ("reader",), "analyst": ("reader", "Gamma", "sql_lab")}
NAME_TAKEN = 3


def main(name: str, role: str, password: str) -> int:
    """Create the account; the exit code."""
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        from superset.extensions import security_manager

        if security_manager.find_user(name):
            return NAME_TAKEN
        roles = [security_manager.find_role(one) for one in ROLES[role]]
        mail = f"{name}@localhost"
        return 0 if security_manager.add_user(name, name, role, mail, roles, password) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.stdin.read()))
