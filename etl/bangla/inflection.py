"""Case endings of Bangla nouns: what may follow a name inside one word, and what it says.

Bangla joins case, number and emphasis to the noun (ইরানের, ইরানকে, রাশিয়ায়, পাকিস্তানভিত্তিক).
A name matches a word where the rest of the word is one of the endings composed here; the ending's
case says which part the name plays in its sentence. A noun that ends in a consonant takes ের and
ে, one that ends in a vowel র, য় and তে.

Source: the standard description of the language.
"""

from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from etl.bangla.lexicon import read_lexicon
from etl.bangla.text import normal_form


class Case(StrEnum):
    """What an ending says about a noun."""

    PLAIN = "plain"
    GENITIVE = "genitive"
    OBJECTIVE = "objective"
    LOCATIVE = "locative"
    MODIFIER = "modifier"  # পাকিস্তানভিত্তিক: the noun only qualifies the next one


_AFTER_CONSONANT = {
    "ের": Case.GENITIVE,
    "ে": Case.LOCATIVE,
    "েরা": Case.PLAIN,
    "েদের": Case.GENITIVE,
}
_AFTER_VOWEL = {
    "র": Case.GENITIVE,
    "য়ের": Case.GENITIVE,
    "য়": Case.LOCATIVE,
    "য়ে": Case.LOCATIVE,
    "তে": Case.LOCATIVE,
    "রা": Case.PLAIN,
    "দের": Case.GENITIVE,
}
_AFTER_ANY = {
    "": Case.PLAIN,
    "কে": Case.OBJECTIVE,
    "এর": Case.GENITIVE,
    "এ": Case.LOCATIVE,
    "তে": Case.LOCATIVE,
    "রা": Case.PLAIN,
    "দের": Case.GENITIVE,
    "দেরকে": Case.OBJECTIVE,
    "টি": Case.PLAIN,
    "টির": Case.GENITIVE,
    "টিকে": Case.OBJECTIVE,
    "টিতে": Case.LOCATIVE,
    "গুলো": Case.PLAIN,
    "গুলোর": Case.GENITIVE,
    "গুলোকে": Case.OBJECTIVE,
    "গুলোতে": Case.LOCATIVE,
    "সহ": Case.PLAIN,
    "সহকারে": Case.PLAIN,
    "বাসী": Case.MODIFIER,
    "বাসীর": Case.GENITIVE,
    "বাসীকে": Case.OBJECTIVE,
    "জুড়ে": Case.LOCATIVE,
}
_AFTER_ANUSVARA = {"য়ের": Case.GENITIVE, "য়ে": Case.LOCATIVE, "য়": Case.LOCATIVE}  # হংকংয়ের
_QUALIFYING = read_lexicon("endings")["qualifying"]
_EMPHASIS = ("", "ও", "ই")
VOWEL_SIGNS = frozenset("ািীুূৃেৈোৌঁঅআইঈউঊঋএঐওঔৎংঃ") - frozenset("ংঃৎঁ")
_JOINERS = frozenset("-’'‘–")


def _compose(endings: dict[str, Case]) -> dict[str, Case]:
    composed = {
        normal_form(ending + emphasis) if ending + emphasis else "": case
        for ending, case in endings.items()
        for emphasis in _EMPHASIS
    }
    composed[""] = Case.PLAIN
    return composed


_DERIVED_ENDINGS = {
    normal_form(word + tail): Case.MODIFIER
    for word in _QUALIFYING
    for tail in ("", "দের", "রা", "র", "ের", "ে")
}
CONSONANT_ENDINGS = _compose(_AFTER_ANY | _AFTER_CONSONANT | _AFTER_ANUSVARA) | _DERIVED_ENDINGS
VOWEL_ENDINGS = _compose(_AFTER_ANY | _AFTER_VOWEL) | _DERIVED_ENDINGS
# A last া takes no second vowel: জুবায়ের is a man and not of Juba.
_AA = "া"
_NOT_AFTER_AA = frozenset(_compose({"য়ের": Case.GENITIVE, "য়ে": Case.LOCATIVE})) - {""}
_AA_ENDINGS = {end: case for end, case in VOWEL_ENDINGS.items() if end not in _NOT_AFTER_AA}
_AFTER_JOINER = _compose(_AFTER_ANY | _AFTER_VOWEL | _AFTER_CONSONANT)
_STRIPPED = {
    normal_form(ending + emphasis): case
    for ending, case in (
        _AFTER_VOWEL
        | _AFTER_CONSONANT
        | {"কে": Case.OBJECTIVE, "এর": Case.GENITIVE, "সহ": Case.MODIFIER, "": Case.MODIFIER}
    ).items()
    for emphasis in _EMPHASIS
    if ending + emphasis
}
_LONGEST_ENDING = max(map(len, _STRIPPED))
# A word that ends otherwise, any English one among them, has one stem: itself.
ENDING_SIGNS = frozenset(ending[-1] for ending in _STRIPPED)


def ends_in_vowel(word: str) -> bool:
    """Whether a word of the normal form ends in a vowel or a vowel sign."""
    return word[-1:] in VOWEL_SIGNS


def ending_case(name: str, rest: str) -> Case | None:
    """Find the case that the rest of a word gives to the name it begins with.

    Args:
        name: the beginning of a word, in the normal form.
        rest: what follows in the word; may be empty.

    Returns:
        The case; None where ``rest`` is no ending of such a name.
    """
    if name[-1:] == _AA:
        return _AA_ENDINGS.get(rest)
    return (VOWEL_ENDINGS if ends_in_vowel(name) else CONSONANT_ENDINGS).get(rest)


def detached_ending(text: str, end: int, word_end: int) -> Case | None:
    """Find the case of an ending set off by an apostrophe or hyphen: এএফপি’র, আইএসডব্লিউ-এর.

    Args:
        text: the text that a name was found in.
        end: where the name ends.
        word_end: where the word behind the apostrophe or hyphen ends.

    Returns:
        The case; None where no ending stands there.
    """
    if text[end : end + 1] not in _JOINERS:
        return None
    rest = text[end + 1 : word_end]
    return _AFTER_JOINER.get(rest) if rest else None


@lru_cache(maxsize=65_536)
def stems(word: str) -> tuple[tuple[str, Case], ...]:
    """Read a word as stem and case ending.

    Args:
        word: in the normal form, not empty.

    Returns:
        Every reading, the longest ending first, the bare word last.
    """
    readings: list[tuple[str, Case]] = []
    if word[-1] in ENDING_SIGNS:
        for length in range(min(_LONGEST_ENDING, len(word) - 2), 0, -1):
            case = _STRIPPED.get(word[-length:])
            stem = word[:-length]
            if case is not None and ending_case(stem, word[-length:]) is not None:
                readings.append((stem, case))
    readings.append((word, Case.PLAIN))
    return tuple(readings)


_LONGEST_SUFFIX = max(map(len, CONSONANT_ENDINGS | VOWEL_ENDINGS))
_SHORTEST_STEM = 2
# Of speech and of headlines; with names they are rare and mislead (কোটা, রাষ্ট্রটা).
_SPOKEN = ("টা", "টার", "টাকে", "টাতে", "টায়", "গুলি", "গুলির", "গুলিকে", "গুলিতে", "গুলোয়")
_SPOKEN_ENDINGS = frozenset(
    normal_form(ending + emphasis) for ending in _SPOKEN for emphasis in _EMPHASIS
)


# A change of the endings changes what is found: an index made with others is written again.
ENDINGS_VERSION = sha256(
    repr(sorted(CONSONANT_ENDINGS) + sorted(VOWEL_ENDINGS) + sorted(_SPOKEN_ENDINGS)).encode()
).hexdigest()[:12]


def noun_stems(word: str) -> tuple[str, ...]:
    """Find every stem that a word may be a form of, if it is a noun.

    Unlike ``stems``, it knows all endings of a name, also those of number (গুলো, টি), and names no
    case.

    Args:
        word: in the normal form.

    Returns:
        The stems without the word itself, the shortest first.
    """
    return tuple(
        word[:length]
        for length in range(max(_SHORTEST_STEM, len(word) - _LONGEST_SUFFIX), len(word))
        if word[length:] in _SPOKEN_ENDINGS or ending_case(word[:length], word[length:]) is not None
    )
