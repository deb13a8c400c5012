"""``make airflow ARGS="…"``: Airflow's command line on the instance of ``make serve``.

Started without it, Airflow looks for its database in the user's home.
"""

import os
import sys
from typing import NoReturn

from devserver.airflow_services import environment
from devserver.settings import DevserverSettings
from etl.errors import KhoborError, UsageError
from etl.settings import read_settings


def main(arguments: list[str]) -> NoReturn:
    """Become Airflow's command with these arguments, or end with 2 where that can't be."""
    try:
        settings = read_settings(DevserverSettings)
        if not (settings.airflow_home / "airflow.db").exists():
            raise UsageError(f"no Airflow in {settings.airflow_home}: run `make serve` once")
    except KhoborError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    command = [sys.executable, "-m", "airflow", *arguments]
    os.execvpe(command[0], command, environment(settings))


if __name__ == "__main__":
    main(sys.argv[1:])
