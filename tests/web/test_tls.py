"""HTTPS with a certificate authority made for the test: trusted, or not."""

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from etl.ingest.fetch import Fetched
from etl.schema.words import FetchOutcome
from tests.web.site import Reply


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, with its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made-up outlet")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "site.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


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

    async def run() -> Fetched:
        async with open_web() as web:
            return await web.get(site.url("/1"), 1000)

    fetched = asyncio.run(run())
    if is_trusted:
        assert fetched.answer is not None
        assert fetched.answer.content == b"over TLS"
    else:
        assert fetched.outcome is FetchOutcome.BLOCKED  # nor could robots.txt be read
        assert "robots_unreadable: tls" in (fetched.reason or "")
        assert site.log == []
