"""Where the lake's catalog is kept: SQLite or Postgres."""
