"""Write ``.env`` from ``.env.example`` with random secrets; an ``.env`` that is there stays."""

import base64
import secrets
import sys
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent


def filled(example: str) -> str:
    """The example with each ``<random>`` and ``<fernet>`` replaced by a secret of its own."""
    lines = []
    for line in example.splitlines():
        name, _, value = line.partition("=")
        if value == "<random>":
            line = f"{name}={secrets.token_hex(32)}"
        elif value == "<fernet>":
            line = f"{name}={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the file, readable by its owner alone."""
    target = _PROJECT / ".env"
    try:
        with target.open("x", encoding="utf-8") as file:
            target.chmod(0o600)
            file.write(filled((_PROJECT / ".env.example").read_text(encoding="utf-8")))
    except FileExistsError:
        sys.exit(f"{target} is there already: delete it for new secrets")
    done = f"wrote {target}: look through it, then `docker compose up --build --detach`"
    sys.stdout.write(done + "\n")


if __name__ == "__main__":
    main()
