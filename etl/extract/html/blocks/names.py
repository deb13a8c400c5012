"""What the class and id of an element say about it, looked up once for each distinct name."""

import re
from collections import defaultdict
from functools import lru_cache, partial
from itertools import islice
from typing import Final

from lxml.etree import _Element

from etl.bangla.lexicon import read_lexicon
from etl.extract.html.blocks.walk import INLINE
from etl.extract.shared.patterns import one_of
from etl.markup.tree import own_attributes

# What names hint at; plain bits, since flags of ``enum`` cost a tenth of the page's time.
FURNITURE: Final = 1  # share buttons, comments, menus, related lists, captions …
AUTHOR: Final = 2
CAPTION: Final = 4
CRUMBS: Final = 8

_any = partial(one_of, "class_names")
_START, _END = r"(?:^|[\s_-])", r"(?:$|[\s_-])"
_FURNITURE = re.compile(
    rf"{_START}(?:{_any('furniture')}|{_any('furniture_start')}\w*){_END}|"
    rf"[a-z](?:{_any('furniture_inside')}|{_any('furniture_inside_start')}\w*)(?:$|[\s_A-Z-])"
)
_AUTHOR = re.compile(
    rf"{_START}{_any('author')}{_END}|"
    "author[-_]{0,2}name|[Bb]yline|contributor-name|article-author"
)
_CAPTION = re.compile(rf"{_START}{_any('caption')}{_END}|caption(?:$|\s)", re.I)
_CRUMBS = re.compile(r"bread-?_?(?:crumb|$|\s)|^bread\b", re.I)


@lru_cache(maxsize=50_000)
def signs(names: str) -> int:
    """Tell what the class and id names, joined by a space, hint at, as a sum of the signs."""
    found = 0
    for name in names.split():
        found |= _signs_of_name(name)
    return found


@lru_cache(maxsize=50_000)
def _signs_of_name(name: str) -> int:
    """The same of one name; few names are in use, and in ever new combinations."""
    found = 0
    if "elementor" in name:
        name = _BUILDER.sub("", name)
    for sign, pattern in (
        (FURNITURE, _FURNITURE),
        (AUTHOR, _AUTHOR),
        (CAPTION, _CAPTION),
        (CRUMBS, _CRUMBS),
    ):
        if pattern.search(name):
            found |= sign
    return found


@lru_cache(maxsize=50_000)
def _signs_of_class(css: str) -> int:
    """The same of an element without an id, as most are."""
    return signs(f"{css} ")


_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_NEVER = frozenset(["figure", "nav", "footer"])
_PROSE = 60  # characters of a paragraph, longer than any entry of a menu
# Page builders call every box a widget.
_BUILDER = re.compile(r"\belementor-widget(?:-(?:wrap|container))?\b")
_SKIPPED = frozenset(["aside", "form"])
_ROLES = frozenset(read_lexicon("class_names")["aria_role"])
_TELLING = frozenset(["class", "id", "style", "role", "hidden", "aria-hidden"])


def _holds_prose(element: _Element) -> bool:
    """Tell whether a menu was never closed, so that the article lies in it."""
    long = (p for p in element.iter("p") if len(p.text or "") >= _PROSE)
    return sum(1 for _ in islice(long, 3)) == 3


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
                # A paragraph that readers' screens skip is one that a paywall covers.
                is_hidden = is_hidden or tag != "p"
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
            return False if tag == "nav" and _holds_prose(element) else None
        if found & FURNITURE or is_against:
            return True
        if is_hidden:
            # Some pages hide the article itself until a script runs; words they don't.
            return None if tag in INLINE else True
        return False
