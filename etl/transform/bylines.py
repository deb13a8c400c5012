"""Whom a byline names: a desk, an agency or a person."""

import re

# Words that outlets use for desks and staff without a name, in Bangla and English.
_DESK = re.compile(
    r"ডেস্ক|প্রতিবেদক|প্রতিনিধি|সংবাদদাতা|রিপোর্টার|রিপোর্ট|অনলাইন|বিভাগ"
    r"|\b(?:desk|correspondent|reporter|staff|online|newsroom)\b",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"বাসস|ইউএনবি|রয়টার্স|এএফপি|\bএপি\b|সিনহুয়া|বিডিনিউজ|বার্তা সংস্থা|এজেন্সি"
    r"|\b(?:reuters|afp|ap|bss|unb|xinhua|agency|agencies)\b",
    re.IGNORECASE,
)


def byline_kind(byline: str) -> str:
    """``desk``, ``agency`` or ``person``; the byline is in its normal form."""
    if _AGENCY.search(byline):
        return "agency"
    return "desk" if _DESK.search(byline) else "person"
