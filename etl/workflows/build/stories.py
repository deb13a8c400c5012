"""Current articles linked into stories."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from etl.lake.changes import current_snapshot
from etl.lake.connection import open_lake
from etl.lake.queries import stories
from etl.lake.relations import Relations
from etl.load.runs import ALL, record_run
from etl.load.stories import clear_unknown_days, replace_members
from etl.load.write import insert_table
from etl.observability.events import observed
from etl.schema.records import StoryMember
from etl.schema.tables.facts import STORY_WORDING
from etl.settings import Settings
from etl.storage.temp_directory import temp_folder
from etl.stories.relink import Touched, relink
from etl.stories.wording import RULES_VERSION, read_wordings
from etl.workflows.reports import StoryReport
from etl.workflows.retries import again_on_conflict


@observed("stories")
@again_on_conflict
def link_stories(settings: Settings, run_id: str) -> StoryReport:
    """Link the articles that came or changed since the last run into stories.

    Where the lake can't tell them, all articles are compared with what was kept of them; by new
    rules all are read and linked again. The stories are the same in each case.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake, lake.lock(), temp_folder(settings.home) as folder:
        with lake.transaction(f"stories {run_id}"):
            snapshot = current_snapshot(lake.connection)
            touched, articles = _update_wordings(lake.connection, folder)
            changed, cut = _update_stories(lake.connection, touched)
            counts = (articles, changed, cut)
            record_run(lake.connection, run_id, "stories", ALL, started_at, counts, snapshot)
        members = stories.member_count(lake.connection)
    return StoryReport(members, changed, cut)


def _update_wordings(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[Touched, int]:
    """Bring ``core.story_wording`` to the current articles.

    Returns:
        The articles that changed, with their number.
    """
    since = stories.last_snapshot(connection, RULES_VERSION)
    touched = Touched()
    with Relations(connection) as relations:
        changed = stories.ChangedArticles(relations, since, RULES_VERSION)
        if changed.count:
            touched.add(changed.wordings())
            changed.delete_wordings()
        for month in changed.months():
            wordings = read_wordings(changed.texts(month, folder))
            insert_table(connection, STORY_WORDING, wordings)
            touched.add(wordings)
        return touched, changed.count


def _update_stories(connection: duckdb.DuckDBPyConnection, touched: Touched) -> tuple[int, int]:
    """Bring ``core.bridge_story`` to the present wordings.

    Returns:
        The number of its rows that changed, and of articles that were compared with fewer others
        than they had words in common with.
    """
    before: list[StoryMember] = []
    after: list[StoryMember] = []
    cut = 0
    wordings_between = partial(stories.wordings_between, connection)
    members_between = partial(stories.members_between, connection)
    for day in relink(touched, wordings_between, members_between):
        before += day.before
        after += day.after
        cut += day.cut
    clear_unknown_days(connection)
    return replace_members(connection, before, after), cut
