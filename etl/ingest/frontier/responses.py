"""What is cached of responses: robots.txt, policies, validators of conditional requests."""

from etl.ingest.frontier.database import Database
from etl.ingest.frontier.records import CachedPolicy, CachedRobots, Validators


class ResponseCache:
    """Cached robots.txt by origin, and validators by source."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def robots(self, origin: str) -> CachedRobots | None:
        """The origin's robots.txt as last read; None if it never was."""
        rows = self._database.rows(
            "SELECT read_at, status, content, problem FROM frontier_robots WHERE origin = :origin",
            {"origin": origin},
        )
        return CachedRobots(*rows[0]) if rows else None  # type: ignore[arg-type]

    def save_robots(self, origin: str, robots: CachedRobots) -> None:
        """Cache an answer to a request for robots.txt."""
        self._database.execute(
            "INSERT INTO frontier_robots (origin, read_at, status, content, problem) "
            "VALUES (:origin, :read_at, :status, :content, :problem) "
            "ON CONFLICT (origin) DO UPDATE SET read_at = excluded.read_at, "
            "status = excluded.status, content = excluded.content, problem = excluded.problem",
            {
                "origin": origin,
                "read_at": robots.read_at,
                "status": robots.status,
                "content": robots.content,
                "problem": robots.problem,
            },
        )

    def policy(self, origin: str) -> CachedPolicy | None:
        """What the origin said of the use of its pages; None if it was never asked."""
        rows = self._database.rows(
            "SELECT read_at, tdmrep, ai_txt FROM frontier_policy WHERE origin = :origin",
            {"origin": origin},
        )
        return CachedPolicy(*rows[0]) if rows else None  # type: ignore[arg-type]

    def save_policy(self, origin: str, policy: CachedPolicy) -> None:
        """Cache what an origin says of the use of its pages."""
        self._database.execute(
            "INSERT INTO frontier_policy (origin, read_at, tdmrep, ai_txt) "
            "VALUES (:origin, :read_at, :tdmrep, :ai_txt) ON CONFLICT (origin) DO UPDATE SET "
            "read_at = excluded.read_at, tdmrep = excluded.tdmrep, ai_txt = excluded.ai_txt",
            {
                "origin": origin,
                "read_at": policy.read_at,
                "tdmrep": policy.tdmrep,
                "ai_txt": policy.ai_txt,
            },
        )

    def validators(self, url: str) -> Validators | None:
        """The validators of a feed, sitemap or listing; None if it was never read."""
        rows = self._database.rows(
            "SELECT read_at, etag, last_modified FROM frontier_source WHERE url = :url",
            {"url": url},
        )
        return Validators(*rows[0]) if rows else None  # type: ignore[arg-type]

    def save_validators(self, url: str, validators: Validators) -> None:
        """Save a source's validators, once all that it declared is stored."""
        self._database.execute(
            "INSERT INTO frontier_source (url, read_at, etag, last_modified) "
            "VALUES (:url, :read_at, :etag, :last_modified) "
            "ON CONFLICT (url) DO UPDATE SET read_at = excluded.read_at, "
            "etag = excluded.etag, last_modified = excluded.last_modified",
            {
                "url": url,
                "read_at": validators.read_at,
                "etag": validators.etag,
                "last_modified": validators.last_modified,
            },
        )
