"""Columns that validation adds to a staged table, for rules that no declared column can answer.

Great Expectations compares columns with constants and with each other; what needs more (a
difference of times, the outlet's profile, a row in another table) is measured here, in Arrow, and
judged by the rule in the suite. A measure is absent (null) where it does not apply, and
expectations pass over absent values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from etl.bangla.clock import DHAKA
from etl.outlets.profiles import Outlet, Outlets
from etl.schema.derive.expectations import Rule, measures_of
from etl.schema.model import Table
from etl.schema.vocabulary import LEGACY_ENCODING, CaptureTimeSource, Outcome, TimeSource

_Measure = TypeVar("_Measure", bound=Callable[..., pa.Array])


@dataclass(frozen=True)
class Batch:
    """What measures read.

    Attributes:
        tables: All staged tables of the batch, by name.
        outlets: The outlets' profiles, if known.
    """

    tables: Mapping[str, pa.Table]
    outlets: Outlets | None


def has_declared_columns(table: Table, rows: pa.Table) -> bool:
    """Whether rows have all columns that their table declares."""
    return set(table.column_names) <= set(rows.column_names)


def with_measures(batch: Batch, table: Table, rules: Sequence[Rule]) -> pa.Table:
    """Append the columns that rules want measured; rows that lack columns stay as they are."""
    rows = batch.tables[table.name]
    if not has_declared_columns(table, rows):
        return rows
    result = rows
    for name in measures_of(table, rules):
        values = _OF_ROWS[name](rows) if name in _OF_ROWS else _OF_BATCH[name](batch, rows)
        result = result.append_column(name, values)
    return result


def _by_name(*measures: _Measure) -> dict[str, _Measure]:
    return {measure.__name__: measure for measure in measures}


def capture_is_loaded(batch: Batch, table: pa.Table) -> pa.Array:
    """Whether the ledger has the row's capture as loaded."""
    capture = batch.tables["capture"]
    loaded = capture.filter(pc.equal(capture["outcome"], Outcome.LOADED.value))
    return pc.is_in(table["capture_id"], value_set=loaded["capture_id"].combine_chunks())


def has_article_row(batch: Batch, table: pa.Table) -> pa.Array:
    """Whether the row's capture shows an article; absent for captures that are not loaded."""
    articles = batch.tables["article"]["capture_id"].combine_chunks()
    found = pc.is_in(table["capture_id"], value_set=articles)
    if "outcome" not in table.column_names:
        return found
    return pc.if_else(pc.equal(table["outcome"], Outcome.LOADED.value), found, None)


def paragraph_total(table: pa.Table) -> pa.Array:
    """Paragraphs in the list."""
    return pc.cast(pc.list_value_length(table["paragraphs"]), pa.int64())


def body_is_joined(table: pa.Table) -> pa.Array:
    """Whether the body is the paragraphs, joined by blank lines."""
    return pc.equal(pc.binary_join(table["paragraphs"], "\n\n"), table["body"])


def is_time_sourced(table: pa.Table) -> pa.Array:
    """Whether a publish time says where it was read; absent without a time."""
    sourced = pc.not_equal(table["published_at_source"], TimeSource.NONE.value)
    return pc.if_else(pc.is_valid(table["published_at"]), sourced, None)


def published_date_gap_days(table: pa.Table) -> pa.Array:
    """Days between the publish date and the Dhaka day of the publish time."""
    dhaka = table["published_at"].cast(pa.timestamp("us", DHAKA.key))
    day = pc.cast(pc.floor_temporal(pc.local_timestamp(dhaka), unit="day"), pa.date32())
    return pc.days_between(day, table["published_date"])


def title_words(table: pa.Table) -> pa.Array:
    """Words of the title."""
    trimmed = pc.utf8_trim_whitespace(table["title"])
    count = pc.list_value_length(pc.utf8_split_whitespace(trimmed))
    return pc.cast(pc.if_else(pc.equal(trimmed, ""), 0, count), pa.int64())


def title_is_outlet_name(batch: Batch, table: pa.Table) -> pa.Array:
    """Whether the title is nothing but the outlet's name; absent for unknown outlets."""
    title = _folded(table["title"])
    named = [
        pc.equal(title, _folded(_of_outlet(batch, table, name)))
        for name in (lambda outlet: outlet.name_bn, lambda outlet: outlet.name_en)
    ]
    return pc.or_kleene(*named)


def title_opens_body(table: pa.Table) -> pa.Array:
    """Whether the first paragraph is the title again."""
    first = pc.binary_join(pc.list_slice(table["paragraphs"], 0, 1), "")
    return pc.equal(pc.utf8_trim_whitespace(first), pc.utf8_trim_whitespace(table["title"]))


def published_after_capture_seconds(table: pa.Table) -> pa.Array:
    """Seconds from capture to publication; absent where only a file dates the capture."""
    return pc.if_else(
        _is_dated_by_file(table), None, _seconds(table, "captured_at", "published_at")
    )


def published_after_file_seconds(table: pa.Table) -> pa.Array:
    """Seconds from the file's time to publication; absent where the capture is dated better."""
    return pc.if_else(
        _is_dated_by_file(table), _seconds(table, "captured_at", "published_at"), None
    )


def updated_after_capture_seconds(table: pa.Table) -> pa.Array:
    """Seconds from capture to update; absent where only a file dates the capture."""
    return pc.if_else(_is_dated_by_file(table), None, _seconds(table, "captured_at", "updated_at"))


def updated_after_publish_seconds(table: pa.Table) -> pa.Array:
    """Seconds from publication to update."""
    return _seconds(table, "published_at", "updated_at")


def published_after_declared_seconds(table: pa.Table) -> pa.Array:
    """Seconds from the declaration to the publish time that it gives."""
    return _seconds(table, "declared_at", "published_at")


def published_year(table: pa.Table) -> pa.Array:
    """Year of the publish time, or of the date where there is no time."""
    return pc.coalesce(pc.year(table["published_at"]), pc.year(table["published_date"]))


def captured_year(table: pa.Table) -> pa.Array:
    """Year of the capture."""
    return pc.year(table["captured_at"])


def undecoded_characters(table: pa.Table) -> pa.Array:
    """Replacement characters in title and body."""
    return _count(table, "\N{REPLACEMENT CHARACTER}")


def mojibake_marks(table: pa.Table) -> pa.Array:
    """Pairs that Bangla in UTF-8 shows when it is read as Latin-1, in title and body."""
    return pc.add(_count(table, "à¦"), _count(table, "à§"))


def is_in_legacy_encoding(table: pa.Table) -> pa.Array:
    """Whether extraction found text that is Bangla only in its font."""
    return pc.match_substring(pc.binary_join(table["warnings"], " "), LEGACY_ENCODING)


def has_markup(table: pa.Table) -> pa.Array:
    """Whether a closing tag stands in the body."""
    return pc.match_substring(table["body"], "</")


def outlet_language(batch: Batch, table: pa.Table) -> pa.Array:
    """Language of the outlet's profile."""
    return _of_outlet(batch, table, lambda outlet: outlet.language)


def bangla_bytes_per_character(batch: Batch, table: pa.Table) -> pa.Array:
    """Bytes of UTF-8 a character, for outlets that write Bangla."""
    ratio = pc.divide(
        pc.cast(pc.binary_length(table["body"]), pa.float64()), pc.utf8_length(table["body"])
    )
    is_bangla = pc.fill_null(pc.equal(outlet_language(batch, table), "bn"), False)
    return pc.if_else(pc.and_(is_bangla, pc.is_finite(ratio)), ratio, None)


def url_outlet_id(batch: Batch, table: pa.Table) -> pa.Array:
    """The outlet whose profile lists the URL's host, else the host; absent for unknown outlets."""
    profile = _of_outlet(batch, table, lambda outlet: outlet.id)
    found = pc.extract_regex(table["url"], pattern=r"^[a-zA-Z]+://(?P<host>[^/:?#]+)")
    hosts = pc.struct_field(found, "host")
    by_host = {host: _host_outlet(batch, host) for host in pc.unique(hosts).to_pylist() if host}
    return pc.if_else(pc.is_valid(profile), _mapped(hosts, by_host), None)


def is_explained(table: pa.Table) -> pa.Array:
    """Whether a capture that is not loaded has a reason."""
    return pc.or_(pc.equal(table["outcome"], Outcome.LOADED.value), pc.is_valid(table["reason"]))


def is_article_named(table: pa.Table) -> pa.Array:
    """Whether article and content are named exactly where the capture is loaded."""
    loaded = pc.equal(table["outcome"], Outcome.LOADED.value)
    ids = (pc.equal(pc.is_valid(table[name]), loaded) for name in ("article_id", "content_hash"))
    return pc.and_(*ids)


def event_after_publish_days(table: pa.Table) -> pa.Array:
    """Days from publication to the event."""
    published = pc.cast(pc.floor_temporal(table["published_at"], unit="day"), pa.date32())
    return pc.days_between(published, table["event_date"])


def is_between_two(table: pa.Table) -> pa.Array:
    """Whether the event's two actors are two."""
    return pc.not_equal(table["actor1"], table["actor2"])


_OF_ROWS = _by_name(
    body_is_joined,
    captured_year,
    event_after_publish_days,
    has_markup,
    is_article_named,
    is_between_two,
    is_explained,
    is_in_legacy_encoding,
    is_time_sourced,
    mojibake_marks,
    paragraph_total,
    published_after_capture_seconds,
    published_after_declared_seconds,
    published_after_file_seconds,
    published_date_gap_days,
    published_year,
    title_opens_body,
    title_words,
    undecoded_characters,
    updated_after_capture_seconds,
    updated_after_publish_seconds,
)
_OF_BATCH = _by_name(
    bangla_bytes_per_character,
    capture_is_loaded,
    has_article_row,
    outlet_language,
    title_is_outlet_name,
    url_outlet_id,
)
MEASURES = frozenset((*_OF_ROWS, *_OF_BATCH))


def _seconds(table: pa.Table, start: str, end: str) -> pa.Array:
    return pc.seconds_between(table[start], table[end])


def _is_dated_by_file(table: pa.Table) -> pa.Array:
    return pc.equal(table["captured_at_source"], CaptureTimeSource.FILE_TIME.value)


def _count(table: pa.Table, mark: str) -> pa.Array:
    counts = [pc.fill_null(pc.count_substring(table[name], mark), 0) for name in ("title", "body")]
    return pc.cast(pc.add(*counts), pa.int64())


def _folded(texts: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(texts))


def _of_outlet(
    batch: Batch, table: pa.Table, property_of: Callable[[Outlet], str | None]
) -> pa.Array:
    profiles = batch.outlets.all if batch.outlets else ()
    return _mapped(table["outlet_id"], {outlet.id: property_of(outlet) for outlet in profiles})


def _host_outlet(batch: Batch, host: str) -> str:
    outlet = batch.outlets.for_url(f"https://{host}/") if batch.outlets else None
    return outlet.id if outlet else host


def _mapped(keys: pa.ChunkedArray, values: Mapping[str, str | None]) -> pa.Array:
    """The value of each key; absent where there is none."""
    places = pc.index_in(keys, value_set=pa.array(list(values), pa.string()))
    return pc.take(pa.array(list(values.values()), pa.string()), places)
