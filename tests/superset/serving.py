"""A running ``make serve``, and how tests talk to it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import httpx

from bi.dashboards import DASHBOARDS
from bi.model import Chart
from bi.superset.generate import chart_name
from devserver.settings import DevserverSettings
from etl.settings import PROJECT

CHARTS = {
    chart_name(dashboard, chart): chart for dashboard in DASHBOARDS for chart in dashboard.charts
}


class Token(httpx.Auth):
    """Superset's access token, asked for anew when it has expired: after 15 minutes."""

    requires_response_body = True

    def __init__(self, superset: str, password: str, name: str = "admin") -> None:
        login = {"username": name, "password": password, "provider": "db"}
        self._login = httpx.Request("POST", f"{superset}/api/v1/security/login", json=login)
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        if self._token and (yield request).status_code != 401:
            return
        self._token = (yield self._login).json()["access_token"]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


@dataclass
class Served:
    """A running ``make serve``."""

    process: subprocess.Popen[str]
    settings: DevserverSettings
    api: httpx.Client  # of Superset, logged in
    _charts: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def password(self) -> str:
        return str(json.loads(self.settings.passwords.read_text("utf-8"))["admin"])

    @property
    def superset(self) -> str:
        return f"http://127.0.0.1:{self.settings.superset_port}"

    @property
    def airflow(self) -> str:
        return f"http://127.0.0.1:{self.settings.airflow_port}"

    def chart(self, chart: Chart) -> dict[str, Any]:
        """The chart as Superset keeps it; titles differ."""
        if chart.title not in self._charts:
            self._charts[chart.title] = self._asked(chart)
        return self._charts[chart.title]

    def _asked(self, chart: Chart) -> dict[str, Any]:
        titled = f"filters:!((col:slice_name,opr:eq,value:'{chart.full_title}'))"
        query = f"(columns:!(id),{titled})"
        (found,) = self.api.get("/api/v1/chart/", params={"q": query}).json()["result"]
        return dict(self.api.get(f"/api/v1/chart/{found['id']}").json()["result"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_serve(settings: DevserverSettings) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "devserver.serve"],
        cwd=PROJECT,
        env={
            **os.environ,
            "KHOBOR_HOME": str(settings.home),
            "KHOBOR_AIRFLOW_PORT": str(settings.airflow_port),
            "KHOBOR_SUPERSET_PORT": str(settings.superset_port),
            "KHOBOR_EXPLORER_PORT": str(settings.explorer_port),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: "subprocess.Popen[str]", last: str) -> list[str]:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if lines[-1] == last:
            return lines
    raise AssertionError("\n".join(["ended too early:", *lines]))
