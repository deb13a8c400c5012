"""The one Unicode form of all text, keys and lookups, and what is counted and split in it."""

import re
import unicodedata
from functools import lru_cache

# Dropped: controls that aren't white space, soft hyphen, zero-width space and no-break space,
# word joiner and invisible operators, marks and isolates of direction, lone surrogates.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_JOINER = re.compile("[\u200c\u200d]")
# Ra with ya-phala needs a ZWJ before the hasanta (র‍্যাব); some keyboards send a ZWNJ there.
_RA_YA_PHALA = re.compile("র[\u200c\u200d]+্[\u200c\u200d]*(?=য)")
# Khanda ta as it was written before Unicode 4.1 gave it a letter (The Unicode Standard, 12.2).
_OLD_KHANDA_TA = re.compile("ত্\u200d[\u200c\u200d]*")
# A joiner changes a shape after a hasanta with a letter behind it (Bangla and the other scripts
# of India), and between letters of Arabic script; the joiner of র‍্য stands before the hasanta.
_JOINERS = re.compile("[\u200c\u200d]+")
_VIRAMAS = "্्੍્୍்్್്්"
_INDIC = re.compile("[\u0905-\u0df4]")
_ARABIC = re.compile("[\u0620-\u06ff]")

# What most text is made of: nothing of it is dropped or a joiner, and it is NFC but for some pairs.
# To find that out unicodedata composes Bangla again, since া may be the second half of ো: 77 ns a
# character, where these take 7.
_PLAIN = re.compile("[ -~¡-¬®-\u02ff।॥\u0980-\u09db\u09e0-\u09fd‐-…]*")
_COMPOSED = ("\u09c7\u09be", "\u09c7\u09d7")  # ো and ৌ, each in two halves
_REORDERED = "\u09cd\u09bc"  # hasanta before the dot
# Spellings that look like another one on the screen: আ in two letters, the dot or the chandrabindu
# typed on the wrong side of a vowel sign, র as ব with a dot.
# Source: bnUnicodeNormalizer (mnansary), "Broken diacritics" and "Nukta".
_AA_IN_TWO = "\u0985\u09be"
_VOWEL_SIGNS = "\u09be-\u09cc\u09d7"
_CONSONANTS = "\u0995-\u09b9"
_LATE_DOT = re.compile(f"(?<=[{_CONSONANTS}])([{_VOWEL_SIGNS}]+)\u09bc+")
_HAS_LATE_DOT = re.compile(f"\u09bc(?<=[{_CONSONANTS}][{_VOWEL_SIGNS}]\u09bc)")
_EARLY_CHANDRABINDU = re.compile(
    f"(?<=[{_CONSONANTS}{_VOWEL_SIGNS}\u09bc])(\u0981+)([{_VOWEL_SIGNS}]+)"
)
_DOTS = re.compile("\u09bc{2,}")
_BA_WITH_DOT = "ব\u09bc"

_BANGLA_LETTERS = "".join(map(chr, range(0x0985, 0x09BA)))  # vowels and consonants, অ to হ
_BANGLA_LETTER = re.compile(f"[{_BANGLA_LETTERS}]")

_LATIN_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
_BANGLA_NUMBER = re.compile("[০-৯]+")
_BANGLA_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")

# For a character class of a regular expression: what Bangla words consist of (signs, letters and
# digits of the normal form), Bangla and Latin words, and the marks that end a Bangla sentence.
# Source: The Unicode Standard, block Bengali (U+0980-U+09FF).
BANGLA_CHARACTERS = "\u0981-\u0983\u0985-\u09e3\u09e6-\u09f1"
WORD_CHARACTERS = f"{BANGLA_CHARACTERS}A-Za-z0-9"
DANDAS = "।॥"
_CLOSERS = "’”\"'»)\\]"
# Signs typed for the danda. Latin I: glued to a Bangla letter, digit or closer on its left, and
# no Latin letter on its right. The bar: the same, but Bangla on its right makes it a separator;
# with a space on its left it is one unless the text ends there. U+09F7 looks like a danda.
_FALSE_DANDA = re.compile(
    f"(?<=[\u0981-\u09ef’”\"')\\]])(?:I(?=$|[\\s{_CLOSERS}\u0980-\u09ff])"
    f"|(?<!\\|)\\|(?=$|[\\s{_CLOSERS}])(?!\\s?\\|)|[ ]\\|(?=[{_CLOSERS}]*$)|\u09f7)"
)
# A sentence ends with a danda and its closing quotes, or a question or exclamation mark that no
# quote follows (‘যাবেন?’ তিনি বলেন goes on); a full stop ends one only between Latin words, since
# Bangla writes it in abbreviations (মো., ড.).
# Each way looks for its sign first and then behind it: a search for one of a few signs skips ahead.
_SENTENCE_END = re.compile(
    f"[{DANDAS}?!.](?:"
    f"(?:(?<=[{DANDAS}])[{DANDAS}]*[{_CLOSERS}]*(?=[\\sA-Za-z0-9(\u0980-\u09ff‘“])"
    f"|(?<=[?!])(?<![{DANDAS}].)[?!]*(?![{_CLOSERS}?!{DANDAS}])(?=[\\s\u0980-\u09ff‘“]))\\s*"
    f'|(?<=[a-z0-9)%]{{2}}[.])[{_CLOSERS}]*\\s+(?=[A-Z‘“"])'
    f'|(?<=[a-z]{{2}}[?!])[{_CLOSERS}]+\\s+(?=[A-Z‘“"][^.?!]*[.?!])'
    ")"
)
_WORD = re.compile(r"[^\W_][^\s।॥…—–/|]*")


_SURROGATES = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """The text with a replacement character for each half of a letter, which UTF-8 has not.

    Escapes of JSON and some codecs give such halves; neither Arrow nor a database takes them.
    """
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _joiner_kept(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    if before and before in _VIRAMAS and _INDIC.match(after):
        return match.group()[0]
    if before == "র" and text[end : end + 2] == "্য":
        return "\u200d"
    if _ARABIC.match(before) and _ARABIC.match(after):
        return "\u200c"
    return ""


def normal_form(text: str) -> str:
    """Bring a text to the form in which all text is kept, compared, hashed and looked up.

    1. Dropped: soft hyphens, zero-width spaces, byte order marks, bidirectional marks, controls.
    2. NFC. It decomposes য়, ড় and ঢ় (U+09DF, U+09DC, U+09DD are excluded from composition) and
       composes ো and ৌ. Khanda ta in its old spelling (ত, hasanta, ZWJ) becomes ৎ.
    3. ZWJ and ZWNJ stay where they change a letter's shape: in র‍্য (always as ZWJ) and between a
       hasanta and the consonant after it; they are dropped elsewhere.
    4. Spellings that look alike become one: অ with া is আ, the dot stands before the vowel sign, the
       chandrabindu behind it, and ব with a dot is র.
    5. Every white space, NBSP and line breaks included, becomes a single space; none at the ends.

    Nothing else changes: spelling, quotes, dashes and danda stay as written. Idempotent.
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _normal_form(text)


def _is_plain(text: str) -> bool:
    """Whether white space is all that the normal form may change."""
    return (
        _PLAIN.fullmatch(text) is not None
        and _COMPOSED[0] not in text
        and _COMPOSED[1] not in text
        and _REORDERED not in text
        and not _has_look_alikes(text)
    )


def _has_look_alikes(text: str) -> bool:
    return (
        _AA_IN_TWO in text
        or _BA_WITH_DOT in text
        or _HAS_LATE_DOT.search(text) is not None
        or _EARLY_CHANDRABINDU.search(text) is not None
    )


def _without_look_alikes(text: str) -> str:
    text = _EARLY_CHANDRABINDU.sub(r"\2\1", _LATE_DOT.sub("\u09bc\\1", text))
    text = _DOTS.sub("\u09bc", text).replace(_BA_WITH_DOT, "র").replace(_AA_IN_TWO, "আ")
    return unicodedata.normalize("NFC", text)


def _normal_form(text: str) -> str:
    if _is_plain(text):
        return " ".join(text.split())
    text = _DROPPED.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _JOINER.search(text):
        text = _OLD_KHANDA_TA.sub("ৎ", text)
        text = _RA_YA_PHALA.sub("র\u200d্", text)
        text = unicodedata.normalize("NFC", _JOINERS.sub(_joiner_kept, text))
    while _has_look_alikes(text):  # one that is mended may bring two others next to each other
        text = _without_look_alikes(text)
    return " ".join(text.split())


# Menus return on the next page of an outlet, and paragraphs at each step that has to be sure of
# their form. Both limits together keep this below 32 MB whatever the pages hold.
_LONGEST_REMEMBERED = 2_000
_remembered = lru_cache(maxsize=4_096)(_normal_form)


def has_bangla_letter(text: str) -> bool:
    """Whether a text holds a Bangla vowel or consonant; digits and signs don't count."""
    return not text.isascii() and _BANGLA_LETTER.search(text) is not None


def count_bangla_letters(text: str) -> int:
    """Count the Bangla vowels and consonants; vowel signs, digits and punctuation don't count."""
    return sum(map(text.count, _BANGLA_LETTERS))


def to_latin_digits(text: str) -> str:
    """Bangla digits as 0-9, everything else as it is; the length stays the same."""
    # To translate all of a Bangla text takes more than twice as long as to look for its numbers.
    return _BANGLA_NUMBER.sub(lambda number: number.group().translate(_LATIN_DIGITS), text)


def to_bangla_digits(text: str) -> str:
    """0-9 as Bangla digits, everything else as it is; the length stays the same."""
    return text.translate(_BANGLA_DIGITS)


def mend_danda(text: str) -> tuple[str, int]:
    """Put the danda where a Latin ``I``, a bar or U+09F7 stands for it.

    Args:
        text: running text; in menus and datelines the bar is a separator.

    Returns:
        The text and how many signs were replaced.
    """
    return _FALSE_DANDA.subn(lambda match: match.group()[:-1] + "।", text)


def sentences(text: str) -> list[str]:
    """Split a text into sentences.

    Args:
        text: in its normal form.

    Returns:
        The sentences in order, without white space around them.
    """
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def count_words(text: str) -> int:
    """Count the words of a text: letters with their marks; hyphens and dots don't divide them."""
    return len(_WORD.findall(text))
