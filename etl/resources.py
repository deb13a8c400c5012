"""Data files that come with the program, and where the program itself lies.

Nothing else knows that a wheel has the data in ``etl/data``, and a checkout next to ``etl``.
"""

from pathlib import Path

from etl.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED_DATA = _PACKAGE / "data"
IS_INSTALLED = _INSTALLED_DATA.is_dir()
_DATA = _INSTALLED_DATA if IS_INSTALLED else _PACKAGE.parent

SEEDS = _DATA / "seeds"
LEXICON = SEEDS / "lexicon"
EXPECTATIONS = _DATA / "expectations"


def program_files() -> list[Path]:
    """List what decides how a page is read: source files, rules and word lists, in fixed order."""
    return [
        *sorted(_PACKAGE.rglob("*.py")),
        *sorted(EXPECTATIONS.glob("*.json")),
        *sorted(SEEDS.rglob("*.csv")),
    ]


def checkout() -> Path:
    """Return the folder of the source checkout, for tools that write documents.

    Raises:
        UsageError: the program is installed from a wheel.
    """
    if IS_INSTALLED:
        raise UsageError(
            f"{_PACKAGE} is an installed package, and this tool writes files of a checkout: "
            "run it in a clone of the repository"
        )
    return _PACKAGE.parent
