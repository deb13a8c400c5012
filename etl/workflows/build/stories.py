"""Current articles linked into stories."""

from datetime import UTC, datetime
from functools import partial

from etl.lake.connection import open_lake
from etl.lake.queries.story_texts import reported_months, texts_reported_between
from etl.load import write
from etl.load.runs import ALL, record_run
from etl.observability.events import observed
from etl.settings import Settings
from etl.storage.temp_directory import temp_folder
from etl.stories.link import link_by_month
from etl.workflows.reports import (
    StoryReport,
)
from etl.workflows.retries import again_on_conflict


@observed("stories")
@again_on_conflict
def link_stories(settings: Settings, run_id: str) -> StoryReport:
    """Link all current articles into stories, from scratch: links depend on no order."""
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake, lake.lock(), temp_folder(settings.home) as folder:
        texts = partial(texts_reported_between, lake.connection, folder)
        members = list(link_by_month(reported_months(lake.connection), texts))
        with lake.transaction(f"stories {run_id}"):
            changed = write.replace_stories(lake.connection, members)
            counts = (len(members), changed, 0)
            record_run(lake.connection, run_id, "stories", ALL, started_at, counts)
    return StoryReport(len(members), changed)
