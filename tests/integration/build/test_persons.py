"""A person is one row of ``dim_entity`` in whatever order and spelling articles name them."""

from datetime import UTC, datetime
from pathlib import Path

from etl.enrich.article import Reference, code_article, load_reference
from etl.lake.connection import open_lake
from etl.lake.lake import Lake
from etl.load.batch import load_facts
from etl.outlets.profiles import load_outlets
from etl.resources import LEXICON
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, PageKind
from etl.settings import Settings
from etl.transform.rows import CaptureRow, Staging

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAMES = ("মোহাম্মদ হোসেইন বাকেরি", "মোহাম্মাদ হোসেইন বাঘেরি", "মুহাম্মদ হোসেইন বাকেরী")
TEXTS = tuple(f"ইরানের জেনারেল {name} এসেছেন।" for name in NAMES)


def _load(home: Path, reference: Reference, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Persons of a lake that gets one batch an article, in this order."""
    settings = Settings(home=home)
    outlets = load_outlets(settings.outlets)
    with open_lake(settings) as lake:
        for text in texts:
            name = str(TEXTS.index(text))
            page = Page(PageKind.ARTICLE, outlet_id="kalbela", title="খবর", paragraphs=(text,))
            capture = Capture(name, name, None, None, NOON, CaptureTimeSource.HTTP, text.encode())
            entry = CaptureRow(capture, name.zfill(64))
            article = code_article(page, reference)
            staging = Staging(outlets, f"batch-{name}", "run", "1")
            staging.add(entry, article)
            with lake.write(f"article {name}"):
                load_facts(lake.connection, staging.tables(), (), outlets)
        return _persons(lake)


def _persons(lake: Lake) -> list[tuple[str, str]]:
    return lake.execute(
        "SELECT entity_id, name_bn FROM lake.core.dim_entity WHERE entity_kind = 'person'"
    ).fetchall()


def test_spellings_of_a_person_are_one_row_in_any_order(tmp_path: Path) -> None:
    reference = load_reference(LEXICON)
    found = [
        _load(tmp_path / str(number), reference, order)
        for number, order in enumerate((TEXTS, TEXTS[::-1]))
    ]
    assert len(found[0]) == 1
    assert all(persons == found[0] for persons in found)
    assert found[0][0][1] == min(NAMES)
