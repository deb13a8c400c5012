"""Only public addresses are connected to, whatever name stands for them."""

import asyncio
import socket
from ipaddress import ip_address
from typing import Any

import pytest

from etl.ingest.web.address_guard import PrivateRule, is_public
from etl.ingest.web.client import FetchResult
from etl.schema.vocabulary import FetchOutcome
from tests.web.site import Reply


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fec0::1", "feff::1", "3fff::1", "3fff:fff::1", "192.0.0.8", "192.0.0.170", "192.88.99.1",
        "::ffff:192.0.0.8", "64:ff9b::c000:8", "64:ff9b:1::1", "5f00::1", "100::1", "::7f00:1",
        "2002:c000:8::", "192.175.48.1", "2001:2::1", "2001:20::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "103.4.145.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


def test_what_may_be_fetched_although_private() -> None:
    rule = PrivateRule(["10.1.0.0/16", "Intranet.example", "press.example:8080", "127.0.0.1"])
    assert rule.permits("x.example", 80, ip_address("10.1.2.3"))
    assert not rule.permits("x.example", 80, ip_address("10.2.0.1"))
    assert rule.permits("intranet.example", 9, ip_address("192.168.0.9"))
    assert rule.permits("press.example", 8080, ip_address("192.168.0.9"))
    assert not rule.permits("press.example", 80, ip_address("192.168.0.9"))
    assert rule.permits("x.example", 80, ip_address("127.0.0.1"))
    assert not rule.permits("x.example", 80, ip_address("127.0.0.2"))


def ask(open_web: Any, url: str, allow: tuple[str, ...] = ()) -> FetchResult:
    async def run() -> FetchResult:
        async with open_web(allow=allow) as web:
            return await web.get(url, 1000)

    return asyncio.run(run())


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_a_private_host_is_not_asked_for_anything(sites, open_web, name: str) -> None:
    site = sites({"/1": Reply(b"secret")})
    port = site.host.partition(":")[2]
    fetched = ask(open_web, f"http://{name}:{port}/1")
    assert fetched.outcome is FetchOutcome.FAILED  # which is not to be laid at robots.txt's door
    assert str(fetched.problem).startswith("address_refused: ")
    assert site.log == []


def test_redirects_and_robots_do_not_lead_to_private_addresses(sites, open_web) -> None:
    inner = sites({"/1": Reply(b"secret")}, address="127.0.0.9")
    outer = sites({"/go": Reply(b"", 302, headers={"Location": inner.url("/1")})})
    fetched = ask(open_web, outer.url("/go"), allow=("127.0.0.1",))
    assert fetched.outcome is FetchOutcome.FAILED
    assert str(fetched.problem).startswith("address_refused: ")
    sly = sites(
        {"/robots.txt": Reply(b"", 302, headers={"Location": inner.url("/robots.txt")})},
        address="127.0.0.2",
    )
    fetched = ask(open_web, sly.url("/1"), allow=("127.0.0.2",))
    assert fetched.outcome is FetchOutcome.BLOCKED
    assert inner.log == []


def test_the_address_that_was_checked_is_the_one_connected_to(sites, open_web, monkeypatch) -> None:
    # A name server that answers with a harmless address first and with ours the second time.
    site = sites({"/1": Reply(b"secret")})
    port = int(site.host.partition(":")[2])
    answers = ["127.0.0.3", "127.0.0.1", "127.0.0.1"]

    def resolve(host: Any, *rest: Any, **options: Any) -> list[Any]:
        address = answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    fetched = ask(open_web, f"http://rebinding.example:{port}/1", allow=("127.0.0.3",))
    assert fetched.outcome is not FetchOutcome.CAPTURED
    assert site.log == []
