"""What the class and id of an element say about it, looked up once for each distinct name."""

import re
from collections import defaultdict
from functools import lru_cache
from typing import Final

from lxml.etree import _Element

from etl.extract.html.blocks.walk import INLINE
from etl.markup.tree import own_attributes

# What names hint at; plain bits, since flags of ``enum`` cost a tenth of the page's time.
FURNITURE: Final = 1  # share buttons, comments, menus, related lists, captions …
AUTHOR: Final = 2
CAPTION: Final = 4
CRUMBS: Final = 8

_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus\w*|respond|related\w*|recommend\w*|newsletter\w*|"
    r"subscri\w*|promos?|promo-\w*|advert\w*|ads?|adbox|adslot|sponsor\w*|outbrain|taboola|footer|"
    r"nav|navbar|navigation|breadcrumbs?|cookies?|consent|trending|popular|cli-\w*|gdpr|"
    r"most-?(?:read|popular|viewed)|more-?(?:stories|news|from|on|articles|posts)|pagination|pager|"
    r"read-?(?:more|next|also)|see-?also|skip|hidden|hide|visually-?hidden|screen-?reader\w*|"
    r"sr-only|print-?only|noprint|twitter-tweet|instagram-media|tiktok-embed|fb-post|dfp|gpt|"
    r"latest-?\w*|teasers?|captions?|credits?|disclaimer|copyright|"
    r"share|sharing|sharebar|shares|social\w*|sidebar\w*|side-?bar|menu\w*|modal|"
    r"popup|overlay|login|signup|paywall|tags|tag-?list|taglist|topics|toolbar|tools|meta|byline|"
    r"dateline|timestamp|author\w*|bio|gallery|slideshow|carousel|slider|next|prev|widget\w*|"
    r"rating\w*|banner\w*|embed\w*|infobox|factbox|inset|pullquote|aside|toc)(?:$|[\s_-])|"
    r"[a-z](?:Comments?|Related|Newsletter|Promo|Footer|Breadcrumbs?|Advert\w*|Ad|Teasers?|"
    r"Recommend\w*|Caption|Credit|Share|Social|Sidebar|Nav|Menu|Byline|Author|Tags)(?:$|[\s_A-Z-])"
)
_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|authors|writer|writter|reporter|byline|contributor-name)(?:$|[\s_-])|"
    r"author[-_]{0,2}name|[Bb]yline|contributor-name|article-author",
)
_CAPTION = re.compile(r"(?:^|[\s_-])(?:caption|cap|cutline)(?:$|[\s_-])|caption(?:$|\s)", re.I)
_CRUMBS = re.compile(r"bread-?_?(?:crumb|$|\s)|^bread\b", re.I)


@lru_cache(maxsize=50_000)
def signs(names: str) -> int:
    """Tell what the class and id names, joined by a space, hint at, as a sum of the signs."""
    found = 0
    for sign, pattern in (
        (FURNITURE, _FURNITURE),
        (AUTHOR, _AUTHOR),
        (CAPTION, _CAPTION),
        (CRUMBS, _CRUMBS),
    ):
        if pattern.search(names):
            found |= sign
    return found


@lru_cache(maxsize=50_000)
def _signs_of_class(css: str) -> int:
    """The same of an element without an id, as most are."""
    return signs(f"{css} ")


_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_NEVER = frozenset(["figure", "nav", "footer"])
_SKIPPED = frozenset(["aside", "form"])
_ROLES = frozenset(["navigation", "complementary", "banner", "contentinfo", "search", "dialog"])
_TELLING = frozenset(["class", "id", "style", "role", "hidden", "aria-hidden"])


class Judge:
    """Tells a block reader what to leave out and mark, and collects elements by sign.

    It is called for nearly each element of a page: two fifths of the time to read its blocks.
    """

    def __init__(self) -> None:
        self.seen: defaultdict[int, list[_Element]] = defaultdict(list)

    def __call__(self, element: _Element, tag: str) -> bool | None:
        """Judge one element.

        Returns:
            None where it is never text, True where its names or style speak against it.
        """
        css = name = ""
        is_against, is_hidden = tag in _SKIPPED, False
        for key, value in own_attributes(element):
            if key not in _TELLING:
                continue
            if key == "class":
                css = value
            elif key == "id":
                name = value
            elif key == "style":
                is_hidden = is_hidden or _HIDING.search(value) is not None
            elif key == "role":
                is_against = is_against or value in _ROLES
            elif key == "hidden" or value == "true":
                is_hidden = True
        found = 0
        if name:
            found = signs(f"{css} {name}")
        elif css:
            found = _signs_of_class(css)
        if found > FURNITURE:
            for sign in (AUTHOR, CAPTION, CRUMBS):
                if found & sign:
                    self.seen[sign].append(element)
        if tag in _NEVER:
            return None
        if found & FURNITURE or is_against:
            return True
        if is_hidden:
            # Some pages hide the article itself until a script runs; words they don't.
            return None if tag in INLINE else True
        return False
