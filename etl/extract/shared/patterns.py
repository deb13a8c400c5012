"""Patterns that are built from word lists: the words are data, what stands between them is code."""

import re
import unicodedata

from etl.bangla.lexicon import any_of, read_lexicon


def one_of(file: str, *lists: str) -> str:
    """Build a group that matches any entry of some lists.

    Args:
        file: the file of ``seeds/lexicon``, without its ending.
        lists: the lists in it.

    Returns:
        The source of a regular expression.
    """
    entries = read_lexicon(file)
    return f"(?:{any_of(entry for name in lists for entry in entries[name])})"


def line_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of lines in their normal form; case does not matter."""
    return re.compile(unicodedata.normalize("NFC", pattern), re.IGNORECASE)
