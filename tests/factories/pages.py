"""Generated news pages of the size and shape of the profiled outlets' own; the same in every run.

Real article pages of the profiled outlets have 100 to 170 KB, of which the article is a few per
cent: menus, cards with pictures, scripts and styles are the rest. So are these: the sample pages'
markup round an article of its own each, with furniture up to that size. ``small`` pages have
little furniture, for runs in which the number of pages is what counts.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from etl.bangla.clock import DHAKA
from etl.ingest.files.reader import SIDECAR_ENDING
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource

START = datetime(2025, 1, 1, 6, tzinfo=DHAKA)
_SYLLABLES = [
    "কা",
    "খি",
    "গু",
    "চে",
    "জো",
    "টা",
    "ডি",
    "তু",
    "দে",
    "নো",
    "পা",
    "ফি",
    "বু",
    "ভে",
    "মো",
    "যা",
    "রি",
    "লু",
    "সে",
    "হো",
    "শা",
    "ণি",
    "ঙ্গ",
    "ন্ত",
    "ক্ষ",
]
_COUNTRIES = ["ইরান", "পাকিস্তান", "রাশিয়া", "ভারত", "চীন", "জাপান", "নেপাল", "তুরস্ক"]
_DEEDS = (
    "পররাষ্ট্রমন্ত্রীর সঙ্গে বৈঠক করেছেন বলে বার্তা সংস্থা রয়টার্সের খবরে বলা হয়েছে",
    "সঙ্গে বাণিজ্য চুক্তি সই করেছে বলে জানিয়েছেন দেশটির প্রেসিডেন্ট",
    "ওপর নিষেধাজ্ঞা আরোপের হুমকি দিয়েছে",
)
_KILOBYTES = (100, 170)
_WORDS = 6_000


@dataclass(frozen=True, slots=True)
class Form:
    """How an outlet's pages are built: what its profile in ``seeds/outlets.yml`` selects."""

    outlet_id: str
    url: str
    head: str
    foot: str
    paragraph: str = "<p>{}</p>"


FORMS = (
    Form(
        "kalbela",
        "https://www.kalbela.com/world/{}",
        '<div class="breadcrumb"><ul><li><a href="/">হোম</a></li><li><strong>বিশ্ব</strong></li>'
        '</ul></div><h1 class="details-title">{title}</h1><div class="dtl_info"><span '
        'class="author_name">কালবেলা ডেস্ক</span></div><div class="dtl_img_section"><img src="/a'
        '.jpg"><p class="img_caption">ছবি : সংগৃহীত</p></div><div class="dtl_content_section">',
        '</div><div id="latest_tab"><ul>{list}</ul></div>',
    ),
    Form(
        "banglatribune",
        "https://www.banglatribune.com/foreign/{}",
        '<div class="content_detail"><h1 class="title" itemprop="headline">{title}</h1></div>'
        '<div class="author_n_share"><div class="author"><span class="name">বিদেশ ডেস্ক</span></div>'
        '</div><div itemprop="articleBody" class="jw_article_body">',
        '</div><div class="related_news"><h3>সর্বশেষ</h3><ul>{list}</ul></div>',
    ),
    Form(
        "prothomalo",
        "https://www.prothomalo.com/world/{}",
        '<div class="story-head"><h1 data-title-0="1">{title}</h1><div class="author-location">'
        '<span class="contributor-name">প্রথম আলো ডেস্ক</span></div></div>'
        '<div class="story-content">',
        "</div><aside><h3>সর্বশেষ</h3><ul>{list}</ul></aside>",
        '<div class="story-element"><div class="story-element-text"><p>{}</p></div></div>',
    ),
)


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """One page with the values that are to be read on it."""

    number: int
    form: Form
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    content: bytes

    @property
    def url(self) -> str:
        """The page's address."""
        return self.form.url.format(300_000 + self.number)

    def capture(self) -> Capture:
        """Return the page as the lake gives it."""
        return Capture(
            capture_id=f"made-{self.number:08d}",
            source=f"{self.number}.html",
            url=self.url,
            outlet_id=None,
            captured_at=(self.published_at + timedelta(minutes=30)).astimezone(UTC),
            captured_at_source=CaptureTimeSource.SIDECAR,
            content=self.content,
            content_type="text/html",
        )


def generate_pages(
    count: int, *, small: bool = False, minutes: int = 525_600
) -> Iterator[GeneratedPage]:
    """Yield pages spread over a year, or so many minutes, each with a text of its own."""
    chance = random.Random(7)
    vocabulary = words(_WORDS)
    for number in range(count):
        form = FORMS[number % len(FORMS)]
        at = START + timedelta(minutes=minutes * number // count)
        title = " ".join(chance.choices(vocabulary, k=8))
        paragraphs = tuple(_paragraph(chance, vocabulary) for _ in range(chance.randint(5, 9)))
        size = 3_000 if small else chance.randint(*_KILOBYTES) * 1_000
        yield GeneratedPage(
            number, form, title, paragraphs, at,
            _markup(form, number, title, paragraphs, at, size).encode(),
        )  # fmt: skip


@cache
def words(count: int) -> list[str]:
    """Return so many made-up words in Bangla letters."""
    chance = random.Random(3)
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(count)]


def _paragraph(chance: random.Random, vocabulary: list[str]) -> str:
    one, other = chance.sample(_COUNTRIES, 2)
    words = chance.choices(vocabulary, k=chance.randint(15, 40))
    deed = chance.choice(_DEEDS) if chance.random() < 0.3 else ""
    return " ".join([f"{one}ের", *words, f"{other}ের", deed]).strip() + "।"


def _markup(
    form: Form, number: int, title: str, paragraphs: tuple[str, ...], at: datetime, size: int
) -> str:
    linked = {"@type": "NewsArticle", "headline": title, "datePublished": at.isoformat()}
    items = "".join(
        f'<li><a href="{form.url.format(290_000 + number % 977 + k)}">'
        f"{_headline(number + k)}</a></li>"
        for k in range(10)
    )
    body = "".join(form.paragraph.format(text) for text in paragraphs)
    above, beside, below = _furniture(number, size)
    return (
        f'<!DOCTYPE html><html lang="bn"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<script type="application/ld+json">{json.dumps(linked, ensure_ascii=False)}</script>'
        f"{above}</head><body>{beside}<main>{form.head.replace('{title}', title)}{body}"
        f"{form.foot.replace('{list}', items)}</main>{below}</body></html>"
    )


def _headline(seed: int) -> str:
    vocabulary = words(_WORDS)
    return " ".join(vocabulary[(seed * 31 + k * 977) % len(vocabulary)] for k in range(6))


def _furniture(number: int, size: int) -> tuple[str, str, str]:
    """Scripts and styles, a menu, and cards: about two fifths, a tenth and half of ``size``."""
    styles = _styles()[: size // 5]
    state = _state()[: size // 5]
    menu = "".join(
        f'<li class="nav-item"><a class="nav-link" href="/topic/{k}">{_headline(k)[:12]}</a></li>'
        for k in range(size // 1_400)
    )
    cards = "".join(_card(number, k) for k in range(size // 1_500))
    return (
        f"<style>{styles}</style><script>window.__STATE__={json.dumps(state)};</script>",
        f'<header><nav class="main-menu"><ul>{menu}</ul></nav></header>',
        f'<section class="more-news">{cards}</section><footer><ul>{menu}</ul></footer>',
    )


def _card(number: int, place: int) -> str:
    shown = number % 499
    return (
        f'<div class="card col-{place % 4}"><a href="/news/{250_000 + shown + place}"><div '
        f'class="img_holder"><img class="lazy" data-src="https://images.example/{shown}/{place}.jpg"'
        f' alt="" width="300" height="169"></div><h3 class="card-title">{_headline(shown + place)}'
        f'</h3></a><span class="time">{place} ঘণ্টা আগে</span></div>'
    )


@cache
def _styles() -> str:
    return "".join(
        f".c{k} .x{k % 7}{{color:#{k * 7919 % 0xFFFFFF:06x};margin:{k % 13}px}}" for k in range(900)
    )


@cache
def _state() -> str:
    chance = random.Random(5)
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789{}:,", k=40_000))


def write_pages(folder: Path, count: int, *, small: bool = False, minutes: int = 525_600) -> int:
    """Write pages with sidecars, a thousand a folder; return their size in bytes."""
    size = 0
    for page in generate_pages(count, small=small, minutes=minutes):
        path = folder / f"{page.number // 1000:03d}" / f"{page.number:06d}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.content)
        sidecar = {
            "url": page.url,
            "fetched_at": (page.published_at + timedelta(minutes=30)).isoformat(),
        }
        path.with_name(path.name + SIDECAR_ENDING).write_text(json.dumps(sidecar))
        size += len(page.content)
    return size
