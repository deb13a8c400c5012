"""Pages, names, sidecars and archives that somebody made to do harm."""

import gzip
import json
import os
from pathlib import Path

SCRIPT = "<script>document.title='owned'</script>"
IMAGE = "<img src=x onerror=\"document.title='owned'\">"
FORMULA = '=HYPERLINK("http://example.invalid/","click")'
BIDI, ESCAPE = "\u202etxt.exe\u202c", "\x1b]0;owned\x07\x1b[31m\x9b31m"
_TEXT = "নদীর ঘাটে নতুন জেটি চালু হয়েছে, খুশি যাত্রীরা। সকালে প্রথম লঞ্চটি এখান থেকে ছেড়ে যায়।"
_EVENT = "ইরানের পররাষ্ট্রমন্ত্রী পাকিস্তানকে হুঁশিয়ারি দিয়েছেন বলে রয়টার্স জানিয়েছে।"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def article(number: int, title: str, byline: str) -> str:
    """A page that is read as an article, with harm in every field."""
    document = {
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": f"2026-02-20T{number % 24:02d}:00:00+06:00",
        "author": {"@type": "Person", "name": byline},
        "articleSection": f"{FORMULA} {SCRIPT}",
        "keywords": [SCRIPT, FORMULA],
    }
    paragraphs = (
        f"{_TEXT} {number} {_escaped(SCRIPT)}।",
        f"{_escaped(IMAGE)} {_EVENT} {BIDI} {ESCAPE} এই কথা জানানো হয়েছে।",
        f"{_escaped(FORMULA)} দিয়ে শুরু হওয়া অনুচ্ছেদ, যা একটি সূত্র বলে মনে হতে পারে {number}।",
    )
    data = json.dumps(document, ensure_ascii=False).replace("</", "<\\/")
    headlines = "".join(
        f'<li><a href="/world/{k}">{_escaped(text)} শিরোনাম এখানে আছে</a></li>'
        for k, text in enumerate((SCRIPT, FORMULA, "@SUM(1+1)", BIDI))
    )
    return (
        f'<!DOCTYPE html><html lang="bn"><head><meta charset="utf-8">'
        f"<title>{_escaped(title)}</title>"
        f'<script type="application/ld+json">{data}</script></head>'
        f'<body><h1 class="details-title">{_escaped(title)}</h1>'
        f'<div class="dtl_content_section">{"".join(f"<p>{p}</p>" for p in paragraphs)}</div>'
        f'<div id="latest_tab"><ul>{headlines}</ul></div></body></html>'
    )


def write_pages(folder: Path, outside: Path) -> None:
    """All of them below a folder; ``outside`` has what links in it lead to."""
    folder.mkdir()
    for number, (title, byline) in enumerate(
        [
            (f"{SCRIPT} ঘাটে নতুন জেটি", FORMULA),
            (f"{FORMULA} ঘাটে জেটি {ESCAPE}", SCRIPT),
            (f"{BIDI} {IMAGE} নতুন জেটি", "@SUM(1+1)"),
        ]
    ):
        path = folder / f"page-{number}.html"
        path.write_text(article(number, title, byline), "utf-8")
        url = (
            f"https://www.kalbela.com/world/{number}?x='\"><script>1</script>",
            "javascript:document.title='owned'",
            "file:///etc/passwd",
        )[number]
        sidecar = {"url": url, "fetched_at": "2026-02-20T06:00:00+00:00", "outlet_id": "kalbela"}
        path.with_name(f"{path.name}.meta.json").write_text(json.dumps(sidecar), "utf-8")
    _write_names(folder, outside)
    _write_sidecars(folder)
    _write_bombs(folder)
    _write_archive(folder / "pages.warc.gz")


def _write_names(folder: Path, outside: Path) -> None:
    page = article(9, "ঘাটে নতুন জেটি", "কালবেলা ডেস্ক").encode()
    names = [
        f"{ESCAPE}.html",
        f"{BIDI}.html",
        "=cmd.html",
        "..%2f..%2fetc.html",
        "a\nb.html",
        "<script>.html",
    ]
    for name in names:
        (folder / name).write_bytes(page)
    with open(os.fsencode(folder) + b"/\xff\xfe.html", "wb") as file:  # noqa: PTH123
        file.write(page)
    (folder / "link.html").symlink_to(outside / "secret.html")
    (folder / "folder-link").symlink_to(outside)
    (folder / "linked-sidecar.html").write_bytes(page)
    (folder / "linked-sidecar.html.meta.json").symlink_to(outside / "secret.json")
    os.mkfifo(folder / "pipe.html")


def _write_sidecars(folder: Path) -> None:
    page = article(8, "ঘাটে নতুন জেটি", "কালবেলা ডেস্ক").encode()
    sidecars = {
        "deep": b"[" * 100_000,
        "half-character": b'{"url": "https://www.kalbela.com/\\ud800"}',
        "early": b'{"fetched_at": "0001-01-01T00:00:00+14:00"}',
        "late": b'{"fetched_at": "9999-12-31T23:59:59-14:00"}',
        "long-number": b'{"url": ' + b"9" * 10_000 + b"}",
        "path": b'{"outlet_id": "../../../etc", "url": "../../etc/passwd"}',
    }
    for name, content in sidecars.items():
        (folder / f"sidecar-{name}.html").write_bytes(page)
        (folder / f"sidecar-{name}.html.meta.json").write_bytes(content)


def _write_bombs(folder: Path) -> None:
    (folder / "bomb.html.gz").write_bytes(gzip.compress(b"<p>" + b"a" * 200_000_000))
    (folder / "deep.html").write_bytes(b"<html><body>" + b"<div>" * 1_900_000)
    (folder / "too-deep.html").write_bytes(b"<div>" * 20_000_000)
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><html>&a11;</html>'
    (folder / "laughs.xhtml").write_text(laughs)
    outside = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    (folder / "entity.xhtml").write_text(f"{outside}<html><body><p>&a;</p></body></html>")


def _write_archive(path: Path) -> None:
    page = article(7, f"{SCRIPT} ঘাটে নতুন জেটি", FORMULA).encode()
    bomb = gzip.compress(b"<p>" + b"a" * 200_000_000)
    records = (
        ("https://www.kalbela.com/../../../etc/passwd", page, ""),
        ("file:///etc/passwd", page, ""),
        ("https://www.kalbela.com/world/2", bomb, "Content-Encoding: gzip\r\n"),
    )
    with path.open("wb") as file:
        for number, (url, content, header) in enumerate(records):
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{header}\r\n"
            block = head.encode() + content
            record = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
                "WARC-Date: 2026-02-20T06:00:00Z\r\n"
                "Content-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(record.encode() + block + b"\r\n\r\n"))
