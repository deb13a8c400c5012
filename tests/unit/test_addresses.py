"""Addresses of others: read or refused, never raised over, and one form for one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.addresses import canonical_url, host_of, is_web_url, join_url, split_url

BAD = [
    "http://[",
    "http://[bad/1",
    "https://x.example:99999/a",
    "https://x.example:port/a",
    "http://a\u2100b.example/",
    "https://x.example/\ud83d",
]


@pytest.mark.parametrize("url", BAD)
def test_what_cannot_be_read_is_none(url: str) -> None:
    assert split_url(url) is None
    assert join_url("https://x.example/", url) is None
    assert join_url(url, "/a") is None
    assert canonical_url(url) is None
    assert (host_of(url), is_web_url(url)) == ("", False)


@given(st.text(), st.text() | st.sampled_from(BAD))
def test_no_text_raises_and_a_canonical_address_is_its_own(base: str, text: str) -> None:
    for url in (text, f"http://{text}", f"https://x.example/{text}"):
        join_url(base, url)
        host_of(url)
        is_web_url(url)
        form = canonical_url(url)
        if form is not None:
            assert split_url(form) is not None
            assert canonical_url(form) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("index.php?ref=MjBfMDFf", "index.php?ref=MjBfMDJf"),
        ("details.php?cid=12", "details.php?cid=13"),
        ("view.php?eid=1", "view.php?eid=2"),
        ("p?uid=1", "p?uid=2"),
        ("photo.php?gallery=5", "photo.php?gallery=6"),
        ("p?glance=5", "p?glance=6"),
        ("p?source=a", "p?source=b"),
        ("p?session=1", "p?session=2"),
        ("p?keyword=1", "p?keyword=2"),
        ("?12345", "?12346"),
        ("index.php?/news/5", "index.php?/news/6"),
        ("p?q=%E0", "p?q=%E1"),  # of another encoding than UTF-8
        ("p?a=1&copy=2", "p?a=1&copy=3"),
        ("p?utm=1", "p?utm=2"),
    ],
)
def test_parameters_that_choose_the_page_are_kept(one: str, other: str) -> None:
    assert canonical_url(f"https://n.example/{one}") != canonical_url(f"https://n.example/{other}")


@pytest.mark.parametrize(
    "url",
    [
        "https://n.example/a?b=1&c=2",
        "HTTPS://N.example:443/a?c=2&b=1",
        "https://n.example//a?b=1&c=2#part",
        "https://n.example/a?b=1&amp;c=2",
        "https://n.example/%61?%62=1&c=2",
        "https://n.example/a?utm_source=x&b=1&fbclid=y&c=2&&UTM_Medium=z&_ga=1&gclid=2",
    ],
)
def test_addresses_of_one_page_have_one_form(url: str) -> None:
    assert canonical_url(url) == "https://n.example/a?b=1&c=2"


def test_percent_encodings_have_one_case() -> None:
    forms = {
        canonical_url(f"https://n.example/{path}/1")
        for path in ("%E0%A6%96%E0%A6%AC%E0%A6%B0", "%e0%a6%96%e0%a6%ac%e0%a6%b0", "খবর")
    }
    assert forms == {"https://n.example/%E0%A6%96%E0%A6%AC%E0%A6%B0/1"}
    assert canonical_url("https://n.example/a%2fb") != canonical_url("https://n.example/a/b")
