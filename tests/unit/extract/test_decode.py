"""Bytes to text: compression, encodings, and what is refused."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.extract.decode import decode, unpack
from etl.schema.problems import UnreadablePageError

BANGLA = "<html><body><p>বাংলাদেশের খবর আজ এখানে পড়ুন।</p></body></html>" * 5
LIMIT = 1_000_000


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_forms(encoding: str) -> None:
    assert decode(BANGLA.encode(encoding)).text == BANGLA


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1256", "no-such-encoding", "hex"])
def test_wrong_declaration_loses_to_proof(declared: str) -> None:
    page = f'<meta charset="{declared}">{BANGLA}'
    found = decode(page.encode(), f"text/html; charset={declared}")
    assert found.text == page
    assert found.encoding == "utf-8"


def test_wrong_declaration_is_noted() -> None:
    found = decode(f'<meta charset="iso-8859-1">{BANGLA}'.encode())
    assert found.warnings == ("encoding_declared_wrong:cp1252",)


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("iso-8859-1", "cp1252", "Café – “déjà vu”"),
        ("windows-1251", "cp1251", "Новости сегодня"),
        ("gb2312", "gb18030", "今天的新闻"),
        ("Shift_JIS", "cp932", "今日のニュース"),
        ("euc-kr", "cp949", "오늘의 뉴스"),
    ],
)
def test_declared_encoding(declared: str, codec: str, text: str) -> None:
    page = f'<meta charset="{declared}"><p>{text}</p>'
    assert decode(page.encode(codec)).text == page


def test_header_is_read() -> None:
    assert decode("<p>Новости</p>".encode("cp1251"), "text/html; charset=windows-1251").text == (
        "<p>Новости</p>"
    )


def test_undeclared_encoding_is_detected() -> None:
    text = "Сегодня в городе открылась новая библиотека, рассказали жители района. " * 20
    found = decode(f"<html><body><p>{text}</p></body></html>".encode("cp1251"))
    assert text.strip() in found.text
    assert any(w.startswith("encoding_detected:") for w in found.warnings)


def test_one_bad_byte_keeps_the_page() -> None:
    content = BANGLA.encode()[:200] + b"\xff" + BANGLA.encode()[200:]
    found = decode(content)
    assert found.encoding == "utf-8"
    assert "encoding_errors" in found.warnings


def test_cut_letter_keeps_the_page() -> None:
    assert decode((BANGLA + "খবর").encode()[:-1]).encoding == "utf-8"


def test_doubly_encoded_bangla_is_mended() -> None:
    mangled = "".join(
        bytes([b]).decode("cp1252") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b)
        for b in BANGLA.encode()
    )
    found = decode(mangled.encode())
    assert found.text == BANGLA
    assert "double_encoding_mended" in found.warnings


def test_nul_bytes_are_dropped() -> None:
    found = decode(BANGLA.replace("খবর", "খ\x00ব\x00র").encode())
    assert found.text == BANGLA
    assert "nul_bytes_dropped" in found.warnings


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xd8\xff\xe0JFIF", bytes(range(256)) * 8],
)
def test_binary_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadablePageError) as caught:
        decode(content)
    assert caught.value.problem.code == "binary"


def test_gzip_members_and_magic() -> None:
    content = gzip.compress(b"<p>one</p>") + gzip.compress(b"<p>two</p>")
    assert unpack(content, "gzip", LIMIT) == b"<p>one</p><p>two</p>"
    assert unpack(content, None, LIMIT) == b"<p>one</p><p>two</p>"


def test_header_left_on_plain_bytes() -> None:
    assert unpack(b"  <p>plain</p>", "gzip", LIMIT) == b"  <p>plain</p>"


def test_deflate_with_and_without_header() -> None:
    assert unpack(zlib.compress(b"<p>x</p>"), "deflate", LIMIT) == b"<p>x</p>"
    raw = zlib.compressobj(wbits=-15)
    assert unpack(raw.compress(b"<p>x</p>") + raw.flush(), "deflate", LIMIT) == b"<p>x</p>"


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        (b"", None, "empty"),
        (b" \r\n\t ", None, "empty"),
        (b"\x00\x00\x00", None, "empty"),
        # Fixed times, or the bytes and with them the tests' names change every second.
        (gzip.compress(b"   ", mtime=0), "gzip", "empty"),
        (gzip.compress(b"<p>x</p>" * 99, mtime=0)[:-12], "gzip", "broken_gzip"),
        (b"\x1f\x8bnot really", "gzip", "broken_gzip"),
        (b"anything", "gzip", "broken_gzip"),
        (gzip.compress(b"a" * (LIMIT + 1), mtime=0), "gzip", "too_large"),
        (b"a" * (LIMIT + 1), None, "too_large"),
        (b"abc", "br", "unknown_compression"),
    ],
)
def test_unreadable(content: bytes, encoding: str | None, reason: str) -> None:
    with pytest.raises(UnreadablePageError) as caught:
        unpack(content, encoding, LIMIT)
    assert caught.value.problem.code == reason


def test_bomb_is_not_unpacked_whole() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with pytest.raises(UnreadablePageError, match="too_large"):
        unpack(bomb, "gzip", LIMIT)


@given(st.binary(max_size=600), st.sampled_from([None, "gzip", "deflate", "br", "x"]))
def test_never_raises_anything_else(content: bytes, encoding: str | None) -> None:
    try:
        text = decode(unpack(content, encoding, 10_000)).text
    except UnreadablePageError:
        return
    assert text.strip()
    assert "\x00" not in text


@given(st.text(min_size=1, max_size=300))
def test_utf8_is_read_as_written(text: str) -> None:
    try:
        found = decode(text.encode("utf-8", "replace"))
    except UnreadablePageError:
        return
    if found.encoding == "utf-8" and "double_encoding_mended" not in found.warnings:
        assert found.text == text.encode("utf-8", "replace").decode().replace("\x00", "").lstrip(
            "\ufeff"
        )
