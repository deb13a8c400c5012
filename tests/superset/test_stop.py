"""How ``make serve`` refuses to start, and what it leaves when it ends. Runs last: it ends it."""

import json
import signal
import socket
import stat
from pathlib import Path
from typing import Any

import psutil

from devserver.settings import DevserverSettings
from tests.superset.serving import Served, free_port, read_until, start_serve


def test_it_listens_on_loopback_alone(served: Served) -> None:
    ours = [psutil.Process(served.process.pid)]
    ours += ours[0].children(recursive=True)
    listening = {
        connection.laddr
        for process in ours
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {address.ip for address in listening} == {"127.0.0.1"}
    ports = {served.settings.superset_port, served.settings.airflow_port}
    assert ports <= {address.port for address in listening}


def test_secrets_are_for_their_owner_alone(served: Served) -> None:
    passwords = served.settings.passwords
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    assert len(json.loads(passwords.read_text("utf-8"))["admin"]) >= 12
    assert stat.S_IMODE((served.settings.superset_home / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(served.settings.superset_home.stat().st_mode) == 0o700


def refused(settings: DevserverSettings) -> str:
    process = start_serve(settings)
    try:
        said, _ = process.communicate(timeout=600)
    finally:
        process.kill()
    assert process.returncode == 1
    return said


def test_a_taken_port_a_second_start_and_a_missing_build_are_named(
    served: Served, tmp_path: Path
) -> None:
    ports: dict[str, Any] = {
        "airflow_port": free_port(),
        "superset_port": free_port(),
        "explorer_port": free_port(),
    }
    home = served.settings.home
    assert (
        refused(DevserverSettings(home=home, **ports)) == f"`make serve` already runs over {home}\n"
    )
    assert "no published build at" in refused(DevserverSettings(home=tmp_path, **ports))
    with socket.create_server(("127.0.0.1", ports["superset_port"])):
        said = refused(DevserverSettings(home=home, **ports))
    assert f"port {ports['superset_port']} is taken" in said
    assert "KHOBOR_SUPERSET_PORT" in said


def none_left(settings: DevserverSettings) -> bool:
    """Whether no process works for this home and both ports are free again."""
    for port in (settings.superset_port, settings.airflow_port):
        with socket.create_server(("127.0.0.1", port)):
            pass
    for process in psutil.process_iter():
        try:
            if process.environ().get("KHOBOR_HOME") == str(settings.home):
                return False
        except psutil.Error:
            continue
    return True


def test_killed_outright_it_leaves_nothing(served: Served) -> None:
    ours = psutil.Process(served.process.pid).children(recursive=True)
    assert len(ours) >= 5
    served.process.kill()
    served.process.wait()
    _, left = psutil.wait_procs(ours, timeout=120)
    assert left == []
    assert none_left(served.settings)


def test_it_starts_again_and_ctrl_c_leaves_nothing(served: Served) -> None:
    process = start_serve(served.settings)
    try:
        read_until(process, "Ctrl-C stops all")
        ours = psutil.Process(process.pid).children(recursive=True)
        assert len(ours) >= 5
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=300)
    finally:
        process.kill()
    assert said.splitlines()[-1] == "stopped"
    assert process.returncode == 0
    assert [process for process in ours if _lives(process)] == []
    assert none_left(served.settings)


def _lives(process: psutil.Process) -> bool:
    """Whether a process runs; one that has ended and waits for its parent to notice does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
