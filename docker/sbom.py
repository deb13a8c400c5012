"""Write a software bill of materials of the locked packages: CycloneDX, JSON, one file a lock.

``make sbom`` writes them to ``dist/``. They depend on the locks alone: equal locks, equal files.
"""

import re
import sys
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

_PROJECT = Path(__file__).resolve().parent.parent
LOCKS = {
    "khobor.cdx.json": _PROJECT / "requirements.lock",
    "superset.cdx.json": _PROJECT / "bi" / "superset" / "requirements.lock",
}
_PACKAGE = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(lock: Path) -> str:
    """The bill of a lock, as JSON."""
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, lock.read_text("utf-8")))
    bom.metadata.timestamp = None  # type: ignore[assignment]  # the same for the same lock
    component: Component | None = None
    for line in lock.read_text("utf-8").splitlines():
        if found := _PACKAGE.match(line):
            name, version = found.groups()
            package = PackageURL("pypi", name=name.lower(), version=version)
            component = Component(
                name=name,
                version=version,
                type=ComponentType.LIBRARY,
                purl=package,
                bom_ref=str(package),
            )
            bom.components.add(component)
        if component is not None:
            for digest in _HASH.findall(line):
                component.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=digest))
    return JsonV1Dot6(bom).output_as_string(indent=1)


def main(folder: Path) -> None:
    """Write the bills of all locks into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lock in LOCKS.items():
        (folder / name).write_text(bill(lock), encoding="utf-8")
        sys.stdout.write(f"{folder / name}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
