"""Write digests of images and checksums of downloads into the compose file and the Dockerfiles.

Docker then refuses an image or a file that is not the one that was looked at: ``FROM image@sha256``
and ``ADD --checksum``. Needs the registries; run by ``make pin-images``, again after each new
version.
"""

import hashlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

_PROJECT = Path(__file__).resolve().parent.parent
_IMAGE = re.compile(
    r"^(?P<before>\s*(?:image:|FROM)\s+)(?P<name>(?!khobor-)[\w./-]+):(?P<tag>[\w.-]+)"
    r"(?:@sha256:[0-9a-f]{64})?(?P<after>\s.*)?$",
    re.MULTILINE,
)
_ADDED = re.compile(
    r"^ADD (?:--checksum=sha256:[0-9a-f]{64} )?(?P<options>(?:--\w+=\S+ )*)"
    r"(?P<address>https://\S+) (?P<target>\S+)$",
    re.MULTILINE,
)
_ARGUMENT = re.compile(r"^ARG (\w+)=(\S+)$", re.MULTILINE)
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json"
)
_TIMEOUT_SECONDS = 300.0


class PinError(Exception):
    """A registry or a server did not give what is asked for."""


def pinned(
    text: str, digest_of: Callable[[str, str], str], checksum_of: Callable[[str], str]
) -> str:
    """A compose file or a Dockerfile with digests and checksums.

    Args:
        text: the file's text; old digests are replaced.
        digest_of: the digest of an image by name and tag, ``sha256:…``.
        checksum_of: SHA-256 of what an address gives.
    """
    arguments = dict(_ARGUMENT.findall(text))

    def image(found: re.Match[str]) -> str:
        digest = digest_of(found["name"], found["tag"])
        reference = f"{found['name']}:{found['tag']}@{digest}"
        return f"{found['before']}{reference}{found['after'] or ''}"

    def added(found: re.Match[str]) -> str:
        address = re.sub(r"\$\{(\w+)\}", lambda name: arguments[name[1]], found["address"])
        options = f"--checksum=sha256:{checksum_of(address)} {found['options']}"
        return f"ADD {options}{found['address']} {found['target']}"

    return _ADDED.sub(added, _IMAGE.sub(image, text))


def registry_digest(name: str, tag: str, registry: str = "https://registry-1.docker.io") -> str:
    """The digest of an image in Docker Hub's registry, or one that speaks the same protocol.

    Raises:
        PinError: the registry does not know it, or can't be reached.
    """
    path = name if "/" in name else f"library/{name}"
    address = f"{registry}/v2/{path}/manifests/{tag}"
    headers = {"Accept": _MANIFESTS}
    try:
        answer = httpx.head(address, headers=headers, timeout=_TIMEOUT_SECONDS)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            asked = dict(re.findall(r'(\w+)="([^"]*)"', answer.headers.get("WWW-Authenticate", "")))
            realm = asked.pop("realm")
            token = httpx.get(realm, params=asked, timeout=_TIMEOUT_SECONDS).raise_for_status()
            headers["Authorization"] = f"Bearer {token.json()['token']}"
            answer = httpx.head(address, headers=headers, timeout=_TIMEOUT_SECONDS)
        digest = answer.raise_for_status().headers["Docker-Content-Digest"]
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise PinError(f"{name}:{tag}: {type(error).__name__}: {error}") from error
    return str(digest)


def download_checksum(address: str) -> str:
    """SHA-256 of what an address gives.

    Raises:
        PinError: it gives nothing.
    """
    digest = hashlib.sha256()
    try:
        with httpx.stream(
            "GET", address, follow_redirects=True, timeout=_TIMEOUT_SECONDS
        ) as answer:
            answer.raise_for_status()
            for part in answer.iter_bytes():
                digest.update(part)
    except httpx.HTTPError as error:
        raise PinError(f"{address}: {type(error).__name__}: {error}") from error
    return digest.hexdigest()


def main() -> int:
    """Pin all files; none is changed where one can't be pinned."""
    files = [_PROJECT / "docker-compose.yml", *sorted(_PROJECT.glob("docker/*.Dockerfile"))]
    try:
        texts = {
            path: pinned(path.read_text("utf-8"), registry_digest, download_checksum)
            for path in files
        }
    except PinError as error:
        sys.stderr.write(f"nothing is changed: {error}\n")
        return 1
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"pinned: {path.relative_to(_PROJECT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
