"""Columns that the marts' declarations share, and short ways to write the usual ones."""

from etl.schema import columns
from etl.schema.model import Column, Severity, Type

STRING, INTEGER, FLOAT = Type.STRING, Type.INTEGER, Type.FLOAT
BOOLEAN, DATE = Type.BOOLEAN, Type.DATE


def at(
    name: str, description: str, null: Severity | None = Severity.CRITICAL
) -> tuple[Column, Column]:
    """An instant: one column by the clock of Dhaka, one in UTC."""
    plain = description.rstrip(".")
    return (
        Column(f"{name}_at", Type.LOCAL_TIME, f"{plain} (clock of Dhaka).", null=null),
        Column(f"{name}_at_utc", Type.LOCAL_TIME, f"{plain} (UTC).", null=null),
    )


def text(name: str, description: str) -> Column:
    """A string that may be absent."""
    return Column(name, STRING, description, null=None)


def date(name: str, description: str) -> Column:
    """A day that may be absent."""
    return Column(name, DATE, description, null=None)


def number(name: str, description: str) -> Column:
    """A measure that may be absent."""
    return Column(name, FLOAT, description, null=None)


def count(name: str, description: str) -> Column:
    """A count, 0 if there is nothing."""
    return Column(name, INTEGER, description, minimum=0)


def share(name: str, description: str) -> Column:
    """A share between 0 and 1, absent where there is nothing to share."""
    return Column(name, FLOAT, description, null=None, minimum=0, maximum=1)


def flag(name: str, description: str) -> Column:
    """A yes or no."""
    return Column(name, BOOLEAN, description)


ARTICLE_ID = Column("article_id", STRING, columns.ARTICLE_ID.description)
OUTLET = (
    Column("outlet_id", STRING, "Short name of the outlet; the host where no profile is known."),
    text("outlet_name_bn", "Its name in Bangla."),
    Column("outlet_name_en", STRING, "Its name in English, or the host."),
)
PUBLISHED_AT = at("published", "When the outlet says the article was published", None)
PUBLISHED_DATE = date("published_date", "Day of publication in Dhaka.")
DAY = Column("published_date", DATE, "Day of publication in Dhaka.")
MONTH = Column("published_month", DATE, "First day of the month of publication in Dhaka.")
STORY_ID = text(
    "story_id", "The story it belongs to, `mart.story`; absent if no other article tells it."
)
LAG = "minutes from publication to our first capture, where both times are known"
