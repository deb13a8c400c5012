"""Connections to public addresses alone, checked after resolution.

A name is resolved once, its addresses are checked, and the connection goes to a checked address, so
DNS rebinding gains nothing. Every connection is made here: for pages, redirects, feeds, sitemaps
and robots.txt.
"""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import httpcore

from etl.errors import ForbiddenAddressError
from etl.ingest.web.response_head import MendingStream

Address = IPv4Address | IPv6Address
# RFC 6052: IPv4 addresses behind a translator.
_NAT64 = IPv6Network("64:ff9b::/96")
# Of no public host, whatever the Python at hand knows of them.
# Source: IANA, special-purpose address registries for IPv4 and IPv6, 2024; RFC 9637 (3fff::/20);
# RFC 3879 (fec0::/10, site-local, still routed in places); RFC 4291 (IPv4-compatible).
_SPECIAL = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32",
        "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10",
        "ff00::/8",
    )
)  # fmt: skip
# A name may have dozens of addresses; one that refuses three times is down.
_TRIES = 3


def is_public(address: Address) -> bool:
    """Whether the address is public; an embedded IPv4 address is checked instead."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    if any(address.version == net.version and address in net for net in _SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class PrivateRule:
    """Hosts and networks that may be fetched although they are not public."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._hosts: set[str] = set()
        for word in allowed:
            try:
                self._networks.append(ip_network(word, strict=False))
            except ValueError:
                self._hosts.add(word.lower())

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Whether ``host``, resolved to ``address``, may be connected to."""
        if is_public(address) or {host.lower(), f"{host.lower()}:{port}"} & self._hosts:
            return True
        return any(address in network for network in self._networks)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to permitted addresses alone."""

    def __init__(self, rule: PrivateRule) -> None:
        self._rule = rule
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check and connect.

        Raises:
            ForbiddenAddressError: the host has no permitted address.
        """
        found = await _resolve(host.strip("[]"), port, timeout)
        permitted = [a for a in found if self._rule.permits(host.strip("[]"), port, a)]
        if not permitted:
            named = ", ".join(str(address) for address in found[:_TRIES])
            raise ForbiddenAddressError(
                f"{host} is {named}, not a public address (KHOBOR_FETCH_ALLOW_PRIVATE)"
            )
        failure: Exception | None = None
        for address in permitted[:_TRIES]:
            try:
                stream = await self._network.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
                return MendingStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(host)

    async def sleep(self, seconds: float) -> None:
        """Sleep, as the interface requires."""
        await self._network.sleep(seconds)


async def _resolve(host: str, port: int, timeout: float | None) -> Sequence[Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout):
            answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"no address for {host} in time") from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"no address for {host}: {error}") from error
    # A scope (`fe80::1%eth0`) names a link, which is private all the same.
    return [ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]
