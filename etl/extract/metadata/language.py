"""The language that a page is written in."""

import re

from etl.bangla.text import count_bangla_letters
from etl.extract.metadata.facts import Facts

_LETTER = re.compile(r"[^\W\d_]")
_ASSAMESE = "ৰৱ"  # letters that Bangla does not have


def title_language(facts: Facts) -> str | None:
    """Tell the language by the title, else as declared; many pages declare none.

    Returns:
        ``bn`` or the page's own language tag.
    """
    sample = f"{facts.dom.title or ''} {facts.dom.first('og:title', 'description') or ''}"
    return "bn" if _is_bangla(sample) else facts.dom.language


def text_language(facts: Facts, title: str | None, paragraphs: list[str]) -> str | None:
    """Tell the language by the letters where they are Bangla's, else as declared.

    Returns:
        An ISO 639 code.
    """
    sample = " ".join((title or "", *paragraphs))[:2000]
    if _is_bangla(sample):
        return "as" if sum(map(sample.count, _ASSAMESE)) > 3 else "bn"
    declared = (facts.dom.language or facts.dom.first("og:locale") or "").strip().lower()
    found = re.match(r"[a-z]{2,3}(?=$|[-_])", declared)
    return found.group() if found else None


def _is_bangla(sample: str) -> bool:
    """Whether more than a quarter of the letters are Bangla's."""
    bangla = count_bangla_letters(sample)
    # Other letters are counted, which is slow, only where it matters.
    return bangla > 0 and (
        bangla > 0.25 * len(sample) or bangla > 0.25 * len(_LETTER.findall(sample))
    )
