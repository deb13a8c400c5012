"""What lines of pages have in common across outlets: the words of their furniture.

The words are those of ``seeds/lexicon/page_furniture.csv`` and ``page_bylines.csv``. What one
outlet alone prints belongs in its profile (``text`` in ``seeds/outlets.yml``). All patterns are
meant for an entire line in its normal form, unless their comment says otherwise.
"""

import re
from functools import partial

from etl.extract.shared.patterns import line_pattern, one_of
from etl.schema.vocabulary import ListKind

_any = partial(one_of, "page_furniture")
_any_byline = partial(one_of, "page_bylines")

_NEWS = _any("news")
_MORE_NEWS = f"(?: {_any('more_of')})?"
HEADINGS: dict[ListKind, re.Pattern[str]] = {
    ListKind.LATEST: line_pattern(
        f"{_any('latest_word')}(?: সব)?(?: {_NEWS})?|{_any('latest_heading')}"
    ),
    ListKind.MOST_READ: line_pattern(
        f"{_any('most_degree')} {_any('most_what')}(?: {_NEWS})?|"
        f"{_any('most_read_word')}(?: সব)?(?: {_NEWS})?|"
        f"{_any('most_read_english')}(?: {_any('most_read_english_what')})?"
    ),
    ListKind.RELATED: line_pattern(
        f"(?:(?:এ|এই) )?{_any('related_word')}{_MORE_NEWS}(?: {_NEWS})?|"
        f"(?:এ|এই) {_any('related_to_this')}{_MORE_NEWS} ?{_NEWS}?|"
        rf"\S+(?: \S+)? {_any('related_from')} {_any('more_of')}(?: {_NEWS})?|"
        f"{_any('more_of')} {_NEWS}|{_any('related_heading')}|more from .{{2,30}}"
    ),
}
# Inside the article too: one or a few links, after which the text goes on. Matched at the start of
# a paragraph as well.
READ_MORE = line_pattern(
    f"{_any('read_more_word')} {_any('read_more_verb')}|{_any('read_more_english')}"
)
OTHER_LISTS = line_pattern(f"{_any('other_list')}(?: {_any('other_list_rest')})?")
COMMENTS = line_pattern(
    f"(?:{_any('comment_whose')} )?{_any('comment')}(?:সমূহ|গুলো)?(?: {_any('comment_verb')})?"
    r"(?: ?\(?\d*\)?)|"
    rf"\d+ ?(?:টি )?{_any('comment_counted')}|comments?(?: ?\(\d+\))?|{_any('comment_heading')}"
)
COMMENT_BUTTON = line_pattern(_any("comment_button"))
_SHARE_WORD = f"(?:{_any('share')}|[|:•·/-])"
SHARE = line_pattern(rf"{_SHARE_WORD}(?:[\s,]+{_SHARE_WORD})*:?")
# An advertisement names a channel or the news, and ends by asking for something. How-to sentences
# ask too, but for other things.
PROMO = line_pattern(
    rf"(?=.{{0,260}}$)(?:.*{_any('promo_channel')}.*{_any('promo_request')}[।.!]*|"
    f"{_any('promo_english_verb')} .*{_any('promo_english_object')}.*|{_any('advertisement')})"
)
TAGS = line_pattern(rf"{_any('tags_label')}(?:\s*[:ঃ]\s*(?P<tags>.*)|)")
FOOTER = line_pattern(
    rf"(?=.{{0,400}}$)(?:{_any('copyright_label')}\s*(?:[:(]|[\d০-৯]{{4}}|by).*|"
    rf".*(?:©|\(c\) ?\d{{4}}|{_any('footer_phrase')}).*|"
    rf"(?:{_any('editor_rank')} )?{_any('editor')}(?: {_any('editor_also')})?\s*[:ঃ-].*|"
    rf"{_any('contact_label')}\s*[:ঃ-].*|{_any('footer_link')}|{_any('footer_terms')} .*|"
    f".*{_any('notice_of')}.*{_any('notice_verdict')}[।.]?)"
)
EDITION = line_pattern(_any("edition"))
CLOSE = line_pattern(rf"[x×✕✖☰≡+–—|>»›<«‹/•·.,:;*-]+|{_any('close')}")
# A menu on one line: at least three short names between bars or dots.
MENU = re.compile(
    r"(?:[|•»›·:]+\s*)?[^|•»›·।]{1,24}(?:\s*[|•»›·]+\s*[^|•»›·।]{1,24}){2,}[|•»›·\s]*"
)
NUMBER = re.compile(r"[\d]{1,3}[.)।]?")
LEADING_NUMBER = re.compile(r"(\d{1,2})(?:\s*[.)।:]\s*|\s*)(?=[^\W\d_‘“\"'])")  # at a line's start
_ROOT = _any("breadcrumb_root")
BREADCRUMB = line_pattern(rf"{_ROOT}\s*(?:[>»›/→|]|::)\s*(?P<path>.+)")
BREADCRUMB_ROOT = line_pattern(_ROOT)
BREADCRUMB_OPEN = line_pattern(rf"{_ROOT}\b.*\s(?:[>»›→]|::)")
BREADCRUMB_STEP = re.compile(r"\s*(?:[>»›/→|]|::)\s*")  # what stands between two steps
SECTIONS = line_pattern(_any("section"))
# A desk, a post or a place's reporter; the word ends the byline, or a place follows it.
BYLINE = line_pattern(
    rf"(?=\S+(?:\s\S+){{0,8}}$)(?:(?:\S+ ){{0,5}}{_any_byline('desk')}(?:\s*[,(॥|-].*)?|"
    rf"{_any_byline('label')}\s*[:ঃ]\s*.+|by:? [^.]+)"
)
DESK_OF = line_pattern(f"(?P<who>.+?) {_any_byline('called_desk')}")
GENERIC_DESK = line_pattern(f"{_any_byline('generic_desk')}(?: .*)?")
_PICTURE = _any("picture")
CREDIT = line_pattern(
    rf"(?:^|.*?[\s।.,;|(\[–—-]){_PICTURE}\s*(?:[:ঃ：/]|[–—-](?=\s))\s*"
    r"(?P<credit>[^\s:]+(?:\s[^\s:]+){0,7})"
)
CREDIT_ONLY = line_pattern(rf"\(?{_PICTURE}\s*[:ঃ：/–—-]\s*.+")
BARE_CREDIT = line_pattern(rf"(?:.*[।.,;|(\[–—-]\s*|){_any('bare_credit')}[)\].।]*")
# What follows ছবি: in a sentence about a picture, not in a credit.
NO_CREDIT = line_pattern(r"(?:\S+ ){2,}\S*(?:েন|েছে|ছিল|হয়|বে|গেছে)।")
# Finite verbs end sentences; headlines mostly put something behind them, or leave them out.
VERB_END = line_pattern(r".*(?:েন|েছে|েছি|বে|ছিল|তেন|হয়|হয়নি|নেই|গেছে|রয়েছে)[’”\"')]*")
SIGNOFF = re.compile(
    r"/(?P<inner>[^/\s](?:[^/]{0,24}[^/\s])?(?:/[^/]{1,25})*)/?|"
    r"(?P<bare>[^\s/.:]{1,14}(?:/[^\s/.:]{1,14}){1,4})"
)
# At the end of a paragraph.
GLUED_SIGNOFF = re.compile(r"(?<=[।॥?!’”])\s*/(?P<inner>[^/\s]{1,14}(?:/[^/\s]{1,14}){0,4})/$")
SOURCE_LINE = line_pattern(rf"\(?(?:তথ্য ?)?{_any('source_label')}\s*[:ঃ–—-]\s*.+")
MISSING_PAGE = line_pattern(f".*{_any('missing_page')}.*")  # no headline says so
_NOT_FOUND = rf"(?:(?<!\d){_any('not_found_number')}(?!\d)|{_any('not_found')})"
SOFT_404 = line_pattern(f".*(?:{_any('missing_page')}|{_NOT_FOUND}).*")
LIVE = line_pattern(rf"{_any('live')}\b.*|.*{_any('live_phrase')}.*")
VIDEO = line_pattern(rf"{_any('video')}\s*[:ঃ|].*|.*{_any('video_mark')}")
LIST_ITEM = re.compile(r"(?:[\d০-৯]{1,2}|[ক-হ]|[a-h])[.)।]\s*\S.*", re.I)
DIALOGUE = re.compile(r"[^:।?!]{1,30}\s?[:ঃ]\s?\S.*")
WEEKDAY_FIRST = line_pattern(
    rf"(?:ঢাকা\s*[,।|]?\s*|আজ\s*)?{_any('weekday')}(?:বার)?\b.*|"
    rf"(?:dhaka\s*,?\s*)?{_any('weekday_english')}(?:day)?\b.*"
)
CLOCK = line_pattern(r"[\d০-৯]{1,2}[:.][\d০-৯]{2}(?:\s*(?:পিএম|এএম|am|pm))?")
# The label of a publish line, its date on the next line.
TIME_LABEL = line_pattern(
    rf"(?:.{{0,20}}{_any('time_label_only')}.{{0,12}}|{_any('time_label_only_english')})\s*[:ঃ]"
)
# At the start of a publish line.
TIME_LABEL_START = line_pattern(rf"[^\d০-৯]{{0,20}}{_any('time_label_start')}")
TIME_AGO = line_pattern(rf"[\d০-৯]{{1,2}}\s\S+\s{_any('ago')}(?:\s.{{0,20}})?|{_any('just_now')}")
