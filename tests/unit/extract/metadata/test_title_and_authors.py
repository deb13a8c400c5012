"""Headlines and names: entities, logos, cut headlines, and what is no name."""

import json

import pytest

from tests.unit.extract.metadata.test_times import linked, read

LONG = "Council of Nildanga opens the long awaited wooden bridge over the canal"


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (og("The farmer&amp;#039;s &amp;quot;new&amp;quot; road"), "", 'The farmer\'s "new" road'),
        (og("The farmer&amp;amp;#8217;s road"), "", "The farmer’s road"),
        (og("The &lt;em&gt;new&lt;/em&gt; road of farmers"), "", "The new road of farmers"),
        ("", "<h1 class='site-logo'>Test Courier</h1><h2>A new bridge</h2>", "A new bridge"),
        (
            "",
            "<h1><a href='/'>Test Courier</a></h1><h1>A new bridge here</h1>",
            "A new bridge here",
        ),
        (linked("headline", LONG[:60]) + og(LONG), f"<h1>{LONG}</h1>", LONG),
        (linked("headline", LONG[:57] + "..."), f"<h1>{LONG}</h1>", LONG),
        (linked("headline", LONG[:56] + " […]"), f"<h1>{LONG}</h1>", LONG),
        # A shorter headline is none that is cut.
        (linked("headline", LONG[:42]), f"<h1>{LONG}</h1>", LONG[:42]),
        (
            linked("headline", 'Bridge "opens" over the canal'),
            "",
            'Bridge "opens" over the canal',
        ),
    ],
)
def test_headlines(head: str, body: str, title: str) -> None:
    body = body or "<h1>Something else here</h1>" if "Bridge" not in head else body
    assert read(f"{body}{{text}}", head, lang="en").title == title


def test_a_logo_is_known_by_the_title_of_the_window() -> None:
    body = f"<h1>Test Courier</h1><h2>{LONG}</h2>{{text}}"
    assert read(body, lang="en", window=f"{LONG} | Test Courier").title == LONG
    assert read(body, lang="en", window=f"Test Courier | {LONG}").title == LONG


@pytest.mark.parametrize(
    ("body", "byline"),
    [
        ("<a rel='author' href='/u'>View all posts by Rokeya Anwar</a>", "Rokeya Anwar"),
        ("<span class='author'>Follow us on Twitter</span>", None),
        ("<span class='author'>আমাদের সঙ্গে থাকুন ফেসবুকে</span>", None),
        ("<span class='author'>Admin</span>", None),
        ("<span class='author'>Logo of the paper</span>", None),
        (
            "<span class='author'>Subscribe now</span><a href='/authors/r'>Rokeya Anwar</a>",
            "Rokeya Anwar",
        ),
    ],
)
def test_names(body: str, byline: str | None) -> None:
    assert read(f"<h1>{{title}}</h1>{body}{{text}}", lang="en").byline == byline


def test_the_site_is_an_author_only_where_no_person_is() -> None:
    data = [
        {"@type": "WebSite", "name": "Test Courier"},
        {"@type": "NewsArticle", "headline": "A new bridge", "author": {"name": "Test Courier"}},
    ]
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert read("<h1>{title}</h1>{text}", head, lang="en").byline == "Test Courier"
    body = "<h1>{title}</h1><span class='byline'>By Rokeya Anwar</span>{text}"
    assert read(body, head, lang="en").byline == "Rokeya Anwar"
