"""Macros of a build, for people who write SQL: a text folded as the build's texts are, and words.

Each stands alone, with no name of the build in it, so that it also works in a build that is
attached under another name.
"""

import duckdb

from etl.bangla.inflection import CONSONANT_ENDINGS, VOWEL_ENDINGS, VOWEL_SIGNS
from etl.bangla.lexicon import any_of
from etl.publish.fill import BUILD
from etl.schema.derive.ddl import literal

_JOINERS = "[\u200c\u200d]"
_KEPT = "\ue000"  # stands for a joiner that stays, of the private use area
_DROPPED = (
    "[\\x{00}-\\x{08}\\x{0e}-\\x{1b}\\x{7f}-\\x{84}\\x{86}-\\x{9f}\\x{ad}\\x{061c}\\x{180e}"
    "\\x{200b}\\x{200e}\\x{200f}\\x{202a}-\\x{202e}\\x{2060}-\\x{206f}\\x{feff}\\x{fff9}-\\x{fffb}]"
)
# The steps of `etl.bangla.text.normal_form` for Bangla text, in the regular expressions of RE2.
_STEPS = (
    (_DROPPED, ""),
    (f"ত্\u200d{_JOINERS}*", "ৎ"),
    (f"র{_JOINERS}+্{_JOINERS}*য", f"র{_KEPT}্য"),
    (f"্({_JOINERS}){_JOINERS}*([\u0905-\u0df4])", f"্{_KEPT}\\1\\2"),
    (f"(^|[^{_KEPT}]){_JOINERS}+", "\\1"),
    (f"র{_KEPT}্", "র\u200d্"),
    (_KEPT, ""),
    (
        "[\\s\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}]+",
        " ",
    ),
)
_WORD_SIGN = "\\p{L}\\p{M}\\p{N}"


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in the attached build."""
    connection.execute(f"CREATE OR REPLACE MACRO {BUILD}.mart.fold(typed) AS {_folded('typed')}")
    connection.execute(
        f"CREATE OR REPLACE MACRO {BUILD}.mart.has_word(body, word) AS "
        f"regexp_matches(body, {_word_pattern(_folded('word'))})"
    )


def _folded(argument: str) -> str:
    expression = f"nfc_normalize({argument})"
    for pattern, replacement in _STEPS:
        expression = (
            f"regexp_replace({expression}, {literal(pattern)}, {literal(replacement)}, 'g')"
        )
    return f"nfc_normalize(trim({expression}))"


def _word_pattern(word: str) -> str:
    before, after = literal(f"(^|[^{_WORD_SIGN}])"), literal(f")?($|[^{_WORD_SIGN}])")
    signs = literal(f"[{''.join(sorted(VOWEL_SIGNS))}]$")
    of_vowels, of_consonants = (
        literal(f"({any_of(set(endings) - {''})}") for endings in (VOWEL_ENDINGS, CONSONANT_ENDINGS)
    )
    return (
        f"{before} || regexp_escape({word}) || CASE WHEN regexp_matches({word}, {signs}) "
        f"THEN {of_vowels} ELSE {of_consonants} END || {after}"
    )
