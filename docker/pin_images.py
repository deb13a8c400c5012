"""Pins what images are made of: ``python docker/pin_images.py`` (``make pin-images``).

Each image that ``docker-compose.yml`` and the Dockerfiles name gets the digest that its registry
gives for the tag, and each file that they download gets its SHA-256. From then on Docker refuses
what does not match. Run it again after a version was changed: pins are looked up anew.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

HUB = "https://registry-1.docker.io"
_TAGGED = r"(?P<name>[\w./-]+):(?P<tag>[\w.-]+)(?:@sha256:[0-9a-f]{64})?"
_FROM = re.compile(rf"^(?P<before>FROM ){_TAGGED}$", re.MULTILINE)
_IMAGE = re.compile(rf"^(?P<before> +image: ){_TAGGED}$", re.MULTILINE)
_ADD = re.compile(
    r"^ADD (?:--checksum=sha256:[0-9a-f]{64} )?(?P<options>(?:--\w+=\S+ )*)(?P<url>https?://\S+) ",
    re.MULTILINE,
)
_ARG = re.compile(r"^ARG (\w+)=(\S+)$", re.MULTILINE)
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
# Of all platforms together, where the image has several.
_ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
_OWN = "khobor-"  # built here


@dataclass(slots=True)
class Pinning:
    """Looks up digests; those that could not be found are in ``problems``."""

    client: httpx.Client
    registry: str
    problems: list[str]

    def pinned(self, text: str) -> str:
        """A compose file or a Dockerfile with its pins."""
        arguments = dict(_ARG.findall(text))
        for pattern in (_FROM, _IMAGE):
            text = pattern.sub(self._image, text)
        return _ADD.sub(lambda found: self._file(found, arguments), text)

    def _image(self, found: re.Match[str]) -> str:
        name, tag = found["name"], found["tag"]
        if name.startswith(_OWN):
            return found[0]
        try:
            digest = self._digest(name, tag)
        except (httpx.HTTPError, KeyError) as error:
            self.problems.append(f"{name}:{tag}: {type(error).__name__}: {error}")
            return found[0]
        return f"{found['before']}{name}:{tag}@{digest}"

    def _digest(self, name: str, tag: str) -> str:
        repository = name if "/" in name else f"library/{name}"
        url = f"{self.registry}/v2/{repository}/manifests/{tag}"
        headers = {"Accept": _ACCEPT}
        answer = self.client.head(url, headers=headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            token = self._token(answer.headers["WWW-Authenticate"])
            answer = self.client.head(url, headers={**headers, "Authorization": f"Bearer {token}"})
        answer.raise_for_status()
        return answer.headers["Docker-Content-Digest"]

    def _token(self, challenge: str) -> str:
        parts = dict(_CHALLENGE.findall(challenge))
        answer = self.client.get(parts.pop("realm"), params=parts)
        answer.raise_for_status()
        return str(answer.json()["token"])

    def _file(self, found: re.Match[str], arguments: dict[str, str]) -> str:
        url = re.sub(r"\$\{(\w+)\}", lambda name: arguments[name[1]], found["url"])
        digest = hashlib.sha256()
        try:
            with self.client.stream("GET", url) as answer:
                answer.raise_for_status()
                for part in answer.iter_bytes():
                    digest.update(part)
        except httpx.HTTPError as error:
            self.problems.append(f"{url}: {type(error).__name__}: {error}")
            return found[0]
        return f"ADD --checksum=sha256:{digest.hexdigest()} {found['options']}{found['url']} "


def files(project: Path) -> Iterator[Path]:
    """The files that name images."""
    yield project / "docker-compose.yml"
    yield from sorted((project / "docker").glob("*.Dockerfile"))


def main(project: Path, registry: str = HUB) -> int:
    """Pin everything; 1 if something could not be looked up, which then stays as it was."""
    problems: list[str] = []
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        pinning = Pinning(client, registry, problems)
        for path in files(project):
            text = path.read_text("utf-8")
            pinned = pinning.pinned(text)
            if pinned != text:
                aside = path.with_name(f"{path.name}.tmp")
                aside.write_text(pinned, "utf-8")
                aside.replace(path)
                sys.stdout.write(f"pinned: {path.relative_to(project)}\n")
    for problem in problems:
        sys.stderr.write(f"not pinned: {problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parents[1], os.environ.get("REGISTRY", HUB)))
