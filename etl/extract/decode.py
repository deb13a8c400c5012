"""Bytes to text: decompress, find the encoding, refuse what is no text.

Order of trust for the encoding: byte order mark; UTF-8 wherever the bytes are valid UTF-8 (no
other encoding of real text passes for it); the HTTP header; the page's own ``<meta>``; detection.
The declared encoding comes after the proof by UTF-8 because wrong declarations are common and
wrong proofs are not.
"""

import codecs
import re
import zlib
from dataclasses import dataclass

from etl.bangla.text import without_surrogates
from etl.schema.problems import UnreadablePageError
from etl.schema.vocabulary import ProblemCode

_GZIP = b"\x1f\x8b"
_BINARY_MAGIC = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"PK\x03\x04", b"\x7fELF",
    b"RIFF", b"OggS", b"ID3", b"\x00\x00\x01\x00", b"7z\xbc\xaf", b"Rar!", b"wOFF", b"wOF2",
    b"\xd0\xcf\x11\xe0", b"BZh", b"\xfd7zXZ", b"PAR1", b"SQLite format 3",
)  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_CONTROLS = bytes(c for c in range(32) if c not in (0, 9, 10, 12, 13, 27)) + b"\x7f"
_HEAD = 4096
# Labels that browsers read as a larger encoding than the one they name (WHATWG Encoding).
_LABELS = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "ascii": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "x-gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "windows-31j": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "utf8": "utf-8",
    "unicode": "utf-16-le",
}  # fmt: skip
# A page cut in the middle of a letter, or with one bad quotation mark, is still a page.
_BAD_SHARE = 0.01
_MOJIBAKE_FIRST = "à"
# The first two bytes of every Bangla letter, as Windows-1252.
_MOJIBAKE = re.compile(f"{_MOJIBAKE_FIRST}[¦§]")
_MOJIBAKE_RUN = re.compile("[\x80-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6"
                           "\u02dc\u2013-\u203a\u20ac\u2122]+")  # fmt: skip
_CP1252_BACK = {
    ord(bytes([b]).decode("cp1252", "replace")): b
    for b in range(0x80, 0xA0)
    if bytes([b]).decode("cp1252", "replace") != "\ufffd"
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text.

    Attributes:
        text: the text without NUL.
        encoding: the codec that read it.
        warnings: what was wrong with the bytes.
        utf8: the bytes of the text where it came as UTF-8 with nothing to mend. The parser needs
            them, and encoding the text again takes as long as decoding it did.
    """

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()
    utf8: bytes | None = None


def unpack(content: bytes, content_encoding: str | None, max_bytes: int) -> bytes:
    """Decompress a page.

    Args:
        content: the bytes as they were fetched.
        content_encoding: the HTTP header of that name; gzip is recognised without it.
        max_bytes: the most that is unpacked.

    Raises:
        UnreadablePageError: ``empty``, ``too_large``, ``broken_gzip``, ``unknown_compression``.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise UnreadablePageError(ProblemCode.EMPTY, "the capture holds no bytes but white space")
    encoding = (content_encoding or "").strip().lower()
    if encoding in ("gzip", "x-gzip") or content.startswith(_GZIP):
        # A fetcher that undid the compression may have kept the header: then it is markup already.
        if content.startswith(_GZIP) or content.lstrip()[:1] != b"<":
            content = _inflate(content, 31, max_bytes)
    elif encoding == "deflate":
        content = _inflate(content, 15 if content[:1] == b"\x78" else -15, max_bytes)
    elif encoding not in ("", "identity", "none"):
        raise UnreadablePageError(ProblemCode.UNKNOWN_COMPRESSION, f"Content-Encoding {encoding!r}")
    if len(content) > max_bytes:
        raise UnreadablePageError(
            ProblemCode.TOO_LARGE,
            f"{len(content)} bytes, limit {max_bytes} (KHOBOR_PAGE_MAX_BYTES)",
        )
    if not content.strip(b"\x00 \t\r\n"):
        raise UnreadablePageError(ProblemCode.EMPTY, "nothing but white space after decompression")
    return content


def _inflate(content: bytes, window_bits: int, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    room = max_bytes
    rest = content
    while rest:
        unpacker = zlib.decompressobj(window_bits)
        try:
            part = unpacker.decompress(rest, room + 1)
        except zlib.error as error:
            if parts:  # garbage after a complete member, as gzip itself tolerates
                break
            raise UnreadablePageError(ProblemCode.BROKEN_GZIP, str(error)) from error
        room -= len(part)
        if room < 0:
            raise UnreadablePageError(
                ProblemCode.TOO_LARGE, f"over {max_bytes} bytes unpacked (KHOBOR_PAGE_MAX_BYTES)"
            )
        if not unpacker.eof:
            raise UnreadablePageError(ProblemCode.BROKEN_GZIP, "the compressed data ends too early")
        parts.append(part)
        rest = unpacker.unused_data.lstrip(b"\x00")
    return b"".join(parts)


def decode(content: bytes, content_type: str | None = None) -> Decoded:
    """Read bytes as text.

    Args:
        content: the unpacked bytes.
        content_type: the HTTP header of that name.

    Raises:
        UnreadablePageError: ``binary``, ``empty`` or ``undecodable``.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _finish(content[len(bom) :].decode(encoding, "replace"), encoding, ())
    if wide := _wide_encoding(content[:_HEAD]):
        return _finish(content.decode(wide, "replace"), wide, ())
    if content.startswith(_BINARY_MAGIC) or _looks_binary(content):
        raise UnreadablePageError(ProblemCode.BINARY, f"starts with {content[:8]!r}")
    declared = _declared(content, content_type)
    # ISO-2022-JP hides in ASCII bytes: only its escapes tell it from UTF-8.
    if declared == "iso2022_jp" and b"\x1b" in content:
        return _finish(content.decode("iso2022_jp", "replace"), "iso2022_jp", ())
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(content, declared)
    is_wrong = declared not in (None, "utf-8") and not content.isascii()
    warnings = (f"encoding_declared_wrong:{declared}",) if is_wrong else ()
    return _finish(text, "utf-8", warnings, content)


def _decode_other(content: bytes, declared: str | None) -> Decoded:
    """Not valid UTF-8: the declared encoding, UTF-8 with a few bad bytes, or detection."""
    if declared not in (None, "utf-8", "cp1252"):
        try:
            return _finish(content.decode(str(declared)), str(declared), ())
        except UnicodeDecodeError:
            pass
    nearly = content.decode("utf-8", "replace")
    high_bytes = len(content) - len(content.decode("ascii", "ignore"))
    if nearly.count("\ufffd") <= max(1, high_bytes * _BAD_SHARE):
        return _finish(nearly, "utf-8", ("encoding_errors",))
    if declared == "cp1252":
        return _finish(content.decode("cp1252", "replace"), "cp1252", ())
    if declared not in (None, "utf-8"):
        text = content.decode(str(declared), "replace")
        if text.count("\ufffd") <= max(1, high_bytes * _BAD_SHARE):
            return _finish(text, str(declared), ("encoding_errors",))
    from charset_normalizer import from_bytes

    # Without the markup, whose ASCII would drown what tells the encodings apart.
    sample = re.sub(rb"<[^>]*>|[\x00-\x40]+", b" ", content[:400_000])[:100_000]
    best = from_bytes(sample).best()
    if best is None:
        raise UnreadablePageError(
            ProblemCode.UNDECODABLE, f"no encoding reads it; declared: {declared}"
        )
    text = content.decode(best.encoding, "replace")
    return _finish(text, best.encoding, (f"encoding_detected:{best.encoding}",))


def _declared(content: bytes, content_type: str | None) -> str | None:
    """The codec that the header or the page names, or None where it names none that exists."""
    head = content[:_HEAD]
    names: list[str] = []
    if found := _HEADER_CHARSET.search(content_type or ""):
        names.append(found.group(1))
    names += [m.group(1).decode("ascii") for p in (_XML_CHARSET, _META_CHARSET)
              if (m := p.search(head))]  # fmt: skip
    for name in names:
        label = name.lower()
        try:
            codec = codecs.lookup(_LABELS.get(label, label))
        except LookupError:
            continue
        # Transforms such as "hex" are codecs too, but read no text; a page whose <meta> is
        # readable as ASCII is not UTF-16, whatever it says.
        if getattr(codec, "_is_text_encoding", True) and not codec.name.startswith("utf-16"):
            return codec.name
    return None


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 without a byte order mark: every second byte is NUL (ASCII) or 09 (Bangla)."""
    if len(head) < 64 or head.count(0) < len(head) / 50:
        return None
    even, odd = head[0::2], head[1::2]
    if (odd.count(0) + odd.count(9)) > 0.9 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if (even.count(0) + even.count(9)) > 0.9 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _looks_binary(content: bytes) -> bool:
    head = content[:_HEAD].replace(b"\x00", b"")
    if len(head) < len(content[:_HEAD]) * 0.5:
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > len(head) * 0.02


def _finish(
    text: str, encoding: str, warnings: tuple[str, ...], utf8: bytes | None = None
) -> Decoded:
    """Mend the text.

    ``utf8`` are the bytes it was read from where that is UTF-8. NUL is found much faster in them
    than in the text.
    """
    read = text
    if utf8 is None:  # codecs such as UTF-7 read halves of letters
        text = without_surrogates(text)
    if b"\x00" in utf8 if utf8 is not None else "\x00" in text:
        text = text.replace("\x00", "")
        warnings = (*warnings, "nul_bytes_dropped")
    if _MOJIBAKE_FIRST in text and (
        len(_MOJIBAKE.findall(text[:20_000])) >= 5 or len(_MOJIBAKE.findall(text)) >= 20
    ):
        mended = _MOJIBAKE_RUN.sub(_unmangle, text)
        if mended != text:
            text, warnings = mended, (*warnings, "double_encoding_mended")
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise UnreadablePageError(ProblemCode.EMPTY, "the capture holds no text but white space")
    return Decoded(text, encoding, warnings, utf8 if text == read else None)


def _unmangle(run: re.Match[str]) -> str:
    """Letters of UTF-8 that somebody read as Windows-1252: read the bytes again as UTF-8."""
    try:
        return bytes(_CP1252_BACK.get(ord(c), ord(c)) for c in run.group()).decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return run.group()
