"""Settings of the services that run on this machine: Airflow and Superset."""

from pathlib import Path

from pydantic import Field

from etl.settings import Settings


class DevserverSettings(Settings):
    """Khobor's settings, and those of ``make run`` and ``make serve`` alone."""

    airflow_port: int = Field(
        8080, ge=1, le=65535, description="Port of Airflow under `make serve`, on loopback."
    )
    superset_port: int = Field(
        8088, ge=1, le=65535, description="Port of Superset under `make serve`, on loopback."
    )

    explorer_port: int = Field(
        8090, ge=1, le=65535, description="Port of the explorer under `make serve`, on loopback."
    )

    @property
    def airflow_home(self) -> Path:
        """The folder of Airflow's metadata and configuration."""
        return self.home / "airflow"

    @property
    def superset_home(self) -> Path:
        """The folder of Superset's metadata and key."""
        return self.home / "superset"

    @property
    def passwords(self) -> Path:
        """Users and passwords of Airflow and Superset under ``make serve``, JSON."""
        return self.home / "passwords.json"
