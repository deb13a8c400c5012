"""The pages that show the made-up articles: small, in one shape, with the lists next to them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from demo.articles import Article, Version
from demo.templates import Newspaper
from etl.bangla.calendar import GREGORIAN_MONTHS
from etl.bangla.text import to_bangla_digits
from etl.outlets.profiles import HtmlHints, Outlet
from etl.schema.vocabulary import ListKind

HINTS = HtmlHints(
    title=("h1.headline",),
    byline=(".byline",),
    section=(".crumbs a",),
    dateline=(".published",),
    body=(".story",),
    caption=("figcaption",),
    keywords=(".tags a",),
    lists={ListKind.LATEST: ("#latest",), ListKind.MOST_READ: ("#most-read",)},
)


@dataclass(frozen=True, slots=True)
class Link:
    """A headline with its address."""

    title: str
    url: str


def profile(outlet: Newspaper) -> Outlet:
    """The profile by which the outlet's pages are read."""
    return Outlet(
        id=outlet.id,
        name_bn=outlet.name_bn,
        name_en=outlet.name_en,
        hosts=(outlet.host,),
        url_id=r"/news/(\d+)$",
        html=HINTS,
    )


def article_page(
    article: Article, version: Version, latest: Sequence[Link], most_read: Sequence[Link]
) -> str:
    """Return the page that a capture of an article shows."""
    title = escape(version.title)
    linked: dict[str, str] = {"@type": "NewsArticle", "headline": version.title}
    line = ""
    if article.published_at is not None:
        linked["datePublished"] = article.published_at.isoformat()
        line = f"প্রকাশ: {_printed(article.published_at)}"
        if version.updated_at is not None:
            linked["dateModified"] = version.updated_at.isoformat()
            line += f" আপডেট: {_printed(version.updated_at)}"
    tags = "".join(f'<a href="/t/{escape(tag)}">{escape(tag)}</a>' for tag in article.keywords)
    body = "".join(f"<p>{escape(text)}</p>" for text in version.paragraphs)
    return _page(
        article.outlet,
        title,
        f'<meta property="og:type" content="article"><link rel="canonical" href="{article.url}">'
        f"{_json_ld(linked)}",
        f'<nav class="crumbs"><a href="/">হোম</a><a href="/s">{escape(article.section)}</a></nav>'
        f'<article><h1 class="headline">{title}</h1>'
        f'<div class="byline">{escape(article.byline)}</div>'
        f'<div class="published">{line}</div><div class="story">{body}</div>'
        f'<div class="tags">{tags}</div></article>'
        f'<aside id="latest"><h3>সর্বশেষ</h3>{_items(latest)}</aside>'
        f'<aside id="most-read"><h3>সর্বাধিক পঠিত</h3>{_items(most_read)}</aside>',
    )


def listing_page(outlet: Newspaper, links: Sequence[Link]) -> str:
    """Return a page that only links to articles."""
    name = escape(outlet.name_bn)
    linked = _json_ld({"@type": "CollectionPage", "name": outlet.name_bn})
    cards = "".join(f'<h2><a href="{link.url}">{escape(link.title)}</a></h2>' for link in links)
    return _page(outlet, name, linked, f"<h1>{name}</h1><section>{cards}</section>")


def _page(outlet: Newspaper, title: str, head: str, body: str) -> str:
    name = escape(outlet.name_bn)
    return (
        f'<!DOCTYPE html><html lang="bn"><head><meta charset="utf-8"><title>{title} | {name}'
        f'</title><meta property="og:site_name" content="{name}">{head}</head><body><header>'
        f'<a href="/">{name}</a></header><main>{body}</main></body></html>'
    )


def _json_ld(content: dict[str, str]) -> str:
    text = json.dumps({"@context": "https://schema.org", **content}, ensure_ascii=False)
    return f'<script type="application/ld+json">{text}</script>'


def _items(links: Sequence[Link]) -> str:
    items = "".join(f'<li><a href="{link.url}">{escape(link.title)}</a></li>' for link in links)
    return f"<ul>{items}</ul>"


def _printed(at: datetime) -> str:
    month = GREGORIAN_MONTHS[at.month - 1]
    return to_bangla_digits(f"{at.day} {month} {at.year}, {at:%H:%M}")
