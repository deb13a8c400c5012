"""HTTPS with a certificate authority made for the test: trusted, or not."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from etl.ingest.web.client import FetchResult
from etl.schema.vocabulary import FetchOutcome
from tests.web.certificate import certificate
from tests.web.site import Reply


@pytest.mark.parametrize("is_trusted", [True, False])
def test_certificates_are_checked(
    sites: Any, open_web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    site = sites({"/1": Reply(b"over TLS")}, tls=context)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))

    async def run() -> FetchResult:
        async with open_web() as web:
            return await web.get(site.url("/1"), 1000)

    fetched = asyncio.run(run())
    if is_trusted:
        assert fetched.response is not None
        assert fetched.response.content == b"over TLS"
    else:
        assert fetched.outcome is FetchOutcome.BLOCKED  # nor could robots.txt be read
        assert "robots_unreadable: tls" in str(fetched.problem)
        assert site.log == []
