"""Every table that a build holds for BI, in the order in which they are built.

Only flat types, so that every BI tool reads them. An instant is two columns: ``…_at`` by the
clock of Dhaka, ``…_at_utc`` in UTC, both without a zone. Marts of time series leave out articles
without a day of publication. A mart may read those before it.
"""

from etl.schema.marts.articles import (
    ARTICLE,
    ARTICLE_REVISION,
    ARTICLE_TEXT,
    ARTICLE_VERSION,
    EARLIER_VERSION,
)
from etl.schema.marts.build import BUILD_INFO, DATA_QUALITY
from etl.schema.marts.collection import (
    CAPTURE_OUTCOME,
    COMPLETENESS,
    DECLARED_URL,
    REJECTED_ARTICLE,
    SOURCE_HEALTH,
    TAKEDOWN,
)
from etl.schema.marts.events import COUNTRY_PAIR_MONTH, EVENT, EVENT_ARTICLE
from etl.schema.marts.mentions import (
    ARTICLE_ENTITY,
    ARTICLE_SOURCE,
    ENTITY_DAILY,
    SOURCE_RELIANCE,
)
from etl.schema.marts.outlets import DAILY_VOLUME, HEADLINE_EXPOSURE, OUTLET_SCORECARD
from etl.schema.marts.statements import FIGURE, QUOTE
from etl.schema.marts.stories import STORY, STORY_ARTICLE
from etl.schema.model import Table

MARTS: tuple[Table, ...] = (
    ARTICLE,
    ARTICLE_TEXT,
    ARTICLE_ENTITY,
    ARTICLE_SOURCE,
    CAPTURE_OUTCOME,
    REJECTED_ARTICLE,
    TAKEDOWN,
    DECLARED_URL,
    SOURCE_HEALTH,
    ARTICLE_REVISION,
    EARLIER_VERSION,
    ARTICLE_VERSION,
    DAILY_VOLUME,
    COMPLETENESS,
    OUTLET_SCORECARD,
    HEADLINE_EXPOSURE,
    ENTITY_DAILY,
    EVENT_ARTICLE,
    EVENT,
    COUNTRY_PAIR_MONTH,
    QUOTE,
    FIGURE,
    STORY,
    STORY_ARTICLE,
    SOURCE_RELIANCE,
    DATA_QUALITY,
    BUILD_INFO,
)
