"""Bangla in the encoding of Bijoy's fonts, where Latin letters stand for Bangla ones.

Such text is recognised, not converted: of the converters on PyPI the one that places the reph
right is under a licence that this project can't take up, the others break words (কর্মকর্তা).
"""

import re

# The e-kar, which Bijoy writes before its consonant (†mZz, ev‡j), and the signs of conjuncts that
# Latin text has no use for next to a letter.
# Source: the key map of SutonnyMJ.
_SIGN = re.compile(r"[†‡ˆ‰](?=[A-Za-z`¯¶¸¿ÀÁ-ÿ_])|(?<=[A-Za-z`_])[¨©ª«Ö¡¢ƒ…~](?=[A-Za-z\s.,|])")
_WORD = re.compile(r"\S+")
_LEAST_SHARE = 0.15  # of the words; a page about Bijoy quotes a few
_FEWEST = 3


def is_bijoy(text: str) -> bool:
    """Tell whether a text is Bangla in the encoding of Bijoy's fonts.

    Args:
        text: a title, a paragraph or more.
    """
    if "†" not in text and "‡" not in text:
        return False  # every line of such text has an e-kar
    words = _WORD.findall(text)
    marked = sum(1 for word in words if _SIGN.search(word))
    return marked >= _FEWEST and marked >= _LEAST_SHARE * len(words)
