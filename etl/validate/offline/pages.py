"""Point what a page loads from other servers to the files that come along.

Great Expectations' templates load scripts, styles and a logo from seven servers: without a network
the first page is empty, since a script draws its table. Vega is left out: it draws histograms,
which results of checks don't have.
"""

import re
import shutil
from pathlib import Path

_ASSETS = Path(__file__).with_name("assets")
_VENDOR = "static/vendor"
# Great Expectations writes one next to its pages; the other's dark twin is on its server alone.
_LOGO, _LOGOS = "static/images/logo-long.png", ("logo-long.png", "full_logo_dark.png")
_LOADING = re.compile(
    r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="(https?://[^"]+)"[^>]*>'
    r"|url\('(https?://[^']+)'\)"
)
# Its own pictures, which it looks for one folder too low.
_OWN = re.compile(r'"[./]*(static/images/)')
_UNUSED = re.compile(r'<script src="https://cdn\.jsdelivr\.net/npm/vega[^"]*"[^>]*>\s*</script>')
_CHECKED = re.compile(r'\s(?:integrity|crossorigin)="[^"]*"')  # of another server's file


def make_self_contained(docs: Path, pages: list[Path]) -> None:
    """Put scripts and styles next to pages, and make the pages load those.

    Args:
        docs: the site's folder.
        pages: its HTML files.
    """
    shutil.copytree(_ASSETS, docs / _VENDOR, dirs_exist_ok=True)
    for page in pages:
        up = "../" * (len(page.relative_to(docs).parts) - 1)
        text = _UNUSED.sub("", page.read_text(encoding="utf-8"))
        text = _OWN.sub(rf'"{up}\1', text)
        page.write_text(
            _LOADING.sub(lambda found, up=up: _local(found, up), text),  # type: ignore[misc]
            encoding="utf-8",
        )


def _local(found: re.Match[str], up: str) -> str:
    """The tag with the address of the file that came along; as it was where none did."""
    tag, address = found[0], found[1] or found[2]
    path = _path_of(address)
    return tag if path is None else _CHECKED.sub("", tag).replace(address, up + path)


def _path_of(address: str) -> str | None:
    name = address.partition("?")[0].rpartition("/")[2]
    if name in _LOGOS:
        return _LOGO
    folder = name.rpartition(".")[2]
    for candidate in (name, name.replace(f".{folder}", f".min.{folder}")):
        if (_ASSETS / folder / candidate).is_file():
            return f"{_VENDOR}/{folder}/{candidate}"
    return None
