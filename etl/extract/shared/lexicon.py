"""What lines of page dumps have in common across outlets: the words of their furniture.

Gathered from the page shapes of the fourteen outlets and their neighbours; what one outlet alone
prints belongs in its profile (``text`` in ``seeds/outlets.yml``).
"""

import re
import unicodedata

from etl.schema.vocabulary import ListKind


def line_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of lines in their normal form."""
    return re.compile(unicodedata.normalize("NFC", pattern), re.IGNORECASE)


_MORE_OF = "(?:আরও|আরো|অন্যান্য|অন্য|সব)"
_NEWS = "(?:খবর|সংবাদ|নিউজ|প্রতিবেদন|লেখা)"
HEADINGS: dict[ListKind, re.Pattern[str]] = {
    ListKind.LATEST: line_pattern(
        rf"(?:সর্বশেষ|সবশেষ|সাম্প্রতিক|সদ্য|নতুন|তাজা)(?: সব)?(?: {_NEWS})?|সদ্য প্রকাশিত|সদ্যপ্রাপ্ত|"
        r"এইমাত্র(?: পাওয়া| প্রকাশিত)?|latest(?: news| stories)?|recent(?: posts| news| stories)?|just in"
    ),
    ListKind.MOST_READ: line_pattern(
        rf"(?:সর্বাধিক|সবচেয়ে বেশি|সর্বোচ্চ|বেশি|অধিক) (?:পঠিত|পড়া|আলোচিত|জনপ্রিয়)(?: {_NEWS})?|"
        rf"(?:জনপ্রিয়|পাঠকপ্রিয়|আলোচিত|বহুল পঠিত|ট্রেন্ডিং)(?: সব)?(?: {_NEWS})?|"
        r"(?:most (?:read|popular|viewed)|popular|trending)(?: news| stories| posts| now)?"
    ),
    ListKind.RELATED: line_pattern(
        rf"(?:(?:এ|এই) )?(?:সম্পর্কিত|সংক্রান্ত|সংশ্লিষ্ট|প্রাসঙ্গিক)(?: {_MORE_OF})?(?: {_NEWS})?|"
        rf"(?:এ|এই) (?:বিভাগের|জাতীয়|বিষয়ের|বিষয়ে|পাতার|সম্পর্কে)(?: {_MORE_OF})? ?(?:{_NEWS})?|"
        rf"\S+(?: \S+)? (?:থেকে|এর|নিয়ে) {_MORE_OF}(?: {_NEWS})?|{_MORE_OF} {_NEWS}|"
        r"related(?: news| stories| articles| topics| posts)?|more (?:news|stories|from .{2,30})|"
        r"you may also like|আপনার জন্য"
    ),
}
# Inside the article too: one or a few links, after which the text goes on.
READ_MORE = line_pattern(
    r"(?:আরও|আরো|এটিও|এছাড়াও|আরও খবর) (?:পড়ুন|দেখুন|জানুন)|(?:also read|read more|read also|see also)"
)
OTHER_LISTS = line_pattern(
    r"(?:ভিডিও|ছবি|ফটো|ফটো গ্যালারি|ছবিঘর|ভিডিও গ্যালারি|গ্যালারি|মতামত|সম্পাদকীয়|সাক্ষাৎকার|পডকাস্ট|"
    r"বিশেষ আয়োজন|বিশেষ সংখ্যা|নির্বাচিত|সম্পাদকের পছন্দ|আজকের পত্রিকা|ই-পেপার|videos?|photos?|"
    r"gallery|opinion)"
    r"(?: সব| আরও)?"
)
COMMENTS = line_pattern(
    r"(?:আপনার |পাঠকের |সকল |সব )?(?:মন্তব্য|মতামত)(?:সমূহ|গুলো)?(?: করুন| লিখুন| দিন| জানান)?(?: ?\(?\d*\)?)|"
    r"\d+ ?(?:টি )?(?:মন্তব্য|comments?)|comments?(?: ?\(\d+\))?|leave a (?:comment|reply)|"
    r"post a comment|"
    r"add a comment|ফেসবুক মন্তব্য|facebook comments"
)
COMMENT_BUTTON = line_pattern(
    r"(?:মন্তব্য|মতামত) (?:করুন|লিখুন|দিন)|leave a (?:comment|reply)|post a comment"
)
_SHARE_WORD = (
    r"(?:শেয়ার|শেয়ার করুন|করুন|ফেসবুক|টুইটার|হোয়াটসঅ্যাপ|মেসেঞ্জার|টেলিগ্রাম|লিংকডইন|ইমেইল|ই-মেইল|প্রিন্ট|"
    r"কপি|লিংক|লিঙ্ক|অনুসরণ|ফলো|facebook|twitter|whatsapp|messenger|telegram|linkedin|pinterest|email|"
    r"print|copy|link|share|tweet|follow|us|on|this|save|google|news|গুগল|নিউজ|অ[+-]?|a[+-]|শুনুন|"
    r"ফন্ট|সাইজ|সেভ|instagram|youtube|ইউটিউব|ইনস্টাগ্রাম|[|:•·/-])"
)
SHARE = line_pattern(rf"{_SHARE_WORD}(?:[\s,]+{_SHARE_WORD})*:?")
# An advertisement names a channel or the news, and ends by asking for something. How-to sentences
# ask too, but for other things.
_CHANNEL = (
    r"(?:google news|গুগল নিউজ|youtube|ইউটিউব|ফেসবুক পেজ|facebook|whatsapp|হোয়াটসঅ্যাপ|টেলিগ্রাম|"
    r"চ্যানেল|ফিড|আমাদের|খবর (?:পেতে|জানতে|পড়তে)|সংবাদ (?:পেতে|জানতে|পড়তে)|নিউজ পেতে|আপডেট পেতে)"
)
_ASKED = (
    r"(?:(?:অনুসরণ|ফলো|সাবস্ক্রাইব|লাইক|শেয়ার|ক্লিক|ডাউনলোড|ইনস্টল|ভিজিট|জয়েন) (?:করুন|দিন)|"
    r"(?:যুক্ত|যোগ) (?:হোন|হন|দিন)|(?:চোখ|সঙ্গে|সাথে|পাশে) (?:রাখুন|থাকুন)|follow|subscribe)"
)
PROMO = line_pattern(
    rf"(?=.{{0,260}}$)(?:.*{_CHANNEL}.*{_ASKED}[।.!]*"
    r"|(?:follow|subscribe|download|join) .*(?:google news|channel|newsletter|app|whatsapp).*"
    r"|বিজ্ঞাপন|advertisements?|sponsored|স্পনসরড|বিজ্ঞাপন (?:বন্ধ করুন|দিন))"
)
TAGS = line_pattern(
    r"(?:ট্যাগ|ট্যাগস|ট্যাগসমূহ|ট্যাগগুলো|বিষয়সমূহ|বিষয়|টপিক|টপিকস|কী-ওয়ার্ড|কীওয়ার্ড|কিওয়ার্ড|"
    r"tags?|topics?|keywords?)(?:\s*[:ঃ]\s*(?P<tags>.*)|)"
)
FOOTER = line_pattern(
    r"(?=.{0,400}$)(?:(?:কপিরাইট|copyright)\s*(?:[:(]|[\d০-৯]{4}|by).*|.*(?:©|\(c\) ?\d{4}|"
    r"সর্বস্বত্ব|স্বত্ব\s*(?:©|সংরক্ষিত)|"
    r"all rights reserved|"
    r"powered by|developed by|কারিগরি সহযোগিতা).*"
    r"|(?:ভারপ্রাপ্ত |প্রধান |নির্বাহী |ব্যবস্থাপনা |উপদেষ্টা )?(?:সম্পাদক|"
    r"প্রকাশক)(?: ও প্রকাশক)?(?: ও মুদ্রাকর)?\s*[:ঃ-].*"
    r"|(?:ই-?মেইল|email|ফোন|phone|ফ্যাক্স|fax|পিএবিএক্স|ঠিকানা|মোবাইল|বিজ্ঞাপন বিভাগ|হেল্পলাইন)\s*[:ঃ-].*"
    r"|(?:গোপনীয়তার? নীতি(?:মালা)?|প্রাইভেসি পলিসি|privacy policy|terms (?:and|&|of) .*|শর্তাবলি|শর্তাবলী|"
    r"ব্যবহারের শর্ত(?:াবলি|াবলী)?|আমাদের সম্পর্কে|আমাদের কথা|about us|contact us|যোগাযোগ|"
    r"বিজ্ঞাপনের? (?:মূল্য)?তালিকা|নীতিমালা|cookie policy|আর্কাইভ|archive)"
    r"|.*(?:ওয়েবসাইটের|অনলাইনের|পোর্টালের) কোনো লেখা.*(?:বেআইনি|নিষিদ্ধ|অপরাধ|না)[।.]?)"
)
EDITION = line_pattern(
    r"(?:অনলাইন|প্রিন্ট|মুদ্রিত|ডিজিটাল|ছাপা|ই-পেপার) (?:সংস্করণ|ভার্সন)|(?:online|print|"
    r"digital) (?:edition|version)"
)
CLOSE = line_pattern(
    r"[x×✕✖☰≡+–—|>»›<«‹/•·.,:;*-]+|close|menu|মেনু|বন্ধ করুন|search|সার্চ|অনুসন্ধান|খুঁজুন|লগইন|"
    r"login|sign in|লগ ইন"
)
# A menu on one line: at least three short names between bars or dots.
MENU = re.compile(
    r"(?:[|•»›·:]+\s*)?[^|•»›·।]{1,24}(?:\s*[|•»›·]+\s*[^|•»›·।]{1,24}){2,}[|•»›·\s]*"
)
NUMBER = re.compile(r"[\d]{1,3}[.)।]?")
ROOT = r"(?:হোম|হোমপেজ|প্রচ্ছদ|প্রথম পাতা|মূলপাতা|মূল পাতা|home)"
LEADING_NUMBER = re.compile(r"(\d{1,2})(?:\s*[.)।:]\s*|\s*)(?=[^\W\d_‘“\"'])")
BREADCRUMB = line_pattern(rf"{ROOT}\s*(?:[>»›/→|]|::)\s*(?P<path>.+)")
BREADCRUMB_ROOT = line_pattern(ROOT)
BREADCRUMB_OPEN = line_pattern(rf"{ROOT}\b.*\s(?:[>»›→]|::)")
BREADCRUMB_STEP = re.compile(r"\s*(?:[>»›/→|]|::)\s*")
SECTIONS = line_pattern(
    r"(?:জাতীয়|রাজনীতি|আন্তর্জাতিক|বিদেশ|বিশ্ব|সারাদেশ|সারা দেশ|দেশজুড়ে|দেশ|বাংলাদেশ|রাজধানী|অর্থনীতি|বাণিজ্য|"
    r"অর্থ-বাণিজ্য|ব্যবসা|খেলা|খেলাধুলা|ক্রিকেট|ফুটবল|বিনোদন|শিক্ষা|স্বাস্থ্য|প্রযুক্তি|বিজ্ঞান ও প্রযুক্তি|তথ্যপ্রযুক্তি|"
    r"লাইফস্টাইল|জীবনযাপন|ধর্ম|ইসলাম|ধর্ম ও জীবন|মতামত|সম্পাদকীয়|উপসম্পাদকীয়|চাকরি|ক্যাম্পাস|আইন-আদালত|আইন ও আদালত|"
    r"অপরাধ|প্রবাস|ভ্রমণ|সাহিত্য|শিল্প ও সাহিত্য|কৃষি|পরিবেশ|আবহাওয়া|নারী|শিশু|ফিচার|সোশ্যাল মিডিয়া|মধ্যপ্রাচ্য|এশিয়া|"
    r"ভারত|পাকিস্তান|ইউরোপ|আমেরিকা|গণমাধ্যম|অন্যান্য|শেয়ারবাজার|ভিডিও|ছবি|নির্বাচন|"
    r"national|politics|world|international|bangladesh|business|economy|sports?|cricket|football|entertainment|"
    r"education|health|technology|tech|lifestyle|opinion|editorial|country|city|asia|crime)"
)
# A desk, a post or a place's reporter; the word ends the byline, or a place follows it.
_DESK = (
    r"(?:ডেস্ক|প্রতিবেদক|প্রতিবেদন|প্রতিনিধি|রিপোর্ট|রিপোর্টার|সংবাদদাতা|করেসপন্ডেন্ট|করেসপনডেন্ট|"
    r"ব্যুরো|ব্যুরো প্রধান|"
    r"desk|correspondent|reporter|bureau|report|staff writer)"
)
BYLINE = line_pattern(
    rf"(?=\S+(?:\s\S+){{0,8}}$)(?:(?:\S+ ){{0,5}}{_DESK}(?:\s*[,(॥|-].*)?|(?:লেখা|লেখক|"
    rf"প্রতিবেদন|প্রতিবেদক)\s*[:ঃ]\s*.+|by:? [^.]+)"
)
DESK_OF = line_pattern(r"(?P<who>.+?) (?:ডেস্ক|রিপোর্ট|অনলাইন|প্রতিবেদক|প্রতিবেদন|desk|report)")
GENERIC_DESK = line_pattern(
    r"(?:নিজস্ব|স্টাফ|বিশেষ|জ্যেষ্ঠ|সিনিয়র|ক্রীড়া|স্পোর্টস|বিনোদন|আন্তর্জাতিক|বিদেশ|অনলাইন|নিউজ|বাণিজ্য|অর্থনৈতিক|"
    r"শিক্ষা|আদালত|কূটনৈতিক|লাইফস্টাইল|প্রযুক্তি|তথ্যপ্রযুক্তি|ফিচার|জেলা|জাতীয়|সাহিত্য|ধর্ম|ক্যাম্পাস|চাকরি|স্বাস্থ্য|"
    r"আইটি|টেক|ডিজিটাল|উপজেলা|বিশ্ব|মফস্বল|বিজ্ঞান|বিশ্ববিদ্যালয়|সারাবাংলা|সারাদেশ|world|sports|news|staff|international|"
    r"online|business)(?: .*)?"
)
_PICTURE = (
    r"(?:ফাইল ছবি|ছবি|ফাইল ফটো|ফটো|আলোকচিত্র|গ্রাফিক্স|গ্রাফিকস|photo|image|picture|photograph|"
    r"file photo)"
)
CREDIT = line_pattern(
    rf"(?:^|.*?[\s।.,;|(\[–—-]){_PICTURE}\s*(?:[:ঃ：/]|[–—-](?=\s))\s*(?P<credit>[^\s:]+(?:\s[^\s:]+){{0,7}})"
)
CREDIT_ONLY = line_pattern(rf"\(?{_PICTURE}\s*[:ঃ：/–—-]\s*.+")
BARE_CREDIT = line_pattern(
    r"(?:.*[।.,;|(\[–—-]\s*|)(?:ফাইল ছবি|সংগৃহীত ছবি|ছবি সংগৃহীত|প্রতীকী ছবি|ফাইল ফটো|ছবি সংগ্রহীত|"
    r"পুরোনো ছবি|file photo|collected photo|representational image)[)\].।]*"
)
# What follows ছবি: in a sentence about a picture, not in a credit.
NO_CREDIT = line_pattern(r"(?:\S+ ){2,}\S*(?:েন|েছে|ছিল|হয়|বে|গেছে)।")
# Finite verbs end sentences; headlines mostly put something behind them, or leave them out.
VERB_END = line_pattern(r".*(?:েন|েছে|েছি|বে|ছিল|তেন|হয়|হয়নি|নেই|গেছে|রয়েছে)[’”\"')]*")
SIGNOFF = re.compile(
    r"/(?P<inner>[^/\s](?:[^/]{0,24}[^/\s])?(?:/[^/]{1,25})*)/?|(?P<bare>[^\s/.:]{1,14}(?:/[^\s/.:]{1,14}){1,4})"
)
GLUED_SIGNOFF = re.compile(r"(?<=[।॥?!’”])\s*/(?P<inner>[^/\s]{1,14}(?:/[^/\s]{1,14}){0,4})/$")
SOURCE_LINE = line_pattern(r"\(?(?:তথ্য ?)?(?:সূত্র|সুত্র|source|sources)\s*[:ঃ–—-]\s*.+")
SOFT_404 = line_pattern(
    r".*(?:৪০৪|404|পাতাটি (?:খুঁজে )?পাওয়া যায়নি|পৃষ্ঠাটি (?:খুঁজে )?পাওয়া যায়নি|পেজটি (?:খুঁজে )?পাওয়া যায়নি|"
    r"খুঁজে পাওয়া যায়নি|page (?:was )?not found|nothing found|access denied|forbidden).*"
)
LIVE = line_pattern(r"(?:লাইভ|সরাসরি|live)\b.*|.*(?:লাইভ আপডেট|সরাসরি আপডেট|live updates?|live blog).*")
VIDEO = line_pattern(r"(?:ভিডিও|video)\s*[:ঃ|].*|.*(?:\(ভিডিও\)|\[ভিডিও\]|\(video\))")
LIST_ITEM = re.compile(r"(?:[\d০-৯]{1,2}|[ক-হ]|[a-h])[.)।]\s*\S.*", re.I)
DIALOGUE = re.compile(r"[^:।?!]{1,30}\s?[:ঃ]\s?\S.*")
WEEKDAY_FIRST = line_pattern(
    r"(?:ঢাকা\s*[,।|]?\s*|আজ\s*)?(?:শনি|রবি|রোব|সোম|মঙ্গল|বুধ|বৃহস্পতি|শুক্র)(?:বার)?\b.*|"
    r"(?:dhaka\s*,?\s*)?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b.*"
)
CLOCK = line_pattern(r"[\d০-৯]{1,2}[:.][\d০-৯]{2}(?:\s*(?:পিএম|এএম|am|pm))?")
