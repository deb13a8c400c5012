"""Data files that come with the program: outlets, word lists, expectations."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent

SEEDS = _ROOT / "seeds"
LEXICON = SEEDS / "lexicon"
EXPECTATIONS = _ROOT / "expectations"
