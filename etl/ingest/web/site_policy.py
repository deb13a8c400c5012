"""What origins say of the use of their pages: asked once a day, cached in the frontier."""

import time
from dataclasses import dataclass, field

from etl.addresses import split_url
from etl.ingest.frontier.records import CachedPolicy
from etl.ingest.frontier.store import Frontier
from etl.ingest.rights import NO_POLICY, SitePolicy
from etl.ingest.web.client import PoliteClient
from etl.ingest.web.hosts import PATIENCE_SECONDS, host_key
from etl.schema.vocabulary import FetchOutcome

# Source: TDM Reservation Protocol, 6; ai.txt
_TDMREP, _AI_TXT = "/.well-known/tdmrep.json", "/ai.txt"
_ACCEPT = "application/json,text/plain,*/*;q=0.5"
_MAX_BYTES = 500_000
_LIFETIME_SECONDS = 86_400.0


@dataclass(slots=True)
class SitePolicies:
    """Reads the policies of origins.

    Args:
        client: sends the requests.
        frontier: where policies are cached.
        outlet_ids: the outlets whose origins are asked; others say nothing.
    """

    client: PoliteClient
    frontier: Frontier
    outlet_ids: frozenset[str]
    _known: dict[str, SitePolicy] = field(default_factory=dict)

    async def of(self, outlet_id: str, address: str) -> SitePolicy:
        """The policy of the origin of an address; it says nothing where it could not be read."""
        parts = split_url(address)
        if parts is None or outlet_id not in self.outlet_ids:
            return NO_POLICY
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        if origin not in self._known:
            self._known[origin] = await self._read(origin)
        return self._known[origin]

    async def _read(self, origin: str) -> SitePolicy:
        cached = self.frontier.responses.policy(origin)
        if cached is None or not 0 <= time.time() - cached.read_at < _LIFETIME_SECONDS:
            # A host that allows few requests keeps them for its pages.
            if self.frontier.hosts.delay_of(host_key(origin)) > PATIENCE_SECONDS:
                return NO_POLICY
            files = [await self._file(origin + path) for path in (_TDMREP, _AI_TXT)]
            cached = CachedPolicy(time.time(), *files)
            self.frontier.responses.save_policy(origin, cached)
        return SitePolicy.read(cached.tdmrep, cached.ai_txt)

    async def _file(self, address: str) -> bytes | None:
        fetched = await self.client.get(address, _MAX_BYTES, accept=_ACCEPT)
        if fetched.outcome is not FetchOutcome.CAPTURED or fetched.response is None:
            return None
        return fetched.response.content
